import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { isError, renderJson, renderText, sortDiagnostics, type Diagnostic } from '#diagnostics';

export type Format = 'text' | 'json';

/** Paths as the user would type them from here; what lies elsewhere keeps its full path. */
export function spell(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' ? '.' : near.startsWith('..') && near.length >= path.length ? path : near;
}

/** NO_COLOR (any value but the empty one) turns colours off, FORCE_COLOR on; else they are for terminals. */
export function colourOn(stream: { readonly isTTY?: boolean }): boolean {
  if ((process.env['NO_COLOR'] ?? '') !== '') return false;
  const forced = process.env['FORCE_COLOR'];
  return forced !== undefined && forced !== '0' ? true : stream.isTTY === true;
}

/** Says diagnostics: as text on stderr, for people; as JSON on stdout, where they are the data that was asked for. */
export function say(diagnostics: readonly Diagnostic[], format: Format, outcome?: string): void {
  const sorted = sortDiagnostics(diagnostics);
  if (format === 'json') { process.stdout.write(renderJson(sorted, spell)); return; }
  if (sorted.length === 0) return;
  process.stderr.write(renderText(sorted, { source, path: spell, colour: colourOn(process.stderr), ...(outcome === undefined ? {} : { outcome }) }));
}

const texts = new Map<string, string | undefined>();
function source(path: string): string | undefined {
  if (!texts.has(path)) texts.set(path, existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  return texts.get(path);
}

export const failing = (diagnostics: readonly Diagnostic[]): boolean => diagnostics.some(isError);
export const nothingWritten = 'Nothing was written.';
