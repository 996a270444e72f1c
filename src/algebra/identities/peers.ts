import { builtinPeers, identityText, type IdentityRef, type Labels, type Policy, type PodsRef } from '#ir';
import type { Peer } from '#spec';
import { NamespacePods } from './namespace-pods.ts';

/**
 * Everybody whom one policy treats alike: by which of its principals they are. A principal is something that an offer can
 * name as the other end of a connection: a workload, a built-in peer, whoever comes from outside, pods with some labels.
 */
export interface PeerClass {
  /** Dense, from 0, in the order of making. */
  readonly id: number;
  /** In order; workloads come first, in the policy's order. */
  readonly principals: readonly number[];
  /** How many of them are workloads. */
  readonly workloads: number;
}

/** Who connects, as one policy tells them apart. */
export class Peers {
  /** Of workloads: their index in the policy. */
  readonly #workloads = new Map<string, number>();
  readonly #builtins = new Map<string, number>();
  readonly #pods = new Map<string, number>();
  /** Workloads are numbered first. */
  readonly #declared: number;
  /** The number of principals. */
  readonly size: number;
  readonly #outside: number;
  readonly #namespaces = new Map<string, NamespacePods>();
  /** Of namespaces that declare nothing: labels alone, of `pods` identities in every namespace. */
  readonly #elsewhere = new NamespacePods();
  readonly #anyPods: boolean;
  readonly #classes = new Map<string, PeerClass>();
  readonly #byId: PeerClass[] = [];
  readonly #ofWorkload = new Map<string, PeerClass>();
  readonly #ofBuiltin = new Map<string, PeerClass>();
  readonly outside: PeerClass;
  readonly nobody: PeerClass;
  readonly #matched: number[] = [];
  readonly #singles: (PeerClass | undefined)[] = [];

  constructor(policy: Policy) {
    for (const [index, { name }] of policy.workloads.entries()) if (!this.#workloads.has(name)) this.#workloads.set(name, index);
    this.#declared = policy.workloads.length;
    let next = this.#declared;
    for (const name of builtinPeers) this.#builtins.set(name, next++);
    this.#outside = next++;
    const pods = podsOf(policy);
    for (const text of pods.keys()) this.#pods.set(text, next++);
    this.size = next;
    this.#anyPods = pods.size > 0;

    const names = new Set<string>();
    for (const { kubernetes } of policy.workloads) if (kubernetes !== undefined) names.add(kubernetes.namespace);
    for (const { namespace } of pods.values()) if (namespace !== '*') names.add(namespace);
    for (const name of names) this.#namespaces.set(name, new NamespacePods());
    for (const [index, { kubernetes, name }] of policy.workloads.entries()) {
      if (kubernetes !== undefined && this.#workloads.get(name) === index) this.#namespaces.get(kubernetes.namespace)!.add(index, kubernetes.selector, kubernetes.serviceAccount);
    }
    for (const [text, { labels, namespace }] of pods) {
      const principal = this.#pods.get(text)!;
      if (namespace !== '*') this.#namespaces.get(namespace)!.add(principal, labels);
      else for (const one of [...this.#namespaces.values(), this.#elsewhere]) one.add(principal, labels);
    }

    this.nobody = this.#class([], 0);
    this.outside = this.#class([this.#outside], 0);
    for (const [name, principal] of this.#builtins) this.#ofBuiltin.set(name, this.#class([principal], 0));
    for (const [name, index] of this.#workloads) this.#ofWorkload.set(name, this.#ofDeclared(policy, name, index));
  }

  /** What an offer's identity names; undefined where nothing of this policy does. */
  principalOf(identity: IdentityRef): number | undefined {
    switch (identity.kind) {
      case 'workload': return this.#workloads.get(identity.name);
      case 'builtin': return this.#builtins.get(identity.name);
      case 'pods': return this.#pods.get(identityText(identity));
      case 'anyone': case 'people': case 'partner': return this.#outside;
      default: return identity satisfies never;
    }
  }
  workload(name: string): number | undefined { return this.#workloads.get(name); }
  class(id: number): PeerClass { return this.#byId[id]!; }
  get classes(): readonly PeerClass[] { return this.#byId; }

  /** Whose connection it is. Credentials in other hands and others' principals are nobody's. */
  classOf(peer: Peer | undefined): PeerClass {
    if (peer === undefined) return this.outside;
    switch (peer.kind) {
      case 'workload': return this.#ofWorkload.get(peer.name) ?? this.nobody;
      case 'builtin': return this.#ofBuiltin.get(peer.name) ?? this.nobody;
      case 'pod': return this.#ofPod(peer.namespace, peer.labels, peer.serviceAccount);
      case 'credentials': case 'principal': return this.nobody;
      default: return peer satisfies never;
    }
  }

  #ofPod(namespace: string, labels: Labels, serviceAccount: string | undefined): PeerClass {
    const matched = this.#matched;
    matched.length = 0;
    (this.#namespaces.get(namespace) ?? this.#elsewhere).match(labels, serviceAccount, matched);
    if (matched.length === 0) return this.nobody;
    if (matched.length === 1 && !this.#anyPods) return this.#single(matched[0]!);
    return this.#class([...matched].sort((a, b) => a - b), matched.filter((principal) => principal < this.#declared).length);
  }

  /** A pod that is one workload: no array is made for it twice. */
  #single(workload: number): PeerClass { return (this.#singles[workload] ??= this.#class([workload], 1)); }

  /** A declared workload's pods carry its labels, whatever else they carry. */
  #ofDeclared(policy: Policy, name: string, index: number): PeerClass {
    const facts = policy.workloads[index]!.kubernetes, matched: number[] = [];
    if (facts !== undefined && this.#anyPods) this.#namespaces.get(facts.namespace)!.match(facts.selector, undefined, matched);
    return this.#class([index, ...matched.filter((principal) => principal >= this.#declared).sort((a, b) => a - b)], 1);
  }

  #class(principals: readonly number[], workloads: number): PeerClass {
    const key = principals.join();
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const made: PeerClass = { id: this.#byId.length, principals, workloads };
    this.#classes.set(key, made);
    this.#byId.push(made);
    return made;
  }
}

/** Every `pods` identity that something is offered to, by its text. */
export function podsOf(policy: Policy): ReadonlyMap<string, PodsRef> {
  const found = new Map<string, PodsRef>();
  for (const { offers } of policy.apis) for (const { to } of offers) for (const identity of to) if (identity.kind === 'pods') found.set(identityText(identity), identity);
  return found;
}
