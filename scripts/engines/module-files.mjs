// Takes files out of Go modules, from the module proxy by checksum, into one JSON document. Nothing is built.
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { enginesFolder, goEnvironment, requires } from './go-build.mjs';

/**
 * `files` says under which key of the document a module's files go, and where in the module they are: a file,
 * or a folder of which every .yaml is taken. Versions and checksums are those of the folder's go.mod and go.sum.
 */
export function moduleFiles({ folder, files }) {
  const read = (name) => readFileSync(join(enginesFolder, folder, name), 'utf8');
  return {
    inputs: () => [['files', JSON.stringify(files)], ['go.mod', read('go.mod')], ['go.sum', read('go.sum')]],
    requires,
    async build({ into, log }) {
      const document = {};
      for (const { key, module, path } of files) {
        const version = versionIn(read('go.mod'), module);
        const { Dir: root, Sum: sum } = await download(`${module}@${version}`, log);
        if (!read('go.sum').includes(`${module} ${version} ${sum}\n`)) throw new Error(`${module} ${version} is not what go.sum says: ${sum}`);
        document[key] = textsOf(join(root, path));
      }
      writeFileSync(into, JSON.stringify(document));
      return {};
    },
  };
}

/** All versions of the folder's go.mod, in its order. */
export function pinnedVersions(folder) {
  const text = readFileSync(join(enginesFolder, folder, 'go.mod'), 'utf8');
  return [...text.matchAll(/^\t\S+ v(\S+)$/gm)].map(([, version]) => version).join('+');
}

function versionIn(goMod, module) {
  const line = goMod.split('\n').find((each) => each.trim().startsWith(`${module} v`));
  if (line === undefined) throw new Error(`go.mod does not require ${module}`);
  return line.trim().split(' ')[1];
}

async function download(module, log) {
  // Outside any module, so that no other module's requirements are read.
  const options = { cwd: tmpdir(), env: { ...goEnvironment(), GOFLAGS: '' }, encoding: 'utf8' };
  const { stdout, stderr } = await promisify(execFile)('go', ['mod', 'download', '-json', module], options);
  log(stderr);
  return JSON.parse(stdout);
}

function textsOf(path) {
  if (statSync(path).isFile()) return [readFileSync(path, 'utf8')];
  const names = readdirSync(path).filter((name) => name.endsWith('.yaml')).sort();
  return names.map((name) => readFileSync(join(path, name), 'utf8'));
}
