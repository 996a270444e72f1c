import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Checked } from '#diagnostics';
import { importManifests, importProto, readSourceDigest, type SourceFile } from '#importers';
import { describeWithRealFiles, realBytes, realFiles } from '../real-files.ts';
import { estate, namespace } from './manifests.ts';

/** As the generated modules name where they come from. */
const source = 'GoogleCloudPlatform/microservices-demo at 34ffea9 (Apache-2.0)';
const committed = (name: string): string => readFileSync(new URL(`../../../stacks/online-boutique/${name}`, import.meta.url), 'utf8');
const sourceFile = (path: string): SourceFile => ({ path, bytes: realBytes(path) });

describeWithRealFiles(estate, 'the imported modules of the Online Boutique', () => {
  const manifests = realFiles(`${estate}/kubernetes`).map(sourceFile);
  const proto = [sourceFile(`${estate}/demo.proto`)];
  type Importer = (files: readonly SourceFile[]) => Checked<{ readonly module: string }> | Promise<Checked<{ readonly module: string }>>;
  const imports: readonly (readonly [string, readonly SourceFile[], Importer])[] = [
    ['kubernetes.ts', manifests, (files) => importManifests({ files, source, namespace })],
    ['demo.ts', proto, (files) => importProto({ files, source })],
  ];

  it.each(imports)('%s is what a fresh import writes, byte for byte, without a word', async (name, files, importer) => {
    const fresh = await importer(files);
    expect(fresh.diagnostics).toEqual([]);
    expect(fresh.ok && fresh.value.module).toBe(committed(name));
  });

  it.each(imports)('%s does not depend on the order of its sources', async (name, files, importer) => {
    const fresh = await importer([...files].reverse());
    expect(fresh.ok && fresh.value.module).toBe(committed(name));
  });

  it.each(imports)('%s is stale once a source has changed', async (name, files, importer) => {
    const [first, ...rest] = files;
    const changed = await importer([{ path: first!.path, bytes: Buffer.concat([first!.bytes, Buffer.from(name === 'demo.ts' ? '// more\n' : '# more\n')]) }, ...rest]);
    expect(readSourceDigest(committed(name))).toMatch(/^sha256:/);
    expect(changed.ok && readSourceDigest(changed.value.module)).not.toBe(readSourceDigest(committed(name)));
  });

  it.each(imports)('%s names its public origin', (name) => {
    expect(committed(name).split('\n').slice(0, 5).join('\n')).toContain(source);
  });
});
