import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngines } from '../../engines/engine.ts';
import { startApiServer, type ApiServer } from '../../engines/kubernetes/apiserver.ts';
import { applyServerSide, getObject, type KubernetesObject } from '../../engines/kubernetes/objects.ts';
import { compiledEstate } from './compiled-estate.ts';

const versionOf = (object: KubernetesObject | undefined): unknown => object?.metadata['resourceVersion'];

describeWithEngines(['etcd', 'kube-apiserver'], 'a real API server', () => {
  const objects = compiledEstate().artifacts.map(({ object }) => object);
  let api: ApiServer;
  beforeAll(async () => { api = await startApiServer(); }, 90_000);
  afterAll(async () => api?.stop());

  it.each(objects.map((object) => [object.metadata.name, object] as const))('takes %s without a warning, keeps it as it was written, and has nothing to do the second time', async (_, object) => {
    const first = await applyServerSide(api, object);
    expect(first).toMatchObject({ status: 201, warnings: [] });

    const kept = await getObject(api, object);
    expect(kept?.['spec']).toEqual(object.spec);
    expect(kept?.metadata).toMatchObject(object.metadata);
    // nothing is there that was not written, but for what the server notes down about every object
    expect(Object.keys(kept?.metadata ?? {}).sort()).toEqual([...Object.keys(object.metadata), 'creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'uid'].sort());

    const again = await applyServerSide(api, object);
    expect(again).toMatchObject({ status: 200, warnings: [] });
    expect(versionOf(again.object)).toBe(versionOf(first.object));
  });
});
