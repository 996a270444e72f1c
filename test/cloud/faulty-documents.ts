import type { LintedDocument, LintFinding } from '../engines/iam-linters/lint.ts';

/** Documents with a fault each, and which linters have to find it: where they don't, what they say of ours is worth nothing. */
export const faulty: readonly { readonly what: string; readonly kind: LintedDocument['kind']; readonly document: readonly unknown[]; readonly finds: readonly `${LintFinding['linter']} ${string}`[] }[] = [
  { what: 'everything allowed', kind: 'identity', finds: ['cloudsplaining ServiceWildcard', 'cloudsplaining PrivilegeEscalation', 'parliament PRIVILEGE_ESCALATION'], document: [allow(['*'], ['*'])] },
  { what: 'every action of a service', kind: 'identity', finds: ['cloudsplaining ServiceWildcard'], document: [allow(['sqs:*'], ['arn:aws:sqs:eu-west-1:111122223333:orders'])] },
  { what: 'a condition as an excuse for every action of a service', kind: 'identity', finds: ['cloudsplaining ServiceWildcard'], document: [allow(['sqs:*'], ['arn:aws:sqs:eu-west-1:111122223333:orders'], { Condition: { Bool: { 'aws:SecureTransport': ['true'] } } })] },
  { what: 'any resource where one can be named', kind: 'identity', finds: ['parliament RESOURCE_STAR', 'cloudsplaining WriteWithoutConstraints', 'cloudsplaining InfrastructureModification'], document: [allow(['sqs:SendMessage'], ['*'])] },
  { what: 'any object of any bucket', kind: 'identity', finds: ['parliament RESOURCE_STAR', 'cloudsplaining DataExfiltration'], document: [allow(['s3:GetObject'], ['*'])] },
  { what: 'every role taken on', kind: 'identity', finds: ['cloudsplaining CredentialsExposure', 'parliament CREDENTIALS_EXPOSURE'], document: [allow(['sts:AssumeRole'], ['*'])] },
  { what: 'an action that there is not', kind: 'identity', finds: ['parliament UNKNOWN_ACTION'], document: [allow(['sqs:Send'], ['arn:aws:sqs:eu-west-1:111122223333:orders'])] },
  { what: 'a service that there is not', kind: 'identity', finds: ['parliament UNKNOWN_PREFIX'], document: [allow(['queue:SendMessage'], ['arn:aws:sqs:eu-west-1:111122223333:orders'])] },
  { what: 'an action on what it is never about', kind: 'identity', finds: ['parliament RESOURCE_MISMATCH'], document: [allow(['s3:GetObject'], ['arn:aws:s3:::media'])] },
  { what: 'a resource that is no ARN', kind: 'identity', finds: ['parliament INVALID_ARN'], document: [allow(['sqs:SendMessage'], ['orders'])] },
  { what: 'a condition key that the action has not', kind: 'identity', finds: ['parliament UNKNOWN_CONDITION_FOR_ACTION'], document: [allow(['sqs:SendMessage'], ['arn:aws:sqs:eu-west-1:111122223333:orders'], { Condition: { StringEquals: { 's3:prefix': ['a'] } } })] },
  { what: 'an operator that there is not', kind: 'identity', finds: ['parliament UNKNOWN_OPERATOR'], document: [allow(['sqs:SendMessage'], ['arn:aws:sqs:eu-west-1:111122223333:orders'], { Condition: { StringIs: { 'aws:userid': ['a'] } } })] },
  { what: 'a date that is none', kind: 'identity', finds: ['parliament MISMATCHED_TYPE'], document: [allow(['sqs:SendMessage'], ['arn:aws:sqs:eu-west-1:111122223333:orders'], { Condition: { DateLessThan: { 'aws:CurrentTime': ['tomorrow'] } } })] },
  { what: 'a second factor that may be absent', kind: 'resource', finds: ['parliament BAD_PATTERN_FOR_MFA'], document: [{ ...deny(['sqs:PurgeQueue']), Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['false'] } } }] },
  { what: 'two statements of one name', kind: 'identity', finds: ['parliament DUPLICATE_SID'], document: [allow(['sqs:SendMessage'], ['arn:aws:sqs:eu-west-1:111122223333:orders']), allow(['sqs:ReceiveMessage'], ['arn:aws:sqs:eu-west-1:111122223333:orders'])] },
  { what: 'a name that is none', kind: 'identity', finds: ['parliament INVALID_SID'], document: [{ ...allow(['sqs:SendMessage'], ['arn:aws:sqs:eu-west-1:111122223333:orders']), Sid: 'to send' }] },
  { what: 'all but one action', kind: 'identity', finds: ['cloudsplaining NotAction'], document: [{ Sid: 'A', Effect: 'Allow', NotAction: ['iam:*'], Resource: ['arn:aws:sqs:eu-west-1:111122223333:orders'] }] },
  { what: 'all but one resource', kind: 'identity', finds: ['cloudsplaining NotResource', 'parliament NOTRESOURCE_WITH_ALLOW'], document: [{ Sid: 'A', Effect: 'Allow', Action: ['sqs:SendMessage'], NotResource: ['arn:aws:sqs:eu-west-1:111122223333:orders'] }] },
  { what: 'everybody let in', kind: 'resource', finds: ['cloudsplaining InternetAccessible'], document: [{ ...deny(['sqs:SendMessage']), Effect: 'Allow' }] },
  { what: 'everybody let in over TLS', kind: 'resource', finds: ['cloudsplaining InternetAccessible'], document: [{ ...deny(['sqs:SendMessage']), Effect: 'Allow', Condition: { Bool: { 'aws:SecureTransport': ['true'] } } }] },
  { what: 'everybody but one let in', kind: 'resource', finds: ['parliament NOTPRINCIPAL_WITH_ALLOW'], document: [{ Sid: 'A', Effect: 'Allow', NotPrincipal: { AWS: ['arn:aws:iam::111122223333:role/a'] }, Action: ['sqs:SendMessage'], Resource: ['arn:aws:sqs:eu-west-1:111122223333:orders'] }] },
  { what: 'a principal that is none', kind: 'resource', finds: ['parliament UNKNOWN_PRINCIPAL'], document: [{ ...deny(['sqs:SendMessage']), Principal: { AWS: ['orders'] } }] },
  { what: 'a role that anyone may take on', kind: 'trust', finds: ['cloudsplaining AssumableByAnyone', 'cloudsplaining InternetAccessible'], document: [{ Sid: 'A', Effect: 'Allow', Principal: '*', Action: ['sts:AssumeRole'] }] },
  { what: 'a role that anyone may take on, from somewhere', kind: 'trust', finds: ['cloudsplaining AssumableByAnyone'], document: [{ Sid: 'A', Effect: 'Allow', Principal: { AWS: ['*'] }, Action: ['sts:AssumeRole'], Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8'] } } }] },
  { what: 'a role of another account\'s', kind: 'trust', finds: ['cloudsplaining AssumableByOtherAccounts'], document: [{ Sid: 'A', Effect: 'Allow', Principal: { AWS: ['arn:aws:iam::999988887777:root'] }, Action: ['sts:AssumeRole'] }] },
  { what: 'a role that every machine may take on', kind: 'trust', finds: ['cloudsplaining AssumableByComputeServices'], document: [{ Sid: 'A', Effect: 'Allow', Principal: { Service: ['ec2.amazonaws.com'] }, Action: ['sts:AssumeRole'] }] },
];

function allow(Action: readonly string[], Resource: readonly string[], more: object = {}): object { return { Sid: 'A', Effect: 'Allow', Action, Resource, ...more }; }
function deny(Action: readonly string[]): object { return { Sid: 'A', Effect: 'Deny', Principal: '*', Action, Resource: ['arn:aws:sqs:eu-west-1:111122223333:orders'] }; }
