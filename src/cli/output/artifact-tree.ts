import { stringify } from 'yaml';
import { digest } from '#ir';
import type { Artifact, AwsArtifact, KubernetesArtifact } from '#targets';
import type { TreeFile } from './write-tree.ts';

/**
 * One file an object: `kubernetes/<namespace>/<kind>-<name>.yaml`, cluster-wide ones under `_cluster`, for `kubectl` to take as
 * a whole; `aws/<kind>-<name>.yaml`, which it could not. Strings that YAML 1.1
 * readers take for booleans or numbers are quoted, or a selector `app: "on"` would silently match nothing.
 */
export function artifactTree(artifacts: readonly Artifact[]): readonly TreeFile[] {
  const counts = new Map<string, number>();
  for (const artifact of artifacts) if (artifact.kind === 'aws') counts.set(awsName(artifact), (counts.get(awsName(artifact)) ?? 0) + 1);
  return artifacts.map((artifact) => (artifact.kind === 'kubernetes' ? kubernetesFile(artifact) : awsFile(artifact, counts.get(awsName(artifact))! > 1)));
}

const kubernetesFile = ({ object }: KubernetesArtifact): TreeFile => ({
  path: `kubernetes/${object.metadata.namespace ?? '_cluster'}/${object.kind.toLowerCase()}-${object.metadata.name}.yaml`,
  text: stringify(object, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }),
});

/** As Pulumi's YAML has it, documents in the open: they are JSON text to AWS, and nobody can review that. */
const awsFile = ({ documents, id, properties, type }: AwsArtifact, shared: boolean): TreeFile => ({
  path: `aws/${fileName(id, shared)}.yaml`,
  text: stringify({ type: `aws:${type}`, properties: { ...properties, ...documents } }, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }),
});

/** What it is called in AWS, in lower case: some file systems tell no upper from it. APIs that are `Orders` and `orders` meet here. */
const awsName = ({ id }: Pick<AwsArtifact, 'id'>): string => id.split('/').slice(2).join('-').toLowerCase();

/** Characters of a name before its ending; file systems take 255 bytes with it. */
const longestName = 200;
function fileName(id: string, shared: boolean): string {
  const name = awsName({ id });
  return !shared && Buffer.byteLength(name) <= longestName ? name : `${name.slice(0, longestName / 4)}-${digest(id).slice('sha256:'.length, 'sha256:'.length + 8)}`;
}
