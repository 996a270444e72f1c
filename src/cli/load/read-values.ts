import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { diagnose, locate, type Checked, type Diagnostic } from '#diagnostics';
import type { Compiled } from '#compile';
import { checkValues, readJson } from '#ir';
import { refineSource } from './refine-source.ts';

/** What fills the policy's holes, from a file of JSON: a text for each. Checked as Pulumi's are: CS5040–CS5048. */
export function readValues(given: string, { platform, policy, sites }: Compiled): Checked<ReadonlyMap<string, string>> {
  const path = resolve(given), refuse = (...diagnostics: readonly Diagnostic[]): Checked<ReadonlyMap<string, string>> => ({ ok: false, diagnostics });
  if (!existsSync(path) || !statSync(path).isFile()) return refuse(diagnose('CS5001', { message: `there is no file of values \`${given}\``, at: { path }, help: 'give the path of a JSON file with a text for each hole' }));
  const read = readJson(readFileSync(path), path);
  if (!read.ok) return read;
  const { document } = read;
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return refuse(diagnose('CS5003', { message: `\`${given}\` is no object with a text for each hole`, at: { path }, help: 'write it as in `{ "settlements": "arn:aws:sqs:eu-west-1:111122223333:settlements" }`' }));
  }
  const values = new Map<string, unknown>(Object.entries(document));
  const found = checkValues({ policy, platform }, values);
  return found.length > 0 ? refuse(...locate(found, sites, refineSource)) : { ok: true, value: values as ReadonlyMap<string, string>, diagnostics: [] };
}
