import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import type { Diagnostic } from '#diagnostics';

/** Beside the files: which they are, and each one's digest. What it does not name is not ours and is not touched. */
export const manifestName = 'countersign.manifest.json';
export interface TreeManifest { readonly version: 1; readonly policy: string; readonly platform: string; readonly files: Readonly<Record<string, string>> }
export interface TreeFile { readonly path: string; readonly text: string }
export interface Written { readonly written: number; readonly unchanged: number; readonly removed: readonly string[] }

const digest = (text: string | Uint8Array): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/**
 * Writes a whole tree or nothing. Everything is staged beside the target first, so that a full disk or a missing
 * right changes nothing; then every file is renamed into place under a manifest that already claims old and new, so
 * that a crash in between leaves no file unclaimed; last, files of the previous run that are no longer emitted go.
 * A file that is there and not ours, or that a hand has edited since, is never overwritten or removed (CS5015).
 */
export function writeTree(folder: string, tree: { policy: string; platform: string; files: readonly TreeFile[] }): { readonly ok: true; readonly value: Written } | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] } {
  const before = readManifest(folder);
  if ('diagnostics' in before) return { ok: false, diagnostics: before.diagnostics };
  const after = Object.fromEntries([...tree.files].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, text }) => [path, digest(text)]));
  const refused = [
    ...Object.keys(after).flatMap((path) => collision(folder, path, before.files[path])),
    ...Object.keys(before.files).filter((path) => after[path] === undefined).flatMap((path) => collision(folder, path, before.files[path])),
  ];
  if (refused.length > 0) return { ok: false, diagnostics: refused };

  const manifest = (files: Readonly<Record<string, string>>): string =>
    `${JSON.stringify({ version: 1, policy: tree.policy, platform: tree.platform, files } satisfies TreeManifest, null, 2)}\n`;
  const changed = tree.files.filter(({ path, text }) => before.files[path] !== digest(text) || !existsSync(join(folder, path)));
  const stale = Object.keys(before.files).filter((path) => after[path] === undefined);
  const existed = existsSync(folder);
  const staging = join(folder, `.countersign-${process.pid}`);
  try {
    makeFolder(staging);
    for (const [index, { text }] of changed.entries()) writeDurably(join(staging, String(index)), text);
    writeDurably(join(staging, 'claim'), manifest(sorted({ ...before.files, ...after })));
    writeDurably(join(staging, 'manifest'), manifest(after));
  } catch (error) {
    rmSync(existed ? staging : folder, { recursive: true, force: true });
    return { ok: false, diagnostics: [{ code: 'CS5015', severity: 'error', related: [], at: { path: folder }, message: `\`${folder}\` can't be written: ${(error as Error).message}`, help: 'nothing was changed; give another `--out` or mend its rights' }] };
  }
  renameSync(join(staging, 'claim'), join(folder, manifestName));
  for (const [index, { path }] of changed.entries()) {
    makeFolder(dirname(join(folder, path)));
    renameSync(join(staging, String(index)), join(folder, path));
  }
  for (const path of stale) {
    rmSync(join(folder, path), { force: true });
    for (let parent = dirname(path); parent !== '.' && readdirSync(join(folder, parent)).length === 0; parent = dirname(parent)) rmdirSync(join(folder, parent));
  }
  renameSync(join(staging, 'manifest'), join(folder, manifestName));
  rmSync(staging, { recursive: true, force: true });
  return { ok: true, value: { written: changed.length, unchanged: tree.files.length - changed.length, removed: stale } };
}

const sorted = (files: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Step by step: `mkdirSync` with `recursive` never returns where the system answers ENOENT for a parent that exists, as in `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'w');
  try { writeFileSync(file, text); fsyncSync(file); } finally { closeSync(file); }
}

/** A previous manifest is input like any other: a path that leads out of the folder would be a way to delete files. */
function readManifest(folder: string): { readonly files: Readonly<Record<string, string>> } | { readonly diagnostics: readonly Diagnostic[] } {
  const path = join(folder, manifestName);
  if (existsSync(folder) && !lstatSync(folder).isDirectory() && !lstatSync(folder).isSymbolicLink()) return refuse(folder, `\`${folder}\` is a file, not a folder`, 'give another `--out`');
  if (!existsSync(path)) return { files: {} };
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as Partial<TreeManifest> | null;
    const files = found?.files;
    if (found?.version !== 1 || typeof files !== 'object' || files === null) throw new Error('it is not a manifest of version 1');
    for (const [file, value] of Object.entries(files)) {
      if (isAbsolute(file) || normalize(file) !== file.split('/').join(sep) || file.split('/').includes('..') || typeof value !== 'string') throw new Error(`it names \`${file}\`, which is not a plain path inside the folder`);
    }
    return { files };
  } catch (error) {
    return refuse(path, `the manifest of an earlier run can't be trusted: ${(error as Error).message}`, 'give another `--out`, or remove the folder yourself');
  }
}

function collision(folder: string, path: string, ours: string | undefined): readonly Diagnostic[] {
  const full = join(folder, path);
  if (!existsSync(full)) return [];
  if (!lstatSync(full).isFile()) return refuse(full, `\`${path}\` is in the way and is not a plain file`, 'move it away, or give another `--out`').diagnostics;
  if (ours === undefined) return refuse(full, `\`${path}\` is there and was not written by an earlier run`, 'move it away, or give another `--out`; files of others are never overwritten').diagnostics;
  if (digest(readFileSync(full)) !== ours) return refuse(full, `\`${path}\` was edited by hand since it was written`, 'bring the change into the policy and remove the file, or give another `--out`').diagnostics;
  return [];
}

function refuse(path: string, message: string, help: string): { readonly diagnostics: readonly Diagnostic[] } {
  return { diagnostics: [{ code: 'CS5015', severity: 'error', message, help, at: { path }, related: [] }] };
}
