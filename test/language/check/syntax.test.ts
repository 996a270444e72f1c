import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noSites } from '#diagnostics';
import type { Labels } from '#ir';
import { isCanonicalPath, matches } from '../../../src/spec/path.ts';
import { check } from '../../../src/language/check/index.ts';
import { Halves } from '../../../src/language/check/halves.ts';
import { cidrProblem } from '../../../src/language/check/syntax/cidr.ts';
import { dayProblem, endOf } from '../../../src/language/check/syntax/date.ts';
import { hostnameProblem, httpsProblem, originProblem } from '../../../src/language/check/syntax/hostname.ts';
import { labelKeyProblem, labelNameProblem, labelValueProblem, portNameProblem, serviceNameProblem, subdomainProblem } from '../../../src/language/check/syntax/kubernetes-name.ts';
import { commonPath, contains, overlap, parseTemplate, templateProblem } from '../../../src/language/check/syntax/template.ts';
import { TemplateIndex } from '../../../src/language/check/syntax/template-index.ts';
import { asOf, policy, who, workload } from './draft.ts';

describe('ranges', () => {
  test.each(['0.0.0.0/0', '10.0.0.0/8', '192.0.2.7/32', '172.16.0.0/12', '::/0', '2001:db8::/32', '2001:db8::1/128', 'fe80::/10', '2001:db8:0:1::/64', '1:0:2::/48'])('%s is canonical', (cidr) => expect(cidrProblem(cidr)).toBeUndefined());
  test.each([
    ['10.0.0.1/8', 'bits set below its prefix of 8', '10.0.0.0/8'],
    ['10.0.0.0', 'no prefix length', '10.0.0.0/32'],
    ['2001:db8::', 'no prefix length', '2001:db8::/128'],
    ['10.0.0.0/33', 'from 0 to 32', undefined],
    ['10.0.0.0/08', 'from 0 to 32', undefined],
    ['10.0.0.0/', 'from 0 to 32', undefined],
    ['::/129', 'from 0 to 128', undefined],
    ['010.0.0.0/8', 'leading zero', undefined],
    ['10.0.0.256/32', 'above 255', undefined],
    ['10.0.0/24', 'does not begin with', undefined],
    ['ten/8', 'does not begin with', undefined],
    ['', 'does not begin with', undefined],
    ['fe80::1%eth0/64', 'names a zone', undefined],
    ['2001:DB8::/32', 'not in canonical form', '2001:db8::/32'],
    ['2001:0db8::/32', 'not in canonical form', '2001:db8::/32'],
    ['2001:db8:0:0:0:0:0:0/32', 'not in canonical form', '2001:db8::/32'],
    ['2001:db8::1/32', 'bits set below', '2001:db8::/32'],
    ['::ffff:10.0.0.0/104', 'IPv4 written as IPv6', '10.0.0.0/8'],
    ['::ffff:a00:1/128', 'IPv4 written as IPv6', '10.0.0.1/32'],
    ['1::2::3/64', 'does not begin with', undefined],
    ['1:2:3:4:5:6:7:8:9/64', 'does not begin with', undefined],
    ['1:2:3:4:5:6:7::8/128', 'does not begin with', undefined],
  ] as const)('%j %s', (cidr, what, instead) => {
    const problem = cidrProblem(cidr);
    expect(problem?.what).toContain(what);
    expect(problem?.instead).toBe(instead);
    if (instead !== undefined) expect(cidrProblem(instead)).toBeUndefined();
  });
});

describe('days', () => {
  test('are those of the calendar, from year 0 to 9999', () => {
    for (let month = 1; month <= 12; month++) for (let day = 0; day <= 32; day++) for (const year of [0, 99, 1900, 2000, 2026, 2027, 2028, 2100, 9999]) {
      const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
      const parsed = new Date(`${text}T00:00:00Z`);
      const exists = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
      expect([text, dayProblem(text) === undefined]).toEqual([text, exists]);
    }
  });
  test.each(['', '2027-2-3', '2027-02-03T00:00:00Z', '27-02-03', ' 2027-02-03', '+02027-02-03', '\uff12027-02-03'])('%j is none', (text) => { expect(dayProblem(text)).toBeDefined(); expect(endOf(text)).toBeNaN(); });
});

test.each([
  ['api.example.com', undefined], ['a', undefined], ['xn--bcher-kva.example', undefined],
  ['', 'is empty'], ['API.example.com', 'capital letters'], ['api.example.com.', 'ends with a dot'], ['api.example.com:443', 'has a port'], ['https://x.example', 'is a URL'],
  ['api.example.com/x', 'has a path'], ['*.example.com', 'wildcard'], ['10.0.0.1', 'is an address'], ['::1', 'is an address'], ['-a.example', 'is not made of parts'], ['a..b', 'is not made of parts'],
  ['a_b.example', 'is not made of parts'], [`${'a'.repeat(64)}.example`, 'a part of 64'], [`${'a.'.repeat(126)}ab`, 'has 254 characters'], ['b\u00fccher.example', 'is not made of parts'],
] as const)('the host %j: %s', (host, what) => (what === undefined ? expect(hostnameProblem(host)).toBeUndefined() : expect(hostnameProblem(host)?.what).toContain(what)));
test.each([['https://login.example.com', true], ['https://login.example.com:8443/realms/x', true], ['http://login.example.com', false], ['https://user:pw@login.example.com', false], ['https://login.example.com/?x', false], ['https://LOGIN.example.com', false], ['https://x:99999', false]] as const)('the URL %s: %s', (url, good) => expect(httpsProblem(url) === undefined).toBe(good));
test('an origin has no path', () => { expect(originProblem('https://desk.example.com')).toBeUndefined(); expect(originProblem('https://desk.example.com/x')).toEqual({ what: 'has a path, and an origin has none', instead: 'https://desk.example.com' }); });

describe('names that Kubernetes takes', () => {
  test.each([
    [labelNameProblem, ['a', '1a', 'a-b', 'x'.repeat(63)], ['', '-a', 'a-', 'A', 'a.b', 'x'.repeat(64)]],
    [serviceNameProblem, ['a', 'a1'], ['1a', 'a.b', 'A']],
    [subdomainProblem, ['a.b', 'x'.repeat(253)], ['a..b', '.a', 'x'.repeat(254), 'a_b']],
    [portNameProblem, ['http', 'a1', '1a', 'x'.repeat(15)], ['80', 'a--b', '-a', 'x'.repeat(16), 'HTTP', '']],
    [labelKeyProblem, ['app', 'app.kubernetes.io/name', 'A_b.c'], ['', '/a', 'a/', 'a/b/c', 'A.b/x_', 'Ex_ample/x', '_a', 'x'.repeat(64)]],
    [labelValueProblem, ['', 'v1.2_3-x', 'A'], ['-a', 'a b', 'x'.repeat(64), 'a/b']],
  ] as const)('%o', (problem, good, bad) => {
    for (const text of good) expect([text, problem(text)]).toEqual([text, undefined]);
    for (const text of bad) expect([text, problem(text) === undefined]).toEqual([text, false]);
  });
});

describe('templates are sets of paths', () => {
  const segments = fc.constantFrom('a', 'b', '{p}', '{q}');
  const templates = fc.tuple(fc.array(segments, { maxLength: 4 }), fc.boolean()).map(([parts, rest]) => {
    const renamed = parts.map((part, index) => (part.startsWith('{') ? `{p${index}}` : part));
    return `/${[...renamed, ...(rest ? ['{rest**}'] : [])].join('/')}`;
  });
  /** All paths of up to six segments over what the templates tell apart. */
  const paths: string[] = ['/'];
  for (let length = 1, last = ['']; length <= 6; length++) { last = last.flatMap((path) => ['a', 'b', 'c'].map((segment) => `${path}/${segment}`)); paths.push(...last); }

  test('overlap and containment are those of the sets that the meaning gives them', () => {
    fc.assert(fc.property(templates, templates, (left, right) => {
      const [a, b] = [parseTemplate(left), parseTemplate(right)];
      const [inA, inB] = [paths.filter((path) => matches(left, path)), new Set(paths.filter((path) => matches(right, path)))];
      expect(overlap(a, b)).toBe(inA.some((path) => inB.has(path)));
      expect(contains(b, a)).toBe(inA.every((path) => inB.has(path)));
      if (overlap(a, b)) { const path = commonPath(a, b); expect([matches(left, path), matches(right, path), isCanonicalPath(path)]).toEqual([true, true, true]); }
    }), { numRuns: 400, seed: 1 });
  });
  test('the index finds every one that overlaps', () => {
    fc.assert(fc.property(fc.array(templates, { maxLength: 30 }), templates, (all, one) => {
      const index = new TemplateIndex<number>();
      for (const [at, template] of all.entries()) index.add(parseTemplate(template), at);
      const found = [...index.overlapping(parseTemplate(one))];
      expect(new Set(found).size).toBe(found.length);
      for (const [at, template] of all.entries()) if (overlap(parseTemplate(template), parseTemplate(one))) expect(found).toContain(at);
    }), { numRuns: 300, seed: 2 });
  });
  test('what is let pass without parameters is a canonical path, and every canonical path passes but one with `*`', () => {
    const character = fc.constantFrom(...'aB9-._~!$&()*+,=:@%2F4e;\\?# \u00e9\u0000/{}');
    fc.assert(fc.property(fc.array(character, { maxLength: 8 }).map((parts) => `/${parts.join('')}`), (path) => {
      if (/[{}]/.test(path)) return;
      expect([path, templateProblem(path) === undefined]).toEqual([path, isCanonicalPath(path) && !path.includes('*')]);
    }), { numRuns: 5000, seed: 3 });
  });
});

test('selectors overlap exactly where one pod can carry the labels of both', () => {
  const selector: fc.Arbitrary<Labels> = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2', '3'), { minKeys: 1, maxKeys: 3 });
  const compatible = (x: Labels, y: Labels): boolean => Object.keys(x).every((key) => !Object.hasOwn(y, key) || x[key] === y[key]);
  fc.assert(fc.property(fc.array(fc.tuple(selector, fc.constantFrom('n', 'm')), { minLength: 2, maxLength: 9 }), (given) => {
    const draft = policy({ workloads: given.map(([labels, namespace], index) => workload(`w${index}`, { selector: labels, namespace, services: [] })) });
    const found = new Set(check({ draft, sites: noSites, diagnostics: [] }, { asOf }).diagnostics.filter(({ code }) => code === 'CS1014').map(({ pointer }) => pointer));
    const expected = given.flatMap(([labels, namespace], index) => (given.slice(0, index).some(([other, there]) => there === namespace && compatible(labels, other)) ? [`/workloads/${index}/kubernetes/selector`] : []));
    expect([...found].sort()).toEqual(expected.sort());
  }), { numRuns: 300, seed: 4 });
});

test('halves of grants are found by identity, few or many of them', () => {
  const halves = new Halves<number>();
  for (let index = 0; index < 40; index++) { halves.add(who(`w${index % 20}`), 'a', 'x', index); halves.add({ kind: 'people', name: `w${index}` }, 'a', 'x', 100 + index); }
  expect(halves.get(who('w3'), 'a', 'x')).toEqual([3, 23]);
  expect(halves.get({ kind: 'people', name: 'w3' }, 'a', 'x')).toEqual([103]);
  expect(halves.get({ kind: 'workload', name: 'w3', actingFor: 'p' }, 'a', 'x')).toEqual([]);
  expect(halves.get(who('w3'), 'a', 'y')).toEqual([]);
  expect([...halves.groups()].flat()).toHaveLength(80);
});
