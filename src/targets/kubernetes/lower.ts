import type { Diagnostic } from '#diagnostics';
import type { Placement, Platform, Policy } from '#ir';
import { capabilities } from './capabilities.ts';
import { cloudFlows } from './lower/cloud-flows.ts';
import { cniLosses } from './lower/cni-losses.ts';
import { openControlTraffic } from './lower/control-traffic.ts';
import { podsByWorkload, podsOf, type WorkloadPods } from './lower/estate.ts';
import { flowsOf } from './lower/flows.ts';
import { keyHosts } from './lower/key-hosts.ts';
import { legsOf, type Outside } from './lower/legs.ts';
import { missingFacts } from './lower/missing-facts.ts';
import { managedNamespaces } from './lower/namespaces.ts';
import { openCloud, openingsOf, openLeg, policiesOf } from './lower/openings.ts';
import { outsidePeers } from './lower/platform-peers.ts';
import { proxiesOf } from './lower/proxies.ts';
import { defaultDenyName, labelValue, policyName } from '../object-name.ts';
import { compare } from '../compare.ts';
import type { NetworkPlan, PolicyPlan } from './plan.ts';

/**
 * Decides which NetworkPolicies a policy needs on a platform: a denial of everything for each namespace, and for each
 * workload one policy that opens its pods, in both directions, to what its grants say and nothing else. Waypoints and
 * the proxies of gateways that an API is exposed at get one too; their namespaces are left to their controllers.
 *
 * Whoever answers for an identity or an operation, the packets of every grant pass this plane, and every port of it is
 * this target's. Of the placement it looks only at whether a cloud service may be called where nobody says where it answers. Objects come in the order of namespace and name, the same for any
 * order of declaration. Pointers are into `policy` or, where they begin with a platform's field, into `platform`.
 */
export function lower(policy: Policy, platform: Platform, placement: Placement): { readonly plan: NetworkPlan; readonly losses: readonly Diagnostic[] } {
  const estate = podsByWorkload(policy), proxies = proxiesOf(policy, platform, estate);
  const scraper = platform.metricsScraper === undefined ? undefined : podsOf('metricsScraper', '/metricsScraper', platform.metricsScraper);
  const { flows, losses: unsupported } = flowsOf(policy, platform, estate, proxies, scraper);
  const cloud = cloudFlows(policy, platform, placement, estate);
  const { namespaces, losses: foreign } = managedNamespaces(policy, platform, estate);
  const outside: Outside = { peers: outsidePeers(platform), does: capabilities(platform).exposure };
  const keys = keyHosts(policy, platform, flows), openings = openingsOf(policy, platform, estate, proxies);
  for (const flow of flows) for (const leg of legsOf(flow, platform, proxies, outside)) openLeg(leg, openings);
  openCloud(cloud.flows, platform, openings);
  openControlTraffic(policy, platform, openings, estate, keys);

  const opened = [...openings.values()];
  const objects: PolicyPlan[] = [...namespaces.map(defaultDeny), ...opened.flatMap(policiesOf)];
  objects.sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
  return {
    plan: { policy: labelValue(policy.name), objects },
    losses: [
      ...unsupported, ...foreign, ...cloud.losses, ...missingFacts(policy, platform, flows, cloud.flows, opened, outside.peers, keys), ...sameNames(objects, estate),
      ...cniLosses(policy, platform, flows, cloud.flows, opened, keys),
    ],
  };
}

function defaultDeny(namespace: string): PolicyPlan {
  return {
    namespace, name: defaultDenyName, stage: 0, selector: {}, ingress: [], egress: [], grants: [], served: [],
    purpose: `Nothing enters or leaves a pod of ${namespace} unless another policy admits it.`,
  };
}

/** Names are hashed where they are not taken over; two that meet all the same would overwrite each other. */
function sameNames(objects: readonly PolicyPlan[], estate: ReadonlyMap<string, WorkloadPods>): readonly Diagnostic[] {
  const collides = objects.some(({ namespace, name }, index) => namespace === objects[index + 1]?.namespace && name === objects[index + 1]?.name);
  if (!collides) return [];
  const taken = new Map<string, WorkloadPods>();
  return [...estate.values()].flatMap((pods): readonly Diagnostic[] => {
    const name = `${pods.namespace}/${policyName(pods.name)}`;
    const other = taken.get(name);
    taken.set(name, pods);
    return other === undefined ? [] : [{
      code: 'CS1003', severity: 'error', pointer: `${pods.pointer}/name`, related: [{ message: 'the other one', pointer: `${other.pointer}/name` }],
      message: `the workloads \`${other.name}\` and \`${pods.name}\` would both be named \`${name}\``,
      help: 'rename one of them',
    }];
  });
}
