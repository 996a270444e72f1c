/** Does an address lie in a range? Neither, where one of them is not an address, or they are of two families. */
export function lies(address: string, cidr: string): boolean {
  const slash = cidr.indexOf('/'), bits = bitsOf(address), range = bitsOf(cidr.slice(0, slash));
  const length = Number(cidr.slice(slash + 1));
  if (slash < 0 || bits === undefined || range === undefined || bits.length !== range.length || !(length >= 0 && length <= range.length)) return false;
  return bits.slice(0, length) === range.slice(0, length);
}

/** 32 or 128 zeros and ones. */
function bitsOf(address: string): string | undefined {
  return address.includes(':') ? bitsOf6(address) : bitsOf4(address);
}

function bitsOf4(address: string): string | undefined {
  const parts = address.split('.');
  if (parts.length !== 4) return undefined;
  let bits = '';
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bits += Number(part).toString(2).padStart(8, '0');
  }
  return bits;
}

function bitsOf6(address: string): string | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const written: string[] = [];
  for (const half of halves) {
    let bits = '';
    const groups = half === '' ? [] : half.split(':');
    for (const [index, group] of groups.entries()) {
      const last = index === groups.length - 1 && half === halves.at(-1) && group.includes('.') ? bitsOf4(group) : undefined;
      if (last === undefined && !/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      bits += last ?? Number.parseInt(group, 16).toString(2).padStart(16, '0');
    }
    written.push(bits);
  }
  const [before = '', after] = written;
  if (after === undefined) return before.length === 128 ? before : undefined;
  return before.length + after.length > 112 ? undefined : before.padEnd(128 - after.length, '0') + after;
}
