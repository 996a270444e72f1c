import type { Diagnostic } from '#diagnostics';
import { waypointOf, type Placement, type Platform, type Policy } from '#ir';
import { defaultDenyName, labelValue, policyName } from '../object-name.ts';
import { compare } from '../compare.ts';
import { denialsOf, readTokens } from './lower/denials.ts';
import { enrolment } from './lower/enrolment.ts';
import { estateOf, type Estate, type Server } from './lower/estate.ts';
import { meshLosses, sameNames } from './lower/losses.ts';
import { objectsOf } from './lower/policies.ts';
import type { MeshPlan, ObjectPlan } from './plan.ts';

/**
 * Decides which objects of the mesh a policy needs: certificates everywhere, a denial of everything in each namespace
 * and at each waypoint, and what admits the requests of each grant and nothing else.
 *
 * The placement is not looked at: every request passes this plane, which enforces of each grant whatever it can.
 * Objects come in the order of namespace, kind and name, the same for any order of declaration. Pointers are into
 * `policy` or, where they begin with a platform's field, into `platform`.
 */
export function lower(policy: Policy, platform: Platform, _placement: Placement): { readonly plan: MeshPlan; readonly losses: readonly Diagnostic[] } {
  const { mesh } = platform;
  if (mesh === undefined) return { plan: { policy: labelValue(policy.name), objects: [] }, losses: [] };
  const estate = estateOf(policy, platform, mesh);
  const served = estate.servers.map((server) => {
    const denials = denialsOf(estate, server), { losses, objects } = objectsOf(estate, server, readTokens(denials));
    return { losses, objects: [...plaintextPorts(server), ...denials, ...objects] };
  });
  const objects = [...namespaceObjects(estate), ...served.flatMap((each) => each.objects)].sort(byPlace);
  return {
    plan: { policy: labelValue(policy.name), objects },
    losses: [...meshLosses(estate), ...served.flatMap(({ losses }) => losses), ...sameNames(objects, estate.servers), ...enrolment(estate)],
  };
}

const byPlace = (a: ObjectPlan, b: ObjectPlan): number => compare(a.namespace, b.namespace) || compare(a.kind, b.kind) || compare(a.name, b.name);

function namespaceObjects({ mesh, servers }: Estate): readonly ObjectPlan[] {
  const read = new Set(servers.flatMap(({ facts, waypoint }) => (waypoint === undefined ? [] : [facts.namespace])));
  return [...new Set(servers.map(({ facts }) => facts.namespace))].flatMap((namespace): readonly ObjectPlan[] => {
    const named = { namespace, name: defaultDenyName, grants: [] };
    return [
      { ...named, kind: 'peerAuthentication', stage: 0, plaintextPorts: [], purpose: `Nothing reaches a pod of ${namespace} without a certificate of the mesh.` },
      { ...named, kind: 'authorizationPolicy', stage: 0, target: { kind: 'namespace' }, action: 'ALLOW', rules: [], purpose: `Nothing reaches a pod of ${namespace} unless another policy allows it.` },
      { ...named, kind: 'telemetry', stage: 0, name: policyName('access-log'), purpose: `What is denied in ${namespace} is written down.` },
      ...(!read.has(namespace) ? [] : [
        // a policy of pods says nothing of a waypoint, which would let pass what no policy of its Service forbids
        { ...named, kind: 'authorizationPolicy', stage: 0, name: policyName(`default-deny.${mesh.waypoint}`), target: { kind: 'gateway', name: mesh.waypoint }, action: 'ALLOW', rules: [], purpose: `The waypoint of ${namespace} lets nothing pass unless a policy of its Service allows it.` },
        { ...named, kind: 'waypoint', stage: 3, name: waypointOf(mesh, namespace).serviceAccount, purpose: `Reads requests to the Services of ${namespace}.` },
      ] as const),
    ];
  });
}

/** Where clients from outside come straight to the pods they have no certificate: those ports alone are open to such. */
function plaintextPorts({ apis, facts, workload }: Server): readonly ObjectPlan[] {
  const outside = (kind: string): boolean => kind === 'anyone' || kind === 'people' || kind === 'partner';
  const open = apis.filter(({ api, grants }) => api.exposedAt?.kind === 'service' && grants.some(({ from }) => outside(from.kind))).map(({ port }) => port);
  if (open.length === 0) return [];
  return [{
    kind: 'peerAuthentication', namespace: facts.namespace, name: policyName(workload.name), stage: 0, grants: [],
    selector: Object.fromEntries(Object.entries(facts.selector).sort(([a], [b]) => compare(a, b))), plaintextPorts: [...new Set(open)].sort((a, b) => a - b),
    purpose: `Clients from outside the mesh reach ${workload.name} where it is exposed; who they may be, its AuthorizationPolicy says.`,
  }];
}
