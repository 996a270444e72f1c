// The cache: <root>/<engine>-<version>-<hash of what it is made of>/{<engine>, manifest.json} and whatever else the
// binary needs beside it. A folder appears whole, by one rename, or not at all; whatever else lies in the root is rubbish of a dead run.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export function cacheRoot(environment = process.env) {
  if (environment.COUNTERSIGN_ENGINES) return environment.COUNTERSIGN_ENGINES;
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'countersign', 'engines');
}

/** Where the engine is, or would be: both paths are a function of the checkout and of this machine only. */
export function placeOf(engine, root = cacheRoot()) {
  const hash = createHash('sha256');
  for (const [label, bytes] of engine.inputs()) {
    // Lengths keep two inputs from reading as one.
    hash.update(`${label}\0${Buffer.byteLength(bytes)}\0`).update(bytes);
  }
  const folder = join(root, `${engine.name}-${engine.version}-${hash.digest('hex').slice(0, 12)}`);
  return { folder, binary: join(folder, engine.name), manifest: join(folder, 'manifest.json') };
}

export function readManifest(place) {
  try {
    return JSON.parse(readFileSync(place.manifest, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Cheap: the binary is there and as long as its manifest says. */
export function isCached(place) {
  const manifest = readManifest(place);
  return manifest !== undefined && existsSync(place.binary) && statSync(place.binary).size === manifest.bytes;
}

/** Dear (a 100 MB read): the binary, and all that lies beside it, is byte for byte what was put there. */
export async function isSound(place) {
  if (!isCached(place)) return false;
  const manifest = readManifest(place);
  return (await sha256(place.binary)) === manifest.sha256 && (await sha256Beside(place)) === manifest.beside;
}

/** Of every other file in the folder, by path and bytes; undefined where the binary is all. */
async function sha256Beside({ folder, binary, manifest }) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const beside = files.filter((path) => path !== binary && path !== manifest).sort();
  if (beside.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const path of beside) hash.update(`${relative(folder, path)}\0`).update(createHash('sha256').update(readFileSync(path)).digest());
  return hash.digest('hex');
}

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Runs `make(path)` in a folder of its own and moves the outcome into place. */
export async function install(engine, place, make) {
  const draft = `${place.folder}.draft-${randomBytes(4).toString('hex')}`;
  mkdirSync(draft, { recursive: true });
  const discard = () => rmSync(draft, { recursive: true, force: true });
  process.once('exit', discard);
  try {
    const drafted = { folder: draft, binary: join(draft, engine.name), manifest: join(draft, 'manifest.json') };
    const made = await make(drafted.binary);
    const manifest = {
      engine: engine.name, version: engine.version, ...made,
      bytes: statSync(drafted.binary).size, sha256: await sha256(drafted.binary), beside: await sha256Beside(drafted),
    };
    writeFileSync(drafted.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`);
    rmSync(place.folder, { recursive: true, force: true });
    renameSync(draft, place.folder);
  } finally {
    discard();
    process.off('exit', discard);
  }
}

const heartbeat = 2_000;
const deadAfter = 30_000;

/**
 * One run at a time makes an engine; others wait, then find it made. The lock is a folder whose owner
 * touches it every two seconds: one that stood still for thirty is a dead run's, whatever machine it was on.
 */
export async function withLock(place, onWait, work) {
  const lock = `${place.folder}.lock`;
  mkdirSync(join(lock, '..'), { recursive: true });
  for (let waited = false; !tryLock(lock); waited = true) {
    if (!waited) onWait();
    await sleep(500);
  }
  const beat = setInterval(() => touch(lock), heartbeat);
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    release();
    process.off('exit', release);
  }
}

// A machine that slept may find its lock taken for dead; the work goes on, since installing is atomic.
function touch(lock) {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function tryLock(lock) {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const touched = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (touched !== undefined && Date.now() - touched > deadAfter) {
    // Of several waiters one wins this rename, and nobody removes a lock that was taken anew meanwhile.
    const grave = `${lock}.dead-${randomBytes(4).toString('hex')}`;
    try {
      renameSync(lock, grave);
      rmSync(grave, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  return false;
}
