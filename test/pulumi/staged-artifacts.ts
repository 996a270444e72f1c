import type { KubernetesArtifact } from '../../src/targets/index.ts';

/** Every kind that targets emit, with the stage that most of its objects are in, and whether it lives in a namespace. */
export const emittedKinds = [
  ['gateway.networking.k8s.io/v1', 'GatewayClass', 0, false],
  ['trust.cert-manager.io/v1alpha1', 'Bundle', 0, false],
  ['cert-manager.io/v1', 'Certificate', 0, true],
  ['gateway.envoyproxy.io/v1alpha1', 'ClientTrafficPolicy', 0, true],
  ['gateway.envoyproxy.io/v1alpha1', 'EnvoyProxy', 0, true],
  ['security.istio.io/v1', 'PeerAuthentication', 0, true],
  ['networking.istio.io/v1', 'DestinationRule', 0, true],
  ['networking.k8s.io/v1', 'NetworkPolicy', 1, true],
  ['security.istio.io/v1', 'RequestAuthentication', 1, true],
  ['telemetry.istio.io/v1', 'Telemetry', 1, true],
  ['security.istio.io/v1', 'AuthorizationPolicy', 2, true],
  ['gateway.envoyproxy.io/v1alpha1', 'SecurityPolicy', 2, true],
  ['gateway.envoyproxy.io/v1alpha1', 'BackendTrafficPolicy', 2, true],
  ['gateway.networking.k8s.io/v1', 'BackendTLSPolicy', 2, true],
  ['gateway.envoyproxy.io/v1alpha1', 'HTTPRouteFilter', 2, true],
  ['gateway.networking.k8s.io/v1', 'Gateway', 3, true],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute', 4, true],
  ['gateway.networking.k8s.io/v1', 'GRPCRoute', 4, true],
  ['gateway.networking.k8s.io/v1', 'ReferenceGrant', 4, true],
] as const;
export type EmittedKind = (typeof emittedKinds)[number];

/** A made-up object: its order is what counts, and its content is one of two. */
export function artifact([apiVersion, kind, stage, namespaced]: EmittedKind, name: string, content: 'before' | 'after'): KubernetesArtifact {
  const metadata = { name, ...(namespaced ? { namespace: 'default' } : {}), labels: { 'app.kubernetes.io/managed-by': 'countersign' } };
  const spec = kind === 'NetworkPolicy' ? { podSelector: { matchLabels: { app: content } }, policyTypes: ['Ingress'] } : { selector: { app: content }, rules: [{ from: [content] }] };
  return { kind: 'kubernetes', id: [apiVersion, kind, ...(namespaced ? ['default'] : []), name].join('/'), stage, object: { apiVersion, kind, metadata, spec }, grants: [] };
}

/** A definition that takes anything, or only the fields that are named. */
export function definition([apiVersion, kind, , namespaced]: EmittedKind, fields?: readonly string[]): object {
  const [group = '', version = ''] = apiVersion.split('/');
  const plural = `${kind.toLowerCase().replace(/y$/, 'ie')}s`;
  const spec = fields === undefined
    ? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    : { type: 'object', properties: Object.fromEntries(fields.map((field) => [field, { 'x-kubernetes-preserve-unknown-fields': true }])) };
  return {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition',
    // The API server takes definitions in *.k8s.io only with a reference to their approval.
    metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api' } },
    spec: {
      group, scope: namespaced ? 'Namespaced' : 'Cluster', names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }],
    },
  };
}
