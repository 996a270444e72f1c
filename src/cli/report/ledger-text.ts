import { bypassKinds, type BypassKind, type Ledger, type LedgerCell, type LedgerGrant, type LedgerLine, type Plane, type ReadBack } from '#ir';
import { objectName, shortKind, shortObject } from './short-object.ts';

export interface TableOptions {
  readonly colour: boolean;
  /** In columns. A table that is wider is printed cell by cell. */
  readonly width: number;
  /** Only a part was asked for: what is true of the whole is left out. */
  readonly part?: boolean;
}

/** What a by-pass is called, of one and of several. */
export const bypassWords: Readonly<Record<BypassKind, readonly [string, string]>> = {
  podAddress: ['to a pod\'s own address', 'to pods\' own addresses'],
  otherService: ['by another Service', 'by other Services'],
  nodePort: ['by a node\'s port', 'by nodes\' ports'],
  pastMesh: ['past the mesh, without a certificate', 'past the mesh, without a certificate'],
  pastWaypoint: ['past the waypoint', 'past waypoints'],
  otherHost: ['by another host of the gateway', 'by other hosts of gateways'],
  pastGateway: ['past the gateway', 'past gateways'],
  pastEndpoint: ['past a declared endpoint', 'past declared endpoints'],
};

/** `404 ways around, open to nobody more: 312 to pods' own addresses, …`; undefined where there is none. */
export function bypassText({ bypasses }: ReadBack): string | undefined {
  const counted = bypassKinds.flatMap((kind) => { const count = bypasses[kind] ?? 0; return count === 0 ? [] : [{ kind, count }]; });
  if (counted.length === 0) return undefined;
  const all = counted.reduce((sum, { count }) => sum + count, 0);
  return `${all} ${all === 1 ? 'way' : 'ways'} around, open to nobody more: ${counted.map(({ count, kind }) => `${count} ${bypassWords[kind][count === 1 ? 0 : 1]}`).join(', ')}`;
}

/** Requests are tried where somebody reads them. */
export function attemptsText({ cells, exhaustive, of }: ReadBack, present: readonly Plane[]): string {
  const attempts = present.some((plane) => plane !== 'network') ? 'connections and requests' : 'connections';
  return `${cells} ${attempts}, ${exhaustive ? 'all of them' : `a sample of ${of}`}`;
}

export function readBackText({ planes, readBack }: Ledger): string {
  const around = bypassText(readBack);
  return `${attemptsText(readBack, planes)}${around === undefined ? '' : `; ${around}`}`;
}

/**
 * The whole ledger, for people: a grant a paragraph, a plane a column. Where that is wider than the page, what is asked
 * is broken at spaces, then objects go below the words, or their names do, and at last each cell has a line of its own. Nothing is cut.
 */
export function ledgerText(ledger: Ledger, options: TableOptions): string {
  const paint = painter(options.colour);
  const accepted = acceptanceNumbers(ledger);
  const layout = layouts.map((shape) => laidOut(ledger, shape, accepted)).find(({ width }) => width <= options.width);
  return [
    `${paint.strong(`${ledger.policy} on ${ledger.platform}`)}\n\n`,
    ...(ledger.grants.length === 0 ? ['no grant: nobody may do anything\n'] : []),
    ...(layout === undefined ? ledger.grants.map((grant) => cellByCell(grant, accepted, paint)) : printed(layout, paint)),
    '\n', legend(ledger), ...acceptancesText(ledger, options.part ?? false),
    ...(options.part === true ? [] : [...assumptionsText(ledger), `\nread back  ${readBackText(ledger)}\n`]),
  ].join('');
}

interface Shape { /** In columns. */ readonly asks: number; /** How much of an object goes below the words: nothing, its name, all of it. */ readonly below: 'nothing' | 'object' | 'name' }
const layouts: readonly Shape[] = [{ asks: Infinity, below: 'nothing' }, { asks: 34, below: 'nothing' }, { asks: 34, below: 'object' }, { asks: 34, below: 'name' }];
const gap = '  ';

/** One text line of a table; the first column is what is asked. */
interface Row { readonly texts: readonly string[]; readonly cells: readonly (LedgerCell | undefined)[] }
interface Layout { readonly head: readonly string[]; readonly paragraphs: readonly { readonly name: string; readonly rows: readonly Row[] }[]; readonly widths: readonly number[]; readonly width: number }

function laidOut({ grants, planes }: Ledger, shape: Shape, accepted: AcceptanceNumbers): Layout {
  const head = ['grant and what it asks', ...planes];
  const paragraphs = grants.map((grant) => ({ name: headOf(grant), rows: rowsOf(grant, planes, shape, accepted) }));
  const widths = head.map((text) => text.length);
  for (const { rows } of paragraphs) for (const { texts } of rows) for (const [column, text] of texts.entries()) widths[column] = Math.max(widths[column]!, text.length);
  return { head, paragraphs, widths, width: widths.reduce((sum, width) => sum + width + gap.length, -gap.length) };
}

/** A line of the ledger is as many rows as its words need. */
function rowsOf(grant: LedgerGrant, planes: readonly Plane[], shape: Shape, accepted: AcceptanceNumbers): readonly Row[] {
  if (grant.lines.length === 0) return [{ texts: [`${gap}${nothing(grant)}`, ...planes.map(() => '')], cells: planes.map(() => undefined) }];
  return grant.lines.flatMap((line) => {
    const cells = planes.map((plane) => line.cells.find((cell) => cell.plane === plane));
    const columns = [broken(line.asks, shape.asks).map((asks, index) => `${gap}${index === 0 ? '' : gap}${asks}`), ...cells.map((cell) => cellTexts(line, cell, shape.below, accepted))];
    const height = Math.max(...columns.map(({ length }) => length));
    return Array.from({ length: height }, (_, row): Row => ({ texts: columns.map((column) => column[row] ?? ''), cells }));
  });
}

function broken(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`; else lines.push(word);
  }
  return lines;
}

const headOf = (grant: LedgerGrant): string => `${grant.grant}${qualified(grant)}`;
/** `, until 2027-01-31, caller's side only`. */
export const qualified = ({ callersSideOnly, until }: LedgerGrant): string => `${until === undefined ? '' : `, until ${until}`}${callersSideOnly === undefined ? '' : ', caller\'s side only'}`;
const nothing = ({ unmanaged }: LedgerGrant): string => (unmanaged === true ? 'unmanaged: nothing is claimed' : 'nothing is asked');

/** `exact* sp edge/tickets-list +1`, in one line or two. */
function cellTexts(line: LedgerLine, cell: LedgerCell | undefined, below: Shape['below'], accepted: AcceptanceNumbers): readonly string[] {
  if (cell === undefined || (cell.does === 'absent' && cell.answers === undefined)) return ['–'];
  const [first, ...others] = [...new Set(cell.by.map(({ artifact }) => shortObject(artifact)))].sort((a, b) => a.length - b.length);
  const words = wordsOf(line, cell, accepted);
  if (first === undefined) return [words];
  const object = `${first}${others.length === 0 ? '' : ` +${others.length}`}`, [kind, ...name] = object.split(' ');
  switch (below) {
    case 'nothing': return [`${words} ${object}`];
    case 'object': return [words, object];
    case 'name': return [`${words} ${kind}`, name.join(' ')];
    default: return below satisfies never;
  }
}

/** `exact*`, `wider*, accepted [1]`, `delegated`. */
export function wordsOf({ feature }: LedgerLine, cell: LedgerCell, accepted: AcceptanceNumbers): string {
  return `${cell.does === 'absent' ? 'not enforced' : cell.does}${cell.answers === undefined || cell.does === 'absent' ? '' : '*'}${cell.accepted === undefined ? '' : `, accepted [${accepted(feature, cell) ?? '?'}]`}`;
}

function printed({ head, paragraphs, widths }: Layout, paint: Painter): readonly string[] {
  const line = (texts: readonly string[], painted: (text: string, column: number) => string): string =>
    `${texts.map((text, column) => `${painted(text, column)}${' '.repeat(widths[column]! - text.length)}`).join(gap).trimEnd()}\n`;
  return [
    line(head, (text) => paint.strong(text)),
    ...paragraphs.map(({ name, rows }) => `${paint.strong(name)}\n${rows.map(({ cells, texts }) => line(texts, (text, column) => (column === 0 || text === '' ? text : paint.cell(cells[column - 1], text)))).join('')}`),
  ];
}

/** For what is too wide for a table: a grant a paragraph, a cell a line; what no enforcer sees is left out, but for whom it falls to. */
function cellByCell(grant: LedgerGrant, accepted: AcceptanceNumbers, paint: Painter): string {
  const head = `${paint.strong(headOf(grant))}\n`;
  if (grant.lines.length === 0) return `${head}  ${nothing(grant)}\n`;
  return head + grant.lines.map((line) => {
    const seen = line.cells.filter((cell) => cell.does !== 'absent' || cell.answers !== undefined);
    const cells = seen.flatMap((cell) => {
      const words = `    ${cell.plane.padEnd(8)} ${paint.cell(cell, wordsOf(line, cell, accepted))}`;
      return [words, ...cell.by.map(({ artifact, field }) => `      ${shortObject(artifact)}  ${field}`)];
    });
    return `  ${line.asks}\n${(cells.length === 0 ? ['    –'] : cells).join('\n')}\n`;
  }).join('');
}

function legend({ grants }: Ledger): string {
  const kinds = new Map(grants.flatMap(({ lines }) => lines.flatMap(({ cells }) => cells.flatMap(({ by }) => by.map(({ artifact }) => objectName(artifact))))).map((object) => [shortKind(object), object.kind]));
  const named = [...kinds].filter(([short, kind]) => short !== kind.toLowerCase()).sort().map(([short, kind]) => `${short} ${kind}`);
  const delegates = grants.some(({ lines }) => lines.some(({ cells }) => cells.some(({ does }) => does === 'delegated')));
  const callers = grants.some(({ callersSideOnly }) => callersSideOnly === true);
  return `* answers for it; what other planes do besides is defence in depth. – does not see it, or is not on the way.\n`
    + (delegates ? 'delegated: does not see it, and admits only who has passed the plane that does.\n' : '')
    + (callers ? 'caller\'s side only: the resource\'s own policy is somebody else\'s, and who else may use it is not known here.\n' : '')
    + (named.length === 0 ? '' : `${named.join(', ')}; names are shown without their \`countersign-\`.\n`)
    + '`--explain \'<grant>\'` shows the fields, their values, and the vendors\' rules behind them.\n';
}

function acceptancesText(ledger: Ledger, part: boolean): readonly string[] {
  const numbers = acceptanceNumbers(ledger);
  const shown = new Set(part ? ledger.grants.flatMap(({ lines }) => lines.flatMap(({ cells, feature }) => cells.map((cell) => numbers(feature, cell)))) : ledger.acceptances.map((_, index) => index + 1));
  if (![...shown].some((number) => number !== undefined)) return [];
  return ['\naccepted, in writing\n', ...ledger.acceptances.map(({ because, feature, grants, owner, plane, until, used }, index) => !shown.has(index + 1) ? '' :
    `  [${index + 1}] ${feature} on the ${plane} plane, for ${grants === 'all' ? 'all grants' : grants.join(', ')} (${used === 0 ? 'none needs it' : `${used} rest${used === 1 ? 's' : ''} on it`}): ${oneLine(because)} (${oneLine(owner)}, until ${until})\n`)];
}

function assumptionsText({ assumptions }: Ledger): readonly string[] {
  if (assumptions.length === 0) return [];
  return ['\nassumed\n', ...assumptions.map(({ name, sentence, targets }) => `  ${name} (${targets.join(', ')}): ${sentence}\n`)];
}

/** Which of the numbered acceptances a cell rests on, from 1. */
export type AcceptanceNumbers = (feature: LedgerLine['feature'], cell: LedgerCell) => number | undefined;
export function acceptanceNumbers({ acceptances }: Ledger): AcceptanceNumbers {
  const numbers = new Map(acceptances.map(({ because, feature, owner, plane, until }, index) => [[feature, plane, because, owner, until].join('\0'), index + 1]));
  return (feature, { accepted, plane }) => (accepted === undefined ? undefined : numbers.get([feature, plane, accepted.because, accepted.owner, accepted.until].join('\0')));
}

/** Reasons are other people's words: nothing in them moves the cursor. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

interface Painter { readonly strong: (text: string) => string; readonly cell: (cell: LedgerCell | undefined, text: string) => string }
function painter(colour: boolean): Painter {
  const ansi = (code: string, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    strong: (text) => ansi('1', text),
    cell: (cell, text) => {
      if (cell === undefined) return text;
      const colours = { exact: '32', delegated: '36', narrower: '33', wider: '33', absent: '33' } as const;
      return cell.does === 'absent' && cell.answers === undefined ? text : ansi(colours[cell.does], text);
    },
  };
}
