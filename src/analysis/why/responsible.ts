import type { Platform } from '#ir';
import type { Decider, Hop, Verdict } from '#spec';
import type { Artifact } from '#targets/target';
import type { Emitted } from '../verify/enforcement.ts';
import { minimal } from './minimal.ts';
import { concerning } from './concerning.ts';

/** Which objects make a target let a hop pass, or stop it. Told by what it makes of other sets of objects, and by nothing else. */
export interface Responsible {
  readonly verdict: Verdict;
  /**
   * Of a denial: the fewest objects that make one, when they are added to `given`; none can be spared. None at all: it
   * is denied without any. Of an allow: those each of which it is denied without, or, where several do the same, the fewest
   * that it is denied without together. None at all: whatever is taken away, it is not denied.
   */
  readonly objects: readonly Artifact[];
  /** The objects beside them that the target was asked with. */
  readonly given: readonly Artifact[];
}

/** Those that are about these grants are named rather than others that do the same, and what was made for a grant rather than what denies by default. */
export function responsible({ artifacts, target }: Emitted, platform: Platform, hop: Hop, about: ReadonlySet<string>): Responsible {
  const asked = new Map<readonly Artifact[], Verdict>();
  const judge = (part: readonly Artifact[]): Verdict => {
    const before = asked.get(part);
    if (before !== undefined) return before;
    const decide: Decider = target.interpret(part, platform), verdict = decide(hop);
    asked.set(part, verdict);
    return verdict;
  };
  const near = concerning(artifacts, platform, hop, about);
  const verdict = judge(artifacts), all = judge(near) === verdict ? near : artifacts;
  const ranked = [...all].sort((a, b) => rank(a, about) - rank(b, about));
  return { verdict, ...(verdict === 'deny' ? denying(ranked, judge) : verdict === 'abstain' ? { objects: [], given: all } : passing(ranked, about, judge)) };
}

const rank = ({ grants }: Artifact, about: ReadonlySet<string>): number => (grants.some((grant) => about.has(grant)) ? 0 : grants.length > 0 ? 1 : 2);

type Found = Pick<Responsible, 'objects' | 'given'>;
type Judge = (part: readonly Artifact[]) => Verdict;

/**
 * Some objects open the way at all, as a listener or a route does; others restrict it. What restricts is of a few kinds: those
 * kinds are taken away, as few of them as it takes for the denial to go, and of their objects the fewest are put back.
 */
function denying(all: readonly Artifact[], judge: Judge): Found {
  for (const kinds of combinations([...new Set(all.map(kindOf))])) {
    const given = all.filter((artifact) => !kinds.includes(kindOf(artifact)));
    if (judge(given) === 'deny') continue;
    const restricting = all.filter((artifact) => kinds.includes(kindOf(artifact)));
    const denies = (part: readonly Artifact[]): boolean => judge([...given, ...part]) === 'deny';
    const alone = restricting.find((artifact) => denies([artifact]));
    return { objects: alone === undefined ? minimal(restricting, denies) : [alone], given };
  }
  return { objects: [], given: all };
}

function passing(all: readonly Artifact[], about: ReadonlySet<string>, judge: Judge): Found {
  const denied = (gone: ReadonlySet<Artifact>): boolean => judge(all.filter((artifact) => !gone.has(artifact))) === 'deny';
  const ofGrants = all.filter((artifact) => artifact.grants.some((grant) => about.has(grant)));
  for (const candidates of [ofGrants, all.filter(({ grants }) => grants.length > 0), all]) {
    const alone = candidates.filter((artifact) => denied(new Set([artifact])));
    if (alone.length > 0) return { objects: alone, given: all.filter((artifact) => !alone.includes(artifact)) };
    if (!denied(new Set(candidates))) continue;
    const together = minimal(candidates, (part) => denied(new Set(part)));
    return { objects: together, given: all.filter((artifact) => !together.includes(artifact)) };
  }
  return { objects: [], given: all };
}

/** `networking.k8s.io/v1/NetworkPolicy`, `aws/iam/RolePolicy`. */
export function kindOf({ id }: Pick<Artifact, 'id'>): string {
  const parts = id.split('/');
  return parts.slice(0, parts.findIndex((part, index) => index > 0 && /^[A-Z]/.test(part)) + 1).join('/');
}

/** Of one, then of two, then of three of them; then all. More kinds than three never restrict the same thing. */
function* combinations(kinds: readonly string[]): Generator<readonly string[]> {
  for (const first of kinds) yield [first];
  for (const [index, first] of kinds.entries()) for (const second of kinds.slice(index + 1)) yield [first, second];
  for (const [index, first] of kinds.entries()) for (const [next, second] of kinds.slice(index + 1).entries()) for (const third of kinds.slice(index + next + 2)) yield [first, second, third];
  yield kinds;
}
