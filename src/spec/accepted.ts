import { grants, mustAsk, type Api, type Ask, type Grant, type IdentityRef, type Offer, type Operation, type Platform, type Policy, type Workload } from '#ir';
import { portOf } from './port-of.ts';

/** The operation that stands for every operation on a port. No author can write the name (`check` refuses it). */
export const everyOperation = '*';

/**
 * The policy as a platform's acceptances leave it: what a person has agreed, in writing, to let through as well. An
 * accepted operation becomes every operation on its port; an accepted workload identity, the pods with its labels;
 * an accepted exposure, every pod of the cluster. An ordinary policy, so that `decide` and every law read it like any
 * other; and every `never` must hold on it too, or the acceptance would have broken an invariant.
 */
export function accepted(policy: Policy, platform: Platform): Policy {
  if (platform.accept.length === 0) return policy;
  const offers = new Map<string, Offer[]>();
  const widened = new Map<string, Operation>();
  const asks: Ask[] = [];
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const ports = new Map(policy.apis.map((api) => [api.name, portOf(workloads, api)]));

  for (const grant of grants(policy)) {
    const identities = [grant.from, ...widerIdentities(workloads, platform, grant)];
    const port = ports.get(grant.api.name);
    const wide = port !== undefined && (grant.operation.kind === 'http' || grant.operation.kind === 'grpc')
      && takes(platform, grant, `operation.${grant.operation.kind}`);
    if (wide) widened.set(grant.api.name, { name: everyOperation, kind: 'tcp', port: port.number });
    for (const operation of wide ? [grant.operation.name, everyOperation] : [grant.operation.name]) {
      const added = operation === everyOperation ? identities : identities.slice(1);
      if (added.length === 0) continue;
      const { until } = grant;
      const list = offers.get(grant.api.name) ?? [];
      list.push({ ...grant.offer, operation, to: added });
      offers.set(grant.api.name, list);
      for (const from of added.filter(mustAsk)) {
        asks.push({ from, to: { api: grant.api.name, operation }, ...(until === undefined ? {} : { until }) });
      }
    }
  }
  const apis = policy.apis.map((api): Api => {
    const more = offers.get(api.name);
    const operation = widened.get(api.name);
    return more === undefined ? api : { ...api, offers: [...api.offers, ...more], operations: operation === undefined ? api.operations : [...api.operations, operation] };
  });
  return { ...policy, apis, asks: [...policy.asks, ...asks] };
}

function widerIdentities(workloads: ReadonlyMap<string, Workload>, platform: Platform, grant: Grant): readonly IdentityRef[] {
  const { from } = grant;
  if (from.kind === 'workload' && takes(platform, grant, 'identity.workload')) {
    const facts = workloads.get(from.name)?.kubernetes;
    return facts === undefined ? [] : [{ kind: 'pods', namespace: facts.namespace, labels: facts.selector }];
  }
  if (from.kind === 'anyone' && takes(platform, grant, 'exposure')) return [{ kind: 'pods', namespace: '*', labels: {} }];
  return [];
}

const takes = (platform: Platform, grant: Grant, feature: string): boolean =>
  platform.accept.some((acceptance) => acceptance.feature === feature && (acceptance.grants === 'all' || acceptance.grants.includes(grant.ref)));
