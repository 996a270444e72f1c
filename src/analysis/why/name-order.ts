import type { AnswerGrant } from '#ir';

/** By who, then by what, in code units; what is derived comes last. */
export function inNameOrder(grants: readonly AnswerGrant[]): readonly AnswerGrant[] {
  const keyed = grants.map((grant) => ({ grant, key: [grant.kind === 'derived' ? 1 : 0, grant.who, grant.operation, grant.offer?.line ?? 0].join('\0') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ grant }) => grant);
}
