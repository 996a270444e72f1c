import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { conflictPlatforms, isConflicted, ledger, lockText, makeLock, placesOf, readLock, staleness, type ReadLock } from '#analysis';
import { compile } from '#compile';
import { diagnose, type Checked, type Diagnostic } from '#diagnostics';
import type { Lock } from '#ir';
import { exitCode } from '../exit-code.ts';
import { findProject } from '../load/project.ts';
import { platformBeside, readPlatform, readPolicy } from '../load/read-input.ts';
import { lockBytes, lockName, readLockFile, stagesOf } from '../load/read-lock.ts';
import { refineSource } from '../load/refine-source.ts';
import { writeWhole } from '../output/write-whole.ts';
import { failing, nothingWritten, say, spell } from '../talk.ts';
import { version } from '../version.ts';
import { asOfOption, formatOption, now, policyOption, policyPath, type Command, type PolicyOptions } from './command.ts';

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
      const path = resolve(policyPath(argument, options)), file = resolve(options.out ?? join(dirname(path), lockName)), folder = dirname(file);
      if (options.check === true) {
        const before = readLockFile(file);
        if (!before.ok) { say(before.diagnostics, options.format); return end(exitCode.findings); }
        const fresh = await made(path, folder, platformsOf(path, options, file, before.value), options);
        if (!fresh.ok) { say(fresh.diagnostics, options.format); return end(exitCode.doesNotCompile); }
        const found = [...warnings(fresh), ...staleness({ before: before.value, now: fresh.value, path: file, fileOf: (name) => resolve(folder, name), strict: options.strict ?? false })];
        say(found, options.format);
        if (!failing(found) && options.format === 'text') process.stdout.write(`fresh            ${spell(file)}: ${contents(fresh.value)}\n`);
        return end(failing(found) ? exitCode.findings : exitCode.ok);
      }

      const taken = occupied(file);
      if (taken.length > 0) { say(taken, options.format, nothingWritten); return end(exitCode.doesNotCompile); }
      const fresh = await made(path, folder, platformsOf(path, options, file, undefined), options);
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

/** A lock is written where there is none, or over another, whatever state that is in; never over somebody's work. */
function occupied(file: string): readonly Diagnostic[] {
  if (!existsSync(file)) return [];
  const bytes = lockBytes(file);
  if (!bytes.ok) return bytes.diagnostics;
  if (isConflicted(bytes.value)) return [];
  const read = readLock(bytes.value, file);
  return read.ok ? [] : read.diagnostics.filter(({ code }) => code === 'CS5063');
}

/** Those that are named; else those that the lock holds, as far as it can be read; else the one that every command takes. */
function platformsOf(path: string, { platform }: Options, file: string, before: ReadLock | undefined): readonly string[] {
  if (platform !== undefined) return [...new Set(platform.map((one) => resolve(one)))];
  const known = (before?.lock ?? lockedIn(file))?.platforms.map((one) => one.path) ?? conflicted(file);
  const there = known?.map((one) => resolve(dirname(file), one)).filter((one) => existsSync(one)) ?? [];
  if (there.length > 0) return there;
  const usual = platformBeside(path) ?? findProject(process.cwd()).project.platform;
  return usual === undefined ? [] : [resolve(usual)];
}

function lockedIn(file: string): Lock | undefined {
  const read = existsSync(file) ? readLockFile(file) : undefined;
  return read?.ok === true ? read.value.lock : undefined;
}

function conflicted(file: string): readonly string[] | undefined {
  const bytes = existsSync(file) ? lockBytes(file) : undefined;
  return bytes?.ok === true && isConflicted(bytes.value) ? conflictPlatforms(bytes.value, stagesOf(file)) : undefined;
}

/** What the checkout comes to now, on each of these platforms. */
async function made(path: string, folder: string, platforms: readonly string[], { asOf = now() }: Options): Promise<Checked<Lock>> {
  const policy = await readPolicy(path);
  const read = await Promise.all(platforms.map(async (file) => ({ file, platform: await readPlatform(file) })));
  const found: Diagnostic[] = [...policy.diagnostics, ...read.flatMap(({ platform }) => platform.diagnostics)];
  if (platforms.length === 0) found.push(diagnose('CS5001', { message: 'there is no platform to lock the policy for', at: { path }, help: 'put `platform.ts` beside the policy, or give `--platform <file>`' }));
  if (!policy.ok || platforms.length === 0 || read.some(({ platform }) => !platform.ok)) return { ok: false, diagnostics: found };
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
