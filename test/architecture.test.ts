import { builtinModules } from 'node:module';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ts$/.test(name) && !name.endsWith('.d.ts')).map((name) => name.replaceAll('\\', '/')).sort();
const rooms = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { imports: Record<string, string> }).imports;

interface Import { readonly from: string; readonly specifier: string; /** Relative to `src`, for our own files. */ readonly file?: string; readonly typeOnly: boolean }
const imports: readonly Import[] = files.flatMap((from) => importsOf(from));

/** Every import, static, dynamic or re-exported. */
function importsOf(from: string): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    const own = specifier.startsWith('.') ? resolve(src, dirname(from), specifier) : rooms[specifier] === undefined ? undefined : join(root, rooms[specifier]);
    found.push({ from, specifier, typeOnly, ...(own === undefined ? {} : { file: relative(src, own).replaceAll('\\', '/') }) });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.moduleSpecifier.text, ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly === true : node.isTypeOnly);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0] !== undefined && ts.isStringLiteral(node.arguments[0])) add(node.arguments[0].text, false);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) add(node.argument.literal.text, true);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(from, readFileSync(join(src, from), 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}

/** The first folder, but for the contract of targets, which is a room of its own. */
const roomOf = (file: string): string => (file === 'targets/target.ts' ? 'target' : file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace('.ts', ''));

/** What each room may import besides itself. Absent: nothing of ours. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  ir: ['diagnostics'],
  spec: ['ir'],
  algebra: ['ir', 'spec'], // of `spec`, its words and no more: below
  target: ['diagnostics', 'ir', 'spec'],
  language: ['diagnostics', 'ir', 'spec', 'algebra'],
  targets: ['diagnostics', 'ir', 'spec', 'algebra', 'target'],
  placement: ['diagnostics', 'ir', 'spec', 'target'],
  analysis: ['diagnostics', 'ir', 'spec', 'algebra', 'target'],
  importers: ['diagnostics', 'ir'],
  compile: ['diagnostics', 'ir', 'spec', 'algebra', 'language', 'placement', 'targets', 'target', 'analysis'],
  index: ['diagnostics', 'ir', 'spec', 'language', 'compile'],
  pulumi: ['diagnostics', 'ir', 'spec', 'algebra', 'language', 'placement', 'targets', 'target', 'analysis', 'compile', 'index'],
  cli: ['diagnostics', 'ir', 'spec', 'algebra', 'language', 'placement', 'targets', 'target', 'analysis', 'compile', 'index', 'importers'],
  testing: ['diagnostics', 'ir', 'spec', 'algebra', 'language', 'placement', 'targets', 'target', 'analysis', 'compile', 'index'],
};
const text = ({ from, specifier }: Import): string => `${from} imports ${specifier}`;

describe('the house', () => {
  it('is read whole', () => {
    expect(files.length).toBeGreaterThan(80);
    expect(imports.filter(({ file }) => file !== undefined && !existsSync(join(src, file))).map(text)).toEqual([]);
    expect(new Set(files.map(roomOf))).toEqual(new Set(Object.keys(allowed)));
  });
  it('depends one way', () => {
    expect(imports.filter(({ from, file }) => file !== undefined && roomOf(file) !== roomOf(from) && !allowed[roomOf(from)]!.includes(roomOf(file))).map(text)).toEqual([]);
  });
  it('computes apart from the reference: the algebra takes the words of a request from `spec`, and none of its code', () => {
    expect(imports.filter(({ from, file, typeOnly }) => roomOf(from) === 'algebra' && file !== undefined && roomOf(file) === 'spec' && !typeOnly).map(text)).toEqual([]);
    expect(imports.filter(({ from, file }) => roomOf(from) === 'spec' && file !== undefined && roomOf(file) === 'algebra').map(text)).toEqual([]);
  });
  it('shows every crossing of rooms on the line: by `#room`, never by a relative path', () => {
    const within = (from: string, file: string): boolean => roomOf(from) === roomOf(file) || (roomOf(from) === 'targets' && roomOf(file) === 'target') || (roomOf(from) === 'target' && roomOf(file) === 'targets');
    expect(imports.filter(({ from, file, specifier }) => file !== undefined && specifier.startsWith('.') && !within(from, file)).map(text)).toEqual([]);
  });
  it('keeps targets apart', () => {
    const target = (file: string): string | undefined => /^targets\/([^/]+)\//.exec(file)?.[1];
    expect(imports.filter(({ from, file }) => target(from) !== undefined && file !== undefined && target(file) !== undefined && target(from) !== target(file)).map(text)).toEqual([]);
  });
  it('keeps what reads artefacts from ever seeing how they were made', () => {
    const reading = (file: string): boolean => /^targets\/[^/]+\/interpret(\.ts|\/)/.test(file);
    const making = /^targets\/(object-name|cidr)\.ts$|^targets\/[^/]+\/(lower|emit|plan)(\.ts|\/)/;
    expect(files.some(reading)).toBe(true);
    expect(imports.filter(({ from, file }) => reading(from) && file !== undefined && making.test(file)).map(text)).toEqual([]);
  });
  it('knows Pulumi in one room', () => {
    expect(imports.filter(({ from, specifier }) => specifier.startsWith('@pulumi/') && roomOf(from) !== 'pulumi').map(text)).toEqual([]);
  });
  it('knows the tools of tests in one room, which nothing else loads', () => {
    const tools = /^(fast-check|vitest|@vitest\/.*)$/;
    expect(imports.filter(({ from, specifier }) => tools.test(specifier) && roomOf(from) !== 'testing').map(text)).toEqual([]);
    expect(Object.entries(allowed).filter(([, others]) => others.includes('testing'))).toEqual([]);
  });
  it('reads clock, chance, environment and files at its edges only', () => {
    const pure = new Set(['node:crypto']); // digests of what is given
    const edge = (file: string): boolean => ['cli', 'pulumi'].includes(roomOf(file));
    const builtin = (specifier: string): boolean => specifier.startsWith('node:') || builtinModules.includes(specifier);
    expect(imports.filter(({ from, specifier }) => builtin(specifier) && !pure.has(specifier) && !edge(from)).map(text)).toEqual([]);
    const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.(env|argv|cwd|hrtime)\b|\bperformance\.now\b|\bcrypto\.random/;
    expect(files.filter((file) => !edge(file) && impure.test(readFileSync(join(src, file), 'utf8')))).toEqual([]);
  });
  it('has a page for every room', () => {
    const folders = [...new Set(files.filter((file) => file.includes('/')).map((file) => file.slice(0, file.indexOf('/'))))];
    expect(folders.filter((folder) => !existsSync(join(src, folder, 'README.md')))).toEqual([]);
  });
  it('has no drawer for odds and ends', () => {
    expect(files.filter((file) => /(^|\/)(utils?|common|helpers?|types|misc)(\.ts|\/)/.test(file))).toEqual([]);
  });
  it('speaks only of itself: no registry hosts and no machine paths, lock file included', () => {
    const tracked = [...files.map((file) => join(src, file)), ...['package.json', 'package-lock.json', 'README.md', 'Pulumi.yaml'].map((name) => join(root, name))];
    const strays = tracked.filter((path) => existsSync(path) && /registry\.npmjs\.org|proxy\.golang\.org|pypi\.org|(^|[\s'"`(])\/(work|root|home)\//m.test(readFileSync(path, 'utf8')));
    expect(strays.map((path) => relative(root, path))).toEqual([]);
  });
});
