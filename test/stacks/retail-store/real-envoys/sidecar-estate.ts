import { compile, type Compiled } from '#compile';
import { cilium, eks, istioSidecar } from 'countersign';
import { facts } from '../../../../stacks/retail-store/facts.ts';
import declared from '../../../../stacks/retail-store/policy.ts';
import { asOf } from '../checked-estate.ts';

/** The same policy where every pod has a sidecar. */
export function sidecarEstate(): Compiled {
  const mesh = istioSidecar({ trustDomain: 'retail.example.com', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.3' });
  const result = compile({ policy: declared, platform: eks({ clusterName: 'retail', cni: cilium({ policyCidrMatchMode: 'nodes' }), ...facts, mesh }), asOf });
  if (!result.ok) throw new Error(`the estate does not compile: ${JSON.stringify(result.diagnostics, null, 2)}`);
  return result.value;
}
