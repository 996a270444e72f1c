import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['countersign-source'] },
  ssr: { resolve: { conditions: ['countersign-source'] } },
  // Many suites wait for a process of their own (the command line, engines): two at a time also on a small machine.
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, maxWorkers: 2 },
});
