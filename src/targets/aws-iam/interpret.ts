import { parseArn, type Platform } from '#ir';
import type { CloudFacts, Decider, Verdict } from '#spec';
import type { AwsArtifact } from '../target.ts';
import { both, no, perhaps, some, truth, yes, type Truth } from '../truth.ts';
import { isAuthorized, type Subject } from './interpret/authorization.ts';
import { callersOf, type Actor } from './interpret/callers.ts';
import { readEstate, type Estate } from './interpret/estate.ts';
import { requestContext } from './interpret/request-context.ts';

export { assumptions } from './interpret/assumptions.ts';

/**
 * What AWS does with a signed request once these resources are there and nothing else is, as its documentation says (IAM,
 * "Policy evaluation logic", and the pages named beside each rule). Reads any such resources, not only ours.
 *
 * First, whom the one who asks can become: roles that some trust policy, with an association or a profile, lets them have.
 * Then whether one of those may do it. What can't be read, and keys and policies of others, make `unknown` what hangs on
 * them; nothing throws.
 */
export function interpret(artifacts: readonly AwsArtifact[], platform: Platform): Decider {
  const { aws } = platform;
  if (aws === undefined) return ({ cloud }) => (cloud === undefined ? 'abstain' : 'unknown');
  const estate = readEstate(artifacts, aws, aws.permissionsBoundary);
  const known = new Map<string, readonly Actor[]>();
  const callers = (principal: CloudFacts['principal']): readonly Actor[] => {
    const key = JSON.stringify(principal), before = known.get(key) ?? callersOf(principal, estate, platform);
    known.set(key, before);
    return before;
  };
  return ({ cloud, time }): Verdict => {
    if (cloud === undefined) return 'abstain';
    const service = cloud.action.slice(0, Math.max(0, cloud.action.indexOf(':'))).toLowerCase();
    if (estate.doubts.has('*') || estate.doubts.has(service)) return 'unknown';
    const asked = subjectOf(cloud, service, estate);
    const setting = { cloud, ...(time === undefined ? {} : { time }), ...(asked.account === undefined ? {} : { account: asked.account }) };
    return verdictOf(some(callers(cloud.principal), (actor) => both(actor.admitted, isAuthorized(
      actor, { action: cloud.action, resource: cloud.resource, context: requestContext(setting, actor.session) },
      { service, sameAccount: asked.account === undefined ? (asked.policies === undefined ? yes : perhaps) : truth('account' in actor.session.caller && actor.session.caller.account === asked.account), ...(asked.policies === undefined ? {} : { policies: asked.policies }) },
    ))));
  };
}

const verdictOf = (allowed: Truth): Verdict => (allowed === yes ? 'allow' : allowed === no ? 'deny' : 'unknown');

/** The policies that the resource has among the artefacts, and its account: the ARN says it, or its policy is made in ours. */
function subjectOf({ resource }: CloudFacts, service: string, estate: Estate): { readonly policies?: Subject['policies']; readonly account?: string } {
  const container = containerOf(resource, service);
  const role = service === 'sts' ? estate.roles.get(container) : undefined;
  const policies = role === undefined ? estate.resourcePolicies(service, container) : [role.trust];
  const stated = parseArn(resource)?.account;
  const account = stated !== undefined && /^\d{12}$/.test(stated) ? stated : policies !== undefined || /^\{\{made:[^{}]*\}\}$/.test(container) ? estate.account : undefined;
  return { ...(policies === undefined ? {} : { policies }), ...(account === undefined ? {} : { account }) };
}

/** An object is of its bucket, an index of its table: policies are attached to those. */
function containerOf(resource: string, service: string): string {
  switch (service) {
    case 's3': { const slash = resource.indexOf('/'); return slash < 0 ? resource : resource.slice(0, slash); }
    case 'dynamodb': return resource.replace(/\/index\/[^/]*$/, '');
    default: return resource;
  }
}
