import type { Evidence } from '../target.ts';
import type { NetworkPlan } from './plan.ts';

/** What each NetworkPolicy does for each grant that it serves. */
export function* evidence({ objects }: NetworkPlan): Generator<Evidence> {
  for (const { grants, name, namespace } of objects) {
    for (const grant of grants) {
      yield { grant, feature: 'port', does: 'exact', artifact: `networking.k8s.io/v1/NetworkPolicy/${namespace}/${name}`, field: 'spec.ingress[].ports', rule: 'a rule admits the listed ports of the pod (Kubernetes API reference, "NetworkPolicyIngressRule")' };
    }
  }
}
