import { grants, isCloudApi, resolvePort, verbOf, type Grant, type Policy } from '#ir';
import { satisfying } from '#spec';

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
export function naiveChains(policy: Policy, now: string, { first, through, to }: NaiveQuestion): readonly (readonly NaiveStep[])[] {
  const steps = grants(policy).filter((grant) => satisfying(policy, grant, now) !== undefined).flatMap((grant) => onto(policy, grant).map((one): NaiveStep => ({ grant, onto: one })));
  interface Walk { readonly steps: readonly NaiveStep[]; /** By the workload that took it out of a resource. */ readonly tookBy: string | undefined; readonly passed: number }
  const passing = ({ onto: { api, operation } }: NaiveStep, from: number): number => { let at = from; while (through[at]?.(api, operation) === true) at++; return at; };
  const ends = ({ passed }: Walk, { onto: { api, operation } }: NaiveStep): boolean => passed === through.length && to(api, operation);
  const start: Walk = { steps: [], tookBy: undefined, passed: 0 };
  let walks: readonly { readonly walk: Walk; readonly step: NaiveStep; readonly taking: boolean }[] = steps.filter(({ grant }) => first(grant)).map((step) => ({ walk: start, step, taking: false }));
  const left = new Set<string>();
  while (walks.length > 0) {
    const found = walks.filter(({ step, walk }) => ends(walk, step)).map(({ step, walk }) => [...walk.steps, step]);
    if (found.length > 0) return found;
    const further = walks.map(({ step, taking, walk }): Walk => ({ steps: [...walk.steps, step], tookBy: taking ? caller(step.grant) : undefined, passed: passing(step, walk.passed) }));
    const places = further.map((walk) => JSON.stringify([steps.indexOf(walk.steps.at(-1)!), walk.tookBy, walk.passed]));
    walks = further.filter((_, index) => !left.has(places[index]!)).flatMap((walk) => steps.flatMap((step) => {
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

/** What a request by a grant can be onto: a port that is granted whole carries what any API speaks there. */
function onto(policy: Policy, { api, operation }: Grant): readonly NaiveStep['onto'][] {
  if (operation.kind !== 'tcp') return [{ api: api.name, operation: operation.name }];
  const portOf = (one: typeof api): string => {
    const { servedBy } = one;
    if (servedBy.kind !== 'workload') return 'none';
    return `${servedBy.workload} ${resolvePort(policy.workloads.find(({ name }) => name === servedBy.workload)!.kubernetes!, servedBy.port, 'TCP')?.number}`;
  };
  return [{ api: api.name, operation: operation.name }, ...policy.apis.filter((one) => portOf(one) === portOf(api)).flatMap((one) => one.operations.map(({ name }) => ({ api: one.name, operation: name })))];
}
