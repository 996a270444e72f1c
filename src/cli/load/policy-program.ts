import { readFileSync } from 'node:fs';
import { createRequire, SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import type { BuildFailure, Message, Metafile } from 'esbuild';
import * as countersign from '#core';
import type { Diagnostic, Location } from '#diagnostics';

/** A policy file's program after it ran: what it exports, and how places in the bundle map back to the user's files. */
export interface Program {
  readonly exports: Readonly<Record<string, unknown>>;
  /** From a place in the bundle to the place it was written at; others are returned as they are. */
  readonly mapFrame: (at: Location) => Location;
}
export type Ran = { readonly ok: true; readonly program: Program } | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Runs a policy file (TypeScript or JavaScript) and returns its exports. This executes its author's program, with the
 * rights of whoever runs the command. The file and what it imports by path are bundled in memory; packages are
 * required as Node would, but `countersign` is this very one, so that declarations and compiler agree.
 */
export async function runPolicyProgram(path: string): Promise<Ran> {
  const entry = resolve(path);
  const { buildSync } = await import('esbuild');
  const bundle = `${entry}.bundle.cjs`;
  let code: string, map: string, metafile: Metafile;
  try {
    const result = buildSync({
      entryPoints: [entry], bundle: true, write: false, outfile: bundle, format: 'cjs', platform: 'node', target: 'node20',
      packages: 'external', sourcemap: 'external', sourcesContent: false, metafile: true, logLevel: 'silent', absWorkingDir: dirname(entry),
    });
    const text = (ending: string) => result.outputFiles.find((file) => file.path.endsWith(ending))?.text ?? '';
    [code, map, metafile] = [text('.bundle.cjs'), text('.map'), result.metafile];
  } catch (error) {
    return { ok: false, diagnostics: (error as BuildFailure).errors.map((message) => unreadable(message, dirname(entry))) };
  }
  const cycles = importCycles(metafile, dirname(entry));
  if (cycles.length > 0) return { ok: false, diagnostics: cycles };

  const mapFrame = frameMapper(bundle, map);
  const requireThere = createRequire(entry);
  const module = { exports: {} as Record<string, unknown> };
  const load = (id: string): unknown => (id === 'countersign' ? countersign : requireThere(id));
  try {
    const run = compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], { filename: bundle });
    (run as (...parameters: unknown[]) => void)(module.exports, load, module, entry, dirname(entry));
  } catch (error) {
    return { ok: false, diagnostics: [threw(error, entry, bundle, mapFrame)] };
  }
  return { ok: true, program: { exports: module.exports, mapFrame } };
}

function unreadable(message: Message, folder: string): Diagnostic {
  const missing = /^Could not (resolve|read)/.test(message.text);
  const { location } = message;
  return {
    code: missing ? 'CS5001' : 'CS5009', severity: 'error', related: [],
    message: missing ? `${message.text.replaceAll('"', '`')}: no such file or package` : `the program can't be read: ${message.text}`,
    help: missing ? 'check the path; imports of files name their ending, as in `./segments.ts`' : 'correct the line; `tsc --noEmit` says more',
    ...(location === null ? {} : { at: {
      path: resolve(folder, location.file),
      span: { line: location.line, column: location.column + 1, endColumn: location.column + 1 + location.length },
    } }),
  };
}

/**
 * Cycles among files that import each other's values. In a cycle some file runs before what it uses is declared, and
 * which one depends on where one enters; so none is allowed. Imports of types alone leave no trace here.
 */
function importCycles(metafile: Metafile, folder: string): readonly Diagnostic[] {
  const imports = new Map(Object.entries(metafile.inputs).map(([file, input]) => [file, input.imports.filter((found) => found.external !== true)] as const));
  const state = new Map<string, 'open' | 'done'>();
  const found: Diagnostic[] = [];
  const visit = (file: string, way: readonly string[], specifier: string): void => {
    if (state.get(file) === 'done') return;
    const from = way.at(-1);
    if (state.get(file) === 'open' && from !== undefined) {
      const cycle = [...way.slice(way.indexOf(file)), file].map((step) => `\`${step}\``);
      found.push({
        code: 'CS5006', severity: 'error', related: [], at: importLine(resolve(folder, from), specifier),
        message: `policy files import each other in a circle: ${cycle.join(' → ')}`,
        help: 'move what both need into a file of its own, or import only its type (`import type`)',
      });
      return;
    }
    state.set(file, 'open');
    for (const next of imports.get(file) ?? []) visit(next.path, [...way, file], next.original ?? next.path);
    state.set(file, 'done');
  };
  for (const file of [...imports.keys()].sort()) visit(file, [], '');
  return found;
}

function importLine(path: string, specifier: string): Location {
  const lines = readFileSync(path, 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(`'${specifier}'`) || line.includes(`"${specifier}"`));
  const column = (lines[index] ?? '').indexOf(specifier);
  return index < 0 ? { path } : { path, span: { line: index + 1, column, endColumn: column + specifier.length + 2 } };
}

function frameMapper(bundle: string, map: string): (at: Location) => Location {
  let sourceMap: SourceMap | undefined;
  return (at) => {
    if (at.path !== bundle || at.span === undefined) return at;
    sourceMap ??= new SourceMap(JSON.parse(map));
    const found = sourceMap.findEntry(at.span.line - 1, at.span.column - 1);
    if (!('originalSource' in found)) return at;
    return { path: resolve(dirname(bundle), found.originalSource), span: { line: found.originalLine + 1, column: found.originalColumn + 1 } };
  };
}

/** The user's program ended in an exception: said at the innermost line of theirs, without a stack. */
function threw(error: unknown, entry: string, bundle: string, mapFrame: (at: Location) => Location): Diagnostic {
  const stack = error instanceof Error ? error.stack ?? '' : '';
  const own = stack.split('\n').map((line) => /\(?((?:\/|[A-Za-z]:\\|file:).*):(\d+):(\d+)\)?$/.exec(line.trim())).find((frame) => frame?.[1] === bundle);
  const at: Location = own === undefined || own === null ? { path: entry } : mapFrame({ path: bundle, span: { line: Number(own[2]), column: Number(own[3]) } });
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: 'CS5009', severity: 'error', at, related: [], message: `the policy's program threw ${said.split('\n')[0] ?? said}`,
    help: 'a policy file only declares; mend the line, then run the command again',
  };
}
