import { identityName, operationText, type AnswerBecause, type AnswerMissing, type IdentityRef, type Operation } from '#ir';
import { isCanonicalPath, type Destination } from '#spec';
import { askerName, type Asker } from './asker.ts';
import type { Askable } from './askable.ts';
import { destinationText } from './asked.ts';
import { carriersOf, indexOf, type Carrier } from './carriers.ts';

/** A denial, in a sentence, and what there is to do about it. */
export interface Missed { readonly says: string; readonly missing: AnswerMissing }

/** What is missing, as `decide` says it, in words: who it is offered to, by whom it is not asked for, what does not hold. */
export function missed(askable: Askable, asker: Asker, to: Destination, because: Extract<AnswerBecause, { missing: unknown }>): Missed {
  const who = askerName(asker), wanted = carriersOf(askable.policy, to), nearest = nearestOf(askable, wanted, because.nearest);
  const name = wanted.length === 1 && wanted[0] !== undefined && !wanted[0].wholePort ? nameOf(wanted[0]) : destinationText(to), what = `\`${name}\``;
  const owner = ownerOf(askable, to, wanted), at = nearest === undefined ? undefined : askable.place?.(nearest.pointer);
  const half = because.missing, base = { half, ...(at === undefined ? {} : { at }) };
  switch (half) {
    case 'request': return {
      says: `${what} is offered to \`${who}\`, which does not ask for it`,
      missing: { ...base, help: `the request is \`${who}\`'s to write: \`${callsText(who, nearest?.carrier)}\`` },
    };
    case 'condition': return {
      says: because.condition === undefined ? `\`${because.nearest ?? name}\` has ended, or is not to be had this way` : `\`${because.nearest ?? name}\` asks for ${because.condition}`,
      missing: { ...base, ...(because.condition === undefined ? {} : { condition: because.condition }) },
    };
    case 'identity': return {
      says: nearest === undefined ? `${who === '' ? 'whoever asks' : `\`${who}\``} is nobody whom this policy grants anything there` : `${what} is offered to \`${identityName(nearest.identity)}\`, and ${lackOf(askable, nearest.identity)}`,
      missing: { ...base, offeredTo: offeredTo(wanted) },
    };
    case 'offer': {
      const names = offeredTo(wanted), offer = firstOffer(askable, wanted), there = offer === undefined ? at : askable.place?.(offer) ?? at;
      return {
        says: saysOffer(askable, to, wanted, what, names),
        missing: { half, ...(there === undefined || wanted.length === 0 ? {} : { at: there }), offeredTo: names, ...(wanted.length === 0 || owner === undefined ? {} : { help: `ask ${owner} to offer it` }) },
      };
    }
    default: return half satisfies never;
  }
}

const nameOf = ({ api, operation }: Pick<Carrier, 'api' | 'operation'>): string => `${api.name}.${operation.name}`;

function saysOffer(askable: Askable, to: Destination, wanted: readonly Carrier[], what: string, names: readonly string[]): string {
  if (to.kind === 'http' && !wanted.some(({ wholePort }) => !wholePort)) {
    if (!isCanonicalPath(to.path)) return `\`${to.path}\` is not how that path is spelt, and any other spelling is denied`;
    const api = indexOf(askable.policy).apis.get(to.api);
    return `no operation of \`${to.api}\` is \`${to.upgrade ?? to.method} ${to.path}\`${api === undefined ? '' : otherwise(api.operations, to)}`;
  }
  if (to.kind === 'builtin') return to.name === 'instanceMetadata' ? 'the node\'s own credentials are nobody\'s' : `\`${to.name}\` is for ${to.name === 'apiServer' ? 'whoever says that it calls it (`callsApiServer`)' : 'whoever is granted something that needs it'}`;
  if (to.kind === 'probe') return `${what} is for \`nodeProbes\` only`;
  if (wanted.length === 0) return `nothing is served at ${what}`;
  if (names.length === 0) return `${what} is offered to nobody`;
  return names.length === 1 ? `${what} is offered to \`${names[0]}\` only` : `${what} is offered to ${names.slice(0, 4).map((one) => `\`${one}\``).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`;
}

/** The same path by other methods. */
function otherwise(operations: readonly Operation[], { path }: { readonly path: string }): string {
  const same = operations.filter((operation) => operation.kind === 'http' && operation.path === path).map(operationText);
  return same.length === 0 ? '' : `; it has ${same.map((one) => `\`${one}\``).join(', ')}`;
}

function offeredTo(wanted: readonly Carrier[]): readonly string[] {
  return [...new Set(wanted.flatMap(({ api, operation }) => api.offers.filter((offer) => offer.operation === operation.name).flatMap(({ to }) => to.map(identityName))))];
}

function firstOffer({ policy }: Askable, wanted: readonly Carrier[]): string | undefined {
  for (const { api, operation } of wanted) {
    const at = api.offers.findIndex((offer) => offer.operation === operation.name);
    if (at >= 0) return `/apis/${policy.apis.indexOf(api)}/offers/${at}`;
    return `/apis/${policy.apis.indexOf(api)}`;
  }
  return undefined;
}

interface Nearest { readonly carrier: Carrier; readonly identity: IdentityRef; readonly pointer: string }
function nearestOf({ policy }: Askable, wanted: readonly Carrier[], ref: string | undefined): Nearest | undefined {
  for (const carrier of wanted) {
    for (const [at, offer] of carrier.api.offers.entries()) {
      const identity = offer.operation !== carrier.operation.name ? undefined : offer.to.find((one) => `${identityName(one)} → ${nameOf(carrier)}` === ref);
      if (identity !== undefined) return { carrier, identity, pointer: `/apis/${policy.apis.indexOf(carrier.api)}/offers/${at}` };
    }
  }
  return undefined;
}

function lackOf({ policy }: Askable, identity: IdentityRef): string {
  const group = identity.kind === 'people' ? identity.name : identity.kind === 'workload' ? identity.actingFor : undefined, people = policy.people.find(({ name }) => name === group);
  if (people !== undefined) return `no token of \`${people.via}\` shows one of \`${people.name}\``;
  return identity.kind === 'partner' ? `no certificate of \`${identity.name}\` is shown` : 'this is somebody else';
}

const callsText = (who: string, carrier: Carrier | undefined): string => (carrier === undefined ? `${who}.calls(…)` : `${who}.calls(${carrier.api.name}.${carrier.operation.name}, { because: … })`);

function ownerOf({ policy }: Askable, to: Destination, wanted: readonly Carrier[]): string | undefined {
  const api = wanted[0]?.api ?? ('api' in to ? indexOf(policy).apis.get(to.api) : undefined);
  return api?.owner === undefined ? undefined : `\`${api.owner}\``;
}
