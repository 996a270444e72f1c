import type { Problem } from './problem.ts';

/**
 * Why this is not a CIDR in its one canonical form; undefined if it is. Network address and prefix length, no bits set
 * below the prefix, IPv4 without leading zeros, IPv6 as RFC 5952 writes it, nothing IPv4 inside IPv6. Kubernetes warns
 * of other spellings, some enforcers drop them ("network policies", `ipBlock`).
 */
export function cidrProblem(text: string): Problem | undefined {
  const slash = text.indexOf('/');
  const [address, prefix] = slash < 0 ? [text, undefined] : [text.slice(0, slash), text.slice(slash + 1)];
  const bytes = addressBytes(address);
  if (bytes === undefined) return addressProblem(address);
  const bits = bytes.length * 8;
  if (prefix === undefined) return { what: 'has no prefix length', instead: `${written(bytes)}/${bits}` };
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits) return { what: `has a prefix length that is not a number from 0 to ${bits}` };
  const length = Number(prefix);
  if (bits === 128 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff) {
    return { what: 'is a range of IPv4 written as IPv6, which enforcers read differently', ...(length >= 96 ? { instead: `${written(masked(bytes.slice(12), length - 96))}/${length - 96}` } : {}) };
  }
  const network = masked(bytes, length);
  const canonical = `${written(network)}/${length}`;
  if (network.some((byte, index) => byte !== bytes[index])) return { what: `has bits set below its prefix of ${length}`, instead: canonical };
  return canonical === text ? undefined : { what: 'is not in canonical form, and enforcers read other spellings differently', instead: canonical };
}

/** Four bytes, or sixteen; undefined where it is no address. */
export const addressBytes = (text: string): readonly number[] | undefined => (text.includes(':') ? ipv6(text) : ipv4(text));

function addressProblem(address: string): Problem {
  if (/^\d+(?:\.\d+){3}$/.test(address)) {
    return address.split('.').some((part) => part.length > 1 && part.startsWith('0'))
      ? { what: 'has a leading zero, which some programs read as octal' }
      : { what: 'has a part above 255' };
  }
  if (address.includes('%')) return { what: 'names a zone, which means something on one machine only' };
  return { what: 'does not begin with an IPv4 or IPv6 address' };
}

function ipv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

/** RFC 4291, section 2.2: eight groups, one run of zeros as `::`, the last 32 bits perhaps as IPv4. */
function ipv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => groups(half, index === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const zeros = 16 - head.length - (tail?.length ?? 0);
  return zeros < 2 ? undefined : [...head, ...Array<number>(zeros).fill(0), ...(tail ?? [])];
}

function groups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const embedded = last && index === parts.length - 1 && part.includes('.') ? ipv4(part) : undefined;
    if (embedded !== undefined) { bytes.push(...embedded); continue; }
    if (!/^[0-9A-Fa-f]{1,4}$/.test(part)) return undefined;
    const group = parseInt(part, 16);
    bytes.push(group >> 8, group & 0xff);
  }
  return bytes;
}

const masked = (bytes: readonly number[], length: number): readonly number[] =>
  bytes.map((byte, index) => byte & (0xff << (8 - Math.min(8, Math.max(0, length - index * 8)))) & 0xff);

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function written(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const words = Array.from({ length: 8 }, (_, index) => (bytes[index * 2]! << 8) | bytes[index * 2 + 1]!);
  let run = { start: 0, length: 0 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && words[start + length] === 0) length++;
    if (length > run.length) run = { start, length };
  }
  const hex = (part: readonly number[]): string => part.map((word) => word.toString(16)).join(':');
  return run.length < 2 ? hex(words) : `${hex(words.slice(0, run.start))}::${hex(words.slice(run.start + run.length))}`;
}
