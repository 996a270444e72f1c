import type { Feature } from '#ir';
import type { Evidence } from '../target.ts';
import { artifactId, envoyApi, gatewayApi } from './emit.ts';
import type { EdgePlan, GatewayPlan, RoutePlan, RulePlan } from './plan.ts';

/** What each object does for each grant that it serves: the first rule of each, of as many as it became. */
export function* evidence({ edges }: GatewayPlan): Generator<Evidence> {
  for (const edge of edges) {
    for (const route of edge.routes) {
      for (const [index, rule] of route.authorization.entries()) {
        for (const { features, grant } of rule.serves ?? []) for (const feature of features) yield { grant, feature, does: 'exact', ...cell(edge, route, rule, index, feature) };
      }
    }
  }
}

function cell({ listeners, name, namespace }: EdgePlan, route: RoutePlan, rule: RulePlan, index: number, feature: Feature): Pick<Evidence, 'artifact' | 'field' | 'rule'> {
  const at = listeners.findIndex(({ host }) => host === route.host);
  const security = { artifact: artifactId(envoyApi, 'SecurityPolicy', route.name, namespace) };
  const gateway = { artifact: artifactId(gatewayApi, 'Gateway', name, namespace) };
  const clients = { artifact: artifactId(envoyApi, 'ClientTrafficPolicy', listeners[at]!.policyName, namespace) };
  const rules = `spec.authorization.rules[${index}]`;
  const condition = (text: string) => ({ ...security, field: `${rules}.cel`, rule: `${text} (Envoy Gateway, "Gateway API Extensions", CELExpression; Envoy, "Attributes")` });
  switch (feature) {
    case 'identity.person': return rule.cel === undefined
      ? { ...security, field: rules, rule: 'anyone may use it, and so may they' }
      : { ...security, field: `${rules}.cel`, rule: 'a token of the provider that jwt_authn has verified, which ends and is meant for us (Envoy Gateway, "JWT Authentication")' };
    case 'identity.partner': return condition('the name in a certificate that the listener has asked for and verified');
    case 'operation.http': case 'operation.grpc': return { ...security, field: `${rules}.operation`, rule: 'method and path, after normalisation, of what goes on to the server (Envoy Gateway, "Gateway API Extensions", Operation)' };
    case 'port': return { ...gateway, field: `spec.listeners[${at}].port`, rule: 'one listener for the host, and routes to one port of one Service (Gateway API, "Gateway")' };
    case 'exposure': return { ...gateway, field: `spec.listeners[${at}].hostname`, rule: 'a name in TLS and in the request, and routes of this namespace alone (Gateway API, "Gateway")' };
    case 'transport.tls': return { ...clients, field: 'spec.tls.minVersion', rule: 'the lowest version that a client may agree on (Envoy Gateway, "Client Traffic Policy")' };
    case 'transport.lifetime': return { ...clients, field: 'spec.connection.connectionLimit', rule: 'connections are drained and streams are cut when it has passed (Envoy Gateway, "Client Traffic Policy")' };
    case 'condition.from': return { ...security, field: `${rules}.principal.clientCIDRs`, rule: 'the address that the listener detects (Envoy Gateway, "IP Allowlist/Denylist")' };
    case 'condition.during': return condition('the time of the request, in the time zone that is named');
    default: return condition('what the verified token says; an error is no match');
  }
}
