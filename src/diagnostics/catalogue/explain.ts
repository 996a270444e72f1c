import { catalogue, catalogued } from './catalogue.ts';

/**
 * What `countersign explain <code>` prints; undefined for a code that does not exist. Takes `CS1012`, `cs1012`, `1012`
 * or the name, `request-not-offered`.
 */
export function explain(wanted: string): string | undefined {
  const spelled = wanted.trim().toUpperCase();
  const entry = catalogued(spelled) ?? catalogued(`CS${spelled}`) ?? catalogue.find(({ name }) => name === wanted.trim().toLowerCase());
  if (entry === undefined) return undefined;
  const indented = (text: string): string => text.split('\n').map((line) => `    ${line}`).join('\n');
  return `${entry.severity}[${entry.code}] ${entry.name}

${folded(entry.summary)}

Why
${folded(entry.why, '  ')}

What to do
${folded(entry.whatToDo, '  ')}

Example
${indented(entry.example)}
`;
}

/** Folded between words at 100 columns. */
function folded(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const next = line === indent ? `${indent}${word}` : `${line} ${word}`;
    if (next.length <= 100 || line === indent) { line = next; continue; }
    lines.push(line);
    line = `${indent}${word}`;
  }
  return [...lines, line].join('\n');
}
