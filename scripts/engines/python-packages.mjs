// A Python that has some packages: pip installs them, by exact versions and hashes, into a folder beside a launcher.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { enginesFolder } from './go-build.mjs';
import { findPython, python, requiresPython } from './python.mjs';

// No user's site-packages, no current folder, and nothing written: the folder stays what was installed.
const launcher = (interpreter) => `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit
PYTHONPATH="$here/packages" PYTHONDONTWRITEBYTECODE=1 exec '${interpreter.replaceAll("'", `'\\''`)}' -s "$@"
`;

/** The binary is the interpreter: its arguments are Python's own. The folder's requirements.txt pins every package, of whatever depth. */
export function pythonPackages({ folder }) {
  const requirements = join(enginesFolder, folder, 'requirements.txt');
  return {
    inputs: () => [
      ['launcher', launcher('python3')],
      ['python', [findPython()?.path, findPython()?.abi].join('\0')],
      [`${folder}/requirements.txt`, readFileSync(requirements)],
    ],
    requires: requiresPython,
    async build({ into, log }) {
      // Wheels only: nothing is compiled, and no setup script runs.
      const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes', '--disable-pip-version-check'];
      await python([...install, '--requirement', requirements, '--target', join(dirname(into), 'packages')], log);
      writeFileSync(into, launcher(findPython().path));
      chmodSync(into, 0o755);
      return { python: findPython().abi };
    },
  };
}
