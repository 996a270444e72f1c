import { compile } from '#compile';
import type { Diagnostic } from '#diagnostics';
import { check as prove } from '#language';
import { exitCode } from '../exit-code.ts';
import { refineSource } from '../load/refine-source.ts';
import { checkSummary } from '../report/summary.ts';
import { failing, nothingWritten, say } from '../talk.ts';
import { asOfOption, formatOption, now, policyOption, readInputs, type Command, type PolicyOptions } from './command.ts';

/** Proves a policy and, where there is a platform, that it can be enforced there; writes nothing. */
export const check: Command = {
  name: 'check',
  register: (program, end) => program.command('check').argument('[policy]', 'the policy, a .ts, .js, .json or .yaml file')
    .description('prove a policy; with a platform, also that it can be enforced there')
    .option('--platform <file>', 'the platform; by default the one beside the policy')
    .addOption(policyOption()).addOption(asOfOption()).addOption(formatOption())
    .addHelpText('after', '\nEverything that is wrong is said at once, on stderr; with --format json, on stdout as data.\nA policy file is a program: checking it runs it.')
    .action(async (argument: string | undefined, options: PolicyOptions) => {
      const inputs = await readInputs(argument, options);
      const { policy, platform } = inputs;
      const asOf = options.asOf ?? now();
      const found: Diagnostic[] = [...policy.diagnostics, ...(platform?.diagnostics ?? [])];
      let summary: string | undefined;
      if (policy.ok && platform?.ok === true) {
        const compiled = compile({ policy: policy.value, platform: platform.value, asOf, refine: refineSource });
        found.push(...compiled.diagnostics);
        if (compiled.ok) summary = checkSummary(compiled.value.policy, compiled.value);
      } else if (policy.ok) {
        const proved = prove(policy.value, { asOf, refine: refineSource });
        found.push(...proved.diagnostics);
        if (proved.ok) summary = checkSummary(proved.value.policy, undefined);
      }
      say(found, options.format, failing(found) ? nothingWritten : undefined);
      if (!failing(found) && summary !== undefined && options.format === 'text') process.stdout.write(summary);
      end(failing(found) ? exitCode.doesNotCompile : exitCode.ok);
    }),
};
