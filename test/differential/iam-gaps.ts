import { account, otherAccount, type AnyDocument, type AnyStatement } from './iam-documents.ts';
import type { IamWorld } from './iam-world.ts';

/**
 * Where the simulator is known to answer otherwise than AWS documents. Each says the same in words that the simulator
 * understands, so that a difference is put down to it only where it goes away then; and each is used by some world, or goes.
 */
export interface Gap {
  readonly name: string;
  /** What AWS says, with the title of the page, and what the simulator does instead. */
  readonly source: string;
  readonly inOtherWords: (world: IamWorld) => IamWorld;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const listed = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

/** With every statement replaced. */
function restated(world: IamWorld, restate: (statement: AnyStatement, document: AnyDocument) => AnyStatement): IamWorld {
  const one = (document: AnyDocument): AnyDocument => ({ ...document, Statement: document.Statement.map((statement) => restate(statement, document)) });
  const { boundary, identity, resourcePolicy, sessionPolicy } = world;
  return {
    ...world, identity: identity.map(one), ...(boundary === undefined ? {} : { boundary: one(boundary) }),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy: one(resourcePolicy) }), ...(sessionPolicy === undefined ? {} : { sessionPolicy: one(sessionPolicy) }),
  };
}
/** With the values that an operator compares a key with replaced, each by those that mean the same. */
function recompared(world: IamWorld, operator: RegExp, replace: (value: string) => readonly string[]): IamWorld {
  return restated(world, ({ Condition, ...statement }) => (Condition === undefined ? statement : {
    ...statement,
    Condition: Object.fromEntries(Object.entries(Condition as Conditions).map(([name, keys]) => [name, operator.test(name) ? Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, listed(values).flatMap(replace)])) : keys])),
  }) as AnyStatement);
}

export const gaps: readonly Gap[] = [
  {
    name: 'variables before they were there',
    source: 'IAM, "IAM JSON policy elements: Version": without Version 2012-10-17, variables such as `${aws:username}` are literal text. The simulator replaces them in documents of either version.',
    inOtherWords: (world) => restated(world, (statement, { Version }) => (Version === '2012-10-17' ? statement : JSON.parse(JSON.stringify(statement).replaceAll(/\$\{[^}]*\}/g, 'nothing-is-called-so')) as AnyStatement)),
  },
  {
    name: 'variables that begin a resource',
    source: 'IAM, "IAM policy elements: Variables and tags": a variable may stand in the resource part of an ARN. The simulator splits that part at its first `/` or `:`, also one inside `${aws:PrincipalTag/…}`, and then matches nothing.',
    inOtherWords: (world) => restated(world, (statement) => {
      const of = (value: unknown): readonly string[] => listed(value).map((resource) => resource
        .replace('${aws:PrincipalTag/kubernetes-namespace}', world.cloud.principal.kind === 'pod' ? 'shop' : '${aws:PrincipalTag/nothing}')
        .replace(/\$\{aws:PrincipalTag\/nothing, '([^']*)'\}/, '$1').replace(/^.*\$\{aws:PrincipalTag\/nothing\}.*$/, 'arn:aws:nothing:::nothing'));
      const { NotResource, Resource, ...others } = statement;
      return { ...others, ...(Resource === undefined ? {} : { Resource: of(Resource) }), ...(NotResource === undefined ? {} : { NotResource: of(NotResource) }) } as AnyStatement;
    }),
  },
  {
    name: 'variables in comparisons of ARNs',
    source: 'IAM, "IAM JSON policy elements: Condition operators", ARN: "You can use a policy variable with the ARN condition operator". The simulator parts the pattern at its colons first, also at that of `${aws:PrincipalAccount}`, and then matches nothing.',
    inOtherWords: (world) => recompared(world, /Arn/, (value) => [value.replace('${aws:PrincipalAccount}', world.cloud.principal.kind === 'principal' && world.cloud.principal.arn.includes(otherAccount) ? otherAccount : account)]),
  },
  {
    name: 'all of IPv4',
    source: 'IAM, "IAM JSON policy elements: Condition operators", IP address: values are in standard CIDR notation, where `0.0.0.0/0` holds every IPv4 address. The simulator shifts by 32 bits, which shifts by none, and finds only `0.0.0.0` in it.',
    inOtherWords: (world) => recompared(world, /IpAddress/, (value) => (value === '0.0.0.0/0' ? ['0.0.0.0/1', '128.0.0.0/1'] : [value])),
  },
  {
    name: 'one address of the other family',
    source: 'IAM, "IAM JSON policy elements: Condition operators", IP address: NotIpAddress is "All IP addresses except the specified IP address or range". To the simulator an address of the other family is not one of those, unless the value is a range.',
    inOtherWords: (world) => recompared(world, /NotIpAddress/, (value) => [value.includes('/') ? value : `${value}/${value.includes(':') ? 128 : 32}`]),
  },
  {
    name: 'session policies and grants to the session itself',
    source: 'IAM, "Policy evaluation logic", determining whether a request is allowed or denied within an account: permissions that a resource-based policy grants directly to the session are not limited by an implicit deny in a session policy. The simulator\'s README lists session policies as to come.',
    // What the resource grants has to be enough then: nobody's identity policies allow anything any more, and the session policy only denies.
    inOtherWords: (world) => (world.sessionPolicy === undefined ? world : {
      ...world, identity: world.identity.map((document) => ({ ...document, Statement: [...document.Statement.filter(({ Effect }) => Effect === 'Deny'), nothing] })),
      sessionPolicy: { ...world.sessionPolicy, Statement: [...world.sessionPolicy.Statement, { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' }] },
    }),
  },
];
const nothing: AnyStatement = { Sid: 'Nothing', Effect: 'Deny', Action: 'iam:CreateUser', Resource: 'arn:aws:iam::999988887777:user/nobody' };
