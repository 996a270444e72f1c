import { grants, isCloudApi, verbOf, type Grant, type Policy } from '#ir';
import { actionAsked, carryingAction, portOf, satisfying } from '#spec';

/** A step of a chain, as the naive search sees it: a grant onto an operation, by somebody who took or was handed something. */
export interface NaiveStep { readonly grant: Grant; readonly onto: { readonly api: string; readonly operation: string } }
export interface NaiveQuestion {
  readonly first: (grant: Grant) => boolean;
  readonly to: (api: string, operation: string) => boolean;
  readonly through: readonly ((api: string, operation: string) => boolean)[];
}

const verb = ({ api, operation }: Grant) => (isCloudApi(api) && operation.kind === 'cloud' ? verbOf(api, operation)! : undefined);
const puts = (grant: Grant): boolean => ['puts', 'both'].includes(verb(grant)?.effect ?? '');
const takes = (grant: Grant): boolean => ['takes', 'both'].includes(verb(grant)?.effect ?? '');
const within = ({ operation }: Grant): string => (operation.kind === 'cloud' ? operation.within ?? '' : '');
const caller = ({ from }: Grant): string | undefined => (from.kind === 'workload' ? from.name : undefined);

/**
 * All smallest chains by the definition, read off its sentences: grants one after the other, each linked to the one before. Every
 * sequence of links is walked, grant by grant; a walk that comes back to where it was, as far along, is left.
 */
export function naively(policy: Policy, now: string): (question: NaiveQuestion) => readonly (readonly NaiveStep[])[] {
  const steps = grants(policy).filter((grant) => satisfying(policy, grant, now) !== undefined).flatMap((grant) => onto(policy, grant).map((one): NaiveStep => ({ grant, onto: one })));
  return (question) => smallestOf(steps, question);
}

interface Walk { readonly steps: readonly NaiveStep[]; /** The workload that took it out of a resource. */ readonly tookBy: string | undefined; readonly passed: number }
interface Attempt { readonly walk: Walk; readonly step: NaiveStep; readonly taking: boolean }

function smallestOf(steps: readonly NaiveStep[], { first, through, to }: NaiveQuestion): readonly (readonly NaiveStep[])[] {
  const passing = ({ onto: { api, operation } }: NaiveStep, from: number): number => { let at = from; while (through[at]?.(api, operation) === true) at++; return at; };
  const ends = ({ passed }: Walk, { onto: { api, operation } }: NaiveStep): boolean => passed === through.length && to(api, operation);
  const start: Walk = { steps: [], tookBy: undefined, passed: 0 };
  let walks: readonly Attempt[] = steps.filter(({ grant }) => first(grant)).map((step) => ({ walk: start, step, taking: false }));
  const left = new Set<string>();
  while (walks.length > 0) {
    const found = walks.filter(({ step, walk }) => ends(walk, step)).map(({ step, walk }) => [...walk.steps, step]);
    if (found.length > 0) return found;
    const further = walks.map(({ step, taking, walk }): Walk => ({ steps: [...walk.steps, step], tookBy: taking ? caller(step.grant) : undefined, passed: passing(step, walk.passed) }));
    const places = further.map((walk) => JSON.stringify([steps.indexOf(walk.steps.at(-1)!), walk.tookBy, walk.passed]));
    walks = further.filter((_, index) => !left.has(places[index]!)).flatMap((walk) => steps.flatMap((step): readonly Attempt[] => {
      const before = walk.steps.at(-1)!.grant, next = step.grant;
      const handed = walk.tookBy ?? (before.api.servedBy.kind === 'workload' ? before.api.servedBy.workload : undefined);
      if (handed !== undefined && caller(next) === handed) return [{ walk, step, taking: false }];
      const meets = walk.tookBy === undefined && puts(before) && takes(next) && before.api.name === next.api.name && (within(before).startsWith(within(next)) || within(next).startsWith(within(before)));
      return meets ? [{ walk, step, taking: true }] : [];
    }));
    for (const place of places) left.add(place);
  }
  return [];
}

/** What a request by a grant can be onto: every operation whose request, as the meaning reads it, this operation carries. */
function onto(policy: Policy, { api, operation }: Grant): readonly NaiveStep['onto'][] {
  return policy.apis.flatMap((one) => one.operations.filter((other) => carries(policy, { api, operation }, { api: one, operation: other })).map(({ name }) => ({ api: one.name, operation: name })));
}

type Of = Pick<Grant, 'api' | 'operation'>;
function carries(policy: Policy, by: Of, asked: Of): boolean {
  if (isCloudApi(asked.api)) {
    const action = actionAsked(asked.api, { kind: 'operation', api: asked.api.name, operation: asked.operation.name });
    return action !== undefined && carryingAction(policy, asked.api, action).some(({ api, operation }) => api === by.api && operation === by.operation);
  }
  if (by.operation.kind !== 'tcp') return by.operation === asked.operation && by.api === asked.api;
  const [there, here] = [portOf(policy.workloads, asked.api), portOf(policy.workloads, by.api)];
  return there !== undefined && here !== undefined && there.workload === here.workload && there.number === here.number;
}
