/**
 * An expression of CEL (CEL language definition, "Syntax"): the part without comprehensions, maps and conditionals, which
 * is more than Envoy Gateway's policies need. Anything else is not read.
 */
export type Expression =
  | { readonly is: 'literal'; readonly value: string | number | boolean | null; readonly type: 'string' | 'int' | 'double' | 'bool' | 'null' }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'member'; readonly of: Expression; readonly name: string }
  | { readonly is: 'index'; readonly of: Expression; readonly key: Expression }
  | { readonly is: 'call'; readonly on?: Expression; readonly name: string; readonly with: readonly Expression[] }
  | { readonly is: 'list'; readonly items: readonly Expression[] }
  | { readonly is: 'not' | 'minus'; readonly of: Expression }
  | { readonly is: 'operation'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };
export type Operator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%';

/** By strength, weakest first. */
const levels: readonly (readonly Operator[])[] = [['||'], ['&&'], ['==', '!=', '<', '<=', '>', '>=', 'in'], ['+', '-'], ['*', '/', '%']];

const token = /\s*(?:(\d+\.\d+|\d+)|('(?:[^'\\\n]|\\.)*')|([A-Za-z_]\w*)|(\|\||&&|==|!=|<=|>=|[-+*/%<>!().,[\]]))/y;
interface Token { readonly kind: 'number' | 'string' | 'name' | 'sign'; readonly text: string }

class NotRead extends Error {}
const known = new Map<string, Expression | undefined>();

/** Undefined for what is not read. */
export function parseCel(text: string): Expression | undefined {
  if (!known.has(text)) known.set(text, read(text));
  return known.get(text);
}

function read(text: string): Expression | undefined {
  try {
    const tokens = tokensOf(text);
    let next = 0;
    const peek = (): Token | undefined => tokens[next];
    const take = (sign: string): void => { if (tokens[next]?.text !== sign || tokens[next]?.kind === 'string') throw new NotRead(); next += 1; };
    const at = (sign: string): boolean => peek()?.text === sign && peek()?.kind !== 'string';

    const operation = (level: number): Expression => {
      const operators = levels[level];
      if (operators === undefined) return unary();
      let left = operation(level + 1);
      for (;;) {
        const operator = operators.find((each) => at(each));
        if (operator === undefined) return left;
        next += 1;
        left = { is: 'operation', operator, left, right: operation(level + 1) };
      }
    };
    const unary = (): Expression => {
      if (at('!')) { next += 1; return { is: 'not', of: unary() }; }
      if (at('-')) { next += 1; return { is: 'minus', of: unary() }; }
      return member();
    };
    const member = (): Expression => {
      let found = primary();
      for (;;) {
        if (at('.')) {
          next += 1;
          const name = nameNext();
          found = at('(') ? { is: 'call', on: found, name, with: listUntil('(', ')') } : { is: 'member', of: found, name };
        } else if (at('[')) {
          next += 1;
          found = { is: 'index', of: found, key: operation(0) };
          take(']');
        } else return found;
      }
    };
    const primary = (): Expression => {
      const here = peek();
      if (here === undefined) throw new NotRead();
      if (here.kind === 'number') { next += 1; return { is: 'literal', value: Number(here.text), type: here.text.includes('.') ? 'double' : 'int' }; }
      if (here.kind === 'string') { next += 1; return { is: 'literal', value: unquoted(here.text), type: 'string' }; }
      if (at('(')) { next += 1; const inner = operation(0); take(')'); return inner; }
      if (at('[')) return { is: 'list', items: listUntil('[', ']') };
      const name = nameNext();
      if (name === 'true' || name === 'false') return { is: 'literal', value: name === 'true', type: 'bool' };
      if (name === 'null') return { is: 'literal', value: null, type: 'null' };
      return at('(') ? { is: 'call', name, with: listUntil('(', ')') } : { is: 'name', name };
    };
    const nameNext = (): string => {
      const here = peek();
      if (here?.kind !== 'name' || here.text === 'in') throw new NotRead();
      next += 1;
      return here.text;
    };
    const listUntil = (open: string, close: string): readonly Expression[] => {
      take(open);
      const items: Expression[] = [];
      while (!at(close)) { items.push(operation(0)); if (!at(close)) take(','); }
      take(close);
      return items;
    };

    const whole = operation(0);
    if (next !== tokens.length) throw new NotRead();
    return whole;
  } catch (fault) {
    if (fault instanceof NotRead) return undefined;
    throw fault;
  }
}

function tokensOf(text: string): readonly Token[] {
  const found: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const match = token.exec(text);
    if (match === null) throw new NotRead();
    const [, number, string, name, sign] = match;
    found.push(number !== undefined ? { kind: 'number', text: number } : string !== undefined ? { kind: 'string', text: string } : name !== undefined ? { kind: 'name', text: name } : { kind: 'sign', text: sign! });
  }
  return found;
}

/** `\\`, `\'`, `\"`, `\uXXXX` and the letters for what can't be seen; another escape is not read. */
function unquoted(text: string): string {
  const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };
  return text.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, escaped: string) => {
    if (escaped.length > 1) return String.fromCharCode(parseInt(escaped.slice(1), 16));
    return letters[escaped] ?? (() => { throw new NotRead(); })();
  });
}
