/** What a text would cost to read, counted without reading it. Exact for JSON; bounds for anything else. */
export interface Survey { /** Where lists and objects first nest deeper than allowed; nothing is counted after it. */ readonly tooDeepAt?: number; /** Properties written, doubles included. */ readonly properties: number; readonly separators: number }

/** One pass over the text, without allocation, so that a hostile document is turned away before it takes memory. */
export function survey(text: string, maxDepth: number): Survey {
  let open = 0;
  let properties = 0;
  let separators = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: at = endOfString(text, at); break;
      case 0x7b: case 0x5b: if (++open > maxDepth) return { tooDeepAt: at, properties, separators }; break;
      case 0x7d: case 0x5d: open--; break;
      case 0x3a: properties++; break;
      case 0x2c: separators++; break;
    }
  }
  return { properties, separators };
}

/** Offset of the quote that ends the string beginning at `start`, or the text's length if nothing ends it. */
export function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === 0x5c) escapes++;
    if (escapes % 2 === 0) return quote;
  }
  return text.length;
}

/** Properties that a parsed value has. Fewer than its text has written: some key stands there twice. */
export function countProperties(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const member of value) count += countProperties(member);
    return count;
  }
  for (const key in value) count += 1 + countProperties((value as Readonly<Record<string, unknown>>)[key]);
  return count;
}
