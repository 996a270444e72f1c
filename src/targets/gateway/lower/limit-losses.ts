import { diagnose, type Diagnostic } from '#diagnostics';
import type { Policy } from '#ir';
import type { EdgePlan, RoutePlan } from '../plan.ts';
import type { Edge } from './exposures.ts';

/** Envoy Gateway, "Gateway API Extensions": `JWTProvider`, `JWT`, `PathMatch`; Gateway API, `GatewaySpec`, `HTTPPathMatch`, `GRPCMethodMatch`. */
const limits = { audiences: 8, providers: 16, text: 253, path: 1024, listeners: 64, stripped: 64 } as const;

/** CS3209: what is more, or longer, than the objects' own schemas take. */
export function limitLosses(policy: Policy, edges: readonly Edge[], plans: readonly EdgePlan[]): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const used = new Set(plans.flatMap(({ routes }) => routes.flatMap(({ providers }) => providers.map(({ name }) => name))));
  const lose = (message: string, pointer: string, help: string): void => { found.push(diagnose('CS3209', { message, pointer, help })); };
  for (const [index, { audiences, issuer, jwksUri, name }] of policy.identityProviders.entries()) {
    if (!used.has(name)) continue;
    const pointer = `/identityProviders/${index}`;
    if (audiences.length > limits.audiences) lose(`\`${name}\` has ${audiences.length} audiences, and Envoy Gateway takes ${limits.audiences}`, `${pointer}/audiences`, 'declare another provider for some of them');
    if (issuer.length > limits.text) lose(`the issuer of \`${name}\` has ${issuer.length} characters, and Envoy Gateway takes ${limits.text}`, `${pointer}/issuer`, 'use a shorter one');
    if (jwksUri.length > limits.text) lose(`the address of the keys of \`${name}\` has ${jwksUri.length} characters, and Envoy Gateway takes ${limits.text}`, `${pointer}/jwksUri`, 'use a shorter one');
  }
  for (const [index, { listeners, routes }] of plans.entries()) {
    const { exposed, gateway, pointer } = edges[index]!;
    if (listeners.length > limits.listeners) lose(`${listeners.length} hosts are exposed at the gateway \`${gateway.name}\`, and a Gateway takes ${limits.listeners}`, pointer, 'declare a second gateway for some of them');
    if (listeners.some(({ stripped }) => stripped.length > limits.stripped)) lose(`the gateway \`${gateway.name}\` would have to remove more than ${limits.stripped} headers`, pointer, 'let conditions believe fewer headers');
    const pointers = new Map(exposed.map((one) => [one.api.name, one.pointer]));
    for (const route of routes) {
      const at = pointers.get(route.api)!;
      if (route.providers.length > limits.providers) lose(`people of ${route.providers.length} identity providers use \`${route.api}\`, and a route takes ${limits.providers}`, at, 'divide the API');
      const long = tooLong(route);
      if (long !== undefined) lose(`an operation of \`${route.api}\` is matched by an expression of ${long} characters, and Envoy Gateway takes ${limits.path}`, at, 'give the template fewer parameters');
    }
  }
  return found;
}

function tooLong({ authorization, rules }: RoutePlan): number | undefined {
  const lengths = [...authorization.map(({ path }) => path.length), ...rules.flat().map((match) => (match.kind === 'http' ? match.path.value.length : Math.max(match.service.length, match.method.length)))];
  return lengths.find((length) => length > limits.path);
}
