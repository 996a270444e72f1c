import type { Platform } from '#ir';
import type { Hop } from '#spec';
import { isKubernetes, type Artifact } from '#targets/target';

/**
 * The objects that a hop can depend on, as far as can be told from where they are: those of the namespaces at its ends, of
 * the mesh and of the gateways, and of no namespace; of AWS, those of the grants in question and of the roles and resources that these
 * are about. A guess that saves work: whoever uses it compares what it gives with what the whole gives.
 */
export function concerning(artifacts: readonly Artifact[], platform: Platform, hop: Hop, about: ReadonlySet<string>): readonly Artifact[] {
  const namespaces = new Set([hop.from.namespace, hop.to.namespace, platform.mesh?.namespace, ...(hop.enforcer === 'gateway' ? platform.gateways.map(({ namespace }) => namespace) : [])]);
  const owners = new Set<string>();
  for (const artifact of artifacts) if (!isKubernetes(artifact) && artifact.grants.some((grant) => about.has(grant))) owners.add(ownerOf(artifact));
  return artifacts.filter((artifact) => {
    if (!isKubernetes(artifact)) return owners.size === 0 || owners.has(ownerOf(artifact)) || owners.has(ownerOf(artifact).replace(/-boundary$/, ''));
    const { namespace } = artifact.object.metadata;
    return namespace === undefined || namespaces.has(namespace);
  });
}

/** `retail-orders` of `aws/iam/RolePolicy/retail-orders/grants`. */
const ownerOf = ({ id }: Artifact): string => id.split('/')[3] ?? id;
