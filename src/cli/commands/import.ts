import { existsSync, readFileSync, renameSync, statSync, readdirSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { Option } from 'commander';
import type { Checked, Diagnostic } from '#diagnostics';
import type { SourceFile } from '#importers';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { formatOption, type Command } from './command.ts';
import { failing, nothingWritten, say, spell, type Format } from '../talk.ts';

interface Options { readonly out?: string; readonly namespace?: string; readonly source?: string; readonly check?: true; readonly format: Format }
/** Parsers of YAML and protobuf, which no other command needs. */
const importers = () => import('#importers');
type Importer = (files: readonly SourceFile[], options: Options, source: string) => Promise<Checked<{ readonly module: string }>>;

/** Writes a TypeScript module of what other files already say, with their digest, to be committed. */
export const importSources: Command = {
  name: 'import',
  register: (program, end) => {
    const group = program.command('import').description('write a TypeScript module of what manifests or protobuf files declare, to be committed');
    const add = (name: string, what: string, endings: readonly string[], importer: Importer) => group.command(name)
      .argument('<files...>', `${what}; of a folder, the files in it that end in ${endings.join(', ')}`)
      .description(`from ${what}`)
      .option('-o, --out <file>', 'the module to write; by default stdout')
      .option('--source <label>', 'where the files come from, for the module\'s header, as in `example/shop at 34ffea9`')
      .addOption(new Option('--check', 'write nothing; exit 1 if the module given by --out is stale'))
      .addOption(formatOption())
      .action(async (paths: string[], options: Options, command: { error: (message: string) => never }) => {
        if (options.check === true && options.out === undefined) command.error('error: --check needs the module to look at: give `--out <file>`');
        end(await run(paths, endings, options, importer));
      });
    add('manifests', 'Kubernetes manifests', ['.yaml', '.yml', '.json'], async (files, options, source) =>
      (await importers()).importManifests({ files, source, ...(options.namespace === undefined ? {} : { namespace: options.namespace }) }))
      .option('-n, --namespace <name>', 'where objects live that state no namespace');
    add('proto', 'protobuf files', ['.proto'], async (files, _options, source) => (await importers()).importProto({ files, source }));
  },
};

async function run(paths: readonly string[], endings: readonly string[], options: Options, importer: Importer): Promise<ExitCode> {
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length > 0) {
    say(missing.map((path): Diagnostic => ({ code: 'CS5001', severity: 'error', related: [], message: `there is no file \`${path}\``, help: 'check the path' })), options.format, nothingWritten);
    return exitCode.usage;
  }
  const files = paths.flatMap((path) => under(path, endings)).map((path): SourceFile => ({ path, bytes: readFileSync(path) }));
  const made = await importer(files, options, options.source ?? paths.map(spell).join(' '));
  const found = [...made.diagnostics];
  if (!made.ok) { say(found, options.format, nothingWritten); return exitCode.doesNotCompile; }
  const { module } = made.value;
  const { readSourceDigest: digestOf } = await importers();
  const out = options.out === undefined ? undefined : resolve(options.out);
  if (out === undefined) process.stdout.write(module);
  else if (options.check === true) {
    const there = existsSync(out) ? readFileSync(out, 'utf8') : undefined;
    if (there !== module) found.push({
      code: 'CS5013', severity: 'error', at: { path: out }, related: [],
      message: there === undefined ? `\`${spell(out)}\` is not there` : digestOf(there) === digestOf(module) ? `\`${spell(out)}\` was edited by hand since it was imported` : `\`${spell(out)}\` is stale: its sources have changed`,
      help: 'run the same command without `--check`, and commit the result',
    });
  } else {
    writeFileSync(`${out}.${process.pid}.tmp`, module);
    renameSync(`${out}.${process.pid}.tmp`, out);
    process.stderr.write(`wrote ${spell(out)}\n`);
  }
  if (found.length > 0 && (out !== undefined || options.format === 'text')) say(found, options.format);
  return failing(found) ? exitCode.findings : exitCode.ok;
}

/** A folder's own files in order, not what lies deeper. */
function under(path: string, endings: readonly string[]): readonly string[] {
  return statSync(path).isDirectory() ? readdirSync(path).filter((name) => endings.includes(extname(name))).sort().map((name) => join(path, name)) : [path];
}
