import { readFileSync, readdirSync } from 'node:fs';
import { exitCode } from '../exit-code.ts';
import type { Command } from './command.ts';

const folder = new URL('../../schemas/', import.meta.url);

/** Prints a published schema. */
export const schema: Command = {
  name: 'schema',
  register: (program, end) => program.command('schema').argument('[name]', 'policy, platform, diagnostics, request, decision, ledger', 'policy')
    .description('print a JSON Schema (2020-12): of policies, platforms, diagnostics, requests, answers or the ledger')
    .action((name: string) => {
      const known = readdirSync(folder).filter((file) => file.endsWith('.v1.json')).map((file) => file.replace('.v1.json', '')).sort();
      if (!known.includes(name)) {
        process.stderr.write(`there is no schema \`${name}\`; there are ${known.map((one) => `\`${one}\``).join(', ')}\n`);
        return end(exitCode.usage);
      }
      process.stdout.write(readFileSync(new URL(`${name}.v1.json`, folder), 'utf8'));
      end(exitCode.ok);
    }),
};
