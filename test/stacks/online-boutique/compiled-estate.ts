import { compile, type Compiled } from '#compile';
import calico from '../../../stacks/online-boutique/platform.ts';
import declared from '../../../stacks/online-boutique/policy.ts';
import { asOf } from './checked-estate.ts';

/** The estate as it is deployed: on Calico, with what `acceptances.ts` accepts. Other platforms get the same objects. */
export function compiledEstate(): Compiled {
  const result = compile({ policy: declared, platform: calico, asOf });
  if (!result.ok) throw new Error(`the estate does not compile: ${JSON.stringify(result.diagnostics, null, 2)}`);
  return result.value;
}

/** Its NetworkPolicies, as they are applied. */
export const emittedPolicies = (): readonly object[] => compiledEstate().artifacts.map(({ object }) => object);
