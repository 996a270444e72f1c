import type { AnswerObject, AnswerStep, Policy } from '#ir';
import { crossing, type Hop, type Request } from '#spec';
import type { Evidence } from '#targets/target';
import type { Enforced } from './askable.ts';
import { absenceText, denialText } from './denial-text.ts';
import { endsOf } from './ends.ts';
import { lacking } from './lacking.ts';
import { responsible } from './responsible.ts';

/**
 * Every enforcer on the way that a request is meant to take, in order: whether it lets it pass, and the objects that make
 * it so. `about`: the grants in question. `admitted`: requests that are allowed there, for what this one lacks.
 */
export function waySteps(policy: Policy, { emitted, platform, reported }: Enforced, request: Request, about: ReadonlySet<string>, admitted: readonly Request[]): readonly AnswerStep[] {
  const assumptions = emitted.flatMap(({ target }) => target.assumptions);
  const fields = evidenceOf(reported, about);
  return crossing(policy, platform, request).intended.flatMap((hop): readonly AnswerStep[] => {
    const ends = endsOf(policy, platform, hop), assumed = assumptions.find(({ covers }) => covers(hop));
    const step = { plane: hop.enforcer, at: ends.at };
    if (assumed !== undefined) return [{ ...step, does: 'notAsked', by: [], says: `assumed: ${assumed.sentence}` }];
    const judged = emitted.map((one) => ({ one, found: responsible(one, platform, hop, about) })).filter(({ found }) => found.verdict !== 'abstain');
    if (judged.length === 0) return [{ ...step, does: 'notAsked', by: [], says: 'nobody looks here' }];
    return judged.map(({ found, one }): AnswerStep => {
      const target = one.target.id;
      if (found.verdict !== 'deny') {
        const by = found.objects.map(({ id }): AnswerObject => { const field = fields.get(id); return { artifact: id, ...(field === undefined ? {} : { field }) }; });
        return { ...step, target, does: found.verdict === 'unknown' ? 'mayStop' : 'passes', by, ...(by.length > 0 ? {} : { says: passesFreely(hop) }) };
      }
      const lacks = lacking(policy, platform, one, hop, admitted);
      if (found.objects.length === 0) return { ...step, target, does: 'stops', by: [], says: absenceText(hop) };
      return { ...step, target, does: 'stops', by: found.objects.map((artifact) => ({ artifact: artifact.id, says: denialText(artifact, hop, ends, lacks) })) };
    });
  });
}

const passesFreely = ({ enforcer }: Hop): string => (enforcer === 'network' ? 'no object restricts it' : 'no object of this policy restricts it');

/** By object, the field that knows who or what a grant is for. */
function evidenceOf(reported: Enforced['reported'], about: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, { readonly field: string; readonly rank: number }>();
  for (const { evidence } of reported) {
    for (const one of evidence()) {
      if (!about.has(one.grant)) continue;
      const before = found.get(one.artifact), rank = rankOf(one);
      if (before === undefined || rank < before.rank) found.set(one.artifact, { field: one.field, rank });
    }
  }
  return new Map([...found].map(([artifact, { field }]) => [artifact, field]));
}

const rankOf = ({ feature }: Evidence): number => (feature.startsWith('identity.') ? 0 : feature.startsWith('operation.') ? 1 : 2);

