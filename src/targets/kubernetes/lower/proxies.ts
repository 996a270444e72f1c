import { waypointOf, type Gateway, type Platform, type Policy } from '#ir';
import { podsOf, type Pods, type WorkloadPods } from './estate.ts';

/** Pods of the platform's own that stand on the way of requests, and get a policy of their own. */
export interface Proxies {
  /** By the namespace that they serve. */
  readonly waypoints: ReadonlyMap<string, Pods>;
  /** By name; only those at which some API is exposed. */
  readonly gateways: ReadonlyMap<string, GatewayPods>;
}
export interface GatewayPods extends Pods { readonly gateway: Gateway }

export function proxiesOf(policy: Policy, { dns, gateways, mesh }: Platform, estate: ReadonlyMap<string, WorkloadPods>): Proxies {
  const exposedAt = new Set(policy.apis.flatMap((api) => (api.exposedAt?.kind === 'gateway' ? [api.exposedAt.gateway] : [])));
  const waypoints = new Map<string, Pods>();
  if (mesh?.dataPlane === 'ambient') {
    for (const { managed, namespace, servesRequests } of estate.values()) {
      // the namespace of the cluster's DNS takes no part in the mesh
      if (managed && servesRequests && namespace !== dns?.namespace && !waypoints.has(namespace)) waypoints.set(namespace, podsOf(mesh.waypoint, '/mesh/waypoint', waypointOf(mesh, namespace)));
    }
  }
  return {
    waypoints,
    gateways: new Map(gateways.flatMap((gateway, index): readonly (readonly [string, GatewayPods])[] =>
      (exposedAt.has(gateway.name) ? [[gateway.name, { ...podsOf(gateway.name, `/gateways/${index}`, gateway.pods), gateway }]] : []))),
  };
}
