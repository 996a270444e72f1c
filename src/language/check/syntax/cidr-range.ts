import { addressBytes } from './cidr.ts';

/** A range as bytes and a prefix length; undefined where it is none, which `cidrProblem` says. */
function rangeOf(cidr: string): { readonly bytes: readonly number[]; readonly length: number } | undefined {
  const [address = '', prefix = ''] = cidr.split('/');
  const bytes = addressBytes(address);
  return bytes === undefined || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bytes.length * 8 ? undefined : { bytes, length: Number(prefix) };
}

/** Is there an address in both? Ranges nest or are apart: they share one if they agree on the shorter prefix. */
export function rangesMeet(a: string, b: string): boolean {
  const [one, other] = [rangeOf(a), rangeOf(b)];
  if (one === undefined || other === undefined || one.bytes.length !== other.bytes.length) return false;
  const length = Math.min(one.length, other.length);
  return one.bytes.every((byte, index) => {
    const mask = (0xff << (8 - Math.min(8, Math.max(0, length - index * 8)))) & 0xff;
    return (byte & mask) === (other.bytes[index]! & mask);
  });
}

/** Is it a single address? */
export function isOneAddress(cidr: string): boolean {
  const range = rangeOf(cidr);
  return range !== undefined && range.length === range.bytes.length * 8;
}
