import type { Request } from '#spec';
import type { Atom, Reading } from '../atom.ts';
import { createAddressReader } from '../address.ts';
import { oneOf, says, skew } from '../claim-reading.ts';
import type { Node } from '../conditions.ts';
import { isOpen, windowOf } from '../window.ts';
import { bearerOf, issuersOf, type Issuer } from './bearer.ts';
import { inRanges } from './in-ranges.ts';

type Test = (request: Request) => boolean;

/**
 * Judges requests. Each node is made into a closure once. What several atoms read of one request (its time, its address,
 * whose token it is) is read once for each question asked, or for as long as it says the same.
 */
export function createJudge(): (node: Node, request: Request) => boolean {
  const tests: Test[] = [];
  const bearers = new Map<number, (request: Request) => Issuer | undefined>();
  const reader = createAddressReader();
  let question = 0, instant = Number.NaN, timeText: string | undefined, addressText: string | undefined;

  const instantOf = ({ context: { time } }: Request): number => {
    if (time !== timeText) { instant = Date.parse(time); timeText = time; }
    return instant;
  };

  const bearerIn = (reading: Reading): ((request: Request) => Issuer | undefined) => {
    const known = bearers.get(reading.id);
    if (known !== undefined) return known;
    const issuers = issuersOf(reading);
    let asked = -1, bearer: Issuer | undefined;
    const of = (request: Request): Issuer | undefined => {
      if (asked !== question) { bearer = bearerOf(issuers, request, instantOf(request) / 1000); asked = question; }
      return bearer;
    };
    bearers.set(reading.id, of);
    return of;
  };

  const isYoung = (age: number, seconds: number): boolean => age >= -skew && age <= seconds;
  /** A moment in a token is a number of seconds since 1970. */
  const isSince = (moment: unknown, seconds: number, request: Request): boolean =>
    typeof moment === 'number' && isYoung(instantOf(request) / 1000 - moment, seconds);

  const testOf = (atom: Atom): Test => {
    switch (atom.kind) {
      case 'throughExposure': return ({ throughExposure }) => throughExposure;
      case 'client': { const { partner } = atom; return ({ client }) => client !== undefined && client.partner === partner; }
      case 'bearer': { const of = bearerIn(atom.reading), { provider } = atom; return (request) => of(request)?.provider.name === provider; }
      case 'claim': {
        const of = bearerIn(atom.reading), said = says(atom.claim, atom.anyOf);
        return (request) => of(request) !== undefined && said(request.subject!.claims);
      }
      case 'mfa': {
        const of = bearerIn(atom.reading);
        return (request) => request.context.mfa ?? of(request)?.saysStrong?.(request.subject!.claims) ?? false;
      }
      case 'authenticatedWithin': {
        const of = bearerIn(atom.reading), { seconds } = atom;
        return (request) => {
          const stated = request.context.authenticationAgeSeconds;
          if (stated !== undefined) return isYoung(stated, seconds);
          const read = of(request)?.authenticatedAt;
          return read !== undefined && isSince(read(request.subject!.claims), seconds, request);
        };
      }
      case 'maxTokenAge': {
        const of = bearerIn(atom.reading), { seconds } = atom;
        return (request) => {
          const stated = request.context.tokenAgeSeconds;
          return stated !== undefined ? isYoung(stated, seconds) : of(request) !== undefined && isSince(request.subject!.claims['iat'], seconds, request);
        };
      }
      case 'device': {
        const of = bearerIn(atom.reading), is = oneOf(atom.anyOf);
        const saidBy = new Map(atom.reading.providers.flatMap(({ asserts, name }) => (asserts?.device === undefined ? [] : [[name, says(asserts.device.claim, atom.anyOf)] as const])).reverse());
        return (request) => {
          const stated = request.context.device;
          if (stated !== undefined) return is(stated);
          const bearer = of(request);
          return bearer?.provider.asserts?.device !== undefined && saidBy.get(bearer.provider.name)!(request.subject!.claims);
        };
      }
      case 'from': {
        const inside = inRanges(atom.cidrs);
        return ({ context: { sourceAddress } }) => {
          if (sourceAddress === undefined) return false;
          if (sourceAddress !== addressText) { reader.read(sourceAddress); addressText = sourceAddress; }
          return inside(reader);
        };
      }
      case 'during': { const window = windowOf(atom); return (request) => { const now = instantOf(request); return !Number.isNaN(now) && isOpen(window, now); }; }
      case 'risk': { const { below } = atom; return ({ context: { risk } }) => risk !== undefined && risk < below; }
      case 'header': {
        const find = headerNamed(atom.name), is = oneOf(atom.anyOf);
        return ({ context: { headers } }) => { const value = headers === undefined ? undefined : find(headers); return value !== undefined && is(value); };
      }
      case 'before': { const { instant: end } = atom; return (request) => instantOf(request) < end; }
      case 'inTheClear': return ({ context }) => context.inTheClear === true;
      case 'weakerEncryption': return ({ context }) => context.weakerEncryption === true;
      default: return atom satisfies never;
    }
  };

  const compiled = (node: Node): Test => (tests[node.id] ??= compile(node));
  const compile = (node: Node): Test => {
    switch (node.kind) {
      case 'always': return () => true;
      case 'never': return () => false;
      case 'atom': return testOf(node.atom);
      case 'not': { const test = compiled(node.of); return (request) => !test(request); }
      case 'all': return every(node.of.map(compiled));
      case 'any': return some(node.of.map(compiled));
      default: return node satisfies never;
    }
  };

  return (node, request) => { question++; return (tests[node.id] ?? compiled(node))(request); };
}

function every(tests: readonly Test[]): Test {
  const [a, b, c] = tests;
  if (tests.length === 2) return (request) => a!(request) && b!(request);
  if (tests.length === 3) return (request) => a!(request) && b!(request) && c!(request);
  return (request) => { for (let at = 0; at < tests.length; at++) if (!tests[at]!(request)) return false; return true; };
}

function some(tests: readonly Test[]): Test {
  const [a, b] = tests;
  if (tests.length === 2) return (request) => a!(request) || b!(request);
  return (request) => { for (let at = 0; at < tests.length; at++) if (tests[at]!(request)) return true; return false; };
}

/** Names of headers know no case. Of several that are named alike, the first. */
function headerNamed(given: string): (headers: Readonly<Record<string, string>>) => string | undefined {
  const name = given.toLowerCase();
  return (headers) => {
    for (const key in headers) if (isNamed(key, name) && Object.hasOwn(headers, key)) return headers[key];
    return undefined;
  };
}

function isNamed(key: string, lower: string): boolean {
  if (key === lower) return true;
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    if (code > 127) return key.toLowerCase() === lower; // cases of other letters are of other lengths at times
    if ((code >= 65 && code <= 90 ? code + 32 : code) !== lower.charCodeAt(at)) return false;
  }
  return key.length === lower.length;
}
