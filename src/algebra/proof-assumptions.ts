import { isCloudApi, type Policy } from '#ir';

/** Something that the proof of an invariant relies on and no rule can see. */
export interface ProofAssumption { readonly name: string; readonly sentence: string }

/**
 * What it rests on that a policy's invariants hold; nothing where it has none. Beside these a platform's targets have
 * assumptions of their own; without a platform there is nothing yet that denies anything.
 */
export function proofAssumptions(policy: Policy, { enforced }: { /** A platform's targets were compiled and read back. */ readonly enforced: boolean }): readonly ProofAssumption[] {
  if (policy.never.length === 0) return [];
  const flows = policy.never.some(({ kind }) => kind === 'flow');
  const foreign = policy.segments.some(({ managed }) => managed === 'unmanaged') || policy.apis.some((api) => isCloudApi(api) && !api.servedBy.owned);
  return [
    ...(enforced ? [] : [{ name: 'denied-by-default', sentence: 'Whoever is granted nothing is denied, pods that nobody declared among them: a platform enforces what the policy says.' }]),
    { name: 'identities-unlent', sentence: 'Nobody lends who they are: tokens, certificates, credentials and labels are used by those alone whom they were given to.' },
    ...(flows ? [{ name: 'answers-not-followed', sentence: 'What a server answers goes back to whoever asked, and no flow follows it; workloads hand on by what they are granted, and by no other channel.' }] : []),
    ...(foreign ? [{ name: 'foreign-left-out', sentence: 'Of unmanaged segments, and of resources that are not owned, no more is proved than that no grant of this policy leads there (CS1058).' }] : []),
  ];
}
