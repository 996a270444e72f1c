import type { Labels } from '#ir';
import type { Endpoint, Hop, Verdict } from '#spec';
import type { AddressReader } from './address-matching.ts';
import { selects, type Selector } from './label-selector.ts';
import type { Admission, Direction, NetworkPolicy, Peer, PortMatch, UnreadablePolicy } from './network-policy.ts';
import { indexBySelector } from './selector-index.ts';
import { agreed, both, either, no, perhaps, truth, yes, type Truth } from '../../truth.ts';

/** One policy's effect on the pods that it selects, for one direction. */
interface Rulebook {
  readonly pods: Selector | undefined;
  readonly namespace: string;
  /** Admissions that may match a pod with these labels, and those that may match an end known by its address only. */
  readonly forPods: (labels: Endpoint['podLabels']) => readonly Admission[];
  readonly forAddresses: readonly Admission[];
  readonly readable: boolean;
}

interface Selected { readonly book: Rulebook; readonly selected: Truth }

export interface Isolation { readonly verdict: (hop: Hop, governed: Endpoint & { readonly namespace: string }, other: Endpoint) => Verdict }

/**
 * Isolation for one direction ("Network Policies", "The two sorts of pod isolation"): a pod is isolated where some
 * policy selects it for that direction, and then only what some selecting policy lists gets through. Policies add up;
 * their order says nothing. A policy selects pods of its own namespace only.
 */
export function isolation(policies: readonly (NetworkPolicy | UnreadablePolicy)[], direction: Direction, addresses: AddressReader, servicePortsBind: boolean, portsPerPeer: number): Isolation {
  const everywhere: Rulebook[] = [], byNamespace = new Map<string, Rulebook[]>();
  for (const policy of policies) {
    const book = rulebook(policy, direction);
    if (book === undefined) continue;
    if (policy.namespace === undefined) { everywhere.push(book); continue; }
    const shelf = byNamespace.get(policy.namespace);
    if (shelf === undefined) byNamespace.set(policy.namespace, [book]); else shelf.push(book);
  }
  const shelves = new Map([...byNamespace].map(([namespace, books]) => [namespace, indexBySelector(books, (book) => book.pods)]));
  // A workload's pods are asked about again and again. Labels that can still change are not remembered.
  const known = new WeakMap<Labels, Map<string, readonly Selected[]>>();

  return {
    verdict(hop, governed, other) {
      let isolated: Truth = no, admitted: Truth = no;
      for (const { book, selected } of selecting(governed)) {
        isolated = either(isolated, book.readable ? selected : perhaps);
        if (admitted !== yes) admitted = either(admitted, both(selected, book.readable ? admits(book, hop, other) : perhaps));
      }
      if (isolated === no || (isolated === yes && admitted === yes)) return 'allow';
      // Whether policies apply to a pod on its node's network is undefined ("NetworkPolicy and hostNetwork pods").
      return isolated === perhaps || admitted === perhaps || governed.hostNetwork === true ? 'unknown' : 'deny';
    },
  };

  function selecting({ namespace, podLabels }: Endpoint & { readonly namespace: string }): readonly Selected[] {
    const remembered = podLabels !== undefined && Object.isFrozen(podLabels) ? remember(podLabels) : undefined;
    const before = remembered?.get(namespace);
    if (before !== undefined) return before;
    const found: Selected[] = [];
    for (const book of [...shelves.get(namespace)?.(podLabels) ?? [], ...everywhere]) {
      const selected = book.pods === undefined ? perhaps : selects(book.pods, podLabels);
      if (selected !== no) found.push({ book, selected });
    }
    remembered?.set(namespace, found);
    return found;
  }

  function remember(labels: Labels): Map<string, readonly Selected[]> {
    let byName = known.get(labels);
    if (byName === undefined) known.set(labels, (byName = new Map()));
    return byName;
  }

  function admits(book: Rulebook, hop: Hop, other: Endpoint): Truth {
    const asAddress = (): Truth => matched(book.forAddresses, hop, other, book.namespace, false);
    if (other.namespace === undefined) return asAddress();
    const asPod = matched(book.forPods(other.podLabels), hop, other, book.namespace, true);
    // A pod on its node's network is seen as the pod by some plugins and as the node by others (same section).
    return other.hostNetwork === true ? agreed(asPod, asAddress()) : asPod;
  }

  function matched(admissions: readonly Admission[], hop: Hop, other: Endpoint, namespace: string, asPod: boolean): Truth {
    let result: Truth = no;
    for (const { peer, ports } of admissions) {
      const open = opens(ports, hop);
      if (open > result) result = either(result, both(open, isPeer(peer, other, namespace, asPod)));
      if (result === yes) return yes;
    }
    return result;
  }

  function isPeer(peer: Peer, end: Endpoint, namespace: string, asPod: boolean): Truth {
    switch (peer.kind) {
      case 'everyone': return yes;
      case 'block': return asPod ? addresses.podIn(end.ip, peer.block) : addresses.addressIn(end, peer.block);
      case 'pods': {
        if (!asPod) return addresses.mayBePod(end) ? perhaps : no;
        const there = peer.namespaces === undefined ? truth(end.namespace === namespace) : selects(peer.namespaces, end.namespaceLabels, end.namespace);
        return there === no || peer.pods === undefined ? there : both(there, selects(peer.pods, end.podLabels));
      }
      default: return peer satisfies never;
    }
  }

  function opens(ports: readonly PortMatch[], hop: Hop): Truth {
    if (ports.length === 0) return yes;
    let result: Truth = no;
    for (const match of ports) result = either(result, isPort(match, hop));
    return result === yes && ports.length > portsPerPeer ? perhaps : result;
  }

  /** A name is the name of a container port of the destination pod, in both directions; elsewhere it matches nothing. */
  function isPort({ protocol, port }: PortMatch, hop: Hop): Truth {
    if (protocol !== hop.protocol) return no;
    if (port === undefined) return yes;
    const through = servicePortsBind ? hop.serviceAddress : undefined;
    if (through !== undefined && through.port !== hop.port) return no;
    if (typeof port !== 'string') return truth(port.first <= hop.port && hop.port <= port.last);
    // There the Service must give its port the same name, which a hop does not show.
    return hop.to.namespace === undefined || port !== hop.portName ? no : through === undefined ? yes : perhaps;
  }
}

function rulebook(policy: NetworkPolicy | UnreadablePolicy, direction: Direction): Rulebook | undefined {
  if ('unreadable' in policy) {
    if (!policy.directions.includes(direction)) return undefined;
    return { pods: policy.pods, namespace: policy.namespace ?? '', forPods: () => [], forAddresses: [], readable: false };
  }
  const admissions = policy[direction];
  if (admissions === undefined) return undefined;
  return {
    pods: policy.pods, namespace: policy.namespace, readable: true,
    forPods: indexBySelector(admissions, ({ peer }) => (peer.kind === 'pods' ? peer.pods : undefined)),
    // Selectors matter here too: an address in a pod range is the address of some pod.
    forAddresses: admissions,
  };
}
