import type { Span } from '#diagnostics';

export type Utf8 = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string; readonly help: string; readonly span?: Span };

/** Text from bytes, or the place of the first byte that is not UTF-8. A byte order mark is skipped, in text as well. */
export function decodeUtf8(input: string | Uint8Array): Utf8 {
  if (typeof input === 'string') return { ok: true, text: input.startsWith('\ufeff') ? input.slice(1) : input };
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(input) };
  } catch {
    if ((input[0] === 0xff && input[1] === 0xfe) || (input[0] === 0xfe && input[1] === 0xff)) {
      return { ok: false, message: 'the file begins with the byte order mark of UTF-16, and only UTF-8 is read', help: 'save the file as UTF-8', span: { line: 1, column: 1 } };
    }
    const good = validPrefix(input);
    const lineStart = input.lastIndexOf(0x0a, good - 1) + 1;
    let line = 1;
    for (let at = 0; at < lineStart; at++) if (input[at] === 0x0a) line++;
    const column = 1 + new TextDecoder('utf-8').decode(input.subarray(lineStart, good)).length;
    const byte = input[good]!.toString(16).toUpperCase().padStart(2, '0');
    return { ok: false, message: `the file is not UTF-8: the byte 0x${byte} stands where no character can begin or go on`, help: 'save the file as UTF-8', span: { line, column } };
  }
}

/** Offset of the character that the first bad byte belongs to. Longer prefixes of bad text are bad, so halving finds it. */
function validPrefix(input: Uint8Array): number {
  let good = 0;
  let bad = input.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(input.subarray(0, middle))) good = middle; else bad = middle;
  }
  // what decodes may end inside a character, which then is the broken one
  let start = good;
  while (start > 0 && good - start < 4 && (input[start - 1]! & 0xc0) === 0x80) start--;
  const lead = start > 0 ? input[start - 1]! : 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return length > 1 && start - 1 + length > good ? start - 1 : good;
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
