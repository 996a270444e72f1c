import type { Condition, Weekday } from '../condition.ts';
import { integer, literal, named, number, optional, required, set, text, union, type Shape } from './shape.ts';

const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const satisfies readonly Weekday[];
const seconds = () => integer({ minimum: 0 });
const texts = () => set(text());

/** Joined conditions are a set, and so is what each of them lists: neither `all` nor `any` knows an order. */
export const conditionShape: Shape<Condition> = named<Condition>('condition', 'Condition',
  'What must hold at the time of a request, beyond who asks. An input that is absent then denies. Durations are whole seconds.', () => union<Condition>({
    claim: {
      description: 'A claim of the token has one of these values.',
      fields: { claim: required(text({ examples: ['groups'] }), 'Name of the claim in the token.'), anyOf: required(texts(), 'Any of these values is enough.') },
    },
    mfa: {
      description: 'The person has authenticated with more than one factor.',
      fields: { within: optional(seconds(), 'At most this many seconds ago; without it, at any time.') },
    },
    authenticatedWithin: {
      description: 'The person has authenticated lately.',
      fields: { seconds: required(seconds(), 'At most this many seconds ago.') },
    },
    maxTokenAge: {
      description: 'The token is young.',
      fields: { seconds: required(seconds(), 'Issued at most this many seconds ago.') },
    },
    device: {
      description: 'The device is trusted as the identity provider says.',
      fields: { anyOf: required(texts(), 'Any of these states of the device is enough.') },
    },
    from: {
      description: 'The client\'s address lies in a network.',
      fields: { cidrs: required(set(text({ examples: ['10.0.0.0/16'] })), 'Any of these ranges is enough.') },
    },
    during: {
      description: 'The request comes inside a weekly window.',
      fields: {
        days: required(set(literal(...week), (day) => String(week.indexOf(day))), 'Days of the week on which the window opens.'),
        start: required(text({ examples: ['08:00'] }), 'Opens at this local time, `HH:MM`.'),
        end: required(text({ examples: ['18:00'] }), 'Closes at this local time, `HH:MM`.'),
        timeZone: required(text({ examples: ['Europe/Vienna'] }), 'IANA name of the time zone.'),
      },
    },
    risk: {
      description: 'The risk score of the request is low.',
      fields: { below: required(number({ minimum: 0 }), 'Below this score.') },
    },
    header: {
      description: 'A header that a trusted hop has set has one of these values.',
      fields: {
        name: required(text({ examples: ['x-device-posture'] }), 'Name of the header.'),
        anyOf: required(texts(), 'Any of these values is enough.'),
        trustedHop: required(text(), 'Name of the hop that sets it; from anyone else it is ignored.'),
      },
    },
    all: {
      description: 'Every one of these holds.',
      fields: { of: required(conditions(), 'The conditions that must all hold.') },
    },
    any: {
      description: 'At least one of these holds.',
      fields: { of: required(conditions(), 'The conditions of which one is enough.') },
    },
  }));

export function conditions(): Shape<readonly Condition[]> {
  return set(conditionShape, (condition) => condition.kind);
}
