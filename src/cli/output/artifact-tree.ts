import { stringify } from 'yaml';
import type { Artifact } from '#targets';
import type { TreeFile } from './write-tree.ts';

/**
 * One file an object: `<namespace>/<kind>-<name>.yaml`, cluster-wide ones under `_cluster`. Strings that YAML 1.1
 * readers take for booleans or numbers are quoted, or a selector `app: "on"` would silently match nothing.
 */
export function artifactTree(artifacts: readonly Artifact[]): readonly TreeFile[] {
  return artifacts.map(({ object }) => ({
    path: `${object.metadata.namespace ?? '_cluster'}/${object.kind.toLowerCase()}-${object.metadata.name}.yaml`,
    text: stringify(object, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }),
  }));
}
