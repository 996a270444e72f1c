import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '#diagnostics';

/** `countersign.config.json`: what commands take when they are not told. Paths are relative to that file. */
export interface Project { readonly policy?: string; readonly platform?: string; readonly out?: string }
export const projectFile = 'countersign.config.json';
const settings = ['policy', 'platform', 'out'] as const satisfies readonly (keyof Project)[];

/** The nearest project file at or above a folder, with its paths made absolute; empty where there is none. */
export function findProject(folder: string): { readonly project: Project; readonly diagnostics: readonly Diagnostic[] } {
  for (let here = resolve(folder); ; here = dirname(here)) {
    const path = join(here, projectFile);
    if (existsSync(path)) return readProject(path);
    if (dirname(here) === here) return { project: {}, diagnostics: [] };
  }
}

function readProject(path: string): { readonly project: Project; readonly diagnostics: readonly Diagnostic[] } {
  const refuse = (message: string, help: string) =>
    ({ project: {}, diagnostics: [{ code: 'CS5003', severity: 'error', message, help, at: { path }, related: [] } satisfies Diagnostic] });
  let found: unknown;
  try { found = JSON.parse(readFileSync(path, 'utf8')); }
  catch (error) { return refuse(`the project's config file is not JSON: ${(error as Error).message}`, 'correct the file'); }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return refuse('the project\'s config file is not a JSON object', `write an object with ${settings.join(', ')}`);
  const project: Record<string, string> = {};
  for (const [key, value] of Object.entries(found)) {
    if (key === '$schema') continue;
    if (!(settings as readonly string[]).includes(key) || typeof value !== 'string') {
      return refuse(`\`${key}\` in the project's config file is ${typeof value === 'string' ? 'not a setting' : 'not a path'}`, `the settings are ${settings.join(', ')}; each is a path`);
    }
    project[key] = resolve(dirname(path), value);
  }
  return { project, diagnostics: [] };
}
