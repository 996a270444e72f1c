// `npm run bench`: CPU time, peak memory and their growth, and the same for a peer, all in one run. Reads nothing from
// the network; writes a table to stdout and progress to stderr. What is measured is CPU time, which other processes
// on the machine disturb less than the clock; each case is a process of its own, run several times, the median counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const runs = Number(process.env.BENCH_RUNS ?? 5);
const folder = mkdtempSync(join(root, 'node_modules', '.bench-'));

try {
  await build({
    entryPoints: ['countersign', 'iam-merging', 'cdk8s-plus'].map((name) => join(here, 'cases', `${name}.ts`)), outdir: folder, bundle: true, format: 'esm',
    outExtension: { '.js': '.mjs' }, platform: 'node', target: 'node20', packages: 'external', conditions: ['countersign-source'], logLevel: 'error',
  });
  const cloud100 = measure('compile to four targets, 100 APIs', [join(folder, 'countersign.mjs'), 'compile', '100', 'cloud']);
  const cloud1000 = measure('compile to four targets, 1,000 APIs', [join(folder, 'countersign.mjs'), 'compile', '1000', 'cloud']);
  const planes100 = measure('compile to three targets, 100 APIs', [join(folder, 'countersign.mjs'), 'compile', '100', 'planes']);
  const planes1000 = measure('compile to three targets, 1,000 APIs', [join(folder, 'countersign.mjs'), 'compile', '1000', 'planes']);
  const ledger1000 = measure('its ledger, 1,000 APIs', [join(folder, 'countersign.mjs'), 'ledger', '1000', 'planes']);
  const compile100 = measure('compile, 100 APIs', [join(folder, 'countersign.mjs'), 'compile', '100']);
  const compile1000 = measure('compile, 1,000 APIs', [join(folder, 'countersign.mjs'), 'compile', '1000']);
  const check100 = measure('check, 100 APIs', [join(folder, 'countersign.mjs'), 'check', '100']);
  const check1000 = measure('check, 1,000 APIs', [join(folder, 'countersign.mjs'), 'check', '1000']);
  const merging = [100, 1000, 5000].map((grants) => measure(`merging ${grants.toLocaleString('en')} grants of one role`, [join(folder, 'iam-merging.mjs'), String(grants)]));
  const dated = [100, 1000, 5000].map((grants) => measure(`merging ${grants.toLocaleString('en')} that each end on a day of their own`, [join(folder, 'iam-merging.mjs'), String(grants), 'dated']));
  const peer = measure('cdk8s-plus, 200 deployments', [join(folder, 'cdk8s-plus.mjs'), '200']);
  const node = process_(['-e', '0'], 'node -e 0');
  const cli = process_([join(root, 'dist/cli/main.js'), 'check', join(root, 'stacks/online-boutique/policy.ts'), '--as-of', '2026-11-24'], 'countersign check, Online Boutique');

  print([
    ['case', 'items', 'CPU s', 'with start', 'items a CPU s', 'ms an item', 'peak MiB'],
    ...[compile100, compile1000, planes100, planes1000, cloud100, cloud1000, ledger1000, check100, check1000, ...merging, ...dated, peer].map((one) => [one.title, one.items, one.cpuSeconds.toFixed(3), one.wholeCpuSeconds.toFixed(3), Math.round(one.items / one.cpuSeconds), (one.cpuSeconds * 1000 / one.items).toFixed(3), Math.round(one.peakMiB)]),
  ]);
  print([
    ['what was aimed at', 'aim', 'measured', ''],
    aim('compile: grants a CPU s at 10,000 grants, against cdk8s-plus\'s edges at 400 (whole processes)', '≥ 10 ×', compile1000.items / compile1000.wholeCpuSeconds / (peer.items / peer.wholeCpuSeconds), (ratio) => ratio >= 10),
    aim('compile: cost of a grant at 1,000 APIs, against 100', '≤ 1.3 ×', perItem(compile1000) / perItem(compile100), (ratio) => ratio <= 1.3),
    aim('three targets: grants and targets a CPU s at 10,000 grants, against cdk8s-plus\'s edges (whole processes)', '≥ 10 ×', 3 * planes1000.items / planes1000.wholeCpuSeconds / (peer.items / peer.wholeCpuSeconds), (ratio) => ratio >= 10),
    aim('three targets: cost of a grant at 1,000 APIs, against 100', '≤ 1.3 ×', perItem(planes1000) / perItem(planes100), (ratio) => ratio <= 1.3),
    aim('four targets: grants and targets a CPU s at 11,000 grants, against cdk8s-plus\'s edges (whole processes)', '≥ 10 ×', 4 * cloud1000.items / cloud1000.wholeCpuSeconds / (peer.items / peer.wholeCpuSeconds), (ratio) => ratio >= 10),
    aim('four targets: cost of a grant at 1,000 APIs, against 100', '≤ 1.3 ×', perItem(cloud1000) / perItem(cloud100), (ratio) => ratio <= 1.3),
    aim('the ledger of 1,000 APIs that are compiled, in CPU seconds', '≤ 2 s', ledger1000.cpuSeconds, (seconds) => seconds <= 2, ' s'),
    aim('IAM: cost of a grant of one role at 5,000, against 100', '≤ 1.3 ×', perItem(merging[2]) / perItem(merging[0]), (ratio) => ratio <= 1.3),
    aim('IAM: the same where no two statements merge', '≤ 1.3 ×', perItem(dated[2]) / perItem(dated[0]), (ratio) => ratio <= 1.3),
    aim('check: cost of a grant at 1,000 APIs, against 100', '≤ 1.3 ×', perItem(check1000) / perItem(check100), (ratio) => ratio <= 1.3),
    aim('countersign check on the Online Boutique, against node -e 0 (whole processes)', '≤ 12 ×', cli / node, (ratio) => ratio <= 12),
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One line that a case prints; the run whose CPU time is the median. */
function measure(title, words) {
  process.stderr.write(`${title} …\n`);
  const found = Array.from({ length: runs }, () => JSON.parse(output(words))).sort((a, b) => a.cpuSeconds - b.cpuSeconds);
  return { title, ...found[Math.floor(runs / 2)] };
}

/** CPU seconds of a whole process with its children, start included, by the shell's own count. */
function process_(words, title) {
  process.stderr.write(`${title} …\n`);
  const found = Array.from({ length: runs * 2 }, () => {
    const { stderr, status } = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1', 'time', process.execPath, ...words], { encoding: 'utf8', cwd: root });
    if (status !== 0) throw new Error(`${title} failed: ${stderr}`);
    return stderr.trim().split(' ').map(Number).reduce((sum, one) => sum + one, 0);
  }).sort((a, b) => a - b);
  return found[runs];
}

function output(words) {
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8', cwd: root });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function perItem({ cpuSeconds, items }) { return cpuSeconds / items; }
function aim(what, wanted, measured, holds, unit = ' ×') { return [what, wanted, `${measured.toFixed(2)}${unit}`, holds(measured) ? 'met' : 'MISSED']; }
function print(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  process.stdout.write(`${rows.map((row) => row.map((cell, column) => (column === 0 ? String(cell).padEnd(widths[column]) : String(cell).padStart(widths[column]))).join('  ').trimEnd()).join('\n')}\n\n`);
}
