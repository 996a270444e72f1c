import type { Access, Row } from '#algebra';
import { builtinGrantRef, isCloudApi, resolvePort, type AnswerGrant, type Api, type BuiltinPeer, type Policy, type Workload } from '#ir';
import { operationOn, type CloudBuiltin, type Destination } from '#spec';
import type { Askable } from './askable.ts';
import type { Asker } from './asker.ts';
import { indexOf } from './carriers.ts';

/** One thing that follows from what a workload says of itself: a peer of every cluster, and the one request (or connection) that is its. */
interface OfWorkload { readonly from: 'metricsScraper' | 'nodeProbes'; readonly ref: string; readonly workload: string; readonly port: number; /** `GET /metrics`; undefined where nothing is said. */ readonly line?: string; readonly name: string }

/** What follows for one workload, in order. */
function ofWorkload({ kubernetes, name }: Workload): readonly OfWorkload[] {
  if (kubernetes === undefined) return [];
  const numberOf = (port: number | string): number | undefined => (typeof port === 'number' ? port : resolvePort(kubernetes, port, 'TCP')?.number);
  const { metrics } = kubernetes, scraped = metrics === undefined ? undefined : numberOf(metrics.port), found: OfWorkload[] = [];
  if (metrics !== undefined && scraped !== undefined) found.push({ from: 'metricsScraper', ref: builtinGrantRef(name), workload: name, port: scraped, line: `GET ${metrics.path}`, name: 'metrics' });
  for (const { name: probed, probe } of kubernetes.probes) {
    const port = probe.kind === 'exec' ? undefined : numberOf(probe.port);
    if (probe.kind === 'exec' || port === undefined) continue;
    const line = probe.kind === 'http' ? `GET ${probe.path}` : probe.kind === 'grpc' ? 'POST /grpc.health.v1.Health/Check' : undefined;
    found.push({ from: 'nodeProbes', ref: `nodeProbes → ${name}.${probed}`, workload: name, port, ...(line === undefined ? {} : { line }), name: probed });
  }
  return found;
}

const entry = ({ from, line, name, port, ref, workload }: OfWorkload): AnswerGrant =>
  ({ grant: ref, kind: 'derived', who: from, operation: `${workload}.${name}`, asks: line ?? `tcp ${port}`, when: [] });

const destinationEntry = (workload: string, to: BuiltinPeer | CloudBuiltin): AnswerGrant => ({ grant: `${workload} → ${to}`, kind: 'derived', who: workload, operation: to, asks: to, when: [] });

/** Who gets there without a grant, by what workloads say of themselves. Of an operation that is asked for by name: whose one request it owns. */
export function derivedOn(askable: Askable, to: Destination): readonly AnswerGrant[] {
  const { policy } = askable;
  switch (to.kind) {
    case 'builtin': return policy.workloads.filter((workload) => reaches(askable, workload, to.name)).map(({ name }) => destinationEntry(name, to.name));
    case 'probe': {
      const workload = policy.workloads.find(({ name }) => name === to.workload), named = workload?.kubernetes?.probes.find(({ name }) => name === to.probe);
      if (workload === undefined || named === undefined) return [];
      return [ofWorkload(workload).find(({ name }) => name === to.probe)].map((one) => (one === undefined ? { ...destinationEntry('nodeProbes', 'nodeProbes'), grant: `nodeProbes → ${to.workload}.${to.probe}`, operation: `${to.workload}.${to.probe}`, asks: 'exec' } : entry(one)));
    }
    case 'port': return to.protocol !== 'TCP' ? [] : firstOfEach(atPort(policy, `${to.workload}:${to.port}`)).map(entry);
    case 'http': case 'operation': {
      const index = indexOf(policy), api = index.apis.get(to.api), there = atPort(policy, api === undefined ? undefined : index.portOf.get(api.name));
      if (api === undefined) return [];
      if (to.kind === 'http') return firstOfEach(there.filter(({ line }) => line === `${to.method} ${to.path}` && to.upgrade === undefined)).map(entry);
      return there.filter((one) => owns(api, to.operation, one)).map(entry);
    }
    case 'action': return [];
    default: return to satisfies never;
  }
}

/** `decide` names the first probe that fits. */
const firstOfEach = (found: readonly OfWorkload[]): readonly OfWorkload[] => found.filter((one, index) => found.findIndex(({ from }) => from === one.from) === index);

function atPort(policy: Policy, key: string | undefined): readonly OfWorkload[] {
  const at = key?.lastIndexOf(':') ?? -1;
  if (key === undefined || at < 0) return [];
  const workload = workloadsOf(policy).get(key.slice(0, at));
  return workload === undefined ? [] : ofWorkload(workload).filter(({ port }) => port === Number(key.slice(at + 1)));
}

function owns(api: Api, operation: string, { line }: OfWorkload): boolean {
  if (api.operations.find(({ name }) => name === operation)?.kind === 'tcp') return true;
  const [method = '', path = ''] = line?.split(' ') ?? [];
  return line !== undefined && operationOn(api, { kind: 'http', api: api.name, method, path })?.name === operation;
}

/** What somebody reaches without a grant. */
export function derivedFor(askable: Askable, asker: Asker): readonly AnswerGrant[] {
  if (asker.kind !== 'identity') return [];
  const { identity } = asker, { policy } = askable;
  if (identity.kind === 'workload') {
    const workload = workloadsOf(policy).get(identity.name);
    return workload === undefined ? [] : (['clusterDns', 'apiServer', 'cloudCredentials'] as const).filter((name) => reaches(askable, workload, name)).map((name) => destinationEntry(workload.name, name));
  }
  return identity.kind === 'builtin' ? policy.workloads.flatMap(ofWorkload).filter(({ from }) => from === identity.name).map(entry) : [];
}

/** DNS for whoever calls something by name or says so; the API server for whoever says so; credentials for whoever is granted something of the cloud. */
function reaches({ access, from, policy }: Askable, workload: Workload, name: BuiltinPeer | CloudBuiltin): boolean {
  if (workload.kubernetes === undefined) return false;
  if (name === 'apiServer') return workload.callsApiServer !== undefined;
  if (name === 'clusterDns' && workload.callsDns !== undefined) return true;
  if (name !== 'clusterDns' && name !== 'cloudCredentials') return false;
  const row = rowsOf(access).get(workload.name);
  return row !== undefined && access.grantsOf(row).some((grant) => grant.from.kind === 'workload' && grant.from.name === workload.name && (name === 'clusterDns' || isCloudApi(grant.api)) && isInForce(policy, grant.pointers, from));
}

/** In force at some time from then on: its end has not passed. */
function isInForce(policy: Policy, pointers: { readonly offer: string; readonly ask?: string }, from: string): boolean {
  const [, api, offer] = /^\/apis\/(\d+)\/offers\/(\d+)$/.exec(pointers.offer) ?? [], [, ask] = /^\/asks\/(\d+)$/.exec(pointers.ask ?? '') ?? [];
  const days = [policy.apis[Number(api)]?.offers[Number(offer)]?.until, ask === undefined ? undefined : policy.asks[Number(ask)]?.until];
  return days.every((day) => day === undefined || Date.parse(from) < Date.parse(`${day}T00:00:00Z`) + 86_400_000);
}

const rows = new WeakMap<Access, ReadonlyMap<string, Row>>();
function rowsOf(access: Access): ReadonlyMap<string, Row> {
  const found = rows.get(access) ?? new Map(access.space.rows.flatMap((row): [string, Row][] => (row.kind === 'workload' ? [[row.name, row]] : [])));
  rows.set(access, found);
  return found;
}

const named = new WeakMap<Policy, ReadonlyMap<string, Workload>>();
function workloadsOf(policy: Policy): ReadonlyMap<string, Workload> {
  const found = named.get(policy) ?? new Map(policy.workloads.map((workload) => [workload.name, workload]));
  named.set(policy, found);
  return found;
}
