/** What may stand plainly in a segment: `pchar` without `;` and without what is percent-encoded (RFC 3986, section 3.3). */
const plain = ((): Uint8Array => {
  const table = new Uint8Array(128);
  for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~!$&\'()*+,=:@-') table[char.charCodeAt(0)] = 1;
  return table;
})();
const slash = 0x2f, percent = 0x25, dot = 0x2e;

/** Of an upper-case hexadecimal digit; -1 of anything else. */
const digit = (code: number): number => (code >= 0x30 && code <= 0x39 ? code - 0x30 : code >= 0x41 && code <= 0x46 ? code - 0x37 : -1);

/** A byte that has to be encoded, and that no server takes for something else: no control, slash or backslash. */
const mustBeEncoded = (byte: number): boolean => byte >= 0x20 && byte !== 0x7f && byte !== slash && byte !== 0x5c && !(byte < 128 && plain[byte] === 1);

/** The one spelling of a path, in one pass and without making anything. The empty path is none. */
export function isCanonical(path: string): boolean {
  const length = path.length;
  if (length === 0 || path.charCodeAt(0) !== slash) return false;
  if (length === 1) return true;
  let begin = 1, onlyDots = true;
  for (let at = 1; at <= length; at++) {
    const code = at === length ? slash : path.charCodeAt(at);
    if (code === slash) {
      const size = at - begin;
      if (size === 0 || (onlyDots && size <= 2)) return false;
      begin = at + 1;
      onlyDots = true;
      continue;
    }
    if (code !== dot) onlyDots = false;
    if (code === percent) {
      if (at + 2 >= length) return false;
      const high = digit(path.charCodeAt(at + 1)), low = digit(path.charCodeAt(at + 2));
      if (high < 0 || low < 0 || !mustBeEncoded(high * 16 + low)) return false;
      at += 2;
      continue;
    }
    if (code >= 128 || plain[code] === 0) return false;
  }
  return true;
}

/** A literal of a template that some canonical path can have there. */
export const isCanonicalSegment = (segment: string): boolean => !segment.includes('/') && isCanonical(`/${segment}`) && segment !== '';
