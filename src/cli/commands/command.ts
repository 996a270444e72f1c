import type { Command as Program } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { basename, dirname, resolve } from 'node:path';
import type { Checked, Declared } from '#diagnostics';
import type { Platform, Policy } from '#ir';
import type { ExitCode } from '../exit-code.ts';
import { findProject } from '../load/project.ts';
import { filesNamed, platformBeside, readPlatform, readPolicy, severalFit } from '../load/read-input.ts';
import type { Format } from '../talk.ts';

/** A command of the tool: adds itself to the program and hands over how it ended. */
export interface Command { readonly name: string; readonly register: (program: Program, end: (code: ExitCode) => void) => void }

export const formatOption = (): Option => new Option('--format <format>', 'text for people, json for programs').choices(['text', 'json']).default('text');
export const policyOption = (): Option => new Option('-p, --policy <file>', 'the policy, where it is not the first argument');
export const asOfOption = (): Option => new Option('--as-of <date>', 'judge expiry at this day (YYYY-MM-DD) or instant (RFC 3339), not now').argParser(readAsOf);

export interface PolicyOptions { readonly policy?: string; readonly asOf?: string; readonly format: Format; readonly platform?: string }

/** The clock is read here and nowhere deeper. */
export const now = (): string => new Date().toISOString();

function readAsOf(text: string): string {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(day) ? Date.parse(day) : Number.NaN;
  // `Date.parse` rolls 31 February over into March; a calendar-true day comes back as it went in.
  if (Number.isNaN(instant) || new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().slice(0, 10) !== text.slice(0, 10)) throw new InvalidArgumentError('it is not a date: write it as in 2027-01-31, or 2027-01-31T12:00:00Z.');
  return text;
}

/** Which policy: the argument, then `--policy`, then what the project's config file names, then `./policy.ts` (or `.json`, `.yaml`). */
export function policyPath(argument: string | undefined, options: Pick<PolicyOptions, 'policy'>): string {
  return argument ?? options.policy ?? findProject(process.cwd()).project.policy ?? filesNamed(process.cwd(), 'policy').map((path) => basename(path))[0] ?? 'policy.ts';
}

/** The policy that is meant, read. Where nobody named one, and several could be meant, none is. */
export async function readChosen(argument: string | undefined, options: Pick<PolicyOptions, 'policy'>): Promise<Pick<Inputs, 'path' | 'policy'>> {
  const path = policyPath(argument, options);
  const isNamed = (argument ?? options.policy ?? findProject(process.cwd()).project.policy) !== undefined;
  const unclear = isNamed ? [] : severalFit(filesNamed(process.cwd(), 'policy'), 'policy');
  return { path: resolve(path), policy: unclear.length > 0 ? { ok: false, diagnostics: unclear } : await readPolicy(path) };
}

/** The platform that goes with a policy, where nobody named one: what is beside it, else the project's. Of several, none. */
export function usualPlatform(path: string): Checked<string | undefined> {
  const unclear = severalFit(filesNamed(dirname(path), 'platform'), 'platform');
  return unclear.length > 0 ? { ok: false, diagnostics: unclear } : { ok: true, value: platformBeside(path) ?? findProject(process.cwd()).project.platform, diagnostics: [] };
}

export interface Inputs { readonly path: string; readonly policy: Checked<Declared<Policy>>; readonly platform: Checked<Declared<Platform>> | undefined }

/** Reads the policy and the platform that goes with it: `--platform`, the project's, or the one beside the policy. */
export async function readInputs(argument: string | undefined, options: PolicyOptions): Promise<Inputs> {
  const chosen = await readChosen(argument, options);
  const platform: Checked<string | undefined> = options.platform === undefined ? usualPlatform(chosen.path) : { ok: true, value: options.platform, diagnostics: [] };
  return { ...chosen, platform: !platform.ok ? platform : platform.value === undefined ? undefined : await readPlatform(platform.value) };
}
