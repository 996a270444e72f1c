import { diagnose, type Diagnostic, type Location } from '#diagnostics';
import type { SourceText } from '../source-file.ts';
import { protoOutline } from './proto-outline.ts';

export interface ProtoService {
  /** With its package: `hipstershop.CartService`. */
  readonly fullName: string;
  readonly methods: readonly string[];
  readonly at: Location;
}
export interface ProtoImport { readonly path: string; readonly public: boolean; readonly at: Location }

/** What a `.proto` file says of who can be called, in the order in which it says it. */
export interface ProtoFile { readonly path: string; readonly imports: readonly ProtoImport[]; readonly services: readonly ProtoService[] }
export interface ReadProto { /** Absent where it can't be read. */ readonly file?: ProtoFile; readonly diagnostics: readonly Diagnostic[] }

type Protobuf = typeof import('protobufjs');

/** Reads one file; proto2, proto3 and editions. protobufjs judges the syntax, and knows the services. */
export function readProto({ path, text }: SourceText, { parse, tokenize, Root, Service }: Protobuf): ReadProto {
  const at = (line: number): Location => ({ path, span: { line, column: 1 } });
  const root = new Root();
  try {
    const outline = protoOutline(text, tokenize);
    if (outline.faults.length > 0) {
      return {
        diagnostics: outline.faults.map(({ message, line, firstLine }) => diagnose('CS5012', {
          message, at: at(line), related: firstLine === undefined ? [] : [{ message: 'it is declared here first', at: at(firstLine) }], help: 'correct the line',
        })),
      };
    }
    parse(text, root, { keepCase: true });
    const home = outline.package === '' ? root : root.lookup(outline.package);
    const services = outline.services.map(({ name, line }): ProtoService => {
      const service = home !== null && 'get' in home ? home.get(name) : null;
      if (!(service instanceof Service)) throw new Error(`no service ${name} was made of the file`);
      return { fullName: service.fullName.replace(/^\./, ''), methods: service.methodsArray.map((method) => method.name), at: at(line) };
    });
    return { file: { path, imports: outline.imports.map(({ line, ...rest }) => ({ ...rest, at: at(line) })), services }, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (/max depth exceeded/.test(error.message)) return { diagnostics: [diagnose('CS5017', { message: 'messages nest deeper than is read', at: { path }, help: 'check that it is the file you meant' })] };
    const stated = /^(.*?) \((?:.*, )?line (\d+)\)$/s.exec(error.message);
    const what = (stated?.[1] ?? error.message).replace("illegal token 'null'", 'it ends in the middle of a statement').replace(/'([^']*)'/, '`$1`');
    return { diagnostics: [diagnose('CS5012', { message: `the file is not a protobuf description: ${what}`, at: stated === null ? { path } : at(Number(stated[2])), help: 'correct the line' })] };
  }
}
