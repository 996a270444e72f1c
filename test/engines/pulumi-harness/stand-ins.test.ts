import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { kubeconfigFor } from './harness.ts';

// The parts of the stand-ins that decide something, without an engine: what differs, what needs a new object, what a name means.
const load = createRequire(import.meta.url);
const { UNKNOWN, asInputs, differences, hasUnknowns, needsReplacement, project, renderPath } = load('./manifest.cjs');
const { FIELD_MANAGER, adoptManagers, parseWarnings, readKubeconfig } = load('./kubernetes-api.cjs');
const { parseType } = load('./kubernetes-operations.cjs');

describe('the Kubernetes provider stand-in', () => {
  it.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 2 }, ['update a']],
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3, 4] } }, ['update a.b[1]', 'add a.b[2]']],
    [{ 'app.example/x': 1 }, {}, ['delete ["app.example/x"]']],
    [{ a: 'known' }, { a: UNKNOWN }, ['update a']],
    [{ a: {} }, { a: [] }, ['update a']],
  ])('tells from old inputs %j and new inputs %j the paths that differ', (before, after, expected) => {
    expect(differences(before, after).map(({ kind, path }: { kind: string; path: string }) => `${kind} ${path}`)).toEqual(expected);
  });

  it.each([
    ['metadata.name', 'NetworkPolicy', {}, true],
    ['metadata.namespace', 'NetworkPolicy', {}, true],
    ['metadata.labels.name', 'NetworkPolicy', {}, false],
    ['spec.podSelector', 'NetworkPolicy', {}, false],
    ['data.key', 'ConfigMap', {}, true],
    ['data.key', 'ConfigMap', { enableConfigMapMutable: 'true' }, false],
    ['stringData', 'Secret', { enableConfigMapMutable: 'true' }, true],
    ['data.key', 'Widget', {}, false],
  ])('knows whether a change of %s of a %s with %j needs a new object', (path, kind, config, expected) => {
    expect(needsReplacement(path, kind, config)).toBe(expected);
  });

  it.each([
    ['kubernetes:networking.k8s.io/v1:NetworkPolicy', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }],
    ['kubernetes:core/v1:Namespace', { apiVersion: 'v1', kind: 'Namespace' }],
    ['kubernetes:security.istio.io/v1beta1:AuthorizationPolicy', { apiVersion: 'security.istio.io/v1beta1', kind: 'AuthorizationPolicy' }],
    ['kubernetes:networking.k8s.io/v1:NetworkPolicyList', undefined],
    ['kubernetes:networking.k8s.io/v1:NetworkPolicyPatch', undefined],
    ['kubernetes:helm.sh/v3:release', undefined],
    ['aws:ec2/securityGroup:SecurityGroup', undefined],
  ])('reads the type %s', (type, expected) => {
    expect(parseType(type)).toEqual(expected);
  });

  it('calls drift only what the inputs speak of', () => {
    const live = { spec: { a: 2, defaulted: true, list: [{ x: 1, y: 2 }] }, status: {} };
    expect(project(live, { spec: { a: 1, list: [{ x: 1 }], gone: 1 } })).toEqual({ spec: { a: 2, list: [{ x: 1 }] } });
    expect(asInputs({ kind: 'K', metadata: { name: 'n', uid: 'u', managedFields: [] }, status: {} })).toEqual({ kind: 'K', metadata: { name: 'n' } });
  });

  it.each([
    ['nothing', [{ manager: 'argocd', operation: 'Apply', fieldsV1: { a: {} } }], undefined],
    ['what it created', [{ manager: FIELD_MANAGER, operation: 'Update', fieldsV1: { a: {} } }], { a: {} }],
    ['what kubectl applied', [{ manager: FIELD_MANAGER, operation: 'Apply', fieldsV1: { a: { b: {} } } }, { manager: 'kubectl', operation: 'Apply', fieldsV1: { a: { c: {} } } }], { a: { b: {}, c: {} } }],
    ['no status', [{ manager: FIELD_MANAGER, operation: 'Update', subresource: 'status', fieldsV1: { a: {} } }], undefined],
  ])('takes over before an update %s', (_what, managedFields, expected) => {
    expect(adoptManagers(managedFields)?.find(({ manager, operation }: { manager: string; operation: string }) => manager === FIELD_MANAGER && operation === 'Apply').fieldsV1).toEqual(expected);
    expect(adoptManagers(managedFields)?.length ?? 1).toBe(1);
  });

  it('finds unknown values at any depth', () => {
    expect(hasUnknowns({ a: [{ b: UNKNOWN }] })).toBe(true);
    expect(hasUnknowns({ a: [{ b: null }] })).toBe(false);
  });

  it('names rendered files as the real provider does', () => {
    const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'deny' } };
    expect(renderPath('/out', policy)).toBe('/out/1-manifest/networking.k8s.io_v1-networkpolicy-default-deny.yaml');
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'a.b' } };
    expect(renderPath('/out', definition)).toBe('/out/0-crd/apiextensions.k8s.io_v1-customresourcedefinition-default-a.b.yaml');
  });

  it('reads several warnings out of one header', () => {
    expect(parseWarnings('299 - "first, with \\"quotes\\"", 299 kube "second"')).toEqual(['first, with "quotes"', 'second']);
    expect(parseWarnings(undefined)).toEqual([]);
  });

  it('talks to loopback only', () => {
    expect(readKubeconfig(kubeconfigFor({ url: 'https://127.0.0.1:6443', token: 't' })).token).toBe('t');
    expect(() => readKubeconfig(kubeconfigFor({ url: 'https://cluster.example:6443', token: 't' }))).toThrow('only talks to loopback');
  });
});
