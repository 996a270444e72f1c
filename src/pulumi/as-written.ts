import { findSourceMap } from 'node:module';
import type { Declared, Location } from '#diagnostics';
import { mapSites } from '#language';
import { readSource } from './read-source.ts';

/**
 * A declaration with its places in the files that the user wrote. Pulumi's SDK formats stack traces itself, and knows nothing of a
 * program that was translated as it was loaded (`source-map-support`, which finds no map in the file): a place is then one in the
 * translation, mostly in its first and only line. Node has the map.
 */
export const asWritten = <D extends Declared<unknown>>(declared: D): D => ({ ...declared, sites: mapSites(declared.sites, writtenAt) });

/** Undefined where a place is right as it is: where the file has one so. */
function writtenAt({ path, span }: Location): Location | undefined {
  const line = span === undefined ? undefined : readSource(path)?.split('\n')[span.line - 1];
  if (span === undefined || (line !== undefined && span.column <= line.length + 1)) return undefined;
  const entry = findSourceMap(path)?.findEntry(span.line - 1, span.column - 1);
  return entry === undefined || !('originalLine' in entry) ? undefined : { path, span: { line: entry.originalLine + 1, column: entry.originalColumn + 1 } };
}
