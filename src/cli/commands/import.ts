import { closeSync, existsSync, openSync, readFileSync, readSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { Option } from 'commander';
import type { Checked, Diagnostic } from '#diagnostics';
import type { ReadBeside, SourceFile } from '#importers';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { formatOption, type Command } from './command.ts';
import { writeWhole } from '../output/write-whole.ts';
import { failing, nothingWritten, say, spell, type Format } from '../talk.ts';

interface Options {
  readonly out?: string; readonly namespace?: string; readonly basePath?: string; readonly allowExternalRefs?: true;
  readonly source?: string; readonly check?: true; readonly format: Format;
}
/** Parsers of YAML and protobuf, which no other command needs. */
const importers = () => import('#importers');
type Importer = (files: readonly SourceFile[], options: Options, source: string) => Checked<{ readonly module: string }> | Promise<Checked<{ readonly module: string }>>;
interface Failing { readonly error: (message: string) => never }

/** Writes a TypeScript module of what other files already say, with their digest, to be committed. */
export const importSources: Command = {
  name: 'import',
  register: (program, end) => {
    const group = program.command('import').description('write a TypeScript module of what manifests, protobuf files or an OpenAPI document declare, to be committed');
    const add = (name: string, what: string) => group.command(name)
      .description(`from ${what}`)
      .option('-o, --out <file>', 'the module to write; by default stdout')
      .option('--source <label>', 'where it comes from, for the module\'s header, as in `example/shop at 34ffea9`')
      .addOption(new Option('--check', 'write nothing; exit 1 if the module given by --out is stale'))
      .addOption(formatOption());
    const act = async (paths: readonly string[], endings: readonly string[], options: Options, command: Failing, importer: Importer): Promise<void> => {
      if (options.check === true && options.out === undefined) command.error('error: --check needs the module to look at: give `--out <file>`');
      end(await run(paths, endings, options, importer));
    };
    const several = (name: string, what: string, endings: readonly string[], importer: Importer) => add(name, what)
      .argument('<files...>', `${what}; of a folder, the files in it that end in ${endings.join(', ')}`)
      .action((paths: string[], options: Options, command: Failing) => act(paths, endings, options, command, importer));

    several('manifests', 'Kubernetes manifests', ['.yaml', '.yml', '.json'], async (files, options, source) =>
      (await importers()).importManifests({ files, source, ...(options.namespace === undefined ? {} : { namespace: options.namespace }) }))
      .option('-n, --namespace <name>', 'where objects live that state no namespace');
    several('proto', 'protobuf files', ['.proto'], async (files, _options, source) => (await importers()).importProto({ files, source }));
    add('openapi', 'an OpenAPI document (3.0 or 3.1, YAML or JSON)')
      .argument('<file>', 'the document')
      .option('--base-path <path>', 'what stands before every path when requests arrive, `/` for nothing; by default the path that all `servers` agree on')
      .option('--allow-external-refs', 'read the files that the document refers to, in its own folder and those below it')
      .action(async (path: string, options: Options, command: Failing) => {
        const { basePathProblem, importOpenApi, maxSourceBytes } = await importers();
        const problem = options.basePath === undefined ? undefined : basePathProblem(options.basePath);
        if (problem !== undefined) command.error(`error: the base path \`${options.basePath}\` ${problem}: write it as in \`--base-path /v1\``);
        await act([path], [], options, command, ([document], { basePath, allowExternalRefs }, source) => importOpenApi({
          document: document!, source, ...(basePath === undefined ? {} : { basePath }), ...(allowExternalRefs === undefined ? {} : { beside: filesBeside(path, maxSourceBytes + 1) }),
        }));
      });
  },
};

async function run(paths: readonly string[], endings: readonly string[], options: Options, importer: Importer): Promise<ExitCode> {
  const { maxSourceBytes, readSourceDigest: digestOf } = await importers();
  const unread: Diagnostic[] = [];
  const files = paths.flatMap((path) => under(path, endings)).flatMap((path): readonly SourceFile[] => {
    try {
      return [{ path, bytes: readUpTo(maxSourceBytes + 1, path) }];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      unread.push({
        code: 'CS5001', severity: 'error', related: [],
        ...(code === 'ENOENT' ? { message: `there is no file \`${path}\``, help: 'check the path' }
          : code === 'EISDIR' ? { message: `\`${path}\` is a folder, and one document is imported`, help: 'give the file' }
            : { message: `\`${path}\` can't be read: ${(error as Error).message}`, help: 'check the path and its rights' }),
      });
      return [];
    }
  });
  if (unread.length > 0) { say(unread, options.format, nothingWritten); return exitCode.usage; }

  const made = await importer(files, options, options.source ?? paths.map(spell).join(' '));
  const found = [...made.diagnostics];
  if (!made.ok) { say(found, options.format, nothingWritten); return exitCode.doesNotCompile; }
  const { module } = made.value;
  const out = options.out === undefined ? undefined : resolve(options.out);
  if (out === undefined) process.stdout.write(module);
  else if (options.check === true) {
    const there = existsSync(out) && statSync(out).isFile() ? readFileSync(out, 'utf8') : undefined;
    if (there !== module) found.push({
      code: 'CS5013', severity: 'error', at: { path: out }, related: [],
      message: there === undefined ? `\`${spell(out)}\` is not there` : digestOf(there) === digestOf(module) ? `\`${spell(out)}\` was edited by hand since it was imported` : `\`${spell(out)}\` is stale: its sources have changed`,
      help: 'run the same command without `--check`, and commit the result',
    });
  } else {
    const problem = writeWhole(out, module);
    if (problem !== undefined) { say([...found, problem], options.format, nothingWritten); return exitCode.usage; }
    process.stderr.write(`wrote ${spell(out)}\n`);
  }
  if (found.length > 0 && (out !== undefined || options.format === 'text')) say(found, options.format);
  return failing(found) ? exitCode.findings : exitCode.ok;
}

/** A folder's own files in order, not what lies deeper. Of no endings, the folder itself, which can't be read. */
function under(path: string, endings: readonly string[]): readonly string[] {
  return endings.length > 0 && existsSync(path) && statSync(path).isDirectory() ? readdirSync(path).filter((name) => endings.includes(extname(name))).sort().map((name) => join(path, name)) : [path];
}

/** Enough to see that a file is too large, however large it is. */
function readUpTo(most: number, path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let [left, read] = [most, 1]; left > 0 && read > 0; left -= read) {
      const chunk = Buffer.allocUnsafe(Math.min(left, 1 << 16));
      read = readSync(file, chunk);
      chunks.push(chunk.subarray(0, read));
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(file);
  }
}

/** Reads files of a document's folder and those below it; what a link leads out to is not of the folder. */
function filesBeside(document: string, most: number): ReadBeside {
  const folder = dirname(document);
  return (name) => {
    try {
      const [home, real] = [realpathSync(folder), realpathSync(join(folder, name))];
      if (!real.startsWith(home.endsWith(sep) ? home : `${home}${sep}`)) return 'a link leads out of the folder of the document';
      if (!statSync(real).isFile()) return 'it is not a file';
      return { path: join(folder, name), bytes: readUpTo(most, real) };
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    }
  };
}
