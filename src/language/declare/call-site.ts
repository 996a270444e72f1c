import type { Location } from '#diagnostics';

/** The call that declared something, as V8 recorded it. Formatted only when somebody asks where it is. */
export interface CallSite { readonly stack?: unknown }

/** Frames that are looked through for one of the user's own: two, so that a wrapper in a package is no harm. Each costs. */
const depth = 2;

/**
 * Remembers who called `declare`. It costs a few microseconds, because V8 formats the stack on first reading.
 * `declare` has to be the very function that the user called: it and what it calls are left out.
 */
export function callSite(declare: (...given: never[]) => unknown): CallSite {
  const limit = Error.stackTraceLimit;
  const site: CallSite = {};
  Error.stackTraceLimit = depth;
  Error.captureStackTrace(site, declare);
  Error.stackTraceLimit = limit;
  return site;
}

/** The innermost frame outside `node_modules` and Node itself; undefined if there is none to be read. */
export function locationOf({ stack }: CallSite): Location | undefined {
  if (typeof stack !== 'string') return undefined; // somebody's `Error.prepareStackTrace` made something else of it
  for (const line of stack.split('\n')) {
    const frame = parseFrame(line);
    if (frame !== undefined && !/[\\/]node_modules[\\/]/.test(frame.path)) return frame;
  }
  return undefined;
}

/**
 * One line of a V8 stack trace (V8, "Stack trace API"): `at name (place)`, `at async name (place)` or `at place`,
 * where a place is a path or a `file:` URL with line and column. Undefined for anything that is not in a file.
 */
export function parseFrame(line: string): Location | undefined {
  const frame = /^\s*at (?:async )?(.+)$/.exec(line)?.[1];
  if (frame === undefined) return undefined;
  // a name never contains ` (`, a folder may
  const place = frame.endsWith(')') && frame.includes(' (') ? frame.slice(frame.indexOf(' (') + 2, -1) : frame;
  const parts = /^(.+):(\d+):(\d+)$/.exec(place);
  if (parts === null) return undefined;
  const path = pathOf(parts[1]!);
  return path === undefined ? undefined : { path, span: { line: Number(parts[2]), column: Number(parts[3]) } };
}

function pathOf(place: string): string | undefined {
  if (!place.startsWith('file://')) return /^(?:[A-Za-z]:[\\/]|[\\/])/.test(place) ? place : undefined;
  const parts = /^file:\/\/([^/]*)(\/[^?#]*)/.exec(place);
  if (parts === null) return undefined;
  let path: string;
  try { path = decodeURIComponent(parts[2]!); } catch { return undefined; }
  if (/^\/[A-Za-z]:/.test(path)) return path.slice(1).replaceAll('/', '\\');
  return parts[1] === '' || parts[1] === 'localhost' ? path : `\\\\${parts[1]}${path.replaceAll('/', '\\')}`;
}
