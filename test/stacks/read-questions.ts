import { readFileSync } from 'node:fs';
import { builtinPeers, httpMethods, probeNames, type BuiltinPeer, type Policy, type ProbeName } from '#ir';
import type { Context, Destination, Request } from '#spec';

/** A line of a truth table that was written by hand: an answer, who asks, and for what. */
export interface Question { readonly answer: 'allow' | 'deny'; readonly who: string; readonly what: string; readonly request: Request }

/**
 * Reads a table of questions. A line is `allow` or `deny`, who, `->`, and what; `persona <name> = {…}` names a token and
 * its circumstances. A name that the policy does not have would be denied and so prove nothing: it is an error.
 */
export function readQuestions(file: URL, policy: Policy, time: string): readonly Question[] {
  const personas = new Map<string, Pick<Request, 'subject'> & { readonly context?: Partial<Context> }>();
  return readFileSync(file, 'utf8').split('\n').flatMap((line, index): readonly Question[] => {
    if (line === '' || line.startsWith('#')) return [];
    const persona = /^persona (\S+) = (\{.*\})$/.exec(line);
    if (persona !== null) { personas.set(persona[1]!, JSON.parse(persona[2]!) as object); return []; }
    const [, answer, who, what] = /^(allow|deny)\s+(\S.*?)\s+-> (\S.*)$/.exec(line) ?? [];
    if (answer === undefined || who === undefined || what === undefined) throw new Error(`${file.pathname}:${index + 1} is no question: ${line}`);
    const { context, ...asker } = askerOf(who, policy, personas);
    return [{ answer: answer as 'allow' | 'deny', who, what, request: { ...asker, to: askedOf(what, policy), context: { time, ...context } } }];
  });
}

function known(names: Iterable<string>, name: string | undefined, what: string): string {
  if (name === undefined || ![...names].includes(name)) throw new Error(`\`${name}\` is no ${what}`);
  return name;
}
const builtins: readonly string[] = builtinPeers;

type Asker = Pick<Request, 'peer' | 'subject' | 'client' | 'throughExposure'> & { readonly context?: Partial<Context> };
function askerOf(text: string, policy: Policy, personas: ReadonlyMap<string, Omit<Asker, 'throughExposure'>>): Asker {
  if (text === 'anyone') return { throughExposure: true };
  if (builtins.includes(text)) return { peer: { kind: 'builtin', name: text as BuiltinPeer }, throughExposure: false };
  const partner = /^partner (\S+)$/.exec(text);
  if (partner !== null) return { client: { partner: known(policy.partners.map(({ name }) => name), partner[1], 'partner') }, throughExposure: true };
  if (personas.has(text)) return { ...personas.get(text), throughExposure: true };
  const workload = (name: string | undefined): Pick<Asker, 'peer'> => ({ peer: { kind: 'workload', name: known(policy.workloads.map(({ name }) => name), name, 'workload') } });
  const acting = /^(\S+) for (\S+)$/.exec(text);
  if (acting !== null) return { ...workload(acting[1]), ...personas.get(known(personas.keys(), acting[2], 'persona')), throughExposure: false };
  const pod = /^pod (\S+) (\S+)(?: as (\S+))?$/.exec(text);
  if (pod === null) return { ...workload(text), throughExposure: false };
  const [, namespace = '', labels = '', serviceAccount] = pod;
  return {
    peer: {
      kind: 'pod', namespace, labels: labels === '-' ? {} : Object.fromEntries(labels.split(',').map((label) => label.split('=') as [string, string])),
      ...(serviceAccount === undefined ? {} : { serviceAccount }),
    },
    throughExposure: false,
  };
}

function askedOf(text: string, policy: Policy): Destination {
  const workloads = policy.workloads.map(({ name }) => name), apis = policy.apis.map(({ name }) => name);
  if (builtins.includes(text)) return { kind: 'builtin', name: text as BuiltinPeer };
  const port = /^(\S+):(\d+)\/(TCP|UDP)$/.exec(text);
  if (port !== null) return { kind: 'port', workload: known(workloads, port[1], 'workload'), port: Number(port[2]), protocol: port[3] as 'TCP' | 'UDP' };
  const wire = /^(\S+) ([A-Z]+) (\/\S*)( upgraded)?$/.exec(text);
  if (wire !== null) return { kind: 'http', api: known(apis, wire[1], 'API'), method: known(httpMethods, wire[2], 'method'), path: wire[3] ?? '', ...(wire[4] === undefined ? {} : { upgrade: 'websocket' }) };
  const probe = /^(\S+) (\S+)$/.exec(text);
  if (probe !== null) return { kind: 'probe', workload: known(workloads, probe[1], 'workload'), probe: known(probeNames, probe[2], 'probe') as ProbeName };
  const operation = /^([^.\s]+)\.([^.\s]+)$/.exec(text);
  const api = known(apis, operation?.[1], 'API');
  const names = policy.apis.find(({ name }) => name === api)?.operations.map(({ name }) => name) ?? [];
  return { kind: 'operation', api, operation: known(names, operation?.[2], `operation of ${api}`) };
}
