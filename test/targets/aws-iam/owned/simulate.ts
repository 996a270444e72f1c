import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { PolicyDocument } from '../../../../src/targets/target.ts';
import { account } from './estate.ts';

/** A request as IAM sees it. Unless a case says otherwise, it comes over TLS from somebody whose own policies allow everything; a service of AWS has none, and is invited by the resource instead. */
export interface Asked {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
  /** What the caller's own policies allow; everything where nothing is said, nothing where it is `none`. */
  readonly identity?: 'none' | PolicyDocument;
}
const everything = { Version: '2012-10-17', Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }] };

/**
 * The simulator drops keys that have a name of the caller's after a colon, as `kms:EncryptionContext:SecretVersionId`, and knows
 * those that have one after a slash. Both sides of a comparison are renamed.
 */
const known = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('kms:EncryptionContext:', 'aws:RequestTag/')) as T;

/** What an independent simulator of IAM says, with the resource's policy as it would be attached. */
export async function answer(document: PolicyDocument, { action, context: shown = {}, identity, principal, resource }: Asked): Promise<'allow' | 'deny'> {
  const resourcePolicy = known(document), context = known(shown);
  const service = principal.endsWith('.amazonaws.com');
  const result = await runSimulation({
    request: {
      principal: principal.replace(/^(arn:aws:)iam(::\d+:)role\/(?:.*\/)?([^/]+)$/, '$1sts$2assumed-role/$3/session'), action, resource: { resource, accountId: account },
      contextVariables: { 'aws:SecureTransport': 'true', ...(service ? {} : { 'aws:PrincipalArn': principal, 'aws:PrincipalAccount': account }), ...context },
    },
    identityPolicies: service || identity === 'none' ? [] : [{ name: 'own', policy: identity ?? everything }], serviceControlPolicies: [], resourceControlPolicies: [],
    resourcePolicy: service ? { ...resourcePolicy, Statement: [...resourcePolicy.Statement, { Sid: 'Invited', Effect: 'Allow', Principal: { Service: principal }, Action: '*', Resource: '*' }] } : resourcePolicy,
  }, {});
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  return result.overallResult === 'Allowed' ? 'allow' : 'deny';
}
