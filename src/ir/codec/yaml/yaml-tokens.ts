import { CST, Lexer, Parser } from 'yaml';

/** Something that is no plain data, where it stands: an anchor, an alias, a tag, a directive. */
export interface Indirection { readonly kind: 'anchor' | 'alias' | 'tag' | 'directive'; readonly offset: number; readonly text: string }

export type YamlTokens =
  | { readonly ok: true; readonly tokens: readonly CST.Token[]; readonly indirections: readonly Indirection[] }
  | { readonly ok: false; readonly why: 'deep' | 'many'; readonly offset: number };

export interface YamlBounds { /** Levels of lists and mappings. */ readonly depth: number; /** Lexemes, which is what takes time and memory. */ readonly lexemes: number }

/**
 * The concrete syntax of a text. Stops where a bound is passed, before what lies behind it has taken memory: the lexer reads the text
 * piece by piece, and the parser keeps a stack of its own.
 */
export function yamlTokens(text: string, bounds: YamlBounds): YamlTokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const indirections: Indirection[] = [];
  let lexemes = 0;
  let scalar = false; // the lexeme before it said that this one is a text
  for (const lexeme of new Lexer().lex(text)) {
    const { offset } = parser;
    if (++lexemes > bounds.lexemes) return { ok: false, why: 'many', offset };
    const kind = scalar ? undefined : indirection(lexeme);
    if (kind !== undefined) indirections.push({ kind, offset, text: lexeme });
    scalar = lexeme === CST.SCALAR;
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > bounds.depth && parser.stack.filter(({ type }) => nesting.has(type)).length > bounds.depth) return { ok: false, why: 'deep', offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return { ok: true, tokens, indirections };
}

const nesting: ReadonlySet<CST.Token['type']> = new Set(['block-map', 'block-seq', 'flow-collection']);

function indirection(lexeme: string): Indirection['kind'] | undefined {
  switch (lexeme.charCodeAt(0)) {
    case 0x26: return 'anchor';
    case 0x2a: return 'alias';
    case 0x21: return 'tag';
    case 0x25: return 'directive';
    default: return undefined;
  }
}
