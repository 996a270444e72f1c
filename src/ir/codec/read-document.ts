import { diagnose, type Diagnostic, type Related, type Span } from '#diagnostics';
import type { Positions } from './positions.ts';

/** Deepest nesting of lists and objects. A policy needs seven, and two more for each `all` or `any`. */
export const maxDepth = 64;
/** Most problems that are said of one file. */
export const maxReported = 100;

export type ReadingCode = 'CS5003' | 'CS5004' | 'CS5005' | 'CS5007' | 'CS5008' | 'CS5017' | 'CS5052' | 'CS5053' | 'CS5054';
interface More { readonly help?: string | undefined; readonly pointer?: string; readonly related?: readonly Related[] }

/** A diagnostic of one file. */
export const sayOf = (path: string) => (code: ReadingCode, message: string, at: Span | undefined, more: More = {}): Diagnostic => diagnose(code, {
  message,
  ...(more.pointer === undefined ? {} : { pointer: more.pointer }),
  at: { path, ...(at === undefined ? {} : { span: at }) },
  related: more.related ?? [],
  ...(more.help === undefined ? {} : { help: more.help }),
});

/** A data file as a value: JSON, or YAML. */
export type ReadDocument =
  | {
    readonly ok: true;
    readonly document: unknown;
    /** Where things stand, worked out when it is first asked for. */
    readonly where: () => Positions;
    /** What is wrong with how it is written, where its value can be told all the same. */
    readonly problems: readonly Diagnostic[];
  }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };
