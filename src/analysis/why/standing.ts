import type { Conditions, Facts, Node, Row } from '#algebra';
import type { IdentityRef, People } from '#ir';
import type { Destination, Peer, Request } from '#spec';
import type { Asker } from './asker.ts';
import type { Askable } from './askable.ts';

/** Whom a question is about, as the algebra takes them: which connections are theirs, and what their requests have to show for it. */
export interface Standing {
  readonly isTheirs: (row: Row) => boolean;
  readonly when: Node;
  readonly peer?: Peer;
}

/** Somebody who has a token of a group is of it; `anyone` is who shows nothing at all. */
export function standingOf({ access }: Askable, asker: Asker): Standing {
  const { policy, space: { conditions } } = access;
  const inside = conditions.not(conditions.atom({ kind: 'throughExposure' })), outside = conditions.atom({ kind: 'throughExposure' });
  switch (asker.kind) {
    case 'credentialsOf': return { isTheirs: () => false, when: inside, peer: { kind: 'credentials', of: asker.workload } };
    case 'principal': return { isTheirs: () => false, when: inside, peer: { kind: 'principal', arn: asker.arn } };
    case 'identity': {
      const { identity } = asker;
      switch (identity.kind) {
        case 'workload': return {
          isTheirs: (row) => row.kind === 'workload' && row.name === identity.name, peer: { kind: 'workload', name: identity.name },
          when: identity.actingFor === undefined ? inside : conditions.all([inside, membership(conditions, access.policy.people.find(({ name }) => name === identity.actingFor), access, identity.name)]),
        };
        case 'builtin': return { isTheirs: (row) => row.kind === 'builtin' && row.name === identity.name, when: inside, peer: { kind: 'builtin', name: identity.name } };
        case 'people': return { isTheirs: isOutside, when: conditions.all([outside, membership(conditions, policy.people.find(({ name }) => name === identity.name), access, undefined)]) };
        case 'partner': return { isTheirs: isOutside, when: conditions.all([outside, conditions.atom({ kind: 'client', partner: identity.name })]) };
        case 'anyone': {
          const reading = conditions.reading(policy.identityProviders);
          return {
            isTheirs: isOutside,
            when: conditions.all([
              outside, ...policy.identityProviders.map(({ name }) => conditions.not(conditions.atom({ kind: 'bearer', reading, provider: name }))),
              ...policy.partners.map(({ name }) => conditions.not(conditions.atom({ kind: 'client', partner: name }))),
            ]),
          };
        }
        default: return identity satisfies never;
      }
    }
    default: return asker satisfies never;
  }
}

const isOutside = ({ kind }: Row): boolean => kind === 'outside';

function membership(conditions: Conditions, people: People | undefined, { policy }: Askable['access'], through: string | undefined): Node {
  if (people === undefined) return conditions.never;
  const reading = conditions.reading(policy.identityProviders), bearer = conditions.atom({ kind: 'bearer', reading, provider: people.via });
  const trusts = (hop: string): Node => (through === undefined ? conditions.atom({ kind: 'throughExposure' }) : hop === through ? conditions.always : conditions.never);
  return people.where === undefined ? bearer : conditions.all([bearer, conditions.of(people.where, { reading, trusts })]);
}

/** Their request for something, with these facts. */
export const asking = ({ peer }: Pick<Standing, 'peer'>, facts: Facts, to: Destination): Request => ({ ...(peer === undefined ? {} : { peer }), ...facts, to });

/** Is whoever asks of this identity by being who they are, whatever else they show? */
export function isOwn(asker: Asker, identity: IdentityRef): boolean {
  if (asker.kind !== 'identity') return false;
  const { identity: own } = asker;
  switch (identity.kind) {
    case 'anyone': return own.kind === 'anyone' || own.kind === 'people' || own.kind === 'partner';
    case 'workload': return own.kind === 'workload' && own.name === identity.name && (identity.actingFor === undefined || identity.actingFor === own.actingFor);
    case 'people': case 'partner': case 'builtin': return own.kind === identity.kind && own.name === identity.name;
    case 'pods': return false;
    default: return identity satisfies never;
  }
}
