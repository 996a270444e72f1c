import { stringify } from 'yaml';
import type { Artifact, AwsArtifact, KubernetesArtifact } from '#targets';
import type { TreeFile } from './write-tree.ts';

/**
 * One file an object: `kubernetes/<namespace>/<kind>-<name>.yaml`, cluster-wide ones under `_cluster`, for `kubectl` to take as
 * a whole; `aws/<kind>-<name>.yaml`, which it could not. Strings that YAML 1.1
 * readers take for booleans or numbers are quoted, or a selector `app: "on"` would silently match nothing.
 */
export function artifactTree(artifacts: readonly Artifact[]): readonly TreeFile[] {
  return artifacts.map((artifact) => (artifact.kind === 'kubernetes' ? kubernetesFile(artifact) : awsFile(artifact)));
}

const kubernetesFile = ({ object }: KubernetesArtifact): TreeFile => ({
  path: `kubernetes/${object.metadata.namespace ?? '_cluster'}/${object.kind.toLowerCase()}-${object.metadata.name}.yaml`,
  text: stringify(object, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }),
});

/** As Pulumi's YAML has it, documents in the open: they are JSON text to AWS, and nobody can review that. */
const awsFile = ({ documents, id, properties, type }: AwsArtifact): TreeFile => ({
  path: `aws/${id.split('/').slice(2).join('-').toLowerCase()}.yaml`,
  text: stringify({ type: `aws:${type}`, properties: { ...properties, ...documents } }, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }),
});
