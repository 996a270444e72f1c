import { actionsOf, cloudServiceFacts } from '#ir';
import type { PolicyDocument, PolicyStatement } from '../../target.ts';
import { denialsToOthers, type Circle, type Precision } from './owned-denials.ts';
import type { OwnableService } from './owned-limits.ts';
import type { Held, OwnedResource } from './owned-resource.ts';
import { allowance, denial, inOrder, unless } from './owned-statement.ts';

/** What a policy needs of every service alike, with what is particular to the service between. */
export function policyOf(resource: OwnedResource, scope: Scope, particular: readonly PolicyStatement[]): PolicyDocument {
  const { administrators, api: { servedBy: { service } }, segment } = resource;
  const { breakGlass, deployer } = administrators;
  const administered = { actions: cloudServiceFacts[service].management, resource: scope.own };
  return { Version: '2012-10-17', Statement: [
    allowance('AllowDeployerToManage', deployer, administered),
    allowance('AllowBreakGlassToManage', breakGlass, administered), // a role's session shows no second factor: see `break-glass-guarded`
    denial('DenyInsecureTransport', { actions: scope.all, resource: scope.whole, when: { Bool: { 'aws:SecureTransport': ['false'] } } }),
    ...(segment?.requires.transport?.tls === '1.3' && service === 's3' ? [denial('DenyTlsBelow13', { actions: scope.all, resource: scope.whole, when: { NumericLessThan: { 's3:TlsVersion': ['1.3'] } } })] : []),
    ...particular,
    denial('DenyManagementToOthers', { ...scope.management, resource: scope.own, when: unless([breakGlass, deployer]) }),
  ] };
}

/** How a service's policy names what it is about. */
export interface Scope {
  /** The resource itself, and it with everything in it. */
  readonly own: readonly string[];
  readonly whole: readonly string[];
  /** Every action. */
  readonly all: readonly string[];
  /** Every action that no verb has. */
  readonly management: { readonly actions: readonly string[] } | { readonly exceptActions: readonly string[] };
}
export const scopeOf = (service: OwnableService, own: readonly string[], whole = own): Scope => ({ own, whole, all: [`${service}:*`], management: { exceptActions: actionsOf(service) } });

/** Who alone may do each of these actions, or those of them that the rights in question are about. */
export function circlesOf({ administrators: { breakGlass, deployer }, api, held }: OwnedResource, actions: readonly string[], about: (held: Held) => boolean = () => true): readonly Circle[] {
  const { management } = cloudServiceFacts[api.servedBy.service];
  return actions.map((action) => {
    const describes = management.includes(action);
    return { action, describes, principals: inOrder([...held.filter((one) => one.action === action && about(one)).map(({ role }) => role), ...(describes ? [breakGlass, deployer] : [])]) };
  });
}

/** A queue, a topic, a secret: one thing, and every action is about all of it. */
export const wholePolicyOf = (resource: OwnedResource, scope: Scope, precision: Precision, particular: readonly PolicyStatement[] = []): PolicyDocument =>
  policyOf(resource, scope, [...denialsToOthers(circlesOf(resource, actionsOf(resource.api.servedBy.service)), scope.own, precision), ...particular]);
