import { checked, diagnose, nearest, sortDiagnostics, type Checked, type Diagnostic } from '#diagnostics';
import { constNames } from '../const-names.ts';
import { commentText, keyLiteral, textLiteral } from '../literal.ts';
import { sourceDigestLine } from '../source-digest.ts';
import { sourceTexts, type SourceFile } from '../source-file.ts';
import { readProto, type ProtoFile, type ProtoService } from './proto-file.ts';

export interface ProtoImports {
  /** In any order; with everything that they import, but for `google/protobuf/…`. */
  readonly files: readonly SourceFile[];
  /** What the files are, for people: a repository and a revision. */
  readonly source: string;
  /** Paths of the files whose services are wanted, with what they import publicly; all of them where nothing is said. */
  readonly entry?: readonly string[];
}
export interface ImportedService { /** The constant of the module. */ readonly constant: string; readonly fullName: string; readonly methods: readonly string[] }
export interface ImportedProto { readonly module: string; readonly services: readonly ImportedService[] }

/**
 * Reads protobuf files and writes a TypeScript module with the operations of each service. Asynchronous only to load
 * the parser when it is needed: the answer depends on the arguments alone.
 */
export async function importProto({ files, source, entry }: ProtoImports): Promise<Checked<ImportedProto>> {
  const protobuf = (await import('protobufjs')).default as unknown as typeof import('protobufjs');
  const { texts, diagnostics } = sourceTexts(files);
  const found: Diagnostic[] = [...diagnostics];
  const protos: ProtoFile[] = [];
  for (const text of texts) {
    const read = readProto(text, protobuf);
    if (read.ok) protos.push(read.file);
    else found.push(diagnose('CS5012', { message: read.message, at: read.at, help: 'correct the line' }));
  }

  const unread = new Set(files.map(({ path }) => path));
  for (const { path } of protos) unread.delete(path);
  const targets = new Map<ProtoFile, readonly ProtoFile[]>();
  for (const file of protos) {
    targets.set(file, file.imports.flatMap((wanted) => {
      if (wellKnown.test(wanted.path)) return [];
      const matches = matching(wanted.path, protos.map(({ path }) => path));
      if (matches.length === 0 && matching(wanted.path, [...unread]).length > 0) return []; // what is wrong with it is said
      if (matches.length === 1) return wanted.public ? protos.filter(({ path }) => path === matches[0]) : [];
      const meant = nearest(wanted.path, protos.filter((other) => other !== file).map(({ path }) => path));
      found.push(diagnose('CS5012', {
        message: matches.length === 0 ? `\`${wanted.path}\` is imported and is not among the files` : `\`${wanted.path}\` could be ${matches.map((path) => `\`${path}\``).join(' or ')}`,
        at: wanted.at,
        help: matches.length > 0 ? 'give one of them only' : meant === undefined ? 'give that file as well' : `give that file as well, or import \`${meant}\``,
      }));
      return [];
    }));
  }
  const byName = new Map<string, ProtoService>();
  for (const service of protos.flatMap(({ services }) => services)) {
    const first = byName.get(service.fullName);
    if (first === undefined) byName.set(service.fullName, service);
    else found.push(diagnose('CS5012', { message: `the service \`${service.fullName}\` is declared twice`, at: service.at, related: [{ message: 'it is declared here first', at: first.at }], help: 'give one of the two files only' }));
  }
  for (const path of entry ?? []) {
    if (!files.some((file) => file.path === path)) found.push(diagnose('CS5012', { message: `\`${path}\` is not among the files`, at: { path }, help: 'give it as well' }));
  }
  const wanted = entry === undefined ? protos : publiclyFrom(protos.filter(({ path }) => entry.includes(path)), targets);
  const services = wanted.flatMap((file) => file.services);
  if (services.length === 0 && !found.some(({ severity }) => severity === 'error')) {
    found.push(diagnose('CS5012', { message: 'the files declare no service', ...(protos[0] === undefined ? {} : { at: { path: protos[0].path } }), help: 'give the files that declare the services' }));
  }

  const names = constNames(services, ({ fullName }) => [fullName.slice(fullName.lastIndexOf('.') + 1), fullName]);
  return checked(sortDiagnostics(found), () => {
    const imported = services
      .map((service): ImportedService => ({ constant: names.get(service)!, fullName: service.fullName, methods: service.methods.map(({ name }) => name) }))
      .sort((a, b) => (a.constant < b.constant ? -1 : 1));
    return { module: printServices(imported, files, source), services: imported };
  });
}

/** They come with every compiler (Protocol Buffers, "Well-Known Types"), and declare no services. */
const wellKnown = /^google\/protobuf\//;

/** An import is a path from a root that only the author knows: the file itself, else whatever ends so. */
const matching = (wanted: string, paths: readonly string[]): readonly string[] =>
  paths.includes(wanted) ? [wanted] : paths.filter((path) => path.replaceAll('\\', '/').endsWith(`/${wanted}`));

function publiclyFrom(entries: readonly ProtoFile[], targets: ReadonlyMap<ProtoFile, readonly ProtoFile[]>): readonly ProtoFile[] {
  const reached = new Set(entries);
  for (const file of reached) for (const target of targets.get(file) ?? []) reached.add(target); // a set is walked through with what is added meanwhile
  return [...reached];
}

/** The module, as it is committed. Methods stand in their service's own order. */
function printServices(services: readonly ImportedService[], files: readonly SourceFile[], source: string): string {
  return `${[
    '// Generated by `countersign import proto`: do not edit, import again.',
    `// source ${commentText(source)}`,
    sourceDigestLine(files),
    "import { rpc } from 'countersign';",
    ...services.flatMap(({ constant, fullName, methods }) => [
      '',
      `export const ${constant} = {`,
      ...methods.map((method) => `  ${keyLiteral(method)}: rpc(${textLiteral(`${fullName}/${method}`)}),`),
      '} as const;',
    ]),
  ].join('\n')}\n`;
}
