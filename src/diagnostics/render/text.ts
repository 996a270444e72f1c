import type { Diagnostic, Location, Severity, Span } from '../diagnostic.ts';
import { isControl, printable, widthOf } from './columns.ts';

export interface TextOptions {
  /** The text of a file, if it can be read. Without it a diagnostic names the place and shows no line. */
  readonly source?: (path: string) => string | undefined;
  /** How to spell a path, for instance relative to where the user stands. */
  readonly path?: (path: string) => string;
  /** ANSI colours. Off unless asked for: whether a terminal is there is the edge's business. */
  readonly colour?: boolean;
  /** What became of the run, after the counts: `Nothing was written.` */
  readonly outcome?: string;
}

/** Diagnostics for people: a frame each, with the line of their own file, then one line that counts them. */
export function renderText(diagnostics: readonly Diagnostic[], options: TextOptions = {}): string {
  if (diagnostics.length === 0) return '';
  return `${diagnostics.map((diagnostic) => `${frame(diagnostic, options)}\n`).join('\n')}\n${summaryLine(diagnostics, options.outcome)}\n`;
}

/** `2 errors, 1 warning. Nothing was written. …`; ends by naming the code that the reader will want explained. */
export function summaryLine(diagnostics: readonly Diagnostic[], outcome?: string): string {
  const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return count === 0 ? [] : [`${count} ${plural(severity, count)}`];
  });
  const first = (['error', 'warning', 'info'] as const).flatMap((severity) => diagnostics.filter((diagnostic) => diagnostic.severity === severity))[0];
  return [
    `${counts.join(', ')}.`,
    ...(outcome === undefined ? [] : [outcome]),
    ...(first === undefined ? [] : [`\`countersign explain ${first.code}\` says more.`]),
  ].join(' ');
}

const plural = (severity: Severity, count: number): string => (severity === 'info' ? (count === 1 ? 'note' : 'notes') : `${severity}${count === 1 ? '' : 's'}`);

function frame(diagnostic: Diagnostic, options: TextOptions): string {
  const paint = painter(options.colour ?? false);
  const { at } = diagnostic;
  const gutter = ' '.repeat(Math.max(2, String(at?.span?.line ?? '').length));
  const word = diagnostic.severity === 'info' ? 'note' : diagnostic.severity;
  const lines = [`${paint[diagnostic.severity](`${word}[${diagnostic.code}]`)}${paint.strong(`: ${oneLine(diagnostic.message)}`)}`];
  if (at !== undefined) lines.push(`${gutter}${paint.frame('┌─')} ${placeText(at, options, true)}`, ...excerpt(at, gutter.length, options, diagnostic.severity));
  for (const related of diagnostic.related) {
    lines.push(`${gutter}${paint.frame('=')} ${oneLine(related.message)}${related.at === undefined ? '' : ` at ${placeText(related.at, options, false)}`}`);
  }
  if (diagnostic.help !== undefined) lines.push(`${gutter}${paint.help('help')}: ${oneLine(diagnostic.help)}`);
  return lines.join('\n');
}

function placeText({ path, span }: Location, { path: spell }: TextOptions, column: boolean): string {
  const place = oneLine(spell?.(path) ?? path);
  return span === undefined ? place : column ? `${place}:${span.line}:${span.column}` : `${place}:${span.line}`;
}

/** The source line and the marks below it; nothing if the line can't be had. */
function excerpt({ path, span }: Location, gutter: number, options: TextOptions, severity: Severity): readonly string[] {
  const line = span === undefined ? undefined : options.source?.(path)?.split(/\r\n|\r|\n/)[span.line - 1];
  if (line === undefined || span === undefined) return [];
  const paint = painter(options.colour ?? false);
  const from = Math.min(Math.max(span.column - 1, 0), line.length);
  const to = Math.max(endOf(line, from, span), from + 1);
  const { text, columnOf } = printable(line);
  const [first, last] = [columnOf(from), Math.max(columnOf(to), columnOf(from) + 1)];
  const cut = window(text, first, last);
  const bar = paint.frame('│');
  const marks = paint[severity]('^'.repeat(Math.min(last, cut.end) - first));
  return [
    `${paint.frame(String(span.line).padStart(gutter))}${bar} ${cut.text}`.trimEnd(),
    `${' '.repeat(gutter)}${bar} ${' '.repeat(first - cut.start)}${marks}`,
  ];
}

/** Where the marks end, as an offset: the span's end, the end of the line if it goes on, else the end of the expression. */
function endOf(line: string, from: number, { line: first, endLine, endColumn }: Span): number {
  if (endLine !== undefined && endLine > first) return line.trimEnd().length;
  if (endColumn !== undefined) return Math.min(endColumn - 1, line.length);
  // Where only the beginning is known: a quoted text, or a dotted name with the parentheses that close on this line.
  const rest = line.slice(from);
  const word = /^(?:(['"`])(?:(?!\1).)*\1|[\p{L}\p{N}_$.]+(?:\([^()]*\))?)/u.exec(rest);
  return from + (word?.[0].length ?? 1);
}

/** At most this many columns of a line are shown, so that a minified file stays readable. */
const widest = 160;

/** The part of a long line around the marks, in columns; `…` stands for what is left out. */
function window(text: string, first: number, last: number): { readonly text: string; readonly start: number; readonly end: number } {
  const characters = Array.from(text, (character) => ({ character, width: widthOf(character) }));
  const total = characters.reduce((sum, { width }) => sum + width, 0);
  if (total <= widest) return { text, start: 0, end: Math.max(total, last) };
  const wanted = Math.max(0, Math.min(first - 40, total - widest));
  let column = 0;
  let start: number | undefined;
  let shown = '';
  let end = 0;
  for (const { character, width } of characters) {
    if (column >= wanted && column + width <= wanted + widest) {
      start ??= column;
      shown += character;
      end = column + width;
    }
    column += width;
  }
  const before = (start ?? 0) > 0 ? '…' : '';
  return { text: `${before}${shown}${end < total ? '…' : ''}`, start: (start ?? 0) - before.length, end };
}

/** Messages hold other people's names and values: one line, nothing that moves the cursor. */
const oneLine = (text: string): string => Array.from(text, (character) => (character === '\n' || character === '\t' ? ' ' : isControl(character) ? '\ufffd' : character)).join('');

type Paint = (text: string) => string;
function painter(colour: boolean): Readonly<Record<Severity | 'frame' | 'help' | 'strong', Paint>> {
  const ansi = (code: string): Paint => (text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { error: ansi('1;31'), warning: ansi('1;33'), info: ansi('1;36'), frame: ansi('34'), help: ansi('1;32'), strong: ansi('1') };
}
