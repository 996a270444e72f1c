import { compile as compilePolicy } from '#compile';
import type { Diagnostic } from '#diagnostics';
import { fillWithin } from '#ir';
import { exitCode } from '../exit-code.ts';
import { findProject } from '../load/project.ts';
import { readValues } from '../load/read-values.ts';
import { refineSource } from '../load/refine-source.ts';
import { writeTree } from '../output/write-tree.ts';
import { compileJson, compileSummary } from '../report/summary.ts';
import { failing, nothingWritten, say, spell } from '../talk.ts';
import { asOfOption, formatOption, now, policyOption, readInputs, type Command, type PolicyOptions } from './command.ts';

interface Options extends PolicyOptions { readonly out?: string; readonly dropExpired?: true; readonly values?: string }

/** Proves a policy, emits what its platform applies, reads it back, and writes it as a tree of YAML. */
export const compile: Command = {
  name: 'compile',
  register: (program, end) => program.command('compile').argument('[policy]', 'the policy, a .ts, .js, .json or .yaml file')
    .description('prove a policy and write what the platform applies, as a tree of YAML')
    .option('--platform <file>', 'the platform; by default the one beside the policy')
    .option('-o, --out <dir>', 'where the tree goes; only files that an earlier run wrote there are replaced or removed')
    .option('--drop-expired', 'leave expired grants out instead of failing')
    .option('--values <file>', 'JSON with a text for each hole; without it they stay `{{name}}`')
    .addOption(policyOption()).addOption(asOfOption()).addOption(formatOption())
    .addHelpText('after', '\nAll or nothing: if anything is wrong, no file changes. The tree has a manifest with each file\'s digest.')
    .action(async (argument: string | undefined, options: Options, command: { error: (message: string) => never }) => {
      const out = options.out ?? findProject(process.cwd()).project.out;
      if (out === undefined) command.error('error: nowhere to write to: give `--out <dir>`');
      const { path, policy, platform } = await readInputs(argument, options);
      const found: Diagnostic[] = [...policy.diagnostics, ...(platform?.diagnostics ?? [])];
      if (platform === undefined) found.push({
        code: 'CS5001', severity: 'error', at: { path }, related: [], message: 'there is no platform to compile for',
        help: 'put `platform.ts` beside the policy, or give `--platform <file>`',
      });
      if (!policy.ok || platform?.ok !== true) { say(found, options.format, nothingWritten); return end(exitCode.doesNotCompile); }

      const compiled = compilePolicy({
        policy: policy.value, platform: platform.value, asOf: options.asOf ?? now(), dropExpired: options.dropExpired ?? false, refine: refineSource,
      });
      found.push(...compiled.diagnostics);
      if (!compiled.ok) { say(found, options.format, nothingWritten); return end(exitCode.doesNotCompile); }

      const { value } = compiled;
      const values = options.values === undefined ? undefined : readValues(options.values, value);
      if (values?.ok === false) { say([...found, ...values.diagnostics], options.format, nothingWritten); return end(exitCode.doesNotCompile); }
      const artifacts = values === undefined ? value.artifacts : value.artifacts.map((artifact) => fillWithin(artifact, values.value));
      const { artifactTree } = await import('../output/artifact-tree.ts'); // a YAML writer, which no other command needs
      const written = writeTree(out, { policy: value.policy.name, platform: value.platform.name, files: artifactTree(artifacts) });
      if (!written.ok) { say([...found, ...written.diagnostics], options.format, nothingWritten); return end(exitCode.doesNotCompile); }
      if (options.format === 'json') process.stdout.write(compileJson(value, found, written.value, spell(out)));
      else {
        say(found.filter(({ severity }) => severity !== 'info'), 'text');
        process.stdout.write(compileSummary(value, found, written.value, { out: spell(out), policy: spell(path), filled: values !== undefined }));
      }
      end(failing(found) ? exitCode.doesNotCompile : exitCode.ok);
    }),
};
