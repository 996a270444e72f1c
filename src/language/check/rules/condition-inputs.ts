import { diagnose, type Diagnostic, type Related } from '#diagnostics';
import { identityName, isCloudApi, requirementsOn, type Api, type Condition, type IdentityProvider, type IdentityRef } from '#ir';
import { conditionAtoms, type AtomicCondition } from '../condition-atoms.ts';
import type { Located } from '../located.ts';
import { offeredAt, segmentServing, type OfferedTo, type PolicyContext } from '../policy-context.ts';
import { listed, quoted } from '../wording.ts';

/** CS1039, CS1040 and CS1044: whoever is asked for something can show it, in a way that somebody can read and trust. */
export function conditionInputs(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const said = new Set<string>();
  const say = (key: string, diagnostic: () => Diagnostic): void => { if (!said.has(key)) { said.add(key); found.push(diagnostic()); } };

  for (const segment of context.segments) {
    for (const kind of ['workloads', 'partners'] as const) {
      for (const [index, condition] of segment.value.requires[kind].entries()) {
        for (const { value, pointer } of conditionAtoms(condition, `${segment.pointer}/requires/${kind}/${index}`)) {
          if (readsToken(value)) say(pointer, () => withoutToken(`the segment ${quoted(segment.value.name)} asks ${kind} for \`${value.kind}\``, pointer, 'ask it of people', []));
        }
      }
    }
  }
  for (const offers of context.offered.groups()) {
    for (const half of offers) {
      if (isCloudApi(half.api.value)) continue; // what IAM can look at: CS1074
      for (const { condition, of, pointer, related } of asked(context, half)) {
        const bearer = providerOf(context, half.identity);
        if (bearer === 'nobody' && related.length > 0 && needsToken(condition) && half.identity.kind === 'anyone') {
          say(`${offeredAt(half)} ${pointer}`, () => withoutToken(`${quoted(`${half.api.value.name}.${half.offer.value.operation}`)} is offered to \`anyone\`, and ${of} asks for a token`, offeredAt(half),
            'offer it to people, or serve the public part from a workload in another segment', [{ message: 'it is asked for', pointer }]));
          continue;
        }
        for (const atom of conditionAtoms(condition, pointer)) {
          if (bearer === 'nobody' && readsToken(atom.value) && related.length === 0) {
            const none = half.offer.value.to.filter((identity) => providerOf(context, identity) === 'nobody').map(identityName);
            say(atom.pointer, () => withoutToken(`${of} asks ${listed(none)} for \`${atom.value.kind}\``, atom.pointer, `give ${listed(none)} an offer of ${none.length === 1 ? 'its' : 'their'} own without it, or offer it to people, or to a workload that acts for them (\`ui.actingFor(shoppers)\`)`, []));
          }
          if (typeof bearer === 'object') {
            for (const input of inputsOf(atom.value)) {
              if (bearer.value.asserts?.[input] !== undefined) continue;
              say(`${atom.pointer} ${bearer.pointer} ${input}`, () => unmapped(of, half, atom, bearer, input, related));
            }
          }
          if (atom.value.kind === 'header' && !isTrusted(half.api.value, half.identity, atom.value.trustedHop)) {
            const { name, trustedHop } = atom.value;
            say(`${atom.pointer} ${offeredAt(half)}`, () => diagnose('CS1044', {
              message: `${of} asks ${quoted(identityName(half.identity))} for the header ${quoted(name)} set by ${quoted(trustedHop)}, ${hopText(half)}`,
              pointer: `${atom.pointer}/trustedHop`, related, help: hopAdvice(half),
            }));
          }
        }
      }
    }
  }
  return found;
}

/** What an offer and its segment ask of one identity. `related` is there for what the segment asks: the offer that it is asked of. */
function asked(context: PolicyContext, half: OfferedTo): readonly { readonly condition: Condition; readonly of: string; readonly pointer: string; readonly related: readonly Related[] }[] {
  const { when } = half.offer.value;
  const segment = segmentServing(context, half.api);
  const required = segment === undefined ? [] : (['people', 'workloads', 'partners'] as const).flatMap((kind) =>
    requirementsOn({ people: [], workloads: [], partners: [], [kind]: segment.value.requires[kind] }, half.identity).map((condition, index) => ({ condition, pointer: `${segment.pointer}/requires/${kind}/${index}` })));
  if (when.length === 0 && required.length === 0) return [];
  const name = quoted(`${half.api.value.name}.${half.offer.value.operation}`);
  const related = [{ message: `${name} is offered to ${quoted(identityName(half.identity))}`, pointer: offeredAt(half) }];
  return [
    ...when.map((condition, index) => ({ condition, of: `the offer of ${name}`, pointer: `${half.offer.pointer}/when/${index}`, related: [] })),
    ...required.map((one) => ({ ...one, of: `the segment ${quoted(segment?.value.name ?? '')}`, related })),
  ];
}

/** Whose token comes with the requests of this identity; nobody's, or one that `references` has said is not known. */
function providerOf(context: PolicyContext, identity: IdentityRef): Located<IdentityProvider> | 'nobody' | 'unknown' {
  const people = identity.kind === 'people' ? identity.name : identity.kind === 'workload' ? identity.actingFor : undefined;
  if (people === undefined) return 'nobody';
  return context.providerNamed.get(context.peopleNamed.get(people)?.value.via ?? '') ?? 'unknown';
}

function readsToken(condition: AtomicCondition): boolean {
  switch (condition.kind) {
    case 'claim': case 'mfa': case 'authenticatedWithin': case 'maxTokenAge': case 'device': return true;
    case 'from': case 'during': case 'header': case 'risk': return false;
    default: return condition satisfies never;
  }
}

/** Can it hold for nobody without a token? */
function needsToken(condition: Condition): boolean {
  return condition.kind === 'all' ? condition.of.some(needsToken) : condition.kind === 'any' ? condition.of.every(needsToken) : readsToken(condition);
}

type Input = keyof NonNullable<IdentityProvider['asserts']>;

/** What the provider has to have mapped for it. */
function inputsOf(condition: AtomicCondition): readonly Input[] {
  switch (condition.kind) {
    case 'mfa': return condition.within === undefined ? ['mfa'] : ['mfa', 'authenticatedAt'];
    case 'authenticatedWithin': return ['authenticatedAt'];
    case 'device': return ['device'];
    case 'claim': case 'maxTokenAge': case 'from': case 'during': case 'risk': case 'header': return [];
    default: return condition satisfies never;
  }
}

const inputText: Readonly<Record<Input, { readonly what: string; readonly example: string }>> = {
  mfa: { what: 'that there was a second factor', example: "mfa: { claim: 'amr', anyOf: ['mfa'] }" },
  authenticatedAt: { what: 'when its person has authenticated', example: "authenticatedAt: 'auth_time'" },
  device: { what: 'the state of the device', example: "device: 'device_trust'" },
};

const unmapped = (of: string, { identity }: OfferedTo, { pointer, value }: Located<AtomicCondition>, provider: Located<IdentityProvider>, input: Input, related: readonly Related[]): Diagnostic => diagnose('CS1039', {
  message: `${of} asks ${quoted(identityName(identity))} for \`${value.kind}\`, and ${quoted(provider.value.name)} does not state how its tokens say ${inputText[input].what}`,
  pointer, related: [{ message: `${quoted(provider.value.name)} is declared`, pointer: provider.pointer }, ...related],
  help: `state \`asserts: { ${inputText[input].example} }\` in ${quoted(provider.value.name)}, as its tokens have it, or leave the condition out`,
});

const withoutToken = (what: string, pointer: string, help: string, related: readonly Related[]): Diagnostic =>
  diagnose('CS1040', { message: `${what}, and only people's requests carry a token`, pointer, related, help });

const fromOutside = (identity: IdentityRef): boolean => identity.kind === 'people' || identity.kind === 'partner' || identity.kind === 'anyone';

/** A header is believed of the workload that proves its identity on the connection, or of the gateway that everybody comes through. */
function isTrusted({ exposedAt }: Api, identity: IdentityRef, trustedHop: string): boolean {
  return fromOutside(identity) ? exposedAt?.kind === 'gateway' && exposedAt.gateway === trustedHop : identity.kind === 'workload' && identity.name === trustedHop;
}

function hopText({ api, identity }: OfferedTo): string {
  if (!fromOutside(identity)) return `and in a request of ${quoted(identityName(identity))} only that workload itself can be believed`;
  return api.value.exposedAt?.kind === 'gateway' ? `and what comes from outside comes through the gateway ${quoted(api.value.exposedAt.gateway)}` : `and ${quoted(api.value.name)} is at no gateway that could set it`;
}
function hopAdvice({ api, identity }: OfferedTo): string {
  const hop = !fromOutside(identity) ? (identity.kind === 'workload' ? identity.name : undefined) : api.value.exposedAt?.kind === 'gateway' ? api.value.exposedAt.gateway : undefined;
  return hop === undefined ? 'leave the condition out, or expose the API at a gateway that sets the header' : `write \`trustedHop: '${hop}'\`, if ${quoted(hop)} sets the header, or give this identity an offer of its own`;
}
