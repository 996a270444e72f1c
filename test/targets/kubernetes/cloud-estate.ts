import type { Acceptance, Api, Aws, CloudService, Duty, Placement, Platform, Workload } from '#ir';
import { platform } from './estate.ts';

/** Hand-made resources of the cloud, and an account that they are called from. */
export function resource(name: string, service: CloudService, verbs: readonly string[], to: readonly string[], more: { readonly port?: number; readonly owned?: boolean; readonly encryptedBy?: string; readonly arn?: string } = {}): Api {
  const { arn = `arn:aws:${service}:eu-west-1:111122223333:${name}`, owned = false, ...rest } = more;
  return {
    name, servedBy: { kind: 'cloud', service, arn, owned, ...rest },
    operations: verbs.map((verb) => ({ name: verb, kind: 'cloud', verb })),
    offers: to.length === 0 ? [] : verbs.map((operation) => ({ operation, to: to.map((one) => ({ kind: 'workload', name: one })), when: [], because: 'the case needs it' })),
  };
}

/** It runs outside, and has no pods. */
export const host = (name: string): Workload => ({ name, host: { trustAnchor: 'corp', san: `spiffe://corp.example/${name}` } });

export const account = (rest: Partial<Aws> = {}): Aws => ({
  accountId: '111122223333', region: 'eu-west-1', clusterName: 'case', identity: { kind: 'podIdentity' }, rolePrefix: 'case-', rolePath: '/', trustAnchors: [], otherAccounts: [], managedPoliciesPerRole: 10,
  endpoints: [{ service: 'sqs', cidrs: ['172.20.0.0/26'] }, { service: 'kms', cidrs: ['172.20.0.64/26'] }], ...rest,
});
export const onAws = ({ aws = {}, ...rest }: Omit<NonNullable<Parameters<typeof platform>[0]>, 'aws'> & { readonly aws?: Partial<Aws> } = {}): Platform => platform({ aws: account(aws), ...rest });

export const openEndpoint = (grants: Acceptance['grants'] = 'all'): Acceptance =>
  ({ grants, feature: 'endpoint', plane: 'network', because: 'no endpoints yet', owner: 'platform', until: '2027-06-30' });
/** As placement has it where a person has accepted that nobody says where a service answers. */
export const accepting = (...grants: readonly string[]): Placement => ({
  duties: grants.map((grant): Duty => ({ grant, feature: 'endpoint', plane: 'network', target: 'kubernetes', fidelity: 'wider', accepted: openEndpoint() })),
});
