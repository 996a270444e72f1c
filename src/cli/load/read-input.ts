import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { Checked, Declared, Diagnostic, Sites } from '#diagnostics';
import { decodePlatform, decodePolicy, type Platform, type Policy } from '#ir';
import { runPolicyProgram, type Program } from './policy-program.ts';

/** Reads a policy from `.json`, or runs a `.ts` or `.js` file and takes its default export. */
export const readPolicy = (path: string): Promise<Checked<Declared<Policy>>> =>
  read(path, { what: 'policy', is: (draft) => 'workloads' in draft, decode: decodePolicy, make: '`export default policy(…)`' });

/** The same for a platform. */
export const readPlatform = (path: string): Promise<Checked<Declared<Platform>>> =>
  read(path, { what: 'platform', is: (draft) => 'cni' in draft, decode: decodePlatform, make: '`export default kubernetes({ … })` or `eks({ … })`' });

/** `platform.ts` or `platform.json` beside a policy, if there is one. */
export function platformBeside(policyPath: string): string | undefined {
  return ['platform.ts', 'platform.js', 'platform.json'].map((name) => join(dirname(resolve(policyPath)), name)).find((path) => existsSync(path));
}

interface Reading<T> {
  readonly what: 'policy' | 'platform';
  readonly is: (draft: object) => boolean;
  readonly decode: (text: Uint8Array | string, path: string) => Checked<Declared<T>>;
  readonly make: string;
}
const programs = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

async function read<T>(given: string, reading: Reading<T>): Promise<Checked<Declared<T>>> {
  const path = resolve(given);
  if (!existsSync(path) || !statSync(path).isFile()) return refuse('CS5001', path, `there is no ${reading.what} file \`${given}\``, `give the path of a ${reading.what}, as in \`--${reading.what} ./${reading.what}.ts\``);
  const ending = extname(path);
  if (ending === '.json') return reading.decode(readFileSync(path), path);
  if (!programs.includes(ending)) return refuse('CS5001', path, `\`${given}\` is neither a program nor JSON`, `a ${reading.what} is a file ending in .ts, .js or .json`);
  const ran = await runPolicyProgram(path);
  return ran.ok ? exported(ran.program, path, given, reading) : { ok: false, diagnostics: ran.diagnostics };
}

function exported<T>(program: Program, path: string, given: string, reading: Reading<T>): Checked<Declared<T>> {
  const value = program.exports['default'];
  if (typeof value !== 'object' || value === null) return refuse('CS5002', path, `\`${given}\` has no default export that is a ${reading.what}`, `end it with ${reading.make}`);
  if (!isDeclared<T>(value)) {
    if ('version' in value) return reading.decode(JSON.stringify(value), path); // plain data, as JSON would be
    return refuse('CS5002', path, `what \`${given}\` exports by default is not a ${reading.what}`, `end it with ${reading.make}`);
  }
  if (!reading.is(value.draft as object)) return refuse('CS5002', path, `what \`${given}\` exports by default is not a ${reading.what}`, `end it with ${reading.make}`);
  const sites: Sites = {
    find(pointer) {
      const site = value.sites.find(pointer);
      return site === undefined ? undefined : { ...site, at: program.mapFrame(site.at) };
    },
  };
  return { ok: true, value: { draft: value.draft, diagnostics: value.diagnostics, sites }, diagnostics: [] };
}

const isDeclared = <T>(value: object): value is Declared<T> => 'draft' in value && 'sites' in value && 'diagnostics' in value;

function refuse(code: Diagnostic['code'], path: string, message: string, help: string): { readonly ok: false; readonly diagnostics: readonly Diagnostic[] } {
  return { ok: false, diagnostics: [{ code, severity: 'error', message, help, at: { path }, related: [] }] };
}
