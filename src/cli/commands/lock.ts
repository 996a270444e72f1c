import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { conflictPlatforms, isConflicted, ledger, lockText, makeLock, placesOf, readLock, staleness } from '#analysis';
import { compile } from '#compile';
import { diagnose, type Checked, type Diagnostic } from '#diagnostics';
import type { Lock } from '#ir';
import { exitCode } from '../exit-code.ts';
import { readPlatform } from '../load/read-input.ts';
import { lockBytes, lockName, readLockFile, stagesOf } from '../load/read-lock.ts';
import { refineSource } from '../load/refine-source.ts';
import { writeWhole } from '../output/write-whole.ts';
import { failing, nothingWritten, say, spell } from '../talk.ts';
import { version } from '../version.ts';
import { asOfOption, formatOption, now, policyOption, readChosen, usualPlatform, type Command, type PolicyOptions } from './command.ts';

interface Options extends Omit<PolicyOptions, 'platform'> { readonly platform?: readonly string[]; readonly out?: string; readonly check?: true; readonly strict?: true }

/** Writes what a checkout's policy comes to beside it, or says in what it is not what was written. */
export const lock: Command = {
  name: 'lock',
  register: (program, end) => program.command('lock').argument('[policy]', 'the policy, a .ts, .js, .json or .yaml file')
    .description(`write what the policy comes to into ${lockName}: it, where it stands, and each platform's ledger`)
    .option('--check', 'write nothing; exit 1 if the lock is stale, and say in what')
    .option('--strict', 'with --check: moved lines and another version of Countersign count as well')
    .option('--platform <file>', 'a platform, and once more for each other; by default those of the lock, else the one beside the policy', (path: string, others: readonly string[] = []) => [...others, path])
    .option('-o, --out <file>', `where the lock is; by default ${lockName} beside the policy`)
    .addOption(policyOption()).addOption(asOfOption()).addOption(formatOption())
    .addHelpText('after', `
Commit the lock. Equal policies give equal locks; files in it are named from its own folder. A lock that git could not merge
is explained: merge the policy itself, then run \`countersign lock\` again.`)
    .action(async (argument: string | undefined, options: Options) => {
      const chosen = await readChosen(argument, options), file = resolve(options.out ?? join(dirname(chosen.path), lockName)), folder = dirname(file);
      if (options.check === true) {
        const before = readLockFile(file);
        if (!before.ok) { say(before.diagnostics, options.format); return end(exitCode.findings); }
        const fresh = await made(chosen, file, before.value.lock.platforms.map(({ path }) => path), options);
        if (!fresh.ok) { say(fresh.diagnostics, options.format); return end(exitCode.doesNotCompile); }
        const found = [...warnings(fresh), ...staleness({ before: before.value, now: fresh.value, path: file, fileOf: (name) => resolve(folder, name), strict: options.strict ?? false })];
        say(found, options.format);
        if (!failing(found) && options.format === 'text') process.stdout.write(`fresh            ${spell(file)}: ${contents(fresh.value)}\n`);
        return end(failing(found) ? exitCode.findings : exitCode.ok);
      }

      const { platforms, refused } = standing(file);
      if (refused.length > 0) { say(refused, options.format, nothingWritten); return end(exitCode.doesNotCompile); }
      const fresh = await made(chosen, file, platforms, options);
      if (!fresh.ok) { say(fresh.diagnostics, options.format, nothingWritten); return end(exitCode.doesNotCompile); }
      const problem = written(fresh.value, file);
      const found = [...warnings(fresh), ...(problem === undefined ? [] : [problem])];
      say(found, options.format, problem === undefined ? undefined : nothingWritten);
      if (problem === undefined && options.format === 'text') process.stdout.write(`wrote            ${spell(file)}: ${contents(fresh.value)}\n`);
      end(problem === undefined ? exitCode.ok : exitCode.doesNotCompile);
    }),
};

/** Writes it, or says why not: nothing is written that could not be read again. */
export function written(lock: Lock, file: string): Diagnostic | undefined {
  const text = lockText(lock);
  return text !== undefined ? writeWhole(file, text) : diagnose('CS5069', { message: 'the lock would be larger than any that is read', at: { path: file }, help: 'lock the platforms one by one, each with an `--out` of its own, or split the policy' });
}

const warnings = ({ diagnostics }: Checked<unknown>): readonly Diagnostic[] => diagnostics.filter(({ severity }) => severity !== 'info');
const contents = ({ platforms, policy, policyDigest }: Lock): string => `\`${policy.name}\`, ${policyDigest.slice(0, 19)}…, on ${platforms.length === 0 ? 'no platform' : platforms.map(({ path }) => path).join(', ')}`;

/** A lock is written where there is none, or over another, whatever state that is in; never over somebody's work. Which platforms that one has, as far as it can be read. */
function standing(file: string): { readonly refused: readonly Diagnostic[]; readonly platforms?: readonly string[] | undefined } {
  if (!existsSync(file)) return { refused: [] };
  const bytes = lockBytes(file);
  if (!bytes.ok) return { refused: bytes.diagnostics };
  if (isConflicted(bytes.value)) return { refused: [], platforms: conflictPlatforms(bytes.value, stagesOf(file)) };
  const read = readLock(bytes.value, file);
  return read.ok ? { refused: [], platforms: read.value.lock.platforms.map(({ path }) => path) } : { refused: read.diagnostics.filter(({ code }) => code === 'CS5063') };
}

/** Those that are named; else those that the lock has, where they still are; else the one that every command takes. */
function platformsOf(path: string, folder: string, locked: readonly string[] | undefined, { platform }: Options): Checked<readonly string[]> {
  const taken = (files: readonly string[]): Checked<readonly string[]> => ({ ok: true, value: files, diagnostics: [] });
  if (platform !== undefined) return taken([...new Set(platform.map((one) => resolve(one)))]);
  const there = locked?.map((one) => resolve(folder, one)).filter((one) => existsSync(one)) ?? [];
  if (there.length > 0) return taken(there);
  const usual = usualPlatform(path);
  if (usual.ok && usual.value === undefined) return { ok: false, diagnostics: [diagnose('CS5001', { message: 'there is no platform to lock the policy for', at: { path }, help: 'put `platform.ts` beside the policy, or give `--platform <file>`' })] };
  return usual.ok ? taken([resolve(usual.value!)]) : usual;
}

/** What the checkout comes to now, on each of its platforms. `locked` are those that the lock has had. */
async function made({ path, policy }: Awaited<ReturnType<typeof readChosen>>, file: string, locked: readonly string[] | undefined, options: Options): Promise<Checked<Lock>> {
  const folder = dirname(file), { asOf = now() } = options, platforms = platformsOf(path, folder, locked, options);
  const read = await Promise.all((platforms.ok ? platforms.value : []).map(async (file) => ({ file, platform: await readPlatform(file) })));
  const found: Diagnostic[] = [...policy.diagnostics, ...platforms.diagnostics, ...read.flatMap(({ platform }) => platform.diagnostics)];
  if (!policy.ok || !platforms.ok || read.some(({ platform }) => !platform.ok)) return { ok: false, diagnostics: found };
  const name = (file: string): string => relative(folder, file).split(sep).join('/');
  const compiled = read.flatMap(({ file, platform }) => (platform.ok ? [{ file, result: compile({ policy: policy.value, platform: platform.value, asOf, refine: refineSource }) }] : []));
  found.push(...new Map(compiled.flatMap(({ result }) => result.diagnostics).map((one) => [JSON.stringify(one), one])).values());
  const sound = compiled.flatMap(({ file, result }) => (result.ok ? [{ file, value: result.value }] : []));
  const [first] = sound;
  if (first === undefined || sound.length < compiled.length) return { ok: false, diagnostics: found };
  return { ok: true, diagnostics: found, value: makeLock({
    tool: version, policy: first.value.policy, place: placesOf(first.value.sites, refineSource, name),
    platforms: sound.map(({ file, value }) => ({ path: name(file), platform: value.platform, ledger: ledger(value) })),
  }) };
}
