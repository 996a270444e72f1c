/** Is an address, as text, inside a CIDR? Undefined where either can't be read. IPv4 and IPv6 are different spaces. */
export function inside(address: string, cidr: string): boolean | undefined {
  const [network = '', length = '', ...rest] = cidr.split('/');
  const given = numberOf(address), base = numberOf(network);
  if (given === undefined || base === undefined || rest.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const bits = base.family === 4 ? 32 : 128;
  if (Number(length) > bits) return undefined;
  const host = BigInt(bits - Number(length));
  return given.family === base.family && given.value >> host === base.value >> host;
}

/** Every address of its family. */
export const isEverything = (cidr: string): boolean => /\/0$/.test(cidr);

function numberOf(text: string): { readonly family: 4 | 6; readonly value: bigint } | undefined {
  if (!text.includes(':')) {
    const parts = text.split('.');
    if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined;
    return { family: 4, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
  }
  const halves = text.split('::');
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[]?];
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length > 2 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? { family: 6, value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n) } : undefined;
}
