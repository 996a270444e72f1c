import type { Gateway, GrantRef, ObjectRef } from '#ir';
import { policyName } from '../../object-name.ts';
import type { ListenerPlan, ReferencePlan, RoutePlan } from '../plan.ts';
import { compare } from '../../compare.ts';

export const gatewayGroup = 'gateway.networking.k8s.io';
export const envoyGroup = 'gateway.envoyproxy.io';
/** Gateway API, `ReferenceGrantSpec`: `to` has at most 16 entries. */
const maxReferents = 16;

interface Reference { readonly from: { readonly group: string; readonly kind: string }; readonly to: ObjectRef | { readonly kind: 'Service'; readonly namespace: string; readonly name: string }; readonly grants: readonly GrantRef[] }

/**
 * What the objects of a gateway refer to in other namespaces, which those have to permit (Gateway API, "ReferenceGrant"):
 * by name, never a whole kind. One object for each namespace and kind of object.
 */
export function referencesOf({ certificate, name, namespace }: Gateway, listeners: readonly ListenerPlan[], routes: readonly RoutePlan[], elsewhere: (namespace: string) => boolean): readonly ReferencePlan[] {
  const references: readonly Reference[] = [
    { from: { group: gatewayGroup, kind: 'Gateway' }, to: certificate, grants: [] },
    ...listeners.flatMap(({ clients, grants }): readonly Reference[] => (clients === undefined ? [] : [{ from: { group: envoyGroup, kind: 'ClientTrafficPolicy' }, to: clients.caBundle, grants }])),
    ...routes.map(({ backend, grants, kind }): Reference => ({ from: { group: gatewayGroup, kind }, to: { kind: 'Service', namespace: backend.namespace, name: backend.service }, grants })),
  ];
  const grouped = new Map<string, Reference[]>();
  for (const reference of references) {
    if (reference.to.namespace === namespace || !elsewhere(reference.to.namespace)) continue;
    const key = `${reference.to.namespace} ${reference.to.kind} ${reference.from.group}`;
    const list = grouped.get(key);
    if (list === undefined) grouped.set(key, [reference]); else list.push(reference);
  }
  return [...grouped].sort(([a], [b]) => compare(a, b)).flatMap(([, all]): readonly ReferencePlan[] => {
    const { from, to } = all[0]!;
    const names = [...new Set(all.map((each) => each.to.name))].sort();
    return Array.from({ length: Math.ceil(names.length / maxReferents) }, (_, part) => {
      const here = names.slice(part * maxReferents, (part + 1) * maxReferents);
      const meant = all.filter((each) => here.includes(each.to.name));
      return {
        name: policyName([name, `${to.kind.toLowerCase()}s`, ...(from.group === envoyGroup ? ['authorities'] : []), ...(part === 0 ? [] : [`${part + 1}`])].join('.')),
        namespace: to.namespace, from: { group: from.group, kinds: [...new Set(meant.map((each) => each.from.kind))].sort(), namespace },
        to: { kind: to.kind, names: here }, grants: [...new Set(meant.flatMap(({ grants }) => grants))].sort(),
      };
    });
  });
}
