import { grants, identityName, identityText, type IdentityRef, type Policy } from '#ir';

/** Whom a question is about: an identity of the policy, or somebody who is none. */
export type Asker =
  | { readonly kind: 'identity'; readonly identity: Exclude<IdentityRef, { kind: 'pods' }> }
  /** Somebody elsewhere who has got hold of a workload's credentials of the cloud. */
  | { readonly kind: 'credentialsOf'; readonly workload: string }
  /** Another principal of the cloud. */
  | { readonly kind: 'principal'; readonly arn: string };

/** As grants name them. */
export function askerName(asker: Asker): string {
  switch (asker.kind) {
    case 'identity': return identityName(asker.identity);
    case 'credentialsOf': return `credentials of ${asker.workload}`;
    case 'principal': return asker.arn;
    default: return asker satisfies never;
  }
}

/** Where a name is several things', each can be said in full: `workload:ui`, `people:ui`. */
export function askerSpelling(asker: Asker): string {
  switch (asker.kind) {
    case 'identity': return identityText(asker.identity);
    case 'credentialsOf': return `credentialsOf:${asker.workload}`;
    case 'principal': return asker.arn;
    default: return asker satisfies never;
  }
}

/** Every identity that can be asked about: what is declared, `anyone`, whom somebody is granted to act for, and the peers of every cluster. */
export function askersOf(policy: Policy): readonly Asker[] {
  const acting = new Map<string, IdentityRef>();
  for (const { from } of grants(policy)) if (from.kind === 'workload' && from.actingFor !== undefined) acting.set(identityText(from), from);
  const identities: IdentityRef[] = [
    ...policy.workloads.map(({ name }) => ({ kind: 'workload', name }) as const), ...acting.values(),
    ...policy.people.map(({ name }) => ({ kind: 'people', name }) as const), ...policy.partners.map(({ name }) => ({ kind: 'partner', name }) as const),
    { kind: 'anyone' }, { kind: 'builtin', name: 'nodeProbes' }, { kind: 'builtin', name: 'metricsScraper' },
  ];
  return identities.flatMap((identity): Asker[] => (identity.kind === 'pods' ? [] : [{ kind: 'identity', identity }]));
}
