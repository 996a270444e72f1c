import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isConflicted, readLock, type ReadLock, type Stages } from '#analysis';
import { diagnose, type Checked } from '#diagnostics';
import { maxLockBytes } from '#ir';

/** Beside the policy, unless it is told otherwise. */
export const lockName = 'countersign.lock.json';

/** Reads the lock of a checkout. One that git could not merge is explained by the versions that git still has. */
export function readLockFile(path: string): Checked<ReadLock> {
  const bytes = lockBytes(path);
  return bytes.ok ? readLock(bytes.value, path, isConflicted(bytes.value) ? stagesOf(path) : {}) : bytes;
}

/** The file, unread. */
export function lockBytes(path: string): Checked<Uint8Array> {
  const refuse = (code: 'CS5062' | 'CS5066', message: string, help: string): Checked<Uint8Array> => ({ ok: false, diagnostics: [diagnose(code, { message, help, at: { path } })] });
  if (!existsSync(path)) return refuse('CS5066', 'there is no lock', 'run `countersign lock`, and commit what it writes');
  const stat = statSync(path);
  if (!stat.isFile()) return refuse('CS5062', 'the lock can\'t be read: it is no file', 'give the file that `countersign lock` wrote');
  if (stat.size > maxLockBytes) return refuse('CS5062', `the lock can't be read: it is ${Math.ceil(stat.size / 1e6)} MB, and at most ${maxLockBytes / 1e6} MB are read`, 'check that it is the file that `countersign lock` wrote');
  return { ok: true, value: readFileSync(path), diagnostics: [] };
}

/** What git keeps of a file that it could not merge: stage 1 is the common ancestor, 2 and 3 are the sides (git-read-tree, "3-way merge"). Nothing where there is no git. */
export function stagesOf(path: string): Stages {
  const stage = (number: 1 | 2 | 3): string | undefined => {
    try {
      return execFileSync('git', ['-C', dirname(path), 'cat-file', 'blob', `:${number}:./${basename(path)}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: maxLockBytes, timeout: 20_000 });
    } catch { return undefined; }
  };
  return { base: stage(1), ours: stage(2), theirs: stage(3) };
}
