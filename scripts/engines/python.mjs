// The Python of this machine: found on the PATH, 3.10 or newer, with pip.
import { execFileSync, spawn } from 'node:child_process';

/** Plain names first: what a person's shell runs. */
const names = ['python3', 'python', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
const question = 'import sys, sysconfig, pip; print(sys.executable); print(sys.version_info >= (3, 10)); print(sys.implementation.cache_tag, sysconfig.get_platform())';

let known;
/** `path` is the interpreter itself, no launcher; `abi` says which binary wheels it loads. Undefined where there is none. */
export function findPython() {
  known ??= [...found()].at(0) ?? null;
  return known ?? undefined;
}

function* found() {
  for (const name of names) {
    try {
      const [path, newEnough, abi] = execFileSync(name, ['-c', question], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n');
      if (newEnough === 'True') yield { path, abi };
    } catch {
      // Not there, a launcher of a version that is not installed, or without pip: the next name may do.
    }
  }
}

/** What is missing on this machine, in a sentence. */
export function requiresPython() {
  if (findPython() !== undefined) return undefined;
  return 'python3 with pip is not on the PATH. Install Python 3.10 or newer with pip (Debian: python3-pip) and run this again';
}

export function python(arguments_, log) {
  return new Promise((resolve, reject) => {
    const child = spawn(findPython().path, arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
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
