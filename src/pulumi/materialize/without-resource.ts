import { diagnose, type Diagnostic } from '#diagnostics';
import type { Artifact } from '#targets';
import { isAwsType } from './aws.ts';
import { isKubernetesKind, kindOf } from './kubernetes.ts';

/** What could not become a resource, said once for each kind. Asked before anything is registered. */
export function withoutResource(artifacts: readonly Artifact[]): readonly Diagnostic[] {
  const strange = new Map(artifacts.filter((artifact) => !isKnown(artifact)).reverse().map((artifact) => [nameOf(artifact), artifact.id]));
  return [...strange].map(([kind, id]) => diagnose('CS5030', {
    message: `a target emitted \`${id}\`, and no Pulumi resource is known for the kind \`${kind}\``,
    help: 'apply what `countersign compile` writes instead, and report it',
  }));
}

function isKnown(artifact: Artifact): boolean {
  switch (artifact.kind) {
    case 'kubernetes': return isKubernetesKind(artifact);
    case 'aws': return isAwsType(artifact.type);
    default: return artifact satisfies never;
  }
}

function nameOf(artifact: Artifact): string {
  switch (artifact.kind) {
    case 'kubernetes': return kindOf(artifact);
    case 'aws': return artifact.type;
    default: return artifact satisfies never;
  }
}
