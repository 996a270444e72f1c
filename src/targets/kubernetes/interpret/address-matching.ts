import type { Platform } from '#ir';
import type { Endpoint } from '#spec';
import { readAddress, type Address } from '../../address.ts';
import { holdsAddress, holdsRange, overlap, readRange, type Range } from './range.ts';
import type { Block } from './network-policy.ts';
import { agreed, no, perhaps, truth, yes, type Truth } from '../../truth.ts';

export interface AddressReader {
  /** Is a pod, which has this address if it is known, inside the block? */
  readonly podIn: (ip: string | undefined, block: Block) => Truth;
  /** The same of an end that is no pod, or a pod that has its node's address. */
  readonly addressIn: (end: Endpoint, block: Block) => Truth;
  /** Can an end that shows an address only be a pod? */
  readonly mayBePod: (end: Endpoint) => boolean;
}

/**
 * What `ipBlock` matches on a platform. The API leaves open whether it matches pods and nodes ("These should be
 * cluster-external IPs"); the platform's facts say so. An unknown address is one of the ranges that it comes from.
 */
export function addressReader({ cni, nodeCidrs, podCidrs }: Platform): AddressReader {
  const pods = ranges(podCidrs), nodes = ranges(nodeCidrs);
  const read = memo(readAddress);
  const inside = (address: Address, block: Block): Truth =>
    truth(holdsAddress(block.range, address) && !block.except.some((hole) => holdsAddress(hole, address)));
  const within = (all: readonly Range[], address: Address): boolean => all.some((range) => holdsAddress(range, address));

  /** An address that is not known, but comes from one of these ranges. */
  const somewhere = (all: readonly Range[], block: Block): Truth => {
    const verdicts = all.map((range): Truth => {
      if (!overlap(range, block.range) || block.except.some((hole) => holdsRange(hole, range))) return no;
      return holdsRange(block.range, range) && !block.except.some((hole) => overlap(hole, range)) ? yes : perhaps;
    });
    return verdicts.length === 0 ? perhaps : verdicts.reduce(agreed);
  };

  return {
    podIn(ip, block) {
      if (!cni.ipBlockMatchesPods) return no;
      if (ip === undefined) return somewhere(pods, block);
      const address = read(ip);
      return address === undefined ? perhaps : inside(address, block);
    },
    addressIn(end, block) {
      if (end.ip === undefined) return end.hostNetwork !== true ? perhaps : cni.ipBlockMatchesNodes ? somewhere(nodes, block) : no;
      const address = read(end.ip);
      if (address === undefined) return perhaps;
      const node = end.hostNetwork === true || within(nodes, address) || within(onEveryNode, address), pod = end.hostNetwork !== true && within(pods, address);
      const asNode = cni.ipBlockMatchesNodes ? inside(address, block) : no, asPod = cni.ipBlockMatchesPods ? inside(address, block) : no;
      return node && pod ? agreed(asNode, asPod) : node ? asNode : pod ? asPod : inside(address, block);
    },
    mayBePod(end) {
      if (end.hostNetwork === true) return end.namespace !== undefined; // a node itself is no pod
      const address = end.ip === undefined ? undefined : read(end.ip);
      return address === undefined || within(pods, address);
    },
  };
}

/**
 * Addresses that the nodes have beside their own: an agent answers there. EKS Pod Identity's (Amazon EKS, "Set up the Amazon EKS
 * Pod Identity Agent") is one of the host to who tells hosts by their interfaces (cilium issue 34387). The metadata of an
 * instance is not: it answers beyond the node.
 */
const onEveryNode: readonly Range[] = ['169.254.170.23/32', 'fd00:ec2::23/128'].map(readRange).filter((range) => range !== undefined);

/** A range that can't be read is left out: `check` refuses it (CS1005), and nothing is known of it here. */
const ranges = (cidrs: readonly string[]): readonly Range[] => cidrs.map(readRange).filter((range) => range !== undefined);

function memo<V>(compute: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined && !known.has(key)) known.set(key, (value = compute(key)));
    return value as V;
  };
}
