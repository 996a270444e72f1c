import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { diagnose, type Checked, type Declared, type Diagnostic, type Sites } from '#diagnostics';
import { decodePlatform, decodePolicy, type Platform, type Policy } from '#ir';
import { runPolicyProgram, type Program } from './policy-program.ts';

/** Reads a policy from `.json` or `.yaml`, or runs a `.ts` or `.js` file and takes its default export. */
export const readPolicy = (path: string): Promise<Checked<Declared<Policy>>> => read(path, {
  what: 'policy', is: (draft) => 'workloads' in draft, decode: decodePolicy, decodeYaml: async (text, path) => (await import('#ir/yaml')).decodePolicyYaml(text, path), make: '`export default policy(…)`',
});

/** The same for a platform. */
export const readPlatform = (path: string): Promise<Checked<Declared<Platform>>> => read(path, {
  what: 'platform', is: (draft) => 'cni' in draft, decode: decodePlatform, decodeYaml: async (text, path) => (await import('#ir/yaml')).decodePlatformYaml(text, path), make: '`export default kubernetes({ … })` or `eks({ … })`',
});

/** In the order in which they are looked for. */
const endings = ['.ts', '.js', '.json', '.yaml', '.yml'] as const;

/** The files of that name in a folder: `platform.ts`, `platform.yaml`, … */
export const filesNamed = (folder: string, name: 'policy' | 'platform'): readonly string[] => endings.map((ending) => join(folder, `${name}${ending}`)).filter((path) => existsSync(path));

/** The platform beside a policy, if there is one. */
export const platformBeside = (policyPath: string): string | undefined => filesNamed(dirname(resolve(policyPath)), 'platform')[0];

/** CS5055: nobody named a file, and several could be meant. */
export function severalFit(files: readonly string[], what: 'policy' | 'platform'): readonly Diagnostic[] {
  const [first, ...others] = files;
  return first === undefined || others.length === 0 ? [] : [diagnose('CS5055', {
    message: `several files could be the ${what}: ${files.map((file) => `\`${basename(file)}\``).join(', ')}`, at: { path: first },
    help: `name the one that is meant: \`--${what} ${basename(first)}\`; or remove what is no longer used`,
  })];
}

interface Reading<T> {
  readonly what: 'policy' | 'platform';
  readonly is: (draft: object) => boolean;
  readonly decode: (text: Uint8Array | string, path: string) => Checked<Declared<T>>;
  /** Loads a reader of YAML, which other inputs do without. */
  readonly decodeYaml: (text: Uint8Array, path: string) => Promise<Checked<Declared<T>>>;
  readonly make: string;
}
const programs = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

async function read<T>(given: string, reading: Reading<T>): Promise<Checked<Declared<T>>> {
  const path = resolve(given);
  if (!existsSync(path) || !statSync(path).isFile()) return refuse('CS5001', path, `there is no ${reading.what} file \`${given}\``, `give the path of a ${reading.what}, as in \`--${reading.what} ./${reading.what}.ts\``);
  const ending = extname(path);
  if (ending === '.json') return reading.decode(readFileSync(path), path);
  if (ending === '.yaml' || ending === '.yml') return reading.decodeYaml(readFileSync(path), path);
  if (!programs.includes(ending)) return refuse('CS5001', path, `\`${given}\` is neither a program nor JSON or YAML`, `a ${reading.what} is a file ending in .ts, .js, .json or .yaml`);
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
