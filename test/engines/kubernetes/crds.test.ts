import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngines } from '../engine.ts';
import { startApiServer, type ApiServer } from './apiserver.ts';
import { applyCrds } from './crds.ts';
import { applyServerSide, createNamespace, type KubernetesObject } from './objects.ts';

const named = (apiVersion: string, kind: string, spec: unknown): KubernetesObject => ({ apiVersion, kind, metadata: { name: 'a', namespace: 'shop' }, spec });
const edge = (spec: unknown): KubernetesObject => named('gateway.networking.k8s.io/v1', 'Gateway', spec);
const listener = { name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'tls' }] } };

describeWithEngines(['etcd', 'kube-apiserver', 'crds'], 'the API server with the definitions of others', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer();
    await createNamespace(api, 'shop');
    await applyCrds(api, ['istio', 'gateway-api', 'envoy-gateway', 'cert-manager', 'trust-manager']);
  }, 180_000);
  afterAll(async () => api?.stop());

  it.each<[KubernetesObject]>([
    [named('security.istio.io/v1', 'AuthorizationPolicy', { action: 'ALLOW', rules: [{ from: [{ source: { principals: ['corp.example/ns/shop/sa/web'] } }] }] })],
    [named('networking.istio.io/v1', 'DestinationRule', { host: 'orders', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } })],
    [edge({ gatewayClassName: 'eg', listeners: [listener] })],
    [named('gateway.envoyproxy.io/v1alpha1', 'SecurityPolicy', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'a' }], authorization: { defaultAction: 'Deny' } })],
    [named('cert-manager.io/v1', 'Certificate', { secretName: 'tls', dnsNames: ['shop.example.com'], issuerRef: { name: 'corp' } })],
    [{ apiVersion: 'trust.cert-manager.io/v1alpha1', kind: 'Bundle', metadata: { name: 'corp' }, spec: { sources: [{ useDefaultCAs: true }], target: { configMap: { key: 'ca.crt' } } } }],
  ])('stores $kind without a warning', async (object) => {
    expect(await applyServerSide(api, object)).toMatchObject({ status: 201, warnings: [] });
  });

  it.each<[string, KubernetesObject, number]>([
    ['a rule that the schema states in CEL', edge({ gatewayClassName: 'eg', listeners: [{ name: 'tcp', port: 1, protocol: 'TCP', hostname: 'shop.example.com' }] }), 422],
    ['a value outside its enumeration', named('security.istio.io/v1', 'AuthorizationPolicy', { action: 'PERMIT' }), 422],
    ['a misspelt field', named('security.istio.io/v1', 'AuthorizationPolicy', { rulez: [] }), 500],
  ])('refuses %s', async (_, object, status) => {
    const renamed = { ...object, metadata: { ...object.metadata, name: 'bad' } };
    expect(await applyServerSide(api, renamed)).toMatchObject({ status, object: { kind: 'Status', status: 'Failure' } });
  });
});
