// `npm test`: types, then every suite. Ends with a plain line that counts: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
const report = join(folder, 'report.json');
const run = (program, words) => spawnSync(process.execPath, [program, ...words], { stdio: 'inherit' }).status ?? 1;

const types = run('node_modules/typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']);
const status = run('node_modules/vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)]);

let counts = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numFailedTestSuites: 0, testResults: [] };
try { counts = JSON.parse(readFileSync(report, 'utf8')); } catch { /* the runner died before it could report: counted as a failure below */ }
rmSync(folder, { recursive: true, force: true });

// A file that could not even be loaded has no failed test of its own.
const broken = counts.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')).length;
let failed = counts.numFailedTests + broken + (types === 0 ? 0 : 1);
if (failed === 0 && status !== 0) failed = 1;
const skipped = counts.numPendingTests > 0 ? `, ${counts.numPendingTests} skipped` : '';
process.stdout.write(`\n${types === 0 ? '' : 'the type check failed (above)\n'}${counts.numPassedTests + (types === 0 ? 1 : 0)} passed, ${failed} failed${skipped}\n`);
process.exitCode = failed === 0 ? 0 : 1;
