// Builds a Go program from a folder with go.mod and go.sum: from the module proxy only, by checksum.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where each engine has its folder. */
export const enginesFolder = fileURLToPath(new URL('../../test/engines/', import.meta.url));

export function goBuild({ folder, packagePath, sources, stamps }) {
  const linker = ['-s', '-w', ...stamps.map(([variable, value]) => `-X=${variable}=${value}`)].join(' ');
  const arguments_ = ['build', '-trimpath', '-ldflags', linker, '-o'];
  return {
    inputs: () => [
      ['go', [...arguments_, packagePath].join('\0')],
      ['platform', `${process.platform}-${process.arch}`],
      ...sources.flatMap(filesOf),
    ],
    requires,
    async build({ into, log }) {
      await go([...arguments_, into, packagePath], join(enginesFolder, folder), log);
      return { go: goVersion() };
    },
  };
}

function filesOf(source) {
  const folder = join(enginesFolder, source);
  return readdirSync(folder)
    .filter((name) => name === 'go.mod' || name === 'go.sum' || name.endsWith('.go'))
    .sort()
    .map((name) => [`${source}/${name}`, readFileSync(join(folder, name))]);
}

/** What is missing on this machine, in a sentence. */
export function requires() {
  if (goVersion() !== undefined) return undefined;
  return (
    `Go is not installed, or not on the PATH. Install Go ${newestGoNeeded()} or newer (an older one from 1.21 on ` +
    'fetches the one it needs, unless GOTOOLCHAIN=local) and run this again'
  );
}

function newestGoNeeded() {
  const needed = readdirSync(enginesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => filesOf(name))
    .filter(([label]) => label.endsWith('/go.mod'))
    .map(([, bytes]) => /^go (\S+)$/m.exec(bytes.toString())?.[1] ?? '1.21');
  return needed.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

let knownVersion;
function goVersion() {
  try {
    knownVersion ??= execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return knownVersion;
  } catch {
    return undefined;
  }
}

// `direct` in GOPROXY would fall back to the version-control hosts; a module that the proxy has not is an error.
function proxyOnly() {
  const configured = execFileSync('go', ['env', 'GOPROXY'], { encoding: 'utf8' }).trim();
  const proxies = configured.split(/([,|])/).filter((part) => part !== 'direct');
  return proxies.join('').replace(/^[,|]+|[,|]+$/g, '') || configured;
}

export function goEnvironment() {
  return { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=readonly', GOWORK: 'off', GOPROXY: proxyOnly() };
}

function go(arguments_, cwd, log) {
  const environment = goEnvironment();
  return new Promise((resolve, reject) => {
    const child = spawn('go', arguments_, { cwd, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
    const kill = () => child.kill();
    process.once('exit', kill);
    child.stderr.setEncoding('utf8').on('data', log);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('exit', kill);
      if (code === 0) resolve();
      else reject(new Error(`go build ended with ${signal ?? `status ${code}`}`));
    });
  });
}
