import type { Assumption } from '#spec';

/** Nothing that a hop shows tells whether the assumption is needed, so no hop is left out on its account. */
const nowhere = (): boolean => false;

/** What reading IAM relies on, and no resource of AWS shows. */
export const assumptions: readonly Assumption[] = Object.freeze([
  {
    name: 'credentials-stay',
    sentence: 'Where no VPC endpoint is asked for, a workload\'s credentials are used by that workload only; they are its own for hours, wherever they are taken.',
    covers: nowhere, // a stolen credential looks like its owner; where an endpoint is asked for, the statement itself tells them apart
  },
  {
    name: 'no-other-roles',
    sentence: 'No role, association or profile but those made here lets the cluster\'s ServiceAccounts or the anchors\' certificates in, and nothing else is attached to these roles and resources.',
    covers: nowhere, // what is not among the artefacts is on no hop
  },
  {
    name: 'no-other-credentials',
    sentence: 'A workload holds no credentials of AWS but those of its role: no access keys, and not its node\'s.',
    covers: nowhere,
  },
  {
    name: 'assumed-roles-apart',
    sentence: 'What a role may do that a workload is granted to take on is for whoever made that role to say.',
    covers: nowhere, // a hop shows what the caller can show at first
  },
  {
    name: 'break-glass-guarded',
    sentence: 'The trust policy of the break-glass role asks whoever takes it on for a second factor; the role\'s session shows none afterwards, so that no policy of a resource can ask for it.',
    covers: nowhere, // IAM, "Secure API access with MFA": what AssumeRole returns has no MFA in its context
  },
  {
    name: 'tags-unforged',
    sentence: 'Session tags and the names in web identity tokens are what EKS says of a pod; only those who may deploy it choose its namespace and ServiceAccount.',
    covers: nowhere, // a hop shows the ServiceAccount that the token names
  },
  {
    name: 'anchors-vouch',
    sentence: 'The trust anchors of IAM Roles Anywhere issue a certificate with a workload\'s name to that workload only, with that name as its first URI, and map it as they do by default.',
    covers: nowhere, // a hop shows the name that the certificate proves
  },
  {
    name: 'keys-delegate',
    sentence: 'The policy of a key that is not owned hands its use to the account\'s identity policies, and there are no grants of AWS KMS on it or on an owned one but those by which a service works on what it encrypts.',
    covers: nowhere, // the caller's side stands in for the key's
  },
  {
    name: 'encrypted-as-declared',
    sentence: 'What is stored is encrypted with the key that the policy declares: a queue\'s, a topic\'s, a table\'s, a secret\'s and a database\'s own properties, and a bucket\'s default, say so.',
    covers: nowhere, // no policy of those services can ask for it; a bucket's refuses what asks for something else
  },
  {
    name: 'foreign-resource-policies',
    sentence: 'The policy of a resource that is not owned neither admits by itself what the caller\'s side does not, nor refuses what that admits.',
    covers: nowhere, // likewise
  },
  {
    name: 'other-accounts-agree',
    sentence: 'A resource in another account admits the roles that are granted it, as its owner has said.',
    covers: nowhere, // likewise
  },
  {
    name: 'limits-above-permit',
    sentence: 'Policies of the organisation and of VPC endpoints, and a boundary that the platform demands and does not show, permit what is granted.',
    covers: nowhere, // they only ever narrow, so that safety does not rest on them
  },
  {
    name: 'administrators-unbounded',
    sentence: 'No boundary, session policy or denial of somebody else\'s narrows what the deployer and the break-glass principal are allowed here.',
    covers: nowhere, // who looks after what is owned is proved not to be locked out on this account; safety does not rest on it
  },
  {
    name: 'holes-apart',
    sentence: 'Each hole is filled with the ARN of one resource, of the kind that it was declared for, and with no other\'s.',
    covers: nowhere, // a hop has the hole's own text
  },
  {
    name: 'policies-arrived',
    sentence: 'Every change has reached every Region; IAM is eventually consistent.',
    covers: nowhere,
  },
].map((assumption) => Object.freeze(assumption)));
