import type { AccessGrant, Facts, Node } from '#algebra';
import type { Destination } from '#spec';
import { answerGrant } from './answer-grant.ts';
import type { Askable } from './askable.ts';
import type { Asker } from './asker.ts';
import { carriersOf } from './carriers.ts';
import { standingOf, type Standing } from './standing.ts';

/** A grant that somebody can use, with some facts. */
export interface Usable {
  readonly grant: AccessGrant;
  readonly wholePort: boolean;
  /** What holds of their requests by it. */
  readonly when: Node;
  /** With whatever facts, as long as it lasts. */
  readonly always: boolean;
  /** The smallest facts. */
  readonly facts: Facts;
}

/** By which grants somebody can get something, from an instant on: those that need nothing more first, then in the order of the policy. */
export function usableOn(askable: Askable, asker: Asker, to: Destination): readonly Usable[] {
  const standing = standingOf(askable, asker), found: Usable[] = [];
  for (const { api, operation, wholePort } of carriersOf(askable.policy, to)) {
    for (const grant of askable.access.grantsOn(api.name, operation.name)) {
      const usable = usableBy(askable, standing, grant, wholePort);
      if (usable !== undefined) found.push(usable);
    }
  }
  return [...found.filter(({ always }) => always), ...found.filter(({ always }) => !always)];
}

/** All that somebody can use, in the order of the policy. */
export function usableOf(askable: Askable, asker: Asker): readonly AccessGrant[] {
  const standing = standingOf(askable, asker), { access, from } = askable, { conditions } = access.space;
  return access.space.rows.filter(standing.isTheirs).flatMap((row) => access.grantsOf(row)).filter(({ when }) => conditions.isPossible(conditions.all([standing.when, when]), from));
}

function usableBy(askable: Askable, { isTheirs, when: theirs }: Standing, grant: AccessGrant, wholePort: boolean): Usable | undefined {
  const { access: { space: { conditions } }, from } = askable;
  if (!grant.rows.some(isTheirs)) return undefined;
  const when = conditions.all([theirs, grant.when]), facts = conditions.satisfy(when, from);
  if (facts === undefined) return undefined;
  const { until } = answerGrant(askable, grant);
  const lasting = until === undefined ? theirs : conditions.all([theirs, conditions.atom({ kind: 'before', instant: Date.parse(`${until}T00:00:00Z`) + 86_400_000 })]);
  return { grant, wholePort, when, facts, always: conditions.implies(lasting, grant.when, from) };
}
