import { hbonePort, resolvePort, type Fidelity, type GrantRef, type Platform } from '#ir';
import type { PortPlan, Telling } from '../plan.ts';
import type { Peer, Pods, WorkloadPods } from './estate.ts';
import type { Flow } from './flows.ts';
import type { Proxies } from './proxies.ts';

/** One connection of a flow, from pods or from addresses to the pods that end it. */
export interface Leg {
  readonly ref: GrantRef;
  readonly from: Pods | readonly Peer[];
  readonly to: Pods;
  readonly number: number;
  readonly port: PortPlan;
  readonly tells: Telling;
}

/** Clients that no pod can be taken for, and how well that is told (see `capabilities.ts`). */
export interface Outside { readonly peers: readonly Peer[]; readonly does: Fidelity }

/**
 * The connections that a flow is made of, one after the other. In an ambient mesh the packets between two pods go to
 * HBONE's port whatever port the request is for, to the waypoint of the server's namespace first where requests to
 * its Services are read, and never to the application's port (Istio, "Ambient and Kubernetes NetworkPolicy"). A sidecar listens on
 * the application's own port. Whoever scrapes asks each pod, past the waypoint.
 */
export function legsOf({ from, number, port, ref, to }: Flow, platform: Platform, { waypoints }: Proxies, outside: Outside): readonly Leg[] {
  const between = (caller: Pods, tells: Telling, inMesh: boolean): readonly Leg[] => {
    if (!inMesh || platform.mesh?.dataPlane !== 'ambient' || to.namespace === platform.dns?.namespace) return [{ ref, from: caller, to, number, port, tells }];
    const waypoint = to.managed && to.servesRequests && from.kind !== 'scraper' && hasService(to, number) ? waypoints.get(to.namespace) : undefined;
    const tunnel = (a: Pods, b: Pods, said: Telling): Leg => ({ ref, from: a, to: b, number: hbonePort, port: hbone, tells: said });
    return waypoint === undefined ? [tunnel(caller, to, tells)] : [tunnel(caller, waypoint, tells), tunnel(waypoint, to, { feature: tells.feature, does: 'delegated', to: 'mesh' })];
  };
  switch (from.kind) {
    case 'pods': case 'scraper': return between(from.pods, byLabels, true);
    case 'outside': {
      const arriving: Telling = { feature: 'exposure', does: outside.does };
      if (from.gateway === undefined) return [{ ref, from: outside.peers, to, number, port, tells: arriving }];
      const { gateway } = from.gateway;
      return [
        { ref, from: outside.peers, to: from.gateway, number: gateway.containerPort, port: { protocol: 'TCP', port: gateway.containerPort }, tells: arriving },
        ...between(from.gateway, { feature: 'exposure', does: 'delegated', to: 'gateway' }, gateway.upstream.kind === 'mesh'),
      ];
    }
    default: return from satisfies never;
  }
}

/** A waypoint stands before Services; who has to address the pod, for want of one, passes it by. */
const hasService = ({ kubernetes }: WorkloadPods, number: number): boolean =>
  kubernetes.services.some(({ protocol, targetPort }) => protocol === 'TCP' && (resolvePort(kubernetes, targetPort, 'TCP')?.number ?? targetPort) === number);

const hbone: PortPlan = { protocol: 'TCP', port: hbonePort };
/** Whoever may label a pod takes the identity. */
const byLabels: Telling = { feature: 'identity.workload', does: 'wider' };
