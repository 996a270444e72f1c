import { compile, type Compiled } from '#compile';
import platform from '../../../stacks/retail-store/platform.ts';
import declared from '../../../stacks/retail-store/policy.ts';
import { asOf } from './checked-estate.ts';

/** The estate as it is deployed: EKS with Cilium, Istio ambient and Envoy Gateway. */
export function compiledEstate(): Compiled {
  const result = compile({ policy: declared, platform, asOf });
  if (!result.ok) throw new Error(`the estate does not compile: ${JSON.stringify(result.diagnostics, null, 2)}`);
  return result.value;
}
