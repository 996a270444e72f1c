import type * as pulumi from '@pulumi/pulumi';
import { networking, type types } from '@pulumi/kubernetes';
import type { KubernetesArtifact } from '#targets';

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;

/** The resource of a kind that some target emits; another kind is our own bug, not the user's. */
export function kubernetesResource(component: string, artifact: KubernetesArtifact, options: pulumi.CustomResourceOptions): pulumi.CustomResource {
  const { apiVersion, kind, metadata, spec } = artifact.object;
  const name = `${component}/${[kind.toLowerCase(), metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/')}`;
  const about = { metadata: { ...metadata, labels: { ...metadata.labels }, annotations: { ...metadata.annotations } } };
  switch (`${apiVersion}/${kind}`) {
    case 'networking.k8s.io/v1/NetworkPolicy':
      return new networking.v1.NetworkPolicy(name, { ...about, spec: spec as NetworkPolicySpec }, options);
    default: throw new Error(`no resource is known for ${artifact.id}`);
  }
}
