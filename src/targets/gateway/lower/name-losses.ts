import { diagnose, type Diagnostic } from '#diagnostics';
import type { GatewayPlan } from '../plan.ts';
import type { Edge } from './exposures.ts';

/** CS3216: names are hashed where they are shortened; two that meet all the same would overwrite each other. */
export function namesThatMeet({ bundles, certificates, edges }: GatewayPlan, given: readonly Edge[]): readonly Diagnostic[] {
  const taken = new Map<string, string>();
  const found: Diagnostic[] = [];
  const claim = (kind: string, namespace: string, name: string, who: string, pointer: string): void => {
    const key = `${kind} ${namespace}/${name}`;
    const other = taken.get(key);
    taken.set(key, who);
    if (other !== undefined) found.push(diagnose('CS3216', { message: `two objects of kind ${kind} would both be named \`${namespace}/${name}\`: for ${other} and for ${who}`, pointer, help: 'rename one of them' }));
  };
  for (const [index, { backends, listeners, name, namespace, references, routes }] of edges.entries()) {
    const { gateway, pointer } = given[index]!;
    const who = `the gateway \`${gateway.name}\``;
    claim('GatewayClass', '', name, who, pointer);
    claim('Gateway', namespace, name, who, pointer);
    for (const { host, policyName } of listeners) claim('ClientTrafficPolicy', namespace, policyName, `${host} at ${who}`, pointer);
    for (const [kind, plain] of [['SecurityPolicy', name], ['BackendTrafficPolicy', name]] as const) claim(kind, namespace, plain, who, pointer);
    for (const route of routes) {
      claim(route.kind, namespace, route.name, route.purpose, pointer);
      claim('SecurityPolicy', namespace, route.name, route.purpose, pointer);
    }
    for (const { backend, name: policy } of backends) claim('BackendTLSPolicy', backend.namespace, policy, who, pointer);
    for (const reference of references) claim('ReferenceGrant', reference.namespace, reference.name, who, pointer);
  }
  for (const { name, namespace, purpose } of certificates) claim('Certificate', namespace, name, purpose, given[0]?.pointer ?? '');
  for (const { name } of bundles) claim('Bundle', '', name, 'a bundle', given[0]?.pointer ?? '');
  return found;
}
