import type { Location } from '#diagnostics';
import { isMapping } from '../mapping.ts';
import type { OpenApiFile } from './openapi-files.ts';
import type { Way } from './find-references.ts';

/** A part of a document, with its place. */
export interface OpenApiNode {
  readonly file: OpenApiFile;
  readonly value: unknown;
  /** Of its key. */
  readonly at: () => Location;
  /** Its value is undefined where nothing is written. */
  readonly child: (step: string | number) => OpenApiNode;
}

export const rootOf = (file: OpenApiFile): OpenApiNode => nodeOf(file, file.value, []);

function nodeOf(file: OpenApiFile, value: unknown, way: Way): OpenApiNode {
  return {
    file, value,
    at: () => file.locate(way),
    child: (step) => nodeOf(file, member(value, step), [...way, step]),
  };
}

/** `null` stays what it is: something is written there. */
function member(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(String(step)) ? (value as readonly unknown[])[Number(step)] : undefined;
  return isMapping(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}
