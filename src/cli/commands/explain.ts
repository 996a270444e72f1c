import { catalogue, explain as explanation, nearest } from '#diagnostics';
import { exitCode } from '../exit-code.ts';
import type { Command } from './command.ts';

/** Says at length what a code means. */
export const explain: Command = {
  name: 'explain',
  register: (program, end) => program.command('explain').argument('[code]', 'a code as diagnostics show it, or its name; none lists them all')
    .description('say what a diagnostic means and what to do about it')
    .action((code: string | undefined) => {
      if (code === undefined) {
        process.stdout.write(catalogue.map((entry) => `${entry.code}  ${entry.name.padEnd(34)} ${entry.summary}\n`).join(''));
        return end(exitCode.ok);
      }
      const text = explanation(code);
      if (text === undefined) {
        const near = nearest(code.toUpperCase(), catalogue.map((entry) => entry.code)) ?? nearest(code.toLowerCase(), catalogue.map((entry) => entry.name));
        process.stderr.write(`there is no diagnostic \`${code}\`${near === undefined ? '' : `; did you mean \`${near}\`?`} \`countersign explain\` lists them all.\n`);
        return end(exitCode.usage);
      }
      process.stdout.write(text);
      end(exitCode.ok);
    }),
};
