import { cloudVerbs } from '#ir';
import type { PolicyStatement } from '../../target.ts';
import { pascal } from './sid.ts';

type Condition = NonNullable<PolicyStatement['Condition']>;
interface About { readonly actions?: readonly string[]; readonly exceptActions?: readonly string[]; readonly resource?: readonly string[]; readonly exceptResource?: readonly string[]; readonly when?: Condition }

/** A denial to everybody whom the condition does not leave out: administrators, AWS's own services and strangers alike. */
export const denial = (sid: string, about: About): PolicyStatement => ({ Sid: sid, Effect: 'Deny', Principal: '*', ...elements(about) });
export const allowance = (sid: string, principal: string, about: About): PolicyStatement => ({ Sid: sid, Effect: 'Allow', Principal: { AWS: [principal] }, ...elements(about) });

function elements({ actions, exceptActions, exceptResource, resource, when }: About): Omit<PolicyStatement, 'Sid' | 'Effect' | 'Principal'> {
  return {
    ...(actions === undefined ? {} : { Action: inOrder(actions) }),
    ...(exceptActions === undefined ? {} : { NotAction: inOrder(exceptActions) }),
    ...(resource === undefined ? {} : { Resource: inOrder(resource) }),
    ...(exceptResource === undefined ? {} : { NotResource: inOrder(exceptResource) }),
    ...(when === undefined || Object.keys(when).length === 0 ? {} : { Condition: when }),
  };
}

/** Each once, in code-unit order. */
export const inOrder = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

/**
 * Everybody but these. Of a session of a role the key holds the role's ARN; a request without it, as an AWS service makes
 * it in its own name, is everybody else's, because a negated operator matches what is absent (IAM, "AWS global condition context
 * keys", aws:PrincipalArn; IAM, "IAM JSON policy elements: Condition operators").
 */
export const unless = (principals: readonly string[]): Condition => ({ StringNotEquals: { 'aws:PrincipalArn': inOrder(principals) } });
export const onlyTo = (principals: readonly string[]): Condition => ({ StringEquals: { 'aws:PrincipalArn': inOrder(principals) } });

/** What a list of actions is called in a statement's name: by the verbs whose own they are, and where there is none, by the first of them: `Receive`, `GetQueueAttributesAnd1More`. */
export function sidOf(actions: readonly string[]): string {
  const verbs = inOrder(actions.flatMap((action) => ownVerbs.get(action) ?? [])), names = verbs.length > 0 ? verbs : inOrder(actions.map((action) => action.slice(action.indexOf(':') + 1)));
  const [first = '', ...more] = names.map((name) => pascal(name));
  return `${first}${more.length === 0 ? '' : more.length === 1 ? `And${more[0]}` : `And${more.length}More`}`;
}
const ownVerbs = new Map(cloudVerbs.map(({ actions: [own], verb }) => [own.action, verb]));
