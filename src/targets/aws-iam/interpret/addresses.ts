import { no, perhaps, truth, type Truth } from '../../truth.ts';

/**
 * Is an address in a range? A range without a length is one address (IAM, "IAM JSON policy elements: Condition
 * operators", IP address). IPv4 and IPv6 are different spaces; of IPv4 written inside IPv6 the page says nothing.
 */
export function isInside(address: string, range: string): Truth {
  const [network = '', length, ...rest] = range.split('/');
  const given = numberOf(address), base = numberOf(network);
  if (base === undefined || rest.length > 0 || given === undefined) return perhaps;
  const bits = base.family === 4 ? 32 : 128;
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || Number(length) > bits)) return perhaps;
  if (given.family !== base.family) return [given, base].some((one) => one.family === 6 && one.value >> 32n === 0xffffn) ? perhaps : no;
  const host = BigInt(bits - Number(length ?? bits));
  return truth(given.value >> host === base.value >> host);
}

function numberOf(text: string): { readonly family: 4 | 6; readonly value: bigint } | undefined {
  if (!text.includes(':')) {
    const parts = text.split('.');
    return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256) ? { family: 4, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) } : undefined;
  }
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted !== null) {
    const last = numberOf(dotted[2]!)?.value;
    return last === undefined ? undefined : numberOf(`${dotted[1]}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[]?];
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length > 2 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? { family: 6, value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n) } : undefined;
}
