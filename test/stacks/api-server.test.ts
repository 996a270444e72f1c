import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithEngines } from '../engines/engine.ts';
import { validateIstio } from '../engines/envoy/translate-istio.ts';
import { startApiServer, type ApiServer } from '../engines/kubernetes/apiserver.ts';
import { applyCrds } from '../engines/kubernetes/crds.ts';
import { applyServerSide, createNamespace, deleteObject, getObject, type KubernetesObject } from '../engines/kubernetes/objects.ts';
import { compiledEstate as boutique, meshFree } from './online-boutique/compiled-estate.ts';
import { compiledEstate as retailStore } from './retail-store/compiled-estate.ts';
import { isKubernetes } from '#targets';

const estates = [
  ['the Online Boutique with sidecars', boutique()], ['the Online Boutique without a mesh', boutique(meshFree)], ['the retail store', retailStore()],
] as const;
/** An object but for what the server notes of who wrote it when: of a definition with a default status, it notes that anew each time. */
function contentOf(object: KubernetesObject | undefined): object | undefined {
  if (object === undefined) return undefined;
  const { managedFields: _managedFields, resourceVersion: _resourceVersion, ...metadata } = object.metadata as Record<string, unknown>;
  return { ...object, metadata };
}
const idOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

describeWithEngines(['etcd', 'kube-apiserver', 'crds'], 'a real API server with the real definitions', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer();
    await applyCrds(api, ['istio', 'gateway-api', 'envoy-gateway', 'cert-manager']);
  }, 180_000);
  afterAll(async () => api?.stop());

  describe.each(estates)('of %s', (_, { artifacts }) => {
    const objects = artifacts.filter(isKubernetes).map(({ object }) => object as KubernetesObject);

    it('takes every object without a warning, keeps what was written, has nothing to do the second time, and nothing is left', async () => {
      for (const namespace of new Set(objects.flatMap(({ metadata }) => (metadata.namespace === undefined || metadata.namespace === 'default' ? [] : [metadata.namespace])))) {
        await createNamespace(api, namespace);
      }
      for (const object of objects) {
        const first = await applyServerSide(api, object);
        expect(first, idOf(object)).toMatchObject({ status: 201, warnings: [] });
        const kept = await getObject(api, object);
        // definitions of custom resources fill defaults in beside what was written; NetworkPolicies are kept to the letter
        if (object.kind === 'NetworkPolicy') expect(kept?.['spec'], idOf(object)).toEqual(object['spec']);
        else expect(kept?.['spec'] ?? {}, idOf(object)).toMatchObject((object['spec'] ?? {}) as object);
        expect(kept?.metadata).toMatchObject(object.metadata);
        const again = await applyServerSide(api, object);
        expect(again, idOf(object)).toMatchObject({ status: 200, warnings: [] });
        expect(contentOf(again.object), idOf(object)).toEqual(contentOf(first.object));
      }
      for (const object of objects) await deleteObject(api, object);
      for (const object of objects) expect(await getObject(api, object), idOf(object)).toBeUndefined();
    }, 240_000);
  });
});

describeWithEngines(['ivalidate'], 'Istio\'s own validation', () => {
  it.each(estates)('of %s has nothing to say against any object', async (_, { artifacts }) => {
    const objects = artifacts.filter(isKubernetes).map(({ object }) => object as KubernetesObject).filter(({ apiVersion }) => /istio\.io\//.test(apiVersion));
    const verdicts = await validateIstio(objects as Parameters<typeof validateIstio>[0]);
    expect(verdicts.length).toBe(objects.length);
    expect(verdicts.filter(({ error, known, warning }) => !known || error !== undefined || warning !== undefined)).toEqual([]);
  });
});
