import { Option } from 'commander';
import { encodePolicy } from '#ir';
import { check } from '#language';
import { exitCode } from '../exit-code.ts';
import { refineSource } from '../load/refine-source.ts';
import { say } from '../talk.ts';
import { asOfOption, now, policyOption, readChosen, type Command, type PolicyOptions } from './command.ts';

interface Options extends Pick<PolicyOptions, 'policy' | 'asOf'> { readonly as: 'json' | 'yaml' }

/** Prints a policy as its one canonical JSON or YAML. */
export const exportPolicy: Command = {
  name: 'export',
  register: (program, end) => program.command('export').argument('[policy]', 'the policy, a .ts, .js, .json or .yaml file')
    .description('print a policy as canonical JSON or YAML: the same bytes for the same policy')
    .addOption(new Option('--as <form>', 'json, or yaml with the schema named for editors').choices(['json', 'yaml']).default('json'))
    .addOption(policyOption()).addOption(asOfOption())
    .action(async (argument: string | undefined, options: Options) => {
      const { policy: read } = await readChosen(argument, options);
      if (!read.ok) { say(read.diagnostics, 'text'); return end(exitCode.doesNotCompile); }
      const proved = check(read.value, { asOf: options.asOf ?? now(), refine: refineSource });
      if (!proved.ok) { say([...read.diagnostics, ...proved.diagnostics], 'text'); return end(exitCode.doesNotCompile); }
      process.stdout.write(options.as === 'yaml' ? (await import('#ir/yaml')).encodePolicyYaml(proved.value.policy) : encodePolicy(proved.value.policy));
      end(exitCode.ok);
    }),
};
