// npm's `prepare`: builds `dist` after `npm ci` and before packing. `npx countersign` in this checkout makes npm link the
// package into its cache, and run this once more: what is built already serves.
import { existsSync } from 'node:fs';

if (process.env.npm_command !== 'exec' || !existsSync(new URL('../dist/cli/main.js', import.meta.url))) await import('./build.mjs');
