import type { CatalogueEntry } from '#diagnostics';

/** docs/diagnostics.md, printed from the very entries that `countersign explain` shows. */
export function diagnosticsPage(catalogue: readonly CatalogueEntry[]): string {
  const groups = [
    ['CS1', 'The language'], ['CS2', 'Lint'], ['CS3', 'What a target loses'], ['CS4', 'Reading back'], ['CS5', 'Files and the command line'],
  ] as const;
  const sections = groups.flatMap(([prefix, title]) => {
    const entries = catalogue.filter(({ code }) => code.startsWith(prefix));
    return entries.length === 0 ? [] : [`## ${title}\n`, ...entries.map(({ code, name, severity, summary, why, whatToDo, example }) =>
      `### ${code} ${name}\n\n*${severity}.* ${summary}\n\n**Why.** ${why}\n\n**What to do.** ${whatToDo}\n\n\`\`\`ts\n${example}\n\`\`\`\n`)];
  });
  return `# Diagnostics\n\nEvery code, as \`countersign explain <code>\` says it. A code means one thing for ever. Printed by \`npm run docs\`.\n\n${sections.join('\n')}`;
}
