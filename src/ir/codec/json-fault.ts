import { escapePointer } from '#diagnostics';

/** Why a text is not JSON: the first place that breaks its grammar (RFC 8259). Offsets are in UTF-16 units. */
export interface Fault { readonly offset: number; readonly what: string; readonly help?: string; readonly opened?: number }
/** A key that one object has twice; `pointer` is the object's. */
export interface DoubleKey { readonly key: string; readonly pointer: string; readonly first: number; readonly second: number }

interface Open { readonly array: boolean; readonly at: number; readonly keys: Map<string, number>; key: string; index: number }
type Expect = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing';

/**
 * Reads JSON for its mistakes only. Slower than `JSON.parse` and run only when there is one. Keeps a stack of its own,
 * so nesting takes memory in proportion and nothing else.
 */
export function readFaults(text: string, maxDoubles: number): { readonly fault?: Fault; readonly doubles: readonly DoubleKey[] } {
  const doubles: DoubleKey[] = [];
  const stack: Open[] = [];
  let expect = 'value' as Expect;
  let at = 0;
  const fault = (offset: number, what: string, help?: string, opened?: number) =>
    ({ fault: { offset, what, ...(help === undefined ? {} : { help }), ...(opened === undefined ? {} : { opened }) }, doubles });
  const afterValue = () => { expect = stack.length === 0 ? 'nothing' : ', or end'; };

  for (;;) {
    at = match(/[ \t\r\n]*/y, text, at)!;
    const char = text.charAt(at);
    const inside = stack.at(-1);
    if (char === '') {
      if (expect === 'nothing') return { doubles };
      if (at === 0 || text.trim() === '') return fault(at, 'the file is empty');
      return inside === undefined ? fault(at, 'the text ends before its value') : fault(at, `the text ends inside ${inside.array ? 'a list' : 'an object'} that is never closed`, `close it with \`${inside.array ? ']' : '}'}\``, inside.at);
    }
    if (expect === 'nothing') return fault(at, `${shown(char)} follows after the end of the document`, 'a file holds one document');
    if (char === '/' || char === '#') return fault(at, 'a comment stands here, and JSON has none', 'remove it, or declare the policy in TypeScript, which has comments');

    if (expect === ', or end') {
      if (char === ',') { expect = inside!.array ? 'value' : 'key'; inside!.index++; at++; continue; }
      if (char === (inside!.array ? ']' : '}')) { stack.pop(); at++; afterValue(); continue; }
      return fault(at, `${shown(char)} stands where a comma or \`${inside!.array ? ']' : '}'}\` belongs`, 'is a comma missing before it?', inside!.at);
    }
    if (expect === ':') {
      if (char !== ':') return fault(at, `${shown(char)} stands where a colon belongs after the key \`${inside!.key}\``);
      expect = 'value'; at++; continue;
    }
    if (expect === 'key' || expect === 'key or }') {
      if (char === '}') {
        if (expect === 'key') return fault(at, 'a comma stands before `}`, and JSON has no trailing commas', 'remove the comma');
        stack.pop(); at++; afterValue(); continue;
      }
      if (char !== '"') return fault(at, `${shown(char)} stands where a key in double quotes belongs`, 'write keys in double quotes');
      const end = readString(text, at);
      if (typeof end !== 'number') return fault(end.offset, end.what, end.help);
      const key = JSON.parse(text.slice(at, end)) as string;
      const first = inside!.keys.get(key);
      if (first === undefined) inside!.keys.set(key, at);
      else if (doubles.length < maxDoubles) doubles.push({ key, pointer: pointerOf(stack.slice(0, -1)), first, second: at });
      inside!.key = key;
      at = end; expect = ':'; continue;
    }
    if (char === ']' && inside?.array) {
      if (expect === 'value') return fault(at, 'a comma stands before `]`, and JSON has no trailing commas', 'remove the comma');
      stack.pop(); at++; afterValue(); continue;
    }
    if (char === '{' || char === '[') {
      stack.push({ array: char === '[', at, keys: new Map(), key: '', index: 0 });
      expect = char === '[' ? 'value or ]' : 'key or }'; at++; continue;
    }
    if (char === '"') {
      const end = readString(text, at);
      if (typeof end !== 'number') return fault(end.offset, end.what, end.help);
      at = end; afterValue(); continue;
    }
    const end = match(/(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_.+-])/y, text, at);
    if (end === undefined) {
      const word = /[^\s,:\[\]{}]{1,40}/y;
      word.lastIndex = at;
      return fault(at, `${shown(word.exec(text)?.[0] ?? char)} is not a JSON value`, char === '\'' ? 'write strings in double quotes' : 'strings stand in double quotes; other values are numbers, `true`, `false` and `null`');
    }
    at = end; afterValue();
  }
}

/** The offset after the string that begins at `start`, or what is wrong in it. */
function readString(text: string, start: number): number | Fault {
  for (let at = start + 1; ;) {
    at = match(/[^"\\\u0000-\u001f]*/y, text, at)!;
    const char = text.charAt(at);
    if (char === '"') return at + 1;
    if (char === '') return { offset: start, what: 'a string begins here that is never closed', help: 'close it with a double quote' };
    if (char !== '\\') return { offset: at, what: char === '\n' || char === '\r' ? 'a line ends inside a string' : `${shown(char)} stands bare in a string`, help: 'close the string, or write the character as an escape such as `\\n`' };
    const end = match(/\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y, text, at);
    if (end === undefined) return { offset: at, what: `${shown(text.slice(at, at + 2))} is no escape that JSON knows`, help: 'a backslash itself is written `\\\\`' };
    at = end;
  }
}

function match(sticky: RegExp, text: string, at: number): number | undefined {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}

const shown = (text: string): string => (/^[\u0000-\u0020\u007f-\u00a0\ufeff]/.test(text) ? `the character U+${text.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}` : `\`${text}\``);
const pointerOf = (path: readonly Open[]): string => path.map(({ array, key, index }) => `/${array ? index : escapePointer(key)}`).join('');
