import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngines } from '../engine.ts';
import { warningTexts } from './api-client.ts';
import { startApiServer, type ApiServer } from './apiserver.ts';
import { applyServerSide, createNamespace, deleteObject, getObject, type KubernetesObject } from './objects.ts';

const policy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'web-from-api', namespace: 'shop' },
  spec: {
    podSelector: { matchLabels: { app: 'web' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }], ports: [{ protocol: 'TCP', port: 8080 }] }],
    egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } }], ports: [{ protocol: 'TCP', port: 443, endPort: 444 }] }],
  },
};

const versionOf = (object: KubernetesObject | undefined): unknown => object?.metadata['resourceVersion'];

describeWithEngines(['etcd', 'kube-apiserver'], 'the API server', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer();
    await createNamespace(api, 'shop', { team: 'retail' });
  }, 90_000);
  afterAll(async () => api?.stop());

  it('is the version that go.mod pins, and says so', async () => {
    const { body } = await api.request('GET', '/version');
    expect(body).toMatchObject({ gitVersion: expect.stringMatching(/^v1\.34\.\d+$/) as string, major: '1', minor: '34' });
  });

  it('labels a namespace with its name', async () => {
    const shop = await getObject(api, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    expect(shop?.metadata['labels']).toEqual({ team: 'retail', 'kubernetes.io/metadata.name': 'shop' });
  });

  it('stores a NetworkPolicy as it was applied, without a warning, and applying it again changes nothing', async () => {
    const first = await applyServerSide(api, policy);
    expect(first).toMatchObject({ status: 201, warnings: [] });
    expect((await getObject(api, policy))?.['spec']).toEqual(policy.spec);
    const again = await applyServerSide(api, policy);
    expect(again).toMatchObject({ status: 200, warnings: [] });
    expect(versionOf(again.object)).toBe(versionOf(first.object));
  });

  it('answers a dry run and stores nothing', async () => {
    const ghost = { ...policy, metadata: { ...policy.metadata, name: 'ghost' } };
    expect((await applyServerSide(api, ghost, { dryRun: true })).status).toBe(201);
    expect(await getObject(api, ghost)).toBeUndefined();
  });

  it('tells two managers of one field apart, and lets the second take over by force', async () => {
    const contested = { ...policy, metadata: { ...policy.metadata, name: 'contested' } };
    await applyServerSide(api, contested, { fieldManager: 'first' });
    const other = { ...contested, spec: { ...contested.spec, podSelector: { matchLabels: { app: 'other' } } } };
    expect((await applyServerSide(api, other, { fieldManager: 'second' })).status).toBe(409);
    expect((await applyServerSide(api, other, { fieldManager: 'second', force: true })).status).toBe(200);
    await deleteObject(api, contested);
    await deleteObject(api, contested);
    expect(await getObject(api, contested)).toBeUndefined();
  });

  it.each([
    ['a port out of range', { ...policy.spec, ingress: [{ ports: [{ port: 808_000 }] }] }, 422],
    ['an exception outside its block', { ...policy.spec, egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['198.51.100.0/24'] } }] }] }, 422],
    ['a field that the schema does not have', { ...policy.spec, podselector: {} }, 500],
  ])('refuses %s', async (_, spec, status) => {
    const refused = await applyServerSide(api, { ...policy, metadata: { ...policy.metadata, name: 'bad' }, spec } as typeof policy);
    expect(refused).toMatchObject({ status, object: { kind: 'Status', status: 'Failure' } });
  });

  it('hands on what the server warns about', async () => {
    const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'old', namespace: 'shop' } };
    const { warnings } = await applyServerSide(api, endpoints, { dryRun: true });
    expect(warnings).toEqual([expect.stringContaining('v1 Endpoints is deprecated')]);
  });

  it('leaves neither a process nor a folder behind', async () => {
    const other = await startApiServer();
    const folder = dirname(other.kubeconfigPath);
    expect(existsSync(folder)).toBe(true);
    await other.stop();
    expect(existsSync(folder)).toBe(false);
    await expect(other.request('GET', '/readyz')).rejects.toThrow('ECONN');
  }, 90_000);
});

it('reads several warnings in one header, and escapes in their texts', () => {
  expect(warningTexts('299 - "first", 299 - "a \\"quoted\\" second"')).toEqual(['first', 'a "quoted" second']);
});
