import type { Evidence } from '../target.ts';
import { hbonePort } from '#ir';
import type { NetworkPlan, PeerPlan, PolicyPlan, PortPlan } from './plan.ts';

/**
 * What each NetworkPolicy does for each grant whose packets it lets in: the port, and who is at the other end of the
 * connection, each by the field that says so. The callers' ends repeat it, and are left out, but for what leads to the
 * cloud: there the caller's end is the only one.
 */
export function* evidence({ objects }: NetworkPlan): Generator<Evidence> {
  for (const object of objects) {
    const places = placesOf(object, 'ingress'), leaving = placesOf(object, 'egress'), artifact = `networking.k8s.io/v1/NetworkPolicy/${object.namespace}/${object.name}`;
    const said = new Set<string>();
    for (const { direction, peer, port, ref, tells } of object.served) {
      const place = (direction === 'ingress' ? places : leaving).get(placeKey(peer, port));
      if (place === undefined || tells === undefined) continue;
      if (direction === 'egress') {
        yield { grant: ref, feature: tells.feature, does: tells.does, artifact, field: place.peer, rule: byAddress };
        continue;
      }
      const cell = (feature: Evidence['feature'], does: Evidence['does'], field: string, rule: string, to?: Evidence['to']): Evidence | undefined => {
        const key = `${ref} ${feature}`;
        if (said.has(key)) return undefined;
        said.add(key);
        return { grant: ref, feature, does, ...(to === undefined ? {} : { to }), artifact, field, rule };
      };
      const cells = [
        cell(tells.feature, tells.does, place.peer, tells.does === 'delegated' ? delegated : peer.kind === 'range' ? byAddress : byLabels, tells.to),
        port.port === hbonePort ? cell('port', 'wider', place.port, tunnelled) : cell('port', 'exact', place.port, byPort),
      ];
      for (const one of cells) if (one !== undefined) yield one;
    }
  }
}

const byLabels = 'a rule admits the pods with these labels, and whoever may label a pod takes them (Kubernetes, "Network Policies", behavior of `to` and `from` selectors)';
const byAddress = 'a rule admits addresses of this range but for its exceptions (Kubernetes API reference, "IPBlock")';
const delegated = 'a rule admits the pods of the proxy that judged the request, and nobody who has not passed it (Kubernetes, "Network Policies", behavior of `to` and `from` selectors)';
const byPort = 'a rule admits the listed ports of the pod (Kubernetes API reference, "NetworkPolicyIngressRule")';
const tunnelled = 'a rule admits the tunnel, which carries requests to every port (Istio, "Ambient and Kubernetes NetworkPolicy")';

interface Place { readonly peer: string; readonly port: string }

/** Where each peer at each port stands in the printed object. */
function placesOf(plan: PolicyPlan, direction: 'ingress' | 'egress'): ReadonlyMap<string, Place> {
  return new Map(plan[direction].flatMap(({ peers, ports }, rule) => peers.flatMap((peer, from) => ports.map((port, at): readonly [string, Place] => [
    placeKey(peer, port),
    { peer: `spec.${direction}[${rule}].${sides[direction]}[${from}].${peer.kind === 'range' ? 'ipBlock' : 'podSelector'}`, port: `spec.${direction}[${rule}].ports[${at}]` },
  ]))));
}

const sides = { ingress: 'from', egress: 'to' } as const;
const placeKey = (peer: PeerPlan, port: PortPlan): string => JSON.stringify([peer, port]);
