import type { PolicyStatement } from '../../target.ts';
import { denial, inOrder, onlyTo, sidOf, unless } from './owned-statement.ts';

/** The only ones that may do an action, of all who are known by name. */
export interface Circle {
  readonly action: string;
  readonly principals: readonly string[];
  /** It tells of the resource and not of what is in it: administrators are in the circle. */
  readonly describes: boolean;
}
/**
 * `exact`: every action is denied to everybody outside its own circle. `rough`: to everybody outside all circles, those that
 * describe apart. That leaves to a role of ours what another role of ours may do here, and its own policies, which are ours
 * and hold no more than its own grants, still refuse it: the two sides together admit the same. Its boundary may be wider
 * than its grants, and is not counted on. Nobody else gains anything, administrators included.
 */
export type Precision = 'exact' | 'rough';

/** Denials of actions to all who are outside their circles; in the order of the actions, the same for any order of the circles. */
export function denialsToOthers(circles: readonly Circle[], resource: readonly string[], precision: Precision, where = ''): readonly PolicyStatement[] {
  const groups = precision === 'exact' ? groupsOf(circles) : groupsOf(roughly(circles));
  const one = groups.map((group) => toOthers(group, resource, where)), other = byDifference(groups, resource, where);
  return lengthOf(other) < lengthOf(one) ? other : one;
}

/** Every circle as wide as all of its kind together. */
function roughly(circles: readonly Circle[]): readonly Circle[] {
  const all = (kind: boolean): readonly string[] => circles.filter(({ describes }) => describes === kind).flatMap(({ principals }) => principals);
  const of = { describing: all(true), others: all(false) };
  return circles.map((circle) => ({ ...circle, principals: circle.describes ? of.describing : of.others }));
}

interface Group { readonly actions: readonly string[]; readonly principals: readonly string[] }

/** Actions that have the same circle. */
function groupsOf(circles: readonly Circle[]): readonly Group[] {
  const found = new Map<string, { readonly actions: string[]; readonly principals: readonly string[] }>();
  for (const { action, principals } of [...circles].sort((a, b) => (a.action < b.action ? -1 : a.action > b.action ? 1 : 0))) {
    const sorted = inOrder(principals), key = sorted.join(' '), group = found.get(key);
    if (group === undefined) found.set(key, { actions: [action], principals: sorted }); else group.actions.push(action);
  }
  return [...found.values()];
}

function toOthers({ actions, principals }: Group, resource: readonly string[], where: string): PolicyStatement {
  return principals.length === 0
    ? denial(`Deny${sidOf(actions)}${where}ToAll`, { actions, resource })
    : denial(`Deny${sidOf(actions)}${where}ToOthers`, { actions, resource, when: unless(principals) });
}

/**
 * The same in other words, shorter where circles are large and much alike: all of it is denied to whoever is in no circle, and each
 * action to those who are in some circle and not in its own. Who is in the circle is met by neither; who is in another by
 * the second; everybody else by the first.
 */
function byDifference(groups: readonly Group[], resource: readonly string[], where: string): readonly PolicyStatement[] {
  const some = groups.filter(({ principals }) => principals.length > 0), none = groups.filter(({ principals }) => principals.length === 0);
  const everybody = inOrder(some.flatMap(({ principals }) => principals));
  const actions = some.flatMap((group) => group.actions);
  if (actions.length === 0) return groups.map((group) => toOthers(group, resource, where));
  return [
    toOthers({ actions, principals: everybody }, resource, where),
    ...some.flatMap((group) => {
      const inside = new Set(group.principals), rest = everybody.filter((principal) => !inside.has(principal));
      return rest.length === 0 ? [] : [denial(`Deny${sidOf(group.actions)}${where}ToTheRest`, { actions: group.actions, resource, when: onlyTo(rest) })];
    }),
    ...none.map((group) => toOthers(group, resource, where)),
  ];
}

const lengthOf = (statements: readonly PolicyStatement[]): number => JSON.stringify(statements).length;
