import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngines } from '../../engines/engine.ts';
import { startApiServer, type ApiServer } from '../../engines/kubernetes/apiserver.ts';
import { applyCrds } from '../../engines/kubernetes/crds.ts';
import { applyServerSide, createNamespace } from '../../engines/kubernetes/objects.ts';
import { worldOf } from './world.ts';
import { worlds } from './worlds.ts';

describeWithEngines(['etcd', 'kube-apiserver', 'crds'], 'an API server with the definitions of Gateway API, Envoy Gateway, cert-manager and trust-manager', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer();
    await applyCrds(api, ['gateway-api', 'envoy-gateway', 'cert-manager', 'trust-manager']);
    const namespaces = new Set(Object.values(worlds).flatMap(([policy, platform]) => worldOf(policy, platform).artifacts.flatMap(({ object }) => object.metadata.namespace ?? [])));
    for (const namespace of namespaces) await createNamespace(api, namespace);
  }, 180_000);
  afterAll(async () => api?.stop());

  it.each(Object.entries(worlds))('stores every object of %s as it is, without a warning', async (_, [policy, platform]) => {
    for (const { id, object } of worldOf(policy, platform).artifacts) {
      const { object: stored, status, warnings } = await applyServerSide(api, object);
      expect([id, status < 300, warnings], JSON.stringify(stored)).toEqual([id, true, []]);
      expect(stored, id).toMatchObject({ spec: JSON.parse(JSON.stringify(object.spec)) as object });
    }
  }, 60_000);
});
