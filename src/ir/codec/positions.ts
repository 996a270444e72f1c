import type { Span } from '#diagnostics';
import { endOfString } from './survey.ts';

/** Where things stand in a JSON text, by pointer. A pointer that leads nowhere has the place of what encloses it. */
export interface Positions {
  /** The value, from its first to its last character; of an object or a list, only where it begins. */
  readonly value: (pointer: string) => Span;
  /** The key of a property. */
  readonly key: (pointer: string) => Span;
  readonly offset: (offset: number, length?: number) => Span;
  /** What stands there without quotes, where the format has such texts. */
  readonly written?: (pointer: string) => string | undefined;
}

interface Child { readonly key: number; readonly value: number }

/**
 * Looks only where it is asked to: an object or list is read, and remembered, when a pointer passes through it. The
 * text is known to be JSON.
 */
export function positionsIn(text: string): Positions {
  const read = new Map<number, ReadonlyMap<string, Child>>();
  const childrenAt = (offset: number): ReadonlyMap<string, Child> => {
    let children = read.get(offset);
    if (children === undefined) read.set(offset, children = readChildren(text, offset));
    return children;
  };
  const root = skipSpace(text, 0);
  const find = (pointer: string): Child => {
    let here: Child = { key: root, value: root };
    for (const token of pointer.split('/').slice(1)) {
      const next = childrenAt(here.value).get(token.replaceAll('~1', '/').replaceAll('~0', '~'));
      if (next === undefined) break;
      here = next;
    }
    return here;
  };
  const place = placesIn(text);
  const token = (offset: number): Span => {
    const char = text.charAt(offset);
    return char === '{' || char === '[' ? place(offset) : place(offset, endOfValue(text, offset) - offset);
  };
  return { value: (pointer) => token(find(pointer).value), key: (pointer) => token(find(pointer).key), offset: place };
}

function readChildren(text: string, offset: number): ReadonlyMap<string, Child> {
  const children = new Map<string, Child>();
  const open = text.charAt(offset);
  if (open !== '{' && open !== '[') return children;
  let at = skipSpace(text, offset + 1);
  for (let index = 0; text.charAt(at) !== '}' && text.charAt(at) !== ']'; index++) {
    const key = at;
    let name = String(index);
    if (open === '{') {
      const end = endOfString(text, at) + 1;
      name = JSON.parse(text.slice(at, end)) as string;
      at = skipSpace(text, skipSpace(text, end) + 1);
    }
    children.set(name, { key, value: at });
    at = skipSpace(text, endOfValue(text, at));
    if (text.charAt(at) === ',') at = skipSpace(text, at + 1);
  }
  return children;
}

function endOfValue(text: string, start: number): number {
  let open = 0;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: at = endOfString(text, at); if (open === 0) return at + 1; break;
      case 0x7b: case 0x5b: open++; break;
      case 0x7d: case 0x5d: if (open === 0) return at; if (--open === 0) return at + 1; break;
      case 0x2c: case 0x20: case 0x09: case 0x0a: case 0x0d: if (open === 0) return at; break;
    }
  }
  return text.length;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (' \t\r\n'.includes(text.charAt(at)) && at < text.length) at++;
  return at;
}

/** Places by offset. Lines end with LF, so CRLF too. Every 4 Ki a count of the lines before, so that a place costs little and memory too. */
export function placesIn(text: string): (offset: number, length?: number) => Span {
  const block = 0x1000;
  let before: number[] | undefined;
  const lineOf = (offset: number): { line: number; column: number } => {
    if (before === undefined) {
      before = [0];
      for (let start = 0; start < text.length; start += block) before.push(before.at(-1)! + feeds(text, start, Math.min(start + block, text.length)));
    }
    const index = Math.floor(offset / block);
    return { line: 1 + before[index]! + feeds(text, index * block, offset), column: offset === 0 ? 1 : offset - text.lastIndexOf('\n', offset - 1) };
  };
  return (offset, length) => {
    const start = lineOf(offset);
    if (length === undefined) return start;
    const end = lineOf(offset + length);
    return { ...start, endLine: end.line, endColumn: end.column };
  };
}

function feeds(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === 0x0a) count++;
  return count;
}
