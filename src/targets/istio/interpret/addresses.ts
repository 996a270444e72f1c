import type { Platform } from '#ir';
import { inRange, type Endpoint } from '#spec';
import { no, perhaps, truth, yes, type Truth } from '../../truth.ts';

/** Is an end's address in one of some ranges? An end whose address is not told has one of its kind: a pod's, or a node's. */
export type InBlocks = (end: Endpoint, blocks: readonly string[]) => Truth;

export function addressReader({ nodeCidrs, podCidrs }: Platform): InBlocks {
  return (end, values) => {
    const blocks = values.map(ranged);
    if (end.ip !== undefined) return truth(blocks.some((block) => inRange(end.ip!, block)));
    const ranges = end.hostNetwork === true || end.namespace === undefined ? nodeCidrs : podCidrs;
    if (ranges.length === 0) return perhaps;
    // each of its ranges may lie in another block
    if (ranges.every((range) => blocks.some((block) => isWithin(range, block)))) return yes;
    return ranges.some((range) => blocks.some((block) => isWithin(range, block) || isWithin(block, range))) ? perhaps : no;
  };
}

/** One address is the range of itself. */
const ranged = (block: string): string => (block.includes('/') ? block : `${block}/${block.includes(':') ? 128 : 32}`);
function isWithin(inner: string, outer: string): boolean {
  const [address, length] = inner.split('/');
  return Number(length) >= Number(outer.split('/')[1]) && inRange(address!, outer);
}

export const isBlock = (block: string): boolean => {
  const [address, length, ...more] = block.split('/');
  return more.length === 0 && (length === undefined || /^\d{1,3}$/.test(length)) && inRange(address!, `${address!}/${address!.includes(':') ? 128 : 32}`)
    && (length === undefined || Number(length) <= (address!.includes(':') ? 128 : 32));
};
