import { readFileSync } from 'node:fs';
import { builtinPeers, cloudServices, httpMethods, probeNames, type BuiltinPeer, type Policy, type ProbeName } from '#ir';
import { cloudBuiltins, type CloudBuiltin, type Context, type Destination, type Request } from '#spec';

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
    const clear = what.endsWith(inTheClear), to = askedOf(clear ? what.slice(0, -inTheClear.length) : what, policy);
    return [{ answer: answer as 'allow' | 'deny', who, what, request: { ...asker, to, context: { time, ...context, ...(clear ? { inTheClear: true } : {}) } } }];
  });
}

const inTheClear = ' in the clear';

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
  const credentials = /^credentials of (\S+)$/.exec(text);
  if (credentials !== null) return { peer: { kind: 'credentials', of: known(policy.workloads.map(({ name }) => name), credentials[1], 'workload') }, throughExposure: false };
  const principal = /^principal (arn:\S+)$/.exec(text);
  if (principal !== null) return { peer: { kind: 'principal', arn: principal[1]! }, throughExposure: false };
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
  if (builtins.includes(text) || (cloudBuiltins as readonly string[]).includes(text)) return { kind: 'builtin', name: text as BuiltinPeer | CloudBuiltin };
  const action = /^(\S+) ([a-z0-9-]+:[A-Za-z]+)(?: within (\S+))?(?: via (\S+))?$/.exec(text);
  if (action !== null) {
    const [, api, name = '', within, via] = action;
    return {
      kind: 'action', api: known(apis, api, 'API'), action: name, ...(within === undefined ? {} : { within }),
      ...(via === undefined ? {} : { via: known(cloudServices, via, 'service') as (typeof cloudServices)[number] }),
    };
  }
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
