import { claimPath } from '#ir';
import type { Atom, Reading } from '../atom.ts';
import { isSpaceDelimited, skew } from '../claim-reading.ts';
import { issuersOf, type Issuer } from '../judge/bearer.ts';
import type { Draft, Said } from './draft.ts';
import type { Encode } from './dimension.ts';
import { ofKind } from './kinds.ts';
import { costOf, type Problem } from './problem.ts';
import { agesWithin } from './said-ages.ts';
import { falsity, negated, type Lit } from './sat.ts';
import { otherText, textClasses } from './texts.ts';

/** Moments: whatever else stands there, the token is no good, or says nothing. */
const moments: readonly string[] = ['exp', 'nbf', 'iat'];
/** What a token says of itself. Nothing lies below these. */
const own: readonly string[] = [...moments, 'iss', 'aud'];

/**
 * Whose token, and what it says: one provider, or none; at each claim some texts, or one moment, or a plain `true`, or nothing.
 * The context may say the same of the request, and is believed first. Readings differ in what they take for good.
 */
export const token: Encode = (problem, atoms) => {
  const { both, brings, either } = problem;
  const readings = [...new Set(atoms.flatMap((atom) => ('reading' in atom ? [atom.reading] : [])))];
  const issuers = new Map(readings.map((reading) => [reading, issuersOf(reading)]));
  const names = [...new Set(readings.flatMap(({ providers }) => providers.map(({ name }) => name)))];
  const chosen = problem.choice(names.length);
  problem.costs(chosen, costOf.onTheWire);
  const claims = claimsOf(problem, atoms, issuers);
  const someToken = either(chosen);
  for (const lit of claims.said) brings(lit, [someToken]);

  const goods = new Map<Issuer, Lit>();
  const good = (issuer: Issuer): Lit => {
    let lit = goods.get(issuer);
    if (lit === undefined) goods.set(issuer, lit = both([chosen[names.indexOf(issuer.provider.name)]!, claims.isOrSilent('iss', [issuer.provider.issuer]), claims.isOrSilent('aud', issuer.provider.audiences)]));
    return lit;
  };
  /** By whoever's good token it is. */
  const byAny = (reading: Reading, says: (issuer: Issuer) => Lit): Lit => either([...issuers.get(reading)!.values()].map((issuer) => both([good(issuer), says(issuer)])));

  const strong = problem.choice(2), strengthSaid = either(strong); // stated in the context: that there is a strong factor, or that there is none
  problem.costs(strong, costOf.inTheContext);
  const stated = (kind: 'authenticatedWithin' | 'maxTokenAge') => {
    const asked = ofKind(atoms, kind), bounds = asked.map(({ seconds }) => seconds);
    const ages = asked.length === 0 ? [] : [...agesWithin(bounds), { age: Math.max(...bounds) + 1, within: [] }];
    const lits = problem.choice(ages.length);
    problem.costs(lits, costOf.inTheContext);
    return { ages, lits, said: either(lits), within: (seconds: number): Lit => either(lits.filter((_, at) => ages[at]!.age <= seconds)) };
  };
  const authenticated = stated('authenticatedWithin'), issued = stated('maxTokenAge');
  const devices = ofKind(atoms, 'device'), deviceSets = devices.map(({ anyOf }) => anyOf);
  const deviceTexts = devices.length === 0 ? [] : [...textClasses(deviceSets).map(({ text }) => text), otherText(deviceSets, 'unknown')];
  const deviceLits = problem.choice(deviceTexts.length), deviceSaid = either(deviceLits);
  problem.costs(deviceLits, costOf.inTheContext);

  /** What the context says, or, where it says nothing, the token. */
  const first = (contextSays: Lit, isSaid: Lit, tokenSays: Lit): Lit => either([contextSays, both([negated(isSaid), tokenSays])]);
  const meaning = (atom: Atom): Lit => {
    switch (atom.kind) {
      case 'bearer': { const issuer = issuers.get(atom.reading)!.get(atom.provider); return issuer === undefined ? falsity : good(issuer); }
      case 'claim': return byAny(atom.reading, () => claims.includes(claimPath(atom.claim), atom.anyOf));
      case 'mfa': return first(strong[0]!, strengthSaid, byAny(atom.reading, ({ provider: { asserts } }) => {
        const mfa = asserts?.mfa;
        return mfa === undefined ? falsity : mfa.anyOf === undefined ? claims.isTrue(claimPath(mfa.claim)) : claims.includes(claimPath(mfa.claim), mfa.anyOf);
      }));
      case 'authenticatedWithin': return first(authenticated.within(atom.seconds), authenticated.said, byAny(atom.reading, ({ provider: { asserts } }) =>
        (asserts?.authenticatedAt === undefined ? falsity : claims.isWithin(claimPath(asserts.authenticatedAt.claim), atom.seconds))));
      case 'maxTokenAge': return first(issued.within(atom.seconds), issued.said, byAny(atom.reading, () => claims.isWithin(['iat'], atom.seconds)));
      case 'device': return first(either(deviceLits.filter((_, at) => atom.anyOf.includes(deviceTexts[at]!))), deviceSaid, byAny(atom.reading, ({ provider: { asserts } }) =>
        (asserts?.device === undefined ? falsity : claims.includes(claimPath(asserts.device.claim), atom.anyOf))));
      default: throw new Error(`\`${atom.kind}\` is not read off a token`);
    }
  };
  return {
    lits: new Map(atoms.map((atom) => [atom, meaning(atom)])),
    read: (isTrue, draft) => {
      const at = (lits: readonly Lit[]): number => lits.findIndex(isTrue);
      const provider = names[at(chosen)];
      if (provider !== undefined) draft.token = { provider, claims: claims.read(isTrue) };
      if (isTrue(strengthSaid)) draft.mfa = isTrue(strong[0]!);
      const authenticationAge = authenticated.ages[at(authenticated.lits)]?.age, tokenAge = issued.ages[at(issued.lits)]?.age, device = deviceTexts[at(deviceLits)];
      if (authenticationAge !== undefined) draft.authenticationAgeSeconds = authenticationAge;
      if (tokenAge !== undefined) draft.tokenAgeSeconds = tokenAge;
      if (device !== undefined) draft.device = device;
    },
  };
};

interface Claims {
  /** Each thing that can be said. */
  readonly said: readonly Lit[];
  readonly includes: (path: readonly string[], anyOf: readonly string[]) => Lit;
  readonly isTrue: (path: readonly string[]) => Lit;
  readonly isWithin: (path: readonly string[], seconds: number) => Lit;
  /** Nothing is said there, or one of these. */
  readonly isOrSilent: (claim: string, anyOf: readonly string[]) => Lit;
  readonly read: (isTrue: (lit: Lit) => boolean) => NonNullable<Draft['token']>['claims'];
}

interface Place {
  readonly path: readonly string[];
  readonly sets: (readonly string[])[];
  readonly bounds: number[];
  asksTrue: boolean;
  spaced: boolean;
}

function claimsOf(problem: Problem, atoms: readonly Atom[], issuers: ReadonlyMap<Reading, ReadonlyMap<string, Issuer>>): Claims {
  const { atMostOne, either } = problem;
  const places = new Map<string, Place>();
  const keyOf = (path: readonly string[]): string => JSON.stringify(path);
  const placeAt = (claim: string): Place => {
    const path = claimPath(claim), key = keyOf(path);
    let place = places.get(key);
    if (place === undefined) places.set(key, place = { path, sets: [], bounds: [], asksTrue: false, spaced: true });
    place.spaced &&= isSpaceDelimited(claim);
    return place;
  };
  for (const atom of atoms) {
    if (!('reading' in atom)) continue;
    const all = [...issuers.get(atom.reading)!.values()];
    switch (atom.kind) {
      case 'claim': placeAt(atom.claim).sets.push(atom.anyOf); break;
      case 'mfa': for (const { provider: { asserts } } of all) {
        if (asserts?.mfa === undefined) continue;
        const place = placeAt(asserts.mfa.claim);
        if (asserts.mfa.anyOf === undefined) place.asksTrue = true; else place.sets.push(asserts.mfa.anyOf);
      } break;
      case 'authenticatedWithin': for (const { provider: { asserts } } of all) if (asserts?.authenticatedAt !== undefined) placeAt(asserts.authenticatedAt.claim).bounds.push(atom.seconds); break;
      case 'maxTokenAge': placeAt('iat').bounds.push(atom.seconds); break;
      case 'device': for (const { provider: { asserts } } of all) if (asserts?.device !== undefined) placeAt(asserts.device.claim).sets.push(atom.anyOf); break;
      case 'bearer': break;
      default: atom satisfies never;
    }
  }
  const issuing = [...issuers.values()].flatMap((known) => [...known.values()].map(({ provider }) => provider));
  if (new Set(issuing.map(({ issuer }) => issuer)).size > 1 || places.has(keyOf(['iss']))) for (const { issuer } of issuing) placeAt('iss').sets.push([issuer]);
  if (new Set(issuing.map(({ audiences }) => JSON.stringify(audiences))).size > 1 || places.has(keyOf(['aud']))) for (const { audiences } of issuing) placeAt('aud').sets.push(audiences);

  const encoded = new Map([...places].map(([key, place]) => [key, encodePlace(problem, place)]));
  // What is a text, a moment or a list has nothing below it.
  for (const one of encoded.values()) for (const other of encoded.values()) {
    if (one.place.path.length < other.place.path.length && one.place.path.every((part, index) => part === other.place.path[index])) atMostOne([one.said, other.said]);
  }
  const find = (path: readonly string[]): EncodedPlace | undefined => encoded.get(keyOf(path));
  return {
    said: [...encoded.values()].map(({ said }) => said),
    includes: (path, anyOf) => { const set = new Set(anyOf); return either((find(path)?.texts ?? []).flatMap(({ lit, text }) => (set.has(text) ? [lit] : []))); },
    isTrue: (path) => find(path)?.isTrue ?? falsity,
    isWithin: (path, seconds) => either((find(path)?.ages ?? []).flatMap(({ age, lit }) => (age <= seconds ? [lit] : []))),
    isOrSilent: (claim, anyOf) => {
      const place = find([claim]);
      return place === undefined ? negated(falsity) : either([negated(place.said), ...place.texts.flatMap(({ lit, text }) => (anyOf.includes(text) ? [lit] : []))]);
    },
    read: (isTrue) => [...encoded.values()].flatMap(({ ages, isTrue: plainly, place, said, texts }) => {
      if (!isTrue(said)) return [];
      const age = ages.find(({ lit }) => isTrue(lit))?.age, words = texts.flatMap(({ lit, text }) => (isTrue(lit) ? [text] : []));
      return [[place.path, isTrue(plainly) ? { value: true } : age !== undefined ? { age } : spoken(place, words)] as const];
    }),
  };
}

/** A list, but where texts are set apart by spaces, and where there is one text by nature. */
function spoken({ path, spaced }: Place, texts: readonly string[]): Said {
  if (spaced && texts.every((text) => text !== '' && !text.includes(' '))) return { text: texts.join(' ') };
  return texts.length === 1 && path.length === 1 && ['iss', 'aud', 'sub'].includes(path[0]!) ? { text: texts[0]! } : { texts };
}

interface EncodedPlace {
  readonly place: Place;
  readonly said: Lit;
  readonly texts: readonly { readonly text: string; readonly lit: Lit }[];
  readonly ages: readonly { readonly age: number; readonly lit: Lit }[];
  readonly isTrue: Lit;
}

function encodePlace(problem: Problem, place: Place): EncodedPlace {
  const { path, sets } = place, [first = ''] = path, isOwn = own.includes(first), isMoment = path.length === 1 && moments.includes(first);
  const speaks = !isOwn || (path.length === 1 && !isMoment);
  const classes = speaks ? textClasses(sets) : [];
  const lits = first === 'iss' ? problem.choice(classes.length) : classes.map(() => problem.sat.fresh());
  for (const lit of lits) problem.costs([lit], costOf.onTheWire);
  // A token that ends has not ended for longer than clocks may differ.
  const ages = isOwn && !isMoment ? [] : agesWithin(place.bounds).filter(({ age }) => first !== 'exp' || age < skew);
  const ageLits = problem.choice(ages.length);
  problem.costs(ageLits, costOf.onTheWire);
  const isTrue = place.asksTrue && !isOwn ? problem.sat.fresh() : falsity;
  if (isTrue !== falsity) problem.costs([isTrue], costOf.onTheWire);
  const spokenOf = problem.either(lits), dated = problem.either(ageLits);
  problem.atMostOne([spokenOf, dated, isTrue]);
  return {
    place, said: problem.either([spokenOf, dated, isTrue]), isTrue,
    texts: classes.map(({ text }, at) => ({ text, lit: lits[at]! })), // it stands for all that are in the same sets
    ages: ages.map(({ age }, at) => ({ age, lit: ageLits[at]! })),
  };
}
