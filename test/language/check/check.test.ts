import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noSites, renderText, type Declared } from '#diagnostics';
import { canonicalize, type IdentityRef, type Policy } from '#ir';
import { decide, type Request } from '#spec';
import { estates, profiles } from '#testing';
import { check, checkPlatform } from '../../../src/language/check/index.ts';
import { platformRules, policyRules } from '../../../src/language/check/rules.ts';
import { ask, asOf, http, never, offer, api, segment, shop, who, workload, written } from './draft.ts';

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const filesOf = (folder: string): readonly string[] => readdirSync(new URL(`../../../src/language/check/rules/${folder}`, import.meta.url), { withFileTypes: true })
  .filter((file) => file.isFile()).map(({ name }) => name.replace(/\.ts$/, '')).sort();

test('every rule of the folder is registered, and no other', () => {
  expect(policyRules.map(({ name }) => kebab(name)).sort()).toEqual(filesOf(''));
  expect(platformRules.map(({ name }) => kebab(name)).sort()).toEqual(filesOf('platform'));
});

test('the checked policy is canonical and frozen, with the places of the draft', () => {
  const declared = written(shop());
  const result = check(declared, { asOf });
  if (!result.ok) throw new Error('not sound');
  const { policy, sites, grants } = result.value;
  expect(policy).toEqual(canonicalize(shop()).policy);
  expect(Object.isFrozen(policy.apis[0]!.offers)).toBe(true);
  expect(policy.apis.map(({ name }) => name)).toEqual(['checkout', 'orders', 'ui']);
  const line = sites.find('/apis/2/exposedAt/service')?.at.span?.line ?? 0;
  expect(declared.text.split('\n')[line - 1]).toContain('"service": "ui"');
  expect(grants.map(({ ref }) => ref)).toEqual(['ui → checkout.submit', 'checkout → orders.create', 'checkout → orders.read', 'ui → orders.read', 'anyone → ui.home']);
});

describe('a grant ends at 24:00 UTC of its last day', () => {
  const ending = (until: string) => written(shop({ asks: [ask('ui', 'checkout.submit', { until }), ...shop().asks.slice(1)] }));
  test.each([
    ['2027-01-31', '2027-01-31', []],
    ['2027-01-31', '2027-01-31T23:59:59.999Z', []],
    ['2027-01-31', '2027-02-01T00:00:00Z', ['CS1010']],
    ['2027-01-31', '2027-02-01', ['CS1010']],
    ['2027-01-31', '2027-02-01T00:59:59+01:00', []],
    ['2027-01-31', '2027-02-01T01:00:00+01:00', ['CS1010']],
    ['2028-02-29', '2028-02-29T23:59:59Z', []],
    ['2028-02-29', '2028-03-01', ['CS1010']],
  ] as const)('until %s, at %s', (until, at, codes) => {
    expect(check(ending(until), { asOf: at }).diagnostics.map(({ code }) => code).filter((code) => code !== 'CS1011')).toEqual(codes);
  });
  test.each([
    ['2027-01-31', '2027-01-01T23:59:59Z', 0, 'in 31 days, which is not yet announced'],
    ['2027-01-31', '2027-01-02T00:00:00Z', 1, 'in 30 days'],
    ['2027-01-31', '2027-01-31T23:59:59Z', 1, 'within a day'],
  ] as const)('until %s, at %s: %i warning (%s)', (until, at, count, says) => {
    const warnings = check(ending(until), { asOf: at }).diagnostics.filter(({ code }) => code === 'CS1011');
    expect(warnings).toHaveLength(count);
    if (count > 0) expect(warnings[0]!.message).toContain(says);
  });
  test.each(['', 'today', '2027-02-30', '2027-02-01T24:00:00Z', '2027-02-01T10:00:00', '2027-02-01 10:00:00Z'])('the time of the check can\'t be %j', (at) => {
    const result = check(ending('2027-01-31'), { asOf: at });
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['CS1007']);
  });
});

describe('dropping what has expired', () => {
  const stale = shop({
    apis: shop().apis.map((one) => (one.name === 'orders' ? { ...one, offers: [offer('create', ['checkout'], { until: '2026-10-31' }), ...one.offers.slice(1)] } : one)),
    asks: [...shop().asks.slice(0, 3), ask('ui', 'orders.read', { until: '2026-11-01' })],
  });
  test('is an error unless asked for', () => {
    expect(check(written(stale), { asOf }).diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual(['CS1010', 'CS1010']);
  });
  test('leaves out both halves, notes each, and leaves the rest as it was', () => {
    const declared = written(stale);
    const result = check(declared, { asOf, dropExpired: true });
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    expect(result.value.dropped).toEqual(['checkout → orders.create', 'ui → orders.read']);
    expect(result.value.grants.map(({ ref }) => ref)).toEqual(['ui → checkout.submit', 'checkout → orders.read', 'anyone → ui.home']);
    expect(result.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['info CS1010', 'info CS1020', 'info CS1010']);
    const noted = result.diagnostics.find(({ message }) => message.includes('orders.create'));
    expect(noted?.message).toBe('the offer of `orders.create` to `checkout` ended on 2026-10-31, and is left out');
    expect(noted?.related.map(({ message }) => message)).toEqual(['the request of `checkout → orders.create` is left out with it']);
    const [line] = [result.value.sites.find('/asks/0/to/operation')?.at.span?.line ?? 0];
    expect(declared.text.split('\n')[line - 1]).toContain(`"operation": "${result.value.policy.asks[0]!.to.operation}"`);
    expect(result.value.policy).toEqual(canonicalize(shop({ apis: shop().apis.map((one) => (one.name === 'orders' ? { ...one, offers: one.offers.slice(1) } : one)), asks: [shop().asks[0]!, shop().asks[2]!] })).policy);
  });
});

/** The same declarations, each at its own place, in another order of writing. */
function shuffled(declared: Declared<Policy>, random: (below: number) => number): Declared<Policy> {
  const moved = new Map<string, number[]>();
  const draft = { ...declared.draft } as unknown as Record<string, unknown>;
  for (const list of ['segments', 'workloads', 'apis', 'asks', 'never']) {
    const members = declared.draft[list as keyof Policy] as unknown as readonly unknown[];
    const order = members.map((_, index) => index);
    for (let at = order.length - 1; at > 0; at--) { const other = random(at + 1); [order[at], order[other]] = [order[other]!, order[at]!]; }
    moved.set(list, order);
    draft[list] = order.map((index) => members[index]);
  }
  return {
    draft: draft as unknown as Policy, diagnostics: [],
    sites: { find: (pointer) => declared.sites.find(pointer.replace(/^\/(\w+)\/(\d+)/, (_, list: string, index: string) => `/${list}/${moved.get(list)?.[Number(index)] ?? index}`)) },
  };
}

test('says the same, in the same order, whatever the order of writing', () => {
  const declared = written(shop({
    workloads: [...shop().workloads, workload('orders', { selector: { app: 'ui' }, serviceAccount: 'ui' }), workload('ui', { serviceAccount: 'ui' }), workload('mail', { selector: { tier: 'x' } })],
    apis: [...shop().apis, api('orders', [http('a', '/{x}/b'), http('c', '/d/{y}'), http('e', '/{z}/{z}')], [])],
    asks: [...shop().asks, ask('ui', 'orders.create'), ask('ui', 'orders.nothing'), ask('ui', 'orders.read', { because: 'another' })],
    never: [never(who('ui'), { kind: 'segment', name: 'commerce' }), never({ kind: 'anyone' }, { kind: 'api', name: 'ui' })],
    segments: [...shop().segments, segment('front')],
  }));
  const say = (one: Declared<Policy>): string => renderText(check(one, { asOf }).diagnostics);
  const expected = say(declared);
  expect(expected.split('\n\n').length).toBeGreaterThan(10);
  let seed = 7;
  const random = (below: number): number => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % below; };
  for (let round = 0; round < 20; round++) expect(say(shuffled(declared, random))).toBe(expected);
});

describe('garbage is refused and never throws', () => {
  const output = Object.assign(() => undefined, { __pulumiOutput: true });
  const spoil = (path: readonly (string | number)[], value: unknown): unknown => {
    const copy = structuredClone(shop()) as unknown as Record<string | number, unknown>;
    let here = copy;
    for (const key of path.slice(0, -1)) here = here[key] as Record<string | number, unknown>;
    here[path.at(-1)!] = value;
    return copy;
  };
  test.each([
    [['workloads', 0, 'kubernetes', 'namespace'], 7, 'CS1033', '`workloads[0].kubernetes.namespace` of the policy is `7`, where a text belongs'],
    [['workloads', 0, 'kubernetes', 'namespace'], output, 'CS1032', 'is a Pulumi `Output`, whose value is not known'],
    [['workloads', 0, 'kubernetes', 'namespace'], { __pulumiOutput: true }, 'CS1032', 'is a Pulumi `Output`'],
    [['apis', 1, 'operations', 0, 'method'], 'GTE', 'CS1033', 'is `GTE`, where'],
    [['apis', 1, 'operations', 0, 'kind'], 'htp', 'CS1033', 'is `htp`, where'],
    [['apis', 1, 'offers', 0, 'untill'], '2027-01-01', 'CS1033', 'has `untill`, which the language does not know'],
    [['apis', 1, 'offers', 0, 'to'], { kind: 'anyone' }, 'CS1033', 'is an object, where a list belongs'],
    [['asks', 0, 'to'], undefined, 'CS1033', 'lacks `to`'],
    [['asks'], null, 'CS1033', '`asks` of the policy is `null`, where a list belongs'],
    [['never'], [[]], 'CS1033', 'is a list, where an object belongs'],
    [['version'], 2, 'CS1033', 'where `1` belongs'],
    [['workloads', 0, 'kubernetes', 'selector'], ['a'], 'CS1033', 'is a list, where an object belongs'],
  ] as const)('%j = %s', (path, value, code, says) => {
    const result = check({ draft: spoil(path, value) as Policy, sites: noSites, diagnostics: [] }, { asOf });
    const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map((error) => error.code)).toEqual(errors.map(() => code)); // one mistake is not said as another one
    expect(errors.some(({ message }) => message.includes(says)), JSON.stringify(errors)).toBe(true);
    expect(result.ok).toBe(false);
  });
  test('anything at all', () => {
    for (const draft of [undefined, null, 0, 'x', [], {}, () => 1, { apis: [null, 1, {}], asks: [{}], workloads: ['x', { name: 'ui', kubernetes: 3 }] }]) {
      expect(check({ draft: draft as unknown as Policy, sites: noSites, diagnostics: [] }, { asOf }).ok).toBe(false);
      expect(checkPlatform(undefined, { draft: draft as never, sites: noSites, diagnostics: [] }, { asOf }).ok).toBe(false);
    }
  });
  test('any value in any place', () => {
    const places: (readonly (string | number)[])[] = [];
    const collect = (value: unknown, path: readonly (string | number)[]): void => {
      if (path.length > 0) places.push(path);
      if (Array.isArray(value)) value.forEach((member, index) => collect(member, [...path, index]));
      else if (typeof value === 'object' && value !== null) for (const [key, member] of Object.entries(value)) collect(member, [...path, key]);
    };
    collect(shop({ never: [never({ kind: 'anyone' }, { kind: 'api', name: 'orders' })] }), []);
    fc.assert(fc.property(fc.constantFrom(...places), fc.oneof(fc.anything(), fc.constantFrom('', 'orders', 'anyone', '\0', '__proto__', 'constructor', '🦊', '\ud800', -1, 1.5, Number.NaN, 1e300)), (path, value) => {
      const draft = structuredClone(shop({ never: [never({ kind: 'anyone' }, { kind: 'api', name: 'orders' })] })) as unknown as Record<string | number, unknown>;
      let here = draft;
      for (const key of path.slice(0, -1)) here = here[key] as Record<string | number, unknown>;
      here[path.at(-1)!] = value;
      for (const dropExpired of [false, true]) {
        const result = check({ draft: draft as unknown as Policy, sites: noSites, diagnostics: [] }, { asOf, dropExpired });
        renderText(result.diagnostics);
      }
    }), { numRuns: 500, seed: 3 });
  });
  test('a reader\'s own word on a place is not repeated', () => {
    const said = { code: 'CS1033', severity: 'error', message: 'said already', pointer: '/asks/0', related: [] } as const;
    const draft = spoil(['asks', 0, 'to'], 3) as Policy;
    expect(check({ draft, sites: noSites, diagnostics: [said] }, { asOf }).diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual(['said already']);
  });
});

describe('invariants', () => {
  const identities = (policy: Policy): readonly { readonly identity: IdentityRef; readonly request: Pick<Request, 'peer' | 'throughExposure'> }[] => [
    { identity: { kind: 'anyone' }, request: { throughExposure: true } },
    ...policy.workloads.map(({ name }) => ({ identity: { kind: 'workload', name } as const, request: { peer: { kind: 'workload', name } as const, throughExposure: false } })),
  ];
  test('are found broken exactly where trying every identity on every operation breaks them', () => {
    let broken = 0;
    fc.assert(fc.property(estates(), ({ policy, asOf: day }) => {
      const time = `${day}T00:00:00.000Z`;
      for (const { identity, request } of identities(policy)) {
        for (const { name, operations } of policy.apis) {
          for (const operation of operations) {
            const reached = decide(policy, { ...request, to: { kind: 'operation', api: name, operation: operation.name }, context: { time } }).decision === 'allow';
            const guarded = { ...policy, never: [never(identity as Exclude<IdentityRef, { kind: 'pods' }>, { kind: 'operation', api: name, operation: operation.name })] };
            const found = check({ draft: guarded, sites: noSites, diagnostics: [] }, { asOf: day }).diagnostics.filter(({ code }) => code === 'CS1022');
            expect(found).toHaveLength(reached ? 1 : 0);
            if (!reached) continue;
            broken++;
            expect(decide(policy, found[0]!.witness as Request).decision).toBe('allow');
          }
        }
      }
    }), { numRuns: 6, seed: 11 });
    expect(broken).toBeGreaterThan(10);
  });
  test('hold for nobody but the named', () => {
    const draft = shop({ never: [never({ kind: 'anyIdentity', except: [{ kind: 'workload', name: 'checkout' }, { kind: 'workload', name: 'ui' }] }, { kind: 'api', name: 'orders' })] });
    expect(check(written(draft), { asOf }).ok).toBe(true);
  });
});

test.each(['small', 'beyond', 'cloud', 'everything'] as const)('generated estates pass, with their platforms: %s', (profile) => {
  fc.assert(fc.property(estates(profiles[profile]), ({ policy, platform: place, asOf: day }) => {
    const result = check({ draft: policy, sites: noSites, diagnostics: [] }, { asOf: day });
    expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    if (result.ok) expect(checkPlatform(result.value, { draft: place, sites: noSites, diagnostics: [] }, { asOf: day }).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  }), { numRuns: 40, seed: 5 });
});
