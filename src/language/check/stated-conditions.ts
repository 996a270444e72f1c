import type { Condition, Offer, People, Segment } from '#ir';
import type { Located } from './located.ts';
import type { LocatedApi, PolicyContext } from './policy-context.ts';
import { quoted } from './wording.ts';

/** A condition where it is written, with what encloses it in words, for messages. */
export type StatedCondition = { readonly condition: Condition; readonly of: string; readonly pointer: string } & (
  | { readonly by: 'offer'; readonly api: LocatedApi; readonly offer: Located<Offer> }
  | { readonly by: 'segment'; readonly segment: Located<Segment>; readonly kind: 'people' | 'workloads' | 'partners' }
  | { readonly by: 'people'; readonly people: Located<People> });

/** Every condition that the policy states, each once: of offers, of segments, and of who belongs to a group of people. */
export function statedConditions(context: PolicyContext): readonly StatedCondition[] {
  const found: StatedCondition[] = [];
  for (const api of context.apis) {
    for (const offer of api.offers) {
      for (const [index, condition] of offer.value.when.entries()) {
        found.push({ by: 'offer', condition, of: `the offer of ${quoted(`${api.value.name}.${offer.value.operation}`)}`, pointer: `${offer.pointer}/when/${index}`, api, offer });
      }
    }
  }
  for (const segment of context.segments) {
    for (const kind of ['people', 'workloads', 'partners'] as const) {
      for (const [index, condition] of segment.value.requires[kind].entries()) {
        found.push({ by: 'segment', condition, of: `the segment ${quoted(segment.value.name)}`, pointer: `${segment.pointer}/requires/${kind}/${index}`, segment, kind });
      }
    }
  }
  for (const people of context.people) {
    if (people.value.where !== undefined) found.push({ by: 'people', condition: people.value.where, of: quoted(people.value.name), pointer: `${people.pointer}/where`, people });
  }
  return found;
}
