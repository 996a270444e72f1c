import type { Location, Site } from '#diagnostics';
import type * as ts from 'typescript';

/**
 * The `typescript` package, given by whoever has loaded it: it is large, and a message is rare. Said loosely, so that
 * the declarations of this package do without those of that one.
 */
export interface TypeScriptPackage { readonly versionMajorMinor: string; readonly createSourceFile: unknown }

/**
 * Where `site.inside` stands in the text of its file: as deep into the call's object literal as can be followed
 * without running the program, through parentheses, `as const`, spreads and constants of the same file. What can't be
 * followed (a computed key, an import) ends the way at what encloses it. A first token that is an index leads into
 * the call's list argument; no token at all means the call. Undefined if there is no call at the place.
 */
export function refineIn(sourceText: string, site: Site, typescript: TypeScriptPackage): Location | undefined {
  const parser = typescript as typeof ts;
  const { path, span } = site.at;
  if (span === undefined) return undefined;
  const kind = /\.[cm]?js$/.test(path) ? parser.ScriptKind.JS : parser.ScriptKind.TS;
  const file = parser.createSourceFile(path, sourceText, parser.ScriptTarget.Latest, true, kind);
  const starts = file.getLineStarts();
  const start = starts[span.line - 1];
  if (start === undefined) return undefined;
  const call = callAt(file, start + span.column - 1, parser);
  if (call === undefined) return undefined;
  const walk = new Walk(file, parser);
  return locate(path, file, sourceText, walk.into(call, site.inside ?? []));
}

/** What is underlined: `whole` if it is on one line, else `head` alone. */
interface Found { readonly whole: ts.Node; readonly head: ts.Node }

function locate(path: string, file: ts.SourceFile, text: string, { whole, head }: Found): Location {
  const positions = (node: ts.Node) => [file.getLineAndCharacterOfPosition(node.getStart(file)), file.getLineAndCharacterOfPosition(node.getEnd())] as const;
  let [from, to] = positions(whole);
  if (from.line !== to.line) [from, to] = positions(head);
  const lineEnd = from.line === to.line ? to.character : (text.split(/\r\n|[\r\n\u2028\u2029]/)[from.line] ?? '').trimEnd().length;
  return { path, span: { line: from.line + 1, column: from.character + 1, endLine: from.line + 1, endColumn: lineEnd + 1 } };
}

/**
 * The call that V8 or a source map means by an offset: V8 names the called name (`calls` of `checkout.calls(…)`), a
 * source map may name the start of the whole.
 */
function callAt(file: ts.SourceFile, offset: number, parser: typeof ts): ts.CallExpression | undefined {
  let named: ts.CallExpression | undefined, begun: ts.CallExpression | undefined, around: ts.CallExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getFullStart() > offset || node.getEnd() < offset) return;
    if (parser.isCallExpression(node)) {
      const callee = node.expression;
      const name = parser.isPropertyAccessExpression(callee) ? callee.name : callee;
      const [from, to] = [name.getStart(file), name.getEnd()];
      if (from <= offset && offset < to && (from === offset || parser.isIdentifier(name) || parser.isPrivateIdentifier(name))) named = node;
      if (begun === undefined && node.getStart(file) === offset) begun = node; // the outermost that begins here
      if (callee.getStart(file) <= offset && offset < callee.getEnd()) around = node;
    }
    parser.forEachChild(node, visit);
  };
  visit(file);
  return named ?? begun ?? around;
}

class Walk {
  readonly #file: ts.SourceFile;
  readonly #parser: typeof ts;
  constructor(file: ts.SourceFile, parser: typeof ts) { this.#file = file; this.#parser = parser; }

  into(call: ts.CallExpression, inside: readonly string[]): Found {
    const here: Found = { whole: call, head: call.expression };
    const [first] = inside;
    if (first === undefined) return here;
    const isIndex = /^\d+$/.test(first);
    for (const argument of call.arguments) {
      const value = this.#value(argument);
      if (isIndex ? this.#parser.isArrayLiteralExpression(value) : this.#parser.isObjectLiteralExpression(value)) {
        const found = this.#follow(value, inside);
        if (found !== undefined) return found;
      }
    }
    // the name is the first argument and in no literal
    const name = call.arguments[0];
    if (first === 'name' && name !== undefined && this.#parser.isStringLiteralLike(name)) return { whole: name, head: name };
    return here;
  }

  /** As far as it goes; undefined if not even the first token is there. */
  #follow(node: ts.Expression, tokens: readonly string[]): Found | undefined {
    const [token, ...rest] = tokens;
    if (token === undefined) return undefined;
    const step = this.#step(node, token);
    if (step === undefined) return undefined;
    const value = this.#value(step.value);
    return this.#follow(value, rest) ?? this.#intoCall(value, rest) ?? { whole: step.value, head: step.key ?? step.value };
  }

  /** A nested declaration: `mfa({ within: '15m' })` has its fields in its literal, `get('/orders')` its one text. */
  #intoCall(node: ts.Expression, tokens: readonly string[]): Found | undefined {
    if (!this.#parser.isCallExpression(node) || tokens.length === 0) return undefined;
    for (const argument of node.arguments) {
      const found = this.#follow(this.#value(argument), tokens);
      if (found !== undefined) return found;
    }
    const [only] = node.arguments;
    return only !== undefined && node.arguments.length === 1 && (this.#parser.isStringLiteralLike(only) || this.#parser.isNumericLiteral(only)) ? { whole: only, head: only } : undefined;
  }

  #step(node: ts.Expression, token: string): { readonly value: ts.Expression; readonly key?: ts.Node } | undefined {
    const parser = this.#parser;
    if (parser.isArrayLiteralExpression(node)) {
      const index = Number(token);
      if (!Number.isInteger(index) || node.elements.slice(0, index + 1).some((element) => parser.isSpreadElement(element))) return undefined;
      const element = node.elements[index];
      return element === undefined ? undefined : { value: element };
    }
    if (!parser.isObjectLiteralExpression(node)) return undefined;
    // from the end, because the last one counts
    for (const property of [...node.properties].reverse()) {
      if (parser.isSpreadAssignment(property)) {
        const found = this.#step(this.#value(property.expression), token);
        if (found !== undefined) return found;
      } else if (parser.isShorthandPropertyAssignment(property)) {
        if (property.name.text === token) return { value: property.name, key: property.name };
      } else if (parser.isPropertyAssignment(property) && this.#keyOf(property.name) === token) {
        return { value: property.initializer, key: property.name };
      }
    }
    return undefined;
  }

  #keyOf(name: ts.PropertyName): string | undefined {
    const parser = this.#parser;
    const key = parser.isComputedPropertyName(name) ? this.#value(name.expression) : name;
    if (parser.isIdentifier(key)) return parser.isComputedPropertyName(name) ? undefined : key.text;
    return parser.isStringLiteralLike(key) || parser.isNumericLiteral(key) ? key.text : undefined;
  }

  /** What an expression comes to, as far as the file shows: without wrappers, and through its own constants. */
  #value(node: ts.Expression, depth = 0): ts.Expression {
    const parser = this.#parser;
    if (parser.isParenthesizedExpression(node) || parser.isAsExpression(node) || parser.isSatisfiesExpression(node) || parser.isNonNullExpression(node)) return this.#value(node.expression, depth);
    if (!parser.isIdentifier(node) || depth > 8) return node;
    const constant = this.#constant(node.text);
    return constant === undefined ? node : this.#value(constant, depth + 1);
  }

  #constant(name: string): ts.Expression | undefined {
    for (const statement of this.#file.statements) {
      if (!this.#parser.isVariableStatement(statement)) continue;
      for (const declared of statement.declarationList.declarations) {
        if (this.#parser.isIdentifier(declared.name) && declared.name.text === name) return declared.initializer;
      }
    }
    return undefined;
  }
}
