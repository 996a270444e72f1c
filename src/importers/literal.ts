/** What TypeScript writes a value as, on one line. Objects keep the order of their keys; `undefined` ones are left out. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return textLiteral(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    return entries.length === 0 ? '{}' : `{ ${entries.map(([key, member]) => `${keyLiteral(key)}: ${literal(member)}`).join(', ')} }`;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`no literal for a ${typeof value}`);
}

/** `'it\'s'`. Whatever is not plain to see is escaped: nothing in a source can end the line that it stands on. */
export const textLiteral = (text: string): string =>
  `'${text.replaceAll(/['\\]/g, '\\$&').replaceAll(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`;

/** A literal `__proto__:` would set the prototype; a computed key is a key like any other. */
export const keyLiteral = (key: string): string =>
  key === '__proto__' ? "['__proto__']" : /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key) ? key : textLiteral(key);

/** A text for the rest of a comment's line: whatever would end it is a space. */
export const commentText = (text: string): string => text.replaceAll(/[^\x20-\x7e\u00a0-\u2027\u202a-\uffff]+/g, ' ').trim();
