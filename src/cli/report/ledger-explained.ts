import { stringify } from 'yaml';
import type { Ledger, LedgerCell, LedgerGrant, LedgerLine, LedgerObject, Plane } from '#ir';
import { acceptanceNumbers, wordsOf } from './ledger-text.ts';
import { objectName } from './short-object.ts';

/** A cell with what stands at the field of each of its objects. */
export interface ExplainedCell extends Omit<LedgerCell, 'by'> {
  readonly grant: string;
  readonly feature: LedgerLine['feature'];
  readonly asks: string;
  readonly by: readonly (LedgerObject & { /** As it is in the artefact; absent where nothing stands there. */ readonly value?: unknown })[];
}

/** `valueAt`: what stands at a field of an artefact. */
export function explainCells(grant: LedgerGrant, lines: readonly LedgerLine[], plane: Plane | undefined, valueAt: (artifact: string, field: string) => unknown): readonly ExplainedCell[] {
  return lines.flatMap(({ asks, cells, feature }) => cells.filter((cell) => plane === undefined || cell.plane === plane).map((cell): ExplainedCell => ({
    grant: grant.grant, feature, asks, ...cell,
    by: cell.by.map((object) => { const value = valueAt(object.artifact, object.field); return { ...object, ...(value === undefined ? {} : { value }) }; }),
  })));
}

/** Cell by cell: the object, the field, its value, the rule. */
export function explainedText(ledger: Ledger, cells: readonly ExplainedCell[]): string {
  const accepted = acceptanceNumbers(ledger);
  if (cells.length === 0) return ledger.grants.map(({ grant, lines, unmanaged }) =>
    `${grant}\n  ${unmanaged === true ? 'leads into an unmanaged segment: nothing is emitted there, and nothing is claimed' : lines.length === 0 ? 'asks nothing of an enforcer' : `does not cross the ${ledger.planes.join(' or ')} plane`}\n`).join('');
  return cells.map((cell) => {
    const { answers, asks, by, feature, grant, plane } = cell;
    return [
      `${grant} · ${asks} · ${plane}\n`,
      `  does    ${wordsOf({ feature, asks, cells: [] }, cell, accepted).replace('*', '')}${cell.to === undefined ? '' : ` to the ${cell.to}`}${answers === undefined ? '' : `; ${answers} answers for it`}\n`,
      ...(cell.accepted === undefined ? [] : [`  because ${cell.accepted.because} (${cell.accepted.owner}, until ${cell.accepted.until})\n`]),
      ...(by.length === 0 ? [`  object  none: ${cell.does === 'absent' && answers === undefined ? 'this plane does not see it' : 'nothing that was emitted does it'}\n`] : by.map(objectText)),
    ].join('');
  }).join('\n');
}

function objectText({ artifact, field, rule, value }: ExplainedCell['by'][number]): string {
  const { group, kind, name, namespace } = objectName(artifact);
  return `  object  ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}  (${group})\n  field   ${field}\n  value   ${value === undefined ? 'nothing stands there' : valueText(value)}\n  rule    ${rule}\n`;
}

const valueText = (value: unknown): string => stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split('\n').join('\n          ');
