import { arnOf, grants, isCloudApi, resourceOf, verbOf, type CloudApi, type CloudOperation, type InvariantObject, type InvariantSubject, type Policy, type Workload } from '#ir';
import type { PolicyStatement } from '../../target.ts';
import { compare } from '../../compare.ts';
import { conditionsOf } from './conditions.ts';
import { maxSid, pascal, uniqueSids } from './sid.ts';

/** A statement that denies, and whom. */
export interface Denial { readonly statement: PolicyStatement; readonly holds: (workload: Workload) => boolean }

/**
 * What must stay impossible, as denials: they outrank every allow of every policy, whoever attaches it (IAM, "Policy evaluation
 * logic"). Of a whole resource every action of its service is denied, those that no verb has among them: there is no list of
 * them that a new one could be missing from. Of one operation, its actions but for those that the same role is granted there.
 *
 * A chain of grants (`flow`) is no request of anybody's, and who is no workload has no role: these are proved, not denied here.
 */
export function denialsOf(policy: Policy): readonly Denial[] {
  const segments = new Map(policy.workloads.map(({ name, segment }) => [name, segment]));
  const granted = actionsGranted(policy), named = policy.apis.filter(isCloudApi).map(arnOf);
  return policy.never.flatMap(({ from, kind, to }): readonly Denial[] => {
    const subject = kind === 'reach' ? subjectOf(from, segments) : undefined;
    return subject === undefined ? [] : objectsOf(policy, to).flatMap((object) => statementsOf(object, subject, granted, named));
  });
}

/** Undefined: nobody who has a role. */
function subjectOf(subject: InvariantSubject, segments: ReadonlyMap<string, string | undefined>): ((workload: Workload) => boolean) | undefined {
  switch (subject.kind) {
    case 'workload': return subject.actingFor === undefined ? ({ name }) => name === subject.name : undefined;
    case 'segment': return ({ name }) => segments.get(name) === subject.name;
    case 'anyIdentity': return ({ name }) => !subject.except.some((one) => one.kind === 'workload' && one.name === name && one.actingFor === undefined);
    case 'people': case 'partner': case 'anyone': case 'builtin': case 'pods': return undefined;
    default: return subject satisfies never;
  }
}

interface Denied { readonly api: CloudApi; readonly operation?: CloudOperation }

function objectsOf(policy: Policy, object: InvariantObject): readonly Denied[] {
  const apis = policy.apis.filter(isCloudApi);
  switch (object.kind) {
    case 'segment': return apis.filter(({ servedBy }) => servedBy.segment === object.name).map((api) => ({ api }));
    case 'api': return apis.filter(({ name }) => name === object.name).map((api) => ({ api }));
    case 'operation': return apis.filter(({ name }) => name === object.api).flatMap((api) => api.operations
      .filter((operation): operation is CloudOperation => operation.kind === 'cloud' && operation.name === object.operation).map((operation) => ({ api, operation })));
    default: return object satisfies never;
  }
}

function statementsOf({ api, operation }: Denied, holds: Denial['holds'], granted: ReadonlySet<string>, named: readonly string[]): readonly Denial[] {
  // What is asked of a key through a service is asked of that service's resource, which has grants and denials of its own.
  const directly = api.servedBy.service === 'kms' ? { Condition: conditionsOf([['Null', 'kms:ViaService', ['true']]]) } : {};
  if (operation === undefined) {
    return [{ holds, statement: { Sid: `Never${pascal(api.name)}`.slice(0, maxSid), Effect: 'Deny', Action: [`${api.servedBy.service}:*`], Resource: everythingOf(api, named), ...directly } }];
  }
  return (verbOf(api, operation)?.actions ?? []).map((action, index): Denial => ({
    // The first action is the verb's own: no grant of another verb has it.
    holds: (workload) => holds(workload) && (index === 0 || !granted.has(grantedKey(workload.name, api.name, action.action))),
    statement: {
      Sid: `Never${pascal(api.name)}${pascal(operation.name)}`.slice(0, maxSid), Effect: 'Deny', Action: [action.action], Resource: [resourceOf(api, operation, action)],
      ...(action.prefixKey === undefined || operation.within === undefined ? directly : { Condition: conditionsOf([['StringLike', action.prefixKey, [`${operation.within}*`]]]) }),
    },
  }));
}

const grantedKey = (workload: string, api: string, action: string): string => JSON.stringify([workload, api, action]);

/** Which workload may do which action on which API, by whatever grant. */
function actionsGranted(policy: Policy): ReadonlySet<string> {
  return new Set(grants(policy).flatMap(({ api, from, operation }) => (from.kind === 'workload' && operation.kind === 'cloud' && isCloudApi(api)
    ? (verbOf(api, operation)?.actions ?? []).map(({ action }) => grantedKey(from.name, api.name, action)) : [])));
}

/**
 * A bucket and its objects, a table with its indexes and streams, a function with its versions: whatever their ARNs begin with. But
 * where a version or an alias is declared as an API of its own (`named`), the function alone is meant.
 */
function everythingOf(api: CloudApi, named: readonly string[]): readonly string[] {
  const arn = arnOf(api);
  switch (api.servedBy.service) {
    case 's3': case 'dynamodb': return [arn, `${arn}/*`];
    case 'lambda': return named.some((other) => other.startsWith(`${arn}:`)) ? [arn] : [arn, `${arn}:*`];
    case 'kms': case 'rds-db': case 'secretsmanager': case 'sns': case 'sqs': case 'sts': return [arn];
    default: return api.servedBy.service satisfies never;
  }
}

/**
 * In fewer statements that deny the same: of equal resources and conditions the actions, then of equal actions and conditions the
 * resources, as `merged` does with what allows, and for the same reason: a denial denies the product of its lists too.
 */
export function joinedDenials(denials: readonly PolicyStatement[]): readonly PolicyStatement[] {
  const byResource = grouped(denials, ({ Condition, Resource }) => [Resource, Condition]).map((group) => ({ ...group[0]!, Action: every(group, ({ Action }) => Action), names: every(group, ({ Sid }) => [Sid]) }));
  const byAction = grouped(byResource, ({ Action, Condition }) => [Action, Condition]).map((group) => {
    const { names: _names, ...first } = group[0]!, names = every(group, (one) => one.names);
    return { statement: { ...first, Resource: every(group, ({ Resource }) => Resource) }, sid: names.length === 1 ? names[0]! : `${names[0]!.slice(0, maxSid - 12)}And${names.length - 1}More` };
  });
  return uniqueSids(byAction.sort((a, b) => compare(a.sid, b.sid) || compare(JSON.stringify(a.statement), JSON.stringify(b.statement)))).map(({ sid, statement }) => ({ ...statement, Sid: sid }));
}

/** In the order in which they first come. */
function grouped<T>(all: readonly T[], by: (one: T) => unknown): readonly (readonly T[])[] {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const key = JSON.stringify(by(one)), group = found.get(key);
    if (group === undefined) found.set(key, [one]); else group.push(one);
  }
  return [...found.values()];
}
const every = <T>(group: readonly T[], of: (one: T) => readonly string[] | undefined): string[] => [...new Set(group.flatMap((one) => of(one) ?? []))].sort();
