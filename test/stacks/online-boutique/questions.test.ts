import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { builtinPeers, httpMethods, probeNames, type BuiltinPeer, type Policy, type ProbeName } from '#ir';
import { decide, type Destination, type Peer, type Request } from '#spec';
import { checkedEstate, instant } from './checked-estate.ts';

const { policy } = checkedEstate();

/** A name that the policy does not have would be denied, and so prove nothing. */
function known(names: readonly string[], name: string | undefined, what: string): string {
  if (name === undefined || !names.includes(name)) throw new Error(`\`${name}\` is no ${what}`);
  return name;
}
const workloads = policy.workloads.map(({ name }) => name);
const apis = policy.apis.map(({ name }) => name);
const builtins: readonly string[] = builtinPeers;

function asker(text: string): { readonly peer?: Peer; readonly throughExposure: boolean } {
  if (text === 'anyone') return { throughExposure: true };
  if (builtins.includes(text)) return { peer: { kind: 'builtin', name: text as BuiltinPeer }, throughExposure: false };
  const pod = /^pod (\S+) (\S+)(?: as (\S+))?$/.exec(text);
  if (pod === null) return { peer: { kind: 'workload', name: known(workloads, text, 'workload') }, throughExposure: false };
  const [, namespace = '', labels = '', serviceAccount] = pod;
  return {
    peer: {
      kind: 'pod', namespace, labels: labels === '-' ? {} : Object.fromEntries(labels.split(',').map((label) => label.split('=') as [string, string])),
      ...(serviceAccount === undefined ? {} : { serviceAccount }),
    },
    throughExposure: false,
  };
}

function asked(text: string, { apis: declared }: Policy): Destination {
  if (builtins.includes(text)) return { kind: 'builtin', name: text as BuiltinPeer };
  const port = /^(\S+):(\d+)\/(TCP|UDP)$/.exec(text);
  if (port !== null) return { kind: 'port', workload: known(workloads, port[1], 'workload'), port: Number(port[2]), protocol: port[3] as 'TCP' | 'UDP' };
  const wire = /^(\S+) ([A-Z]+) (\/\S*)$/.exec(text);
  if (wire !== null) return { kind: 'http', api: known(apis, wire[1], 'API'), method: known(httpMethods, wire[2], 'method'), path: wire[3] ?? '' };
  const probe = /^(\S+) (\S+)$/.exec(text);
  if (probe !== null) return { kind: 'probe', workload: known(workloads, probe[1], 'workload'), probe: known(probeNames, probe[2], 'probe') as ProbeName };
  const operation = /^([^.\s]+)\.([^.\s]+)$/.exec(text);
  const api = known(apis, operation?.[1], 'API');
  const names = declared.find(({ name }) => name === api)?.operations.map(({ name }) => name) ?? [];
  return { kind: 'operation', api, operation: known(names, operation?.[2], `operation of ${api}`) };
}

const questions = readFileSync(new URL('questions.txt', import.meta.url), 'utf8').split('\n').flatMap((line, index) => {
  if (line === '' || line.startsWith('#')) return [];
  const question = /^(allow|deny)\s+(\S.*?)\s+-> (\S.*)$/.exec(line);
  const [, answer, who, what] = question ?? [];
  if (answer === undefined || who === undefined || what === undefined) throw new Error(`questions.txt:${index + 1} is no question: ${line}`);
  return [{ answer, who, what }];
});

it.each(questions)('answers $answer to $who -> $what', ({ answer, who, what }) => {
  const request: Request = { ...asker(who), to: asked(what, policy), context: { time: instant } };
  expect(decide(policy, request).decision).toBe(answer);
});

it('is asked about sixty questions or more, and a good part of each answer', () => {
  expect(questions.length).toBeGreaterThanOrEqual(60);
  expect(questions.filter(({ answer }) => answer === 'allow').length).toBeGreaterThanOrEqual(20);
  expect(new Set(questions.map(({ who, what }) => `${who} -> ${what}`)).size).toBe(questions.length);
});
