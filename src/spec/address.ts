/** Is an address, as text, inside a range? Of two families never; what can't be read is inside nothing. */
export function inRange(address: string, cidr: string): boolean {
  const slash = cidr.lastIndexOf('/');
  const [given, network] = [bitsOf(address), bitsOf(cidr.slice(0, slash))];
  const length = Number(cidr.slice(slash + 1));
  return given !== undefined && network !== undefined && given.length === network.length && given.slice(0, length) === network.slice(0, length);
}

/** 32 or 128 binary digits (RFC 4291, section 2.2; RFC 791). */
function bitsOf(address: string): string | undefined {
  if (!address.includes(':')) {
    const parts = address.split('.');
    return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256) ? parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('') : undefined;
  }
  const mapped = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (mapped !== null) {
    const low = bitsOf(mapped[2]!);
    return low === undefined ? undefined : bitsOf(`${mapped[1]!}${parseInt(low.slice(0, 16), 2).toString(16)}:${parseInt(low.slice(16), 2).toString(16)}`);
  }
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[] | undefined];
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = tail === undefined ? head : [...head, ...Array<string>(missing).fill('0'), ...tail];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? groups.map((group) => parseInt(group, 16).toString(2).padStart(16, '0')).join('') : undefined;
}
