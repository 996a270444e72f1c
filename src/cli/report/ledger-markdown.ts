import type { Ledger, LedgerCell, LedgerLine } from '#ir';
import { acceptanceNumbers, qualified, readBackText, wordsOf, type AcceptanceNumbers } from './ledger-text.ts';
import { objectName } from './short-object.ts';

/** The whole ledger, for a review or a wiki: every object and field in full. */
export function ledgerMarkdown(ledger: Ledger): string {
  const accepted = acceptanceNumbers(ledger);
  const rows = ledger.grants.flatMap((grant) => {
    if (grant.lines.length === 0) return [row([`${code(grant.grant)}${qualified(grant).replace(/^, /, ' ')}`, grant.unmanaged === true ? 'unmanaged: nothing is claimed' : 'nothing is asked', ...ledger.planes.map(() => '–')])];
    return grant.lines.map((line, index) => row([
      index === 0 ? `${code(grant.grant)}${qualified(grant).replace(/^, /, ' ')}` : '', escape(line.asks),
      ...ledger.planes.map((plane) => cell(line, line.cells.find((one) => one.plane === plane), accepted)),
    ]));
  });
  return [
    `## ${escape(ledger.policy)} on ${escape(ledger.platform)}\n\n`,
    row(['grant', 'asks', ...ledger.planes]), row(Array.from({ length: ledger.planes.length + 2 }, () => '---')), ...rows,
    '\n`*` answers for it; what other planes do besides is defence in depth. – does not see it, or is not on the way.\n',
    ...(ledger.grants.some(({ callersSideOnly }) => callersSideOnly === true) ? ['Caller\'s side only: the resource\'s own policy is somebody else\'s, and who else may use it is not known here.\n'] : []),
    ...(ledger.acceptances.length === 0 ? [] : ['\n### Accepted, in writing\n\n', ...ledger.acceptances.map(({ because, feature, grants, owner, plane, until, used }, index) =>
      `${index + 1}. \`${feature}\` on the ${plane} plane, for ${grants === 'all' ? 'all grants' : grants.map(code).join(', ')} (${used} rest on it): ${escape(because)} (${escape(owner)}, until ${until})\n`)]),
    ...(ledger.assumptions.length === 0 ? [] : ['\n### Assumed\n\n', ...ledger.assumptions.map(({ name, sentence, targets }) => `- **${escape(name)}** (${targets.join(', ')}): ${escape(sentence)}\n`)]),
    `\nRead back: ${readBackText(ledger)}.\n`,
  ].join('');
}

function cell(line: LedgerLine, found: LedgerCell | undefined, accepted: AcceptanceNumbers): string {
  if (found === undefined || (found.does === 'absent' && found.answers === undefined)) return '–';
  return [`**${escape(wordsOf(line, found, accepted))}**${found.to === undefined ? '' : ` to the ${found.to}`}`, ...found.by.map(({ artifact, field }) => {
    const { kind, name, namespace } = objectName(artifact);
    return `${kind} ${code(namespace === undefined ? name : `${namespace}/${name}`)} ${code(field)}`;
  })].join('<br>');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
/** Nothing that ends a cell, a line or a span of code, and no markup of other people's. */
const escape = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>|~#]/g, (character) => `\\${character}`).replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
const code = (text: string): string => `\`${text.replaceAll(/\s+/g, ' ').replaceAll('`', '\'').replaceAll('|', '\\|')}\``;
