import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { PolicyDocument } from '../../../../src/targets/target.ts';
import { account } from './estate.ts';

/** A request as IAM sees it. Unless a case says otherwise, it comes over TLS from somebody whose own policies allow everything. */
export interface Asked {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
  /** What the caller's own policies allow; everything where nothing is said, nothing where it is `none`. */
  readonly identity?: 'none' | PolicyDocument;
}
const everything = { Version: '2012-10-17', Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }] };

/** What an independent simulator of IAM says, with the resource's policy as it would be attached. */
export async function answer(resourcePolicy: PolicyDocument, { action, context = {}, identity, principal, resource }: Asked): Promise<'allow' | 'deny'> {
  const service = principal.endsWith('.amazonaws.com');
  const result = await runSimulation({
    request: {
      principal: principal.replace(/^(arn:aws:)iam(::\d+:)role\/(?:.*\/)?([^/]+)$/, '$1sts$2assumed-role/$3/session'), action, resource: { resource, accountId: account },
      contextVariables: { 'aws:SecureTransport': 'true', ...(service ? {} : { 'aws:PrincipalArn': principal, 'aws:PrincipalAccount': account }), ...context },
    },
    identityPolicies: service || identity === 'none' ? [] : [{ name: 'own', policy: identity ?? everything }], serviceControlPolicies: [], resourceControlPolicies: [], resourcePolicy,
  }, {});
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  return result.overallResult === 'Allowed' ? 'allow' : 'deny';
}
