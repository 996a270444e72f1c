import { compile, type Compiled } from '#compile';
import type { Declared } from '#diagnostics';
import type { Platform } from '#ir';
import { isKubernetes } from '#targets';
import meshFree from '../../../stacks/online-boutique/platform.mesh-free.ts';
import sidecars from '../../../stacks/online-boutique/platform.ts';
import declared from '../../../stacks/online-boutique/policy.ts';
import { asOf } from './checked-estate.ts';

export { meshFree, sidecars };

/** The estate on a platform: as it is deployed, on Calico with a sidecar in every pod, unless another one is given. */
export function compiledEstate(platform: Declared<Platform> = sidecars): Compiled {
  const result = compile({ policy: declared, platform, asOf });
  if (!result.ok) throw new Error(`the estate does not compile: ${JSON.stringify(result.diagnostics, null, 2)}`);
  return result.value;
}

/** Its NetworkPolicies, as they are applied. */
export const emittedPolicies = (platform?: Declared<Platform>): readonly object[] =>
  compiledEstate(platform).artifacts.filter(isKubernetes).map(({ object }) => object).filter(({ kind }) => kind === 'NetworkPolicy');
