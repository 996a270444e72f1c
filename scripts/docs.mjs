// `npm run docs`: prints docs/diagnostics.md from the catalogue that `countersign explain` reads, and docs/cloud.md from the table
// of verbs. Tests hold both fresh.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { outputFiles } = await build({
  stdin: {
    contents: "export { catalogue } from '#diagnostics'; export { cloudPage } from './test/docs/cloud-page.ts'; export { diagnosticsPage } from './test/docs/diagnostics-page.ts';",
    resolveDir: root, loader: 'ts',
  },
  bundle: true, write: false, format: 'esm', platform: 'node', logLevel: 'error',
});
const { catalogue, cloudPage, diagnosticsPage } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
writeFileSync(join(root, 'docs/diagnostics.md'), diagnosticsPage(catalogue));
writeFileSync(join(root, 'docs/cloud.md'), cloudPage());
