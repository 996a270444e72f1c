import { hashOf, partName } from '../../object-name.ts';
import type { PeerPlan, PolicyPlan, RulePlan, Served } from '../plan.ts';
import { nonEmpty } from './admissions.ts';

/** Most bytes of an object's JSON: two thirds of what etcd takes in a request by default (etcd, "System limits": 1.5 MiB). */
export const maxObjectBytes = 1 << 20;

/**
 * The policy as it is if it fits one object, else in 2, 4, 8 … parts that each do.
 *
 * This keeps the meaning: NetworkPolicies that select a pod add up, each part selects the same pods in both
 * directions, and each pair of peer and port is admitted by exactly one part as it was before.
 *
 * A peer's part is a hash of the peer alone, so that a change of content touches the parts of the peers that changed.
 * When the number of parts doubles, part n hands some of its peers to a new one and keeps its own name. A peer with
 * all of its ports always fits: the pod that declares those ports was itself small enough to store.
 */
export function split(plan: PolicyPlan, maxBytes: number): readonly PolicyPlan[] {
  if (bytesOf(plan) <= maxBytes) return [plan];
  const hashes = new Map<PeerPlan, number>();
  const hashOfPeer = (peer: PeerPlan): number => {
    let hash = hashes.get(peer);
    if (hash === undefined) hashes.set(peer, hash = Number.parseInt(hashOf(JSON.stringify(peer)).slice(0, 8), 16));
    return hash;
  };
  for (let parts = 2; parts <= 1 << 14; parts *= 2) {
    const ingress = divided(plan.ingress, parts, hashOfPeer);
    const egress = divided(plan.egress, parts, hashOfPeer);
    const plans = Array.from({ length: parts }, (_, part): PolicyPlan =>
      ({ ...plan, name: partName(plan.name, part), ingress: ingress[part] ?? [], egress: egress[part] ?? [] }));
    if (plans.some((part) => bytesOf(part) > maxBytes)) continue;
    const served = plans.map((): Served[] => []);
    for (const one of plan.served) served[hashOfPeer(one.peer) % parts]?.push(one);
    return plans
      .map((part, index) => ({ ...part, served: served[index] ?? [], grants: [...new Set(served[index]?.map(({ ref }) => ref))].sort() }))
      .filter(({ ingress: admitted, egress: reached }, part) => part === 0 || admitted.length + reached.length > 0);
  }
  throw new Error(`\`${plan.name}\` has a peer that no object can hold`);
}

/** The rules of each part: of each rule the peers that fall to it, at all of the rule's ports; no rule without peers. */
function divided(rules: readonly RulePlan[], parts: number, hashOfPeer: (peer: PeerPlan) => number): readonly (readonly RulePlan[])[] {
  const result = Array.from({ length: parts }, (): RulePlan[] => []);
  for (const { peers, ports } of rules) {
    const byPart = new Map<number, PeerPlan[]>();
    for (const peer of peers) {
      const part = hashOfPeer(peer) % parts;
      const list = byPart.get(part);
      if (list === undefined) byPart.set(part, [peer]); else list.push(peer);
    }
    for (const [part, list] of byPart) result[part]?.push({ peers: nonEmpty(list), ports });
  }
  return result;
}

/** At least as many bytes as the object's JSON has. Names, labels and ranges are ASCII, and need no escapes in it. */
export function bytesOf({ namespace, name, purpose, selector, ingress, egress }: PolicyPlan): number {
  let bytes = 600 + namespace.length + name.length + 6 * purpose.length + labelBytes(selector);
  for (const { peers, ports } of [...ingress, ...egress]) {
    bytes += 30;
    for (const peer of peers) bytes += peerBytes(peer);
    for (const { port } of ports) bytes += 32 + String(port).length;
  }
  return bytes;
}

function peerBytes(peer: PeerPlan): number {
  if (peer.kind === 'range') return 40 + peer.cidr.length + peer.except.reduce((sum, { length }) => sum + length + 3, 0);
  return 50 + labelBytes(peer.labels) + (peer.namespace === undefined ? 0 : 80 + peer.namespace.length);
}

function labelBytes(labels: Readonly<Record<string, string>>): number {
  let bytes = 20;
  for (const key in labels) bytes += key.length + (labels[key] as string).length + 6;
  return bytes;
}
