import { isCloudApi, segmentOf, type Api, type Operation, type Policy } from '#ir';
import { actionAsked, carryingAction, operationOn, portOf, type Destination } from '#spec';
import type { Asked } from './asked.ts';

/** An operation by whose grants something can be asked for. */
export interface Carrier {
  readonly api: Api;
  readonly operation: Operation;
  /** Its grants are on the whole port, and carry what is asked for although it is none of theirs. */
  readonly wholePort: boolean;
}

interface Index { readonly apis: ReadonlyMap<string, Api>; readonly atPort: ReadonlyMap<string, readonly Api[]>; readonly portOf: ReadonlyMap<string, string> }
const known = new WeakMap<Policy, Index>();

/** Of a policy that can no longer change, made once. */
export function indexOf(policy: Policy): Index {
  const before = known.get(policy);
  if (before !== undefined) return before;
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const atPort = new Map<string, Api[]>(), ports = new Map<string, string>();
  for (const api of policy.apis) {
    const port = portOf(workloads, api);
    if (port === undefined) continue;
    const key = `${port.workload}:${port.number}`, before = atPort.get(key);
    ports.set(api.name, key);
    if (before === undefined) atPort.set(key, [api]); else before.push(api);
  }
  const index: Index = { apis: new Map(policy.apis.map((api) => [api.name, api])), atPort, portOf: ports };
  if (Object.isFrozen(policy)) known.set(policy, index);
  return index;
}

/** As `decide` takes them: the operation that owns what is asked for, and every `tcp` one on the same port; of a port, all that are served there. */
export function carriersOf(policy: Policy, to: Destination): readonly Carrier[] {
  if (to.kind === 'builtin' || to.kind === 'probe') return [];
  const index = indexOf(policy);
  const whole = (key: string | undefined): readonly Carrier[] => (index.atPort.get(key ?? '') ?? []).flatMap((api) => api.operations.flatMap((operation) => (operation.kind === 'tcp' ? [{ api, operation, wholePort: true }] : [])));
  if (to.kind === 'port') {
    return to.protocol !== 'TCP' ? [] : (index.atPort.get(`${to.workload}:${to.port}`) ?? []).flatMap((api) => api.operations.map((operation) => ({ api, operation, wholePort: false })));
  }
  const api = index.apis.get(to.api);
  if (api === undefined) return [];
  if (isCloudApi(api)) {
    const asked = actionAsked(api, to);
    return asked === undefined ? [] : carryingAction(policy, api, asked).map((carrier) => ({ ...carrier, wholePort: false }));
  }
  if (to.kind === 'action') return [];
  const owner = to.kind === 'operation' ? api.operations.find(({ name }) => name === to.operation) : operationOn(api, to);
  const there = whole(index.portOf.get(api.name));
  if (owner?.kind === 'tcp') return there.map((carrier) => ({ ...carrier, wholePort: carrier.operation !== owner }));
  return owner === undefined ? there : [{ api, operation: owner, wholePort: false }, ...there];
}

/** The destinations of which a whole API or segment is made: every operation, by name. */
export function destinationsOf(policy: Policy, asked: Asked): readonly Destination[] {
  switch (asked.kind) {
    case 'destination': return [asked.to];
    case 'api': return operationsOf(indexOf(policy).apis.get(asked.api));
    case 'segment': return policy.apis.filter((api) => segmentOf(policy, api)?.name === asked.segment).flatMap(operationsOf);
    default: return asked satisfies never;
  }
}

const operationsOf = (api: Api | undefined): readonly Destination[] =>
  api?.operations.map(({ name }) => ({ kind: 'operation', api: api.name, operation: name })) ?? [];
