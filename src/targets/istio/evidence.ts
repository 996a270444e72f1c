import type { Feature } from '#ir';
import type { Evidence } from '../target.ts';
import { artifactId } from './emit.ts';
import type { AuthorizationPolicyPlan, CellPlan, MeshPlan, RulePlan } from './plan.ts';

/** What each object does for each grant that it serves. Denials serve no grant. */
export function* evidence({ objects }: MeshPlan): Generator<Evidence> {
  for (const object of objects) if (object.kind === 'authorizationPolicy' && object.action === 'ALLOW') yield* ofPolicy(object);
}

function* ofPolicy(policy: AuthorizationPolicyPlan): Generator<Evidence> {
  const artifact = artifactId(policy);
  for (const [index, rule] of policy.rules.entries()) {
    for (const { grant, does } of rule.serves) {
      for (const cell of does) {
        yield { grant, feature: cell.feature, does: cell.does, ...(cell.to === undefined ? {} : { to: cell.to }), artifact, field: `spec.rules[${index}].${fieldOf(rule, cell)}`, rule: saying[cell.feature] ?? authorization };
      }
    }
  }
}

/** The first field of the rule that says it. */
function fieldOf({ when, source }: RulePlan, { feature }: CellPlan): string {
  const condition = (prefix: string): string => `when[${Math.max(0, when.findIndex(({ key }) => key.startsWith(prefix)))}]`;
  const later = (prefix: string): string => { // after the issuer, which stands for the person
    const index = when.findIndex(({ key }) => key.startsWith(prefix) && key !== 'request.auth.claims[iss]');
    return `when[${Math.max(0, index)}]`;
  };
  switch (feature) {
    case 'identity.workload': case 'identity.partner': case 'transport.tls': return 'from[0].source.principals';
    case 'exposure': return source.principals !== undefined ? 'from[0].source.principals' : source.ipBlocks === undefined ? 'from[0].source.notIpBlocks' : 'from[0].source.ipBlocks';
    case 'identity.person': return condition('request.auth.claims[iss]');
    case 'condition.claim': case 'condition.mfa': case 'condition.device': return later('request.auth.claims');
    case 'condition.header': return condition('request.headers');
    case 'operation.http': case 'operation.grpc': return 'to[].operation';
    default: return 'to[].operation.ports';
  }
}

const authorization = 'a rule matches when at least one source, one operation and all conditions match (Istio, "Authorization Policy", "Rule")';
const saying: Partial<Record<Feature, string>> = {
  'identity.workload': 'the principal is taken from the peer\'s certificate (Istio, "Authorization Policy", "Source": principals)',
  'identity.person': 'a claim of a token that RequestAuthentication has verified (Istio, "Authorization Policy Conditions": request.auth.claims)',
  'identity.partner': 'the certificate ended at the gateway, whose own is seen here (Istio, "Authorization Policy", "Source": principals)',
  'operation.http': 'methods and paths, after normalisation and without the query (Istio, "Authorization Policy", "Operation")',
  'operation.grpc': 'a gRPC call is POST on its full name (Istio, "Authorization Policy", "Operation": paths)',
  port: 'the port that the proxy sees: the pod\'s, at a waypoint the Service\'s (Istio, "Authorization Policy", "Operation": ports)',
  exposure: 'the address of the connection (Istio, "Authorization Policy", "Source": ipBlocks)',
  'transport.tls': 'STRICT: the connection must be mTLS (Istio, "PeerAuthentication", "MutualTLS.Mode")',
  'condition.claim': 'text, or a list of texts (Istio, "Authorization Policy Conditions": request.auth.claims)',
  'condition.mfa': 'the claim that the provider says it with (Istio, "Authorization Policy Conditions": request.auth.claims)',
  'condition.device': 'the claim that the provider says it with (Istio, "Authorization Policy Conditions": request.auth.claims)',
  'condition.header': 'a header of a peer that has proved who it is (Istio, "Authorization Policy Conditions": request.headers)',
};
