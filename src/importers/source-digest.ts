import { digest } from '#ir';
import type { SourceFile } from './source-file.ts';

/**
 * One digest of all source files, whatever they are called and in whatever order they come. How lines end, and a byte
 * order mark, make no difference: a checkout may change both.
 */
export function sourceDigest(files: readonly SourceFile[]): `sha256:${string}` {
  return digest(files.map(({ bytes }) => digest(normalised(bytes))).sort().join('\n'));
}

/** One character a byte, so that what is not UTF-8 has a digest as well. */
const normalised = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '').replaceAll('\r\n', '\n');

const line = '// source digest ';

/** As a generated module states it. */
export const sourceDigestLine = (files: readonly SourceFile[]): string => `${line}${sourceDigest(files)}`;

/** The digest that a generated module states; undefined if it states none. Another one than `sourceDigest` gives means that it is stale. */
export function readSourceDigest(moduleText: string): `sha256:${string}` | undefined {
  const found = moduleText.split(/\r?\n/).find((text) => text.startsWith(line))?.slice(line.length);
  return found !== undefined && /^sha256:[0-9a-f]{64}$/.test(found) ? (found as `sha256:${string}`) : undefined;
}
