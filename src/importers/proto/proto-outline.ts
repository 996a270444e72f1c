type Tokenize = typeof import('protobufjs')['tokenize'];

/** What of a file stands where. Lines count from 1. */
export interface ProtoOutline {
  readonly package: string;
  readonly imports: readonly { readonly path: string; readonly public: boolean; readonly line: number }[];
  readonly services: readonly Declaration[];
  /** What the parser lets pass, or refuses without saying where. */
  readonly faults: readonly { readonly message: string; readonly line: number; readonly firstLine?: number }[];
}
export interface Declaration { readonly name: string; readonly line: number }

interface Scope { readonly kind: 'file' | 'service' | 'other'; readonly called: string; readonly known: Map<string, number> }

/**
 * Where the declarations of a file stand, read off its tokens: the parser keeps no lines. Judges no syntax, and throws
 * what the tokenizer throws. `rpc`, `message` and the like are ordinary names to protobuf, but at the start of a statement.
 */
export function protoOutline(text: string, tokenize: Tokenize): ProtoOutline {
  const found = { package: '', imports: [] as ProtoOutline['imports'][number][], services: [] as Declaration[], faults: [] as ProtoOutline['faults'][number][] };
  const tokens = tokenize(text, false);
  const scopes: Scope[] = [{ kind: 'file', called: 'the file', known: new Map() }];
  let opening: Omit<Scope, 'known'> | undefined;
  let first = true; // of a statement

  const declare = (what: string, name: string, line: number, scope: Scope): void => {
    const before = scope.known.get(name);
    // protobufjs drops it in silence: as a key it would be the object's prototype
    if (name === '__proto__') found.faults.push({ message: `the name \`${name}\` of ${what} can't be read`, line });
    else if (before === undefined) scope.known.set(name, line);
    else found.faults.push({ message: `${what} \`${name}\` is declared twice in ${scope.called}`, line, firstLine: before });
  };

  for (let token = tokens.next(); token !== null; token = tokens.next()) {
    const { line } = tokens;
    const scope = scopes.at(-1)!;
    if (isQuote(token)) { tokens.next(); tokens.next(); first = false; continue; }
    if (token === '{') { scopes.push({ ...(opening ?? { kind: 'other', called: '' }), known: new Map() }); opening = undefined; first = true; continue; }
    if (token === '}') { if (scopes.length > 1) scopes.pop(); first = true; continue; }
    if (token === ';') { opening = undefined; first = true; continue; }
    if (!first || token === 'export' || token === 'local') continue;
    first = false;
    const next = (): string | null => (isWord(tokens.peek()) ? tokens.next() : null);
    if (scope.kind === 'file' && token === 'package') found.package = next() ?? '';
    else if (scope.kind === 'file' && token === 'syntax') {
      if (tokens.peek() === '=') tokens.next();
      const stated = quoted();
      if (stated !== undefined && stated !== 'proto2' && stated !== 'proto3') found.faults.push({ message: `\`${stated}\` is not a syntax of protobuf`, line });
    } else if (scope.kind === 'file' && token === 'import') {
      const kind = next();
      const path = quoted();
      if (path !== undefined && kind !== 'option') found.imports.push({ path, public: kind === 'public', line }); // of options, nothing is callable
    } else if (scope.kind === 'file' && token === 'service') {
      const name = next();
      if (name === null) continue;
      declare('the service', name, line, scope);
      found.services.push({ name, line });
      opening = { kind: 'service', called: `the service \`${name}\`` };
    } else if (token === 'message' || token === 'enum') {
      const name = next();
      if (name === null || tokens.peek() !== '{') continue;
      declare(`the ${token}`, name, line, scope);
      opening = { kind: 'other', called: `the ${token} \`${name}\`` };
    } else if (scope.kind === 'service' && token === 'rpc') {
      const name = next();
      if (name !== null) declare('the method', name, line, scope);
    }
  }
  return found;

  function quoted(): string | undefined {
    if (!isQuote(tokens.peek())) return undefined;
    tokens.next();
    const inside = tokens.next() ?? '';
    tokens.next();
    return inside;
  }
}

const isQuote = (token: string | null): boolean => token === '"' || token === "'";
const isWord = (token: string | null): boolean => token !== null && /^[A-Za-z_.]/.test(token);
