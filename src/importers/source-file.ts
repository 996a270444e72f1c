import { diagnose, type Diagnostic } from '#diagnostics';

/** A file as whoever reads files hands it over. `path` is what messages call it. */
export interface SourceFile { readonly path: string; readonly bytes: Uint8Array }
export interface SourceText { readonly path: string; readonly text: string }

/** Of one file. Real ones are far smaller; a larger one is most likely not the one that was meant. */
export const maxSourceBytes = 8 * 1024 * 1024;

/** The files as text, in the order of their paths, and what is wrong with those that are none. A byte order mark is skipped. */
export function sourceTexts(files: readonly SourceFile[]): { readonly texts: readonly SourceText[]; readonly diagnostics: readonly Diagnostic[] } {
  const texts: SourceText[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { path, bytes } of [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    if (bytes.length > maxSourceBytes) {
      diagnostics.push(diagnose('CS5017', { message: `the file has more than ${maxSourceBytes} bytes, and no more are read`, at: { path }, help: 'split it, or check that it is the file you meant' }));
      continue;
    }
    try {
      texts.push({ path, text: decode(bytes) });
    } catch {
      diagnostics.push(diagnose('CS5008', { message: 'the line is not UTF-8', at: { path, span: { line: firstBadLine(bytes), column: 1 } }, help: 'save the file as UTF-8' }));
    }
  }
  return { texts, diagnostics };
}

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** No byte of a longer character is a line feed, so that lines can be judged one by one. */
function firstBadLine(bytes: Uint8Array): number {
  for (let line = 1, start = 0; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    try {
      decode(bytes.subarray(start, end < 0 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    start = end + 1;
  }
}
