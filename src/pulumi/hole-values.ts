import * as pulumi from '@pulumi/pulumi';
import { diagnose, nearest, type Diagnostic } from '#diagnostics';
import { checkNames, checkValue, checkValues, type Hole, type HoleContext, type Policy } from '#ir';
import type { GivenValues, MadeKeys, MaterializeArgs, Values } from './materialize/materialize.ts';

/** The ARN of a key that the policy makes, by the name of its API. */
export type MadeKey = (api: string) => pulumi.Output<string>;
/** A value for each hole, by name; or what makes them of the keys that the policy makes, for what is encrypted with one of those. */
export type ValuesOf<Names extends string> = { readonly [N in Names]: pulumi.Input<string> } | ((made: MadeKey) => { readonly [N in Names]: pulumi.Input<string> });

type Refuse = MaterializeArgs['refuse'];

/**
 * What was given, judged as soon as it is known: names and texts at once, before anything is registered; outputs when they
 * resolve, each beside those that are known by then, so that two that do not go together are found out by the later one.
 */
export function holeValues(given: unknown, context: HoleContext, refuse: Refuse): Values {
  if (typeof given !== 'function') return judged(given, context, (found) => { refuse(found, 'Nothing was registered.'); });
  return (keys) => judged((given as (made: MadeKey) => unknown)(madeKey(keys, refuse)), context, (found) => { refuse(found, 'Nothing but keys was applied.'); }, keys);
}

function judged(given: unknown, context: HoleContext, refuse: (found: readonly Diagnostic[]) => void, keys: MadeKeys = new Map()): GivenValues {
  if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given) || later(given))) {
    refuse([diagnose('CS5042', { message: 'the values of the holes are no record', help: 'give an object with the name of each hole; the values themselves may be outputs, their names may not' })]);
  }
  const { policy } = context;
  const inputs = new Map(Object.entries((given ?? {}) as Readonly<Record<string, pulumi.Input<string> | undefined>>).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
  refuse(checkNames(policy, inputs.keys()));

  const known = new Map<string, unknown>([...inputs].filter(([, value]) => !later(value)));
  refuse(checkValues(context, known).filter(({ code }) => code !== 'CS5040')); // the others are still to come
  const objections = policy.holes.filter(({ name }) => !known.has(name)).map((hole) => pulumi.output(inputs.get(hole.name)).apply((value): readonly Diagnostic[] => {
    known.set(hole.name, value);
    return [...checkValue(context, hole, known), ...policy.holes.filter((other) => other.name > hole.name && known.has(other.name) && concerns(other, hole, known)).flatMap((other) => checkValue(context, other, known))];
  }));
  const alike = policy.holes.filter(({ service }) => service === 'kms').flatMap((hole) => [...keys].map(([api, arn]) => pulumi.all([inputs.get(hole.name), arn]).apply(([value, made]) => (value === made ? [alreadyMade(policy, hole, api)] : []))));
  return { filling: inputs, objections: [...objections, ...alike] };
}

/** What the later of two values may be wrong about because of the earlier one: that they are one, or a key and what it encrypts. */
const concerns = (one: Hole, other: Hole, known: ReadonlyMap<string, unknown>): boolean => known.get(one.name) === known.get(other.name) || (one.service === 'kms') !== (other.service === 'kms');

/** Whoever is granted one of the two keys would be granted the other, and each of their policies would take the other's place. */
const alreadyMade = ({ apis, holes }: Policy, hole: Hole, api: string): Diagnostic => diagnose('CS5048', {
  message: `the hole \`${hole.name}\` was given the key \`${api}\`, which the policy makes`,
  pointer: `/holes/${holes.indexOf(hole)}`, help: 'give each its own key; where the two are one, declare one API',
  related: [{ message: `\`${api}\` is declared here`, pointer: `/apis/${apis.findIndex(({ name }) => name === api)}` }],
});

/** What is not there yet. */
const later = (value: unknown): boolean => pulumi.Output.isInstance(value) || value instanceof Promise;

const madeKey = (keys: MadeKeys, refuse: Refuse): MadeKey => (api) => {
  const arn = keys.get(api);
  if (arn !== undefined) return arn;
  const meant = nearest(api, keys.keys());
  refuse([diagnose('CS5049', {
    message: `the values ask for the key \`${api}\`, and the policy makes no such key`,
    help: meant !== undefined ? `it makes \`${meant}\`` : keys.size === 0 ? 'it makes none' : `it makes ${[...keys.keys()].map((name) => `\`${name}\``).join(', ')}`,
  })], 'Nothing but keys was applied.');
  throw new Error(`no key ${api}`); // `refuse` has thrown
};
