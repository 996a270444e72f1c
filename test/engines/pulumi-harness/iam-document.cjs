// What AWS refuses of a policy document before anybody asks it anything: grammar (IAM, "Grammar of the IAM JSON policy language"), the
// limits of who stores it, and principals that do not exist. It judges nothing: no request is ever evaluated here.
'use strict';

/**
 * Longest text, and the rest that a service counts. IAM, "IAM and AWS STS quotas" (white space is not counted); Amazon S3, "Bucket policies";
 * AWS KMS, "Resource quotas"; Amazon SQS, "Amazon SQS policy quotas"; Amazon SNS, "Amazon SNS endpoints and quotas"; Amazon DynamoDB,
 * "Resource-based policy considerations"; AWS Secrets Manager, "AWS Secrets Manager quotas".
 */
const kinds = {
  managed: { longest: 6144, ofResource: false },
  inline: { longest: 10240, ofResource: false },
  trust: { longest: 2048, ofResource: true, service: 'sts', withoutResource: true },
  session: { longest: 2048, ofResource: false },
  s3: { longest: 20480, ofResource: true, service: 's3' },
  kms: { longest: 32768, ofResource: true, service: 'kms' },
  sqs: { longest: 8192, ofResource: true, service: 'sqs', statements: 20, principals: 50, conditions: 10 },
  sns: { longest: 30720, ofResource: true, service: 'sns' },
  dynamodb: { longest: 20480, ofResource: true, service: 'dynamodb' },
  secretsmanager: { longest: 20480, ofResource: true, service: 'secretsmanager' },
};
const ELEMENTS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
const OPERATORS = [
  ...['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'].map(name => `String${name}`),
  ...['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].flatMap(name => [`Numeric${name}`, `Date${name}`]),
  'Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress', 'ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike', 'Null',
];
const operator = new RegExp(`^(ForAllValues:|ForAnyValue:)?(${OPERATORS.join('|')})(IfExists)?$`);

const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
const listed = value => (Array.isArray(value) ? value : [value]);
const texts = value => listed(value).length > 0 && listed(value).every(one => typeof one === 'string' && one !== '');
const sizeOf = text => text.replace(/\s/g, '').length;

/** Sentences; none is a document that AWS takes. `exists(arn)` knows the principals of the account. */
function documentFaults(text, kind, exists) {
  const rules = kinds[kind];
  const found = [];
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    return ['it is no JSON'];
  }
  if (!isObject(document)) return ['it is no object'];
  for (const key of Object.keys(document)) if (!['Version', 'Id', 'Statement'].includes(key)) found.push(`a document has no \`${key}\``);
  if (document.Version !== '2012-10-17') found.push('its version is not 2012-10-17');
  const statements = listed(document.Statement ?? []);
  if (statements.length === 0 || !statements.every(isObject)) return [...found, 'it has no statement'];
  if (sizeOf(text) > rules.longest) found.push(`it has ${sizeOf(text)} characters and may have ${rules.longest}`);
  if (/\{\{/.test(text)) found.push('a hole in it was not filled');
  const sids = statements.flatMap(({ Sid }) => (Sid === undefined ? [] : [Sid]));
  if (new Set(sids).size !== sids.length) found.push('two statements have one Sid');
  for (const statement of statements) found.push(...statementFaults(statement, rules, exists));
  const principals = statements.reduce((sum, { Principal }) => sum + (isObject(Principal) ? Object.values(Principal).flatMap(listed).length : Principal === undefined ? 0 : 1), 0);
  const conditions = statements.reduce((sum, { Condition }) => sum + Object.values(Condition ?? {}).flatMap(keys => Object.keys(keys)).length, 0);
  for (const [what, number, most] of [['statements', statements.length, rules.statements], ['principals', principals, rules.principals], ['conditions', conditions, rules.conditions]]) {
    if (most !== undefined && number > most) found.push(`it has ${number} ${what} and may have ${most}`);
  }
  return found;
}

function statementFaults(statement, rules, exists) {
  const where = `statement ${JSON.stringify(statement.Sid ?? statement)}`;
  const found = [];
  const fail = reason => found.push(`${where}: ${reason}`);
  const oneOf = (...names) => names.filter(name => statement[name] !== undefined).length === 1;
  for (const key of Object.keys(statement)) if (!ELEMENTS.includes(key)) fail(`there is no element \`${key}\``);
  if (statement.Sid !== undefined && !/^[A-Za-z0-9]{1,100}$/.test(statement.Sid)) fail('its Sid is not letters and digits, or longer than 100');
  if (!['Allow', 'Deny'].includes(statement.Effect)) fail('its effect is neither Allow nor Deny');
  if (!oneOf('Action', 'NotAction')) fail('it has not one of Action and NotAction');
  for (const actions of [statement.Action, statement.NotAction]) {
    if (actions === undefined) continue;
    if (!texts(actions)) fail('its actions are no texts');
    else for (const action of listed(actions)) {
      if (!/^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action)) fail(`\`${action}\` is no action`);
      else if (rules.service !== undefined && action !== '*' && action.split(':')[0].toLowerCase() !== rules.service) fail(`\`${action}\` is no action of ${rules.service}`);
    }
  }
  if (rules.withoutResource) {
    if (statement.Resource !== undefined || statement.NotResource !== undefined) fail('a trust policy has no resource');
  } else if (!oneOf('Resource', 'NotResource')) fail('it has not one of Resource and NotResource');
  for (const resources of [statement.Resource, statement.NotResource]) {
    if (resources === undefined) continue;
    if (!texts(resources)) fail('its resources are no texts');
    else for (const resource of listed(resources)) if (resource !== '*' && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/.test(resource)) fail(`\`${resource}\` is no ARN`);
  }
  if (rules.ofResource && !oneOf('Principal', 'NotPrincipal')) fail('it has not one of Principal and NotPrincipal');
  if (!rules.ofResource && (statement.Principal !== undefined || statement.NotPrincipal !== undefined)) fail('a policy of an identity names no principal');
  for (const principal of [statement.Principal, statement.NotPrincipal]) if (principal !== undefined) principalFaults(principal, exists).forEach(fail);
  if (statement.Condition !== undefined) conditionFaults(statement.Condition).forEach(fail);
  return found;
}

function principalFaults(principal, exists) {
  if (principal === '*') return [];
  if (!isObject(principal) || Object.keys(principal).length === 0) return ['its principal is neither `*` nor an object'];
  return Object.entries(principal).flatMap(([kind, names]) => {
    if (!['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(kind)) return [`there are no principals of the kind \`${kind}\``];
    if (!texts(names)) return [`its principals of the kind \`${kind}\` are no texts`];
    if (kind === 'Service') return listed(names).filter(name => !/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(name)).map(name => `\`${name}\` is no service`);
    return kind !== 'AWS' ? [] : listed(names).filter(name => name !== '*' && !/^\d{12}$/.test(name) && !/^arn:aws[a-z-]*:iam::\d{12}:root$/.test(name) && !exists(name)).map(name => `the principal \`${name}\` does not exist`);
  });
}

function conditionFaults(condition) {
  if (!isObject(condition)) return ['its condition is no object'];
  return Object.entries(condition).flatMap(([name, keys]) => {
    if (!operator.test(name)) return [`there is no operator \`${name}\``];
    if (!isObject(keys) || Object.keys(keys).length === 0) return [`its condition \`${name}\` has no keys`];
    return Object.entries(keys).flatMap(([key, values]) => {
      if (!/^[A-Za-z0-9.-]+(\/[A-Za-z0-9.-]+)*:[^\s]+$/.test(key)) return [`\`${key}\` is no condition key`];
      return listed(values).length > 0 && listed(values).every(value => ['string', 'boolean', 'number'].includes(typeof value)) ? [] : [`its condition \`${name}\` on \`${key}\` has values that are no texts`];
    });
  });
}

/** As AWS prints it again: a list of one becomes a text, statements lose their order, an account's root its number. What it means is the same. */
function printedByAws(text) {
  const document = JSON.parse(text);
  const visit = (value, key) => {
    if (Array.isArray(value) && key !== 'Statement') {
      const members = value.map(member => visit(member)).reverse();
      return members.length === 1 ? members[0] : members;
    }
    if (Array.isArray(value)) return value.map(member => visit(member)).reverse();
    return isObject(value) ? Object.fromEntries(Object.entries(value).reverse().map(([name, member]) => [name, visit(member, name)])) : value;
  };
  return JSON.stringify(visit(document));
}

module.exports = { documentFaults, printedByAws, sizeOf };
