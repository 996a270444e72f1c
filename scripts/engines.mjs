#!/usr/bin/env node
// Fetches and builds the pinned engines that the tests run against. Dependency-free: it runs on a bare
// checkout. See test/engines/README.md.
import { parseArgs } from 'node:util';
import { cacheRoot, install, isCached, isSound, placeOf, withLock } from './engines/cache.mjs';
import { progress } from './engines/progress.mjs';
import { engines } from './engines/table.mjs';

const usage = `usage: node scripts/engines.mjs [--list] [--only <engine>[,<engine>…]]

  --list   print a table of engines, versions, states and paths, and build nothing
  --only   these engines and no others: ${engines.map(({ name }) => name).join(', ')}

The cache is $COUNTERSIGN_ENGINES, else \${XDG_CACHE_HOME:-~/.cache}/countersign/engines.
`;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { list: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    const names = values.only?.split(',').map((name) => name.trim());
    const unknown = names?.find((name) => !engines.some((engine) => engine.name === name));
    if (unknown !== undefined) throw new Error(`\`${unknown}\` is not an engine`);
    return { ...values, chosen: engines.filter(({ name }) => names?.includes(name) ?? true) };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

function list(chosen) {
  const rows = chosen.map((engine) => {
    const place = placeOf(engine);
    return [engine.name, engine.version, isCached(place) ? 'cached' : 'missing', place.binary];
  });
  const table = [['engine', 'version', 'state', 'path'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) {
    process.stdout.write(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`);
  }
}

/** Answers how it went; throws nothing, so that one engine's trouble does not cost the others. */
async function provide(engine, report) {
  const place = placeOf(engine);
  const label = `${engine.name} ${engine.version}`;
  const waiting = () => report.say(`${label}: another run is building it; waiting`);
  try {
    return await withLock(place, waiting, async () => {
      if (await isSound(place)) {
        report.say(`${label} is cached`);
        return 'cached';
      }
      if (isCached(place)) report.say(`${label}: the cached binary is not the one that was built; building it again`);
      const missing = engine.requires();
      if (missing !== undefined) {
        report.say(`${label}: ${missing}.`);
        return 'failed';
      }
      return await build(engine, place, report, label);
    });
  } catch (error) {
    report.say(`${label}: ${error.message}`);
    return 'failed';
  }
}

async function build(engine, place, report, label) {
  const finish = report.start(`building ${label}`);
  let said = '';
  // Of a long build the last words tell the reason.
  const log = (text) => (said = (said + text).slice(-16_384));
  try {
    await install(engine, place, (into) => engine.build({ into, log }));
    finish('');
    return 'built';
  } catch (error) {
    finish(`failed (${error.message}) after `);
    const reason = said.split('\n').filter((line) => line && !line.startsWith('go: downloading')).slice(-40);
    for (const line of reason) report.say(`  ${line}`);
    return 'failed';
  }
}

const { list: onlyList, help, chosen } = readArguments();
if (help) {
  process.stdout.write(usage);
} else if (onlyList) {
  list(chosen);
} else {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const report = progress();
  const failed = [];
  for (const engine of chosen) {
    if ((await provide(engine, report)) === 'failed') failed.push(engine.name);
  }
  const ready = chosen.length - failed.length;
  report.say(`${ready} of ${chosen.length} engines ready in ${cacheRoot()}${failed.length > 0 ? `; failed: ${failed.join(', ')}` : ''}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
