// `npm run test:deep [-- <worlds>]`: law 1 on 10,000 worlds of each kind, where `npm test` asks 300. Takes about ten minutes.
import { spawnSync } from 'node:child_process';

const worlds = process.argv[2] ?? '10000';
if (!/^[1-9]\d*$/.test(worlds)) {
  process.stderr.write('how many worlds? `npm run test:deep -- 10000`\n');
  process.exit(2);
}
process.stderr.write(`law 1 on 3 × ${worlds} worlds, from the seed that test/laws/law.ts has …\n`);
process.exitCode = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/laws/law-1-algebra-equals-spec.test.ts'], { stdio: 'inherit', env: { ...process.env, COUNTERSIGN_LAW_WORLDS: worlds } }).status ?? 1;
