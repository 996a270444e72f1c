import {
  builtinGrants, conditionsOn, grantRef, grants, isCloudApi, mustAsk, segmentOf,
  type Api, type Ask, type Condition, type Feature, type Grant, type GrantRef, type IdentityRef, type Offer, type Operation, type Platform, type Policy, type Workload,
} from '#ir';
import { portOf } from './port-of.ts';

/** The operation that stands for every operation on a port. No author can write the name (`check` refuses it). */
export const everyOperation = '*';

/**
 * The policy as a platform's acceptances leave it: what a person has agreed, in writing, to let through as well. An
 * accepted operation becomes every operation on its port; an accepted workload identity, the pods with its labels; an
 * accepted person or partner, whoever else comes the same way; an accepted exposure, every pod of the cluster; an
 * accepted condition is no longer asked. The cloud knows ServiceAccounts, and never labels: who calls it stays who it
 * is; an accepted endpoint, or version of TLS, lets nobody do more there. A sidecar looks up the name of its control
 * plane, so that there every workload may use DNS. An ordinary policy, so that `decide` and every law read it like any
 * other; and every `never` must hold on it too, or the acceptance would have broken an invariant.
 */
export function accepted(policy: Policy, platform: Platform): Policy {
  const named = platform.mesh?.dataPlane === 'sidecar' ? { ...policy, workloads: policy.workloads.map(lookingUp) } : policy;
  return platform.accept.length === 0 ? named : widened(withoutConditions(named, platform), platform);
}

const lookingUp = (workload: Workload): Workload =>
  (workload.kubernetes === undefined || workload.callsDns !== undefined ? workload : { ...workload, callsDns: { because: 'its sidecar looks up the control plane' } });

function widened(policy: Policy, platform: Platform): Policy {
  const offers = new Map<string, Offer[]>();
  const widenedOperations = new Map<string, Operation>();
  const asks: Ask[] = [];
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const ports = new Map(policy.apis.map((api) => [api.name, portOf(workloads, api)]));
  const add = (api: string, offer: Offer): void => {
    const list = offers.get(api) ?? [];
    list.push(offer);
    offers.set(api, list);
  };

  for (const grant of grants(policy)) {
    const identities = [grant.from, ...widerIdentities(workloads, platform, grant)];
    const port = ports.get(grant.api.name);
    const wide = port !== undefined && (grant.operation.kind === 'http' || grant.operation.kind === 'grpc' || grant.operation.kind === 'websocket')
      && takes(platform, grant.ref, grant.operation.kind === 'grpc' ? 'operation.grpc' : 'operation.http');
    if (wide) widenedOperations.set(grant.api.name, { name: everyOperation, kind: 'tcp', port: port.number });
    for (const operation of wide ? [grant.operation.name, everyOperation] : [grant.operation.name]) {
      const added = operation === everyOperation ? identities : identities.slice(1);
      if (added.length === 0) continue;
      const { until } = grant;
      add(grant.api.name, { ...grant.offer, operation, to: added });
      for (const from of added.filter(mustAsk)) {
        asks.push({ from, to: { api: grant.api.name, operation }, ...(until === undefined ? {} : { until }) });
      }
    }
  }
  for (const { port, ref, workload } of builtinGrants(policy)) {
    if (!takes(platform, ref, 'operation.http')) continue;
    for (const api of policy.apis.filter(({ name }) => ports.get(name)?.workload === workload.name && ports.get(name)?.number === port)) {
      widenedOperations.set(api.name, { name: everyOperation, kind: 'tcp', port });
      add(api.name, { operation: everyOperation, to: [{ kind: 'builtin', name: 'metricsScraper' }], when: [] });
    }
  }
  const apis = policy.apis.map((api): Api => {
    const more = offers.get(api.name);
    const operation = widenedOperations.get(api.name);
    return more === undefined ? api : { ...api, offers: [...api.offers, ...more], operations: operation === undefined ? api.operations : [...api.operations, operation] };
  });
  return { ...policy, apis, asks: [...policy.asks, ...asks] };
}

/** What a segment requires is written into each offer, so that one grant can be without it and another not. */
function withoutConditions(policy: Policy, platform: Platform): Policy {
  if (!platform.accept.some(({ feature }) => feature.startsWith('condition.'))) return policy;
  const apis = policy.apis.map((api): Api => {
    const segment = segmentOf(policy, api);
    return {
      ...api,
      offers: api.offers.flatMap((offer) => offer.to.map((to): Offer => {
        const ref = grantRef(to, api.name, offer.operation);
        const left = conditionsOn(segment, offer, to).flatMap((condition) => asked(condition, (feature) => takes(platform, ref, feature)));
        return { ...offer, to: [to], when: left };
      })),
    };
  });
  return { ...policy, apis, segments: policy.segments.map((segment) => ({ ...segment, requires: { ...segment.requires, people: [], workloads: [], partners: [] } })) };
}

/** What is left of a condition whose features are accepted: nothing, itself, or the factor without its age. */
function asked(condition: Condition, isAccepted: (feature: Feature) => boolean): readonly Condition[] {
  switch (condition.kind) {
    case 'all': return condition.of.flatMap((part) => asked(part, isAccepted));
    case 'any': { // one way that is always open leaves nothing to ask
      const parts = condition.of.map((part) => asked(part, isAccepted));
      return parts.some((part) => part.length === 0) ? [] : [{ kind: 'any', of: parts.map((part) => (part.length === 1 ? part[0]! : { kind: 'all', of: part })) }];
    }
    case 'mfa': {
      const aged = condition.within === undefined || isAccepted('condition.authenticatedWithin') ? undefined : condition.within;
      if (!isAccepted('condition.mfa')) return [aged === undefined ? { kind: 'mfa' } : { kind: 'mfa', within: aged }];
      return aged === undefined ? [] : [{ kind: 'authenticatedWithin', seconds: aged }];
    }
    default: return isAccepted(`condition.${condition.kind}`) ? [] : [condition];
  }
}

function widerIdentities(workloads: ReadonlyMap<string, Workload>, platform: Platform, grant: Grant): readonly IdentityRef[] {
  const { api, from } = grant;
  const isTaken = (feature: Feature): boolean => takes(platform, grant.ref, feature);
  const found: IdentityRef[] = [];
  if (from.kind === 'workload') {
    const facts = workloads.get(from.name)?.kubernetes;
    if (from.actingFor !== undefined && isTaken('identity.person')) found.push({ kind: 'workload', name: from.name });
    // labels stand for the workload, not for the person that it acts for
    if (facts !== undefined && !isCloudApi(api) && isTaken('identity.workload') && (from.actingFor === undefined || found.length > 0)) found.push({ kind: 'pods', namespace: facts.namespace, labels: facts.selector });
  }
  if ((from.kind === 'people' && isTaken('identity.person')) || (from.kind === 'partner' && isTaken('identity.partner'))) found.push({ kind: 'anyone' });
  if ((from.kind === 'anyone' || from.kind === 'people' || from.kind === 'partner') && isTaken('exposure')) found.push({ kind: 'pods', namespace: '*', labels: {} });
  return found;
}

/** Written down by a person, on whatever plane. */
const takes = (platform: Platform, ref: GrantRef, feature: Feature): boolean =>
  platform.accept.some((acceptance) => acceptance.feature === feature && (acceptance.grants === 'all' || acceptance.grants.includes(ref)));
