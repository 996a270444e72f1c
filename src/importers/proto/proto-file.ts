import type { Location } from '#diagnostics';
import type { SourceText } from '../source-file.ts';

export interface ProtoMethod { readonly name: string }
export interface ProtoService {
  /** With its package: `hipstershop.CartService`. */
  readonly fullName: string;
  readonly methods: readonly ProtoMethod[];
  readonly at: Location;
}
export interface ProtoImport { readonly path: string; readonly public: boolean; readonly at: Location }

/** What a `.proto` file says of who can be called, in the order in which it says it. */
export interface ProtoFile { readonly path: string; readonly imports: readonly ProtoImport[]; readonly services: readonly ProtoService[] }
export type ReadProto = { readonly ok: true; readonly file: ProtoFile } | { readonly ok: false; readonly message: string; readonly at: Location };

type Protobuf = typeof import('protobufjs');

/**
 * Reads one file; proto2, proto3 and editions. protobufjs judges the syntax, and knows the services; where they
 * and the imports stand is read off its tokens.
 */
export function readProto({ path, text }: SourceText, { parse, tokenize, Root, Service }: Protobuf): ReadProto {
  const at = (line: number): Location => ({ path, span: { line, column: 1 } });
  const found: { pkg: string; readonly imports: ProtoImport[]; readonly services: Map<string, number> } = { pkg: '', imports: [], services: new Map() };
  const root = new Root();
  let line = 1;
  try {
    const tokens = tokenize(text, false);
    const next = (): string | null => { const token = tokens.next(); line = tokens.line; return token; };
    let depth = 0;
    let first = true; // of a statement of the file itself
    for (let token = next(); token !== null; token = next()) {
      if (token === '"' || token === "'") { next(); next(); continue; } // its text, and the closing mark
      if (token === '{') depth++;
      if (token === '}') depth = Math.max(0, depth - 1);
      if (depth === 0 && first && token === 'package') found.pkg = next() ?? '';
      if (depth === 0 && first && token === 'import') {
        const start = line;
        let kind = next();
        const open = kind === 'public' || kind === 'weak' || kind === 'option' ? next() : kind;
        if (open === kind) kind = '';
        if (open === '"' || open === "'") {
          const imported = next() ?? '';
          next();
          if (kind !== 'option') found.imports.push({ path: imported, public: kind === 'public', at: at(start) });
        }
      }
      if (depth === 0 && first && token === 'service') {
        const start = line;
        const name = next() ?? '';
        if (found.services.has(name)) return { ok: false, message: `the service \`${name}\` is declared twice`, at: at(start) };
        found.services.set(name, start);
      }
      first = token === ';' || token === '}';
    }
    parse(text, root, { keepCase: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const stated = /^(.*?) \((?:.*, )?line (\d+)\)$/s.exec(error.message);
    return { ok: false, message: `the file is not a protobuf description: ${stated?.[1] ?? error.message}`, at: at(Number(stated?.[2] ?? line)) };
  }
  const home = found.pkg === '' ? root : root.lookup(found.pkg);
  const services = [...found.services].map(([name, start]): ProtoService => {
    const service = home !== null && 'get' in home ? home.get(name) : null;
    if (!(service instanceof Service)) throw new Error(`protobufjs has no service ${name}`);
    return { fullName: service.fullName.replace(/^\./, ''), methods: service.methodsArray.map((method) => ({ name: method.name })), at: at(start) };
  });
  return { ok: true, file: { path, imports: found.imports, services } };
}
