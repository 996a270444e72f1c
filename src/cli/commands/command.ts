import type { Command as Program } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { basename, dirname, resolve } from 'node:path';
import type { Checked, Declared, Diagnostic } from '#diagnostics';
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

/** What is wrong with leaving the choice of files to the tool. */
export function ambiguity(argument: string | undefined, options: Pick<PolicyOptions, 'policy' | 'platform'>): readonly Diagnostic[] {
  const { project } = findProject(process.cwd());
  const isNamed = (argument ?? options.policy ?? project.policy) !== undefined;
  const beside = filesNamed(dirname(resolve(policyPath(argument, options))), 'platform');
  return [...(isNamed ? [] : severalFit(filesNamed(process.cwd(), 'policy'), 'policy')), ...(options.platform === undefined ? severalFit(beside, 'platform') : [])];
}

export interface Inputs { readonly path: string; readonly policy: Checked<Declared<Policy>>; readonly platform: Checked<Declared<Platform>> | undefined }

/** Reads the policy and the platform that goes with it: `--platform`, the project's, or the one beside the policy. */
export async function readInputs(argument: string | undefined, options: PolicyOptions): Promise<Inputs> {
  const path = policyPath(argument, options);
  const unclear = ambiguity(argument, options);
  if (unclear.length > 0) return { path: resolve(path), policy: { ok: false, diagnostics: unclear }, platform: undefined };
  const chosen = options.platform ?? platformBeside(path) ?? findProject(process.cwd()).project.platform;
  const policy = await readPolicy(path);
  return { path: resolve(path), policy, platform: chosen === undefined ? undefined : await readPlatform(chosen) };
}
