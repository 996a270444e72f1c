import type * as pulumi from '@pulumi/pulumi';
import { apiextensions, networking, type types } from '@pulumi/kubernetes';
import type { KubernetesArtifact } from '#targets';

type Make = (name: string, object: KubernetesArtifact['object'], options: pulumi.CustomResourceOptions) => pulumi.CustomResource;
type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;

/** `@pulumi/kubernetes` has classes for the API server's own kinds only. The type is then `kubernetes:<apiVersion>:<kind>`. */
const custom: Make = (name, { metadata, ...rest }, options) => new apiextensions.CustomResource(name, { ...rest, metadata: metadataOf(metadata) }, options);

/** The resource of every kind that some target emits. A kind that is not here is refused, never left out. */
const kinds: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['networking.k8s.io/v1/NetworkPolicy', (name, { metadata, spec }, options) =>
    new networking.v1.NetworkPolicy(name, { metadata: metadataOf(metadata), spec: spec as NetworkPolicySpec }, options)],
  ...[
    'cert-manager.io/v1/Certificate',
    'gateway.envoyproxy.io/v1alpha1/BackendTrafficPolicy',
    'gateway.envoyproxy.io/v1alpha1/ClientTrafficPolicy',
    'gateway.envoyproxy.io/v1alpha1/EnvoyProxy',
    'gateway.envoyproxy.io/v1alpha1/HTTPRouteFilter',
    'gateway.envoyproxy.io/v1alpha1/SecurityPolicy',
    'gateway.networking.k8s.io/v1/BackendTLSPolicy',
    'gateway.networking.k8s.io/v1/GRPCRoute',
    'gateway.networking.k8s.io/v1/Gateway',
    'gateway.networking.k8s.io/v1/GatewayClass',
    'gateway.networking.k8s.io/v1/HTTPRoute',
    'gateway.networking.k8s.io/v1/ReferenceGrant',
    'networking.istio.io/v1/DestinationRule',
    'security.istio.io/v1/AuthorizationPolicy',
    'security.istio.io/v1/PeerAuthentication',
    'security.istio.io/v1/RequestAuthentication',
    'telemetry.istio.io/v1/Telemetry',
    'trust.cert-manager.io/v1alpha1/Bundle',
  ].map((kind) => [kind, custom] as const),
]);

export const kindOf = ({ object: { apiVersion, kind } }: KubernetesArtifact): string => `${apiVersion}/${kind}`;

export const isKubernetesKind = (artifact: KubernetesArtifact): boolean => kinds.has(kindOf(artifact));

/** Our objects as the SDK's types want them: mutable. What is not there stays out, or every update would differ from what the server answers. */
const metadataOf = ({ labels, annotations, ...rest }: KubernetesArtifact['object']['metadata']): types.input.meta.v1.ObjectMeta => ({
  ...rest, ...(labels === undefined ? {} : { labels: { ...labels } }), ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
});

/** The resource of an object. Its name says what it is for: it depends on the object's identity and never on its content. */
export function kubernetesResource(component: string, artifact: KubernetesArtifact, options: pulumi.CustomResourceOptions): pulumi.CustomResource {
  const { kind, metadata } = artifact.object;
  const make = kinds.get(kindOf(artifact));
  if (make === undefined) throw new Error(`no resource is known for ${artifact.id}`); // `withoutResource` comes first
  return make([component, kind.toLowerCase(), ...(metadata.namespace === undefined ? [] : [metadata.namespace]), metadata.name].join('/'), artifact.object, options);
}
