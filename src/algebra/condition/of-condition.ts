import type { Condition } from '#ir';
import type { Conditions, Node, Standing } from './conditions.ts';

/** A condition of the language, as a node. */
export function ofCondition(conditions: Pick<Conditions, 'all' | 'always' | 'any' | 'atom'>, condition: Condition, standing: Standing): Node {
  const { all, always, any, atom } = conditions, { reading } = standing;
  const of = (part: Condition): Node => ofCondition(conditions, part, standing);
  switch (condition.kind) {
    case 'all': return all(condition.of.map(of));
    case 'any': return any(condition.of.map(of));
    case 'claim': return atom({ kind: 'claim', reading, claim: condition.claim, anyOf: condition.anyOf });
    case 'mfa': {
      const strong = atom({ kind: 'mfa', reading });
      return condition.within === undefined ? strong : all([strong, atom({ kind: 'authenticatedWithin', reading, seconds: condition.within })]);
    }
    case 'authenticatedWithin': case 'maxTokenAge': return atom({ kind: condition.kind, reading, seconds: condition.seconds });
    case 'device': return atom({ kind: 'device', reading, anyOf: condition.anyOf });
    case 'from': return standing.throughService === true ? always : atom({ kind: 'from', cidrs: condition.cidrs });
    case 'during': return atom(condition);
    case 'risk': return atom({ kind: 'risk', below: condition.below });
    case 'header': return all([standing.trusts(condition.trustedHop), atom({ kind: 'header', name: condition.name, anyOf: condition.anyOf })]);
    default: return condition satisfies never;
  }
}
