import type { AccessGrant } from '#algebra';
import { conditionsOn, conditionText, identityName, isCloudApi, operationText, segmentOf, type AnswerGrant, type Ask, type Condition, type Offer, type Policy } from '#ir';
import type { Askable } from './askable.ts';
import { isOwn } from './standing.ts';
import type { Asker } from './asker.ts';

/** The offer and the request of a grant, by where they stand. */
export function halvesOf(policy: Policy, { pointers }: AccessGrant): { readonly offer: Offer; readonly ask?: Ask } {
  const [, api, offer] = /^\/apis\/(\d+)\/offers\/(\d+)$/.exec(pointers.offer) ?? [];
  const [, ask] = /^\/asks\/(\d+)$/.exec(pointers.ask ?? '') ?? [];
  return { offer: policy.apis[Number(api)]!.offers[Number(offer)]!, ...(ask === undefined ? {} : { ask: policy.asks[Number(ask)]! }) };
}

/** A grant as an answer shows it; of whoever asks, also what they have to show to be whom it is for. */
export function answerGrant({ place, policy }: Askable, grant: AccessGrant, { asker, wholePort = false }: { readonly asker?: Asker; readonly wholePort?: boolean } = {}): AnswerGrant {
  const { api, from, operation, pointers, ref } = grant, { ask, offer } = halvesOf(policy, grant);
  const until = [offer.until, ask?.until].filter((day) => day !== undefined).sort()[0];
  const at = place?.(pointers.offer), requestAt = pointers.ask === undefined ? undefined : place?.(pointers.ask);
  return {
    grant: ref, kind: 'granted', who: identityName(from), operation: `${api.name}.${operation.name}`, asks: operationText(operation),
    when: [...(asker === undefined || isOwn(asker, from) ? [] : membershipText(policy, grant)), ...conditionsOn(segmentOf(policy, api), offer, from).map(inWords)],
    ...(until === undefined ? {} : { until }), ...(wholePort ? { wholePort: true as const } : {}), ...(offer.because === undefined ? {} : { because: offer.because }),
    ...(at === undefined ? {} : { offer: at }), ...(requestAt === undefined ? {} : { request: requestAt }),
  };
}

/** Ranges and claims that are one name to a person are said as they were written. */
const inWords = (condition: Condition): string => conditionText(condition);

/** What somebody has to show to be whom a grant is for. */
function membershipText(policy: Policy, { from }: AccessGrant): readonly string[] {
  const group = from.kind === 'people' ? from.name : from.kind === 'workload' ? from.actingFor : undefined, people = policy.people.find(({ name }) => name === group);
  if (people !== undefined) return [`a token of ${people.via}, as one of ${people.name}${people.where === undefined ? '' : `: ${conditionText(people.where)}`}`];
  return from.kind === 'partner' ? [`the certificate of ${from.name}`] : [];
}

/** Whose offer it is to change. */
export const ownerOf = (policy: Policy, { api }: Pick<AccessGrant, 'api'>): string | undefined =>
  api.owner ?? (isCloudApi(api) ? undefined : policy.workloads.find(({ name }) => api.servedBy.kind === 'workload' && name === api.servedBy.workload)?.owner);
