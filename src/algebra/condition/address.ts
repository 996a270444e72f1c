/** The address that was read last: `family` 4 or 6, or 0 where it can't be read; its 32 bits in `words[0]`, or its 128 in four. */
export interface AddressReader { family: 0 | 4 | 6; readonly words: Uint32Array; readonly read: (text: string) => void }

const colon = 58, dot = 46;

/** Reads addresses without leaving anything behind: IPv4 as four decimal numbers (RFC 791), IPv6 as RFC 4291, section 2.2, writes it. */
export function createAddressReader(): AddressReader {
  const words = new Uint32Array(4), groups = new Uint16Array(8);
  const reader: AddressReader = {
    family: 0, words,
    read: (text) => {
      reader.family = 0;
      if (!text.includes(':')) {
        const bits = ipv4(text, 0);
        if (bits < 0) return;
        words[0] = bits; reader.family = 4;
        return;
      }
      if (!ipv6(text, groups)) return;
      for (let at = 0; at < 4; at++) words[at] = groups[2 * at]! * 65_536 + groups[2 * at + 1]!;
      reader.family = 6;
    },
  };
  return reader;
}

/** The number that an IPv4 address is, from there to the end of the text; negative where it is none. No part has a zero in front. */
function ipv4(text: string, start: number): number {
  let whole = 0, part = 0, digits = 0, parts = 0;
  for (let at = start; at <= text.length; at++) {
    const code = at === text.length ? dot : text.charCodeAt(at);
    if (code === dot) {
      if (digits === 0 || part > 255) return -1;
      whole = whole * 256 + part; parts++;
      part = 0; digits = 0;
      continue;
    }
    if (code < 48 || code > 57 || (digits > 0 && part === 0) || digits === 3) return -1;
    part = part * 10 + code - 48; digits++;
  }
  return parts === 4 ? whole : -1;
}

/** Eight groups; one run of them, of one at least, may be left out as `::`, and the last two be written as an IPv4 address. */
function ipv6(text: string, groups: Uint16Array): boolean {
  let count = 0, gap = -1, at = 0;
  const end = text.length;
  if (text.charCodeAt(0) === colon) {
    if (text.charCodeAt(1) !== colon) return false;
    gap = 0; at = 2;
  }
  while (at < end) {
    if (count === 8) return false;
    let group = 0, digits = 0;
    const start = at;
    for (; at < end; at++) {
      const digit = hexOf(text.charCodeAt(at));
      if (digit < 0) break;
      if (++digits > 4) return false;
      group = group * 16 + digit;
    }
    if (at < end && text.charCodeAt(at) === dot) {
      const low = ipv4(text, start);
      if (low < 0 || count > 6) return false;
      groups[count++] = Math.floor(low / 65_536); groups[count++] = low % 65_536;
      at = end;
      break;
    }
    if (digits === 0) return false;
    groups[count++] = group;
    if (at === end) break;
    if (text.charCodeAt(at) !== colon) return false;
    at++;
    if (at === end) return false; // a single colon at the end
    if (text.charCodeAt(at) === colon) {
      if (gap >= 0) return false;
      gap = count; at++;
    }
  }
  if (gap < 0) return count === 8;
  if (count > 7) return false;
  for (let from = count - 1, to = 7; to >= gap; to--) groups[to] = from >= gap ? groups[from--]! : 0;
  return true;
}

function hexOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
