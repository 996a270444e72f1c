import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCanonicalPath, matches, ownerOf } from '../../../src/spec/path.ts';
import { normalised, pathTest } from '../../../src/targets/istio/interpret/paths.ts';
import { operationsAdmitting } from '../../../src/targets/istio/lower/operations.ts';
import { carvedOut, pathsOf } from '../../../src/targets/istio/lower/paths.ts';
import { api, http } from './estate.ts';

describe('a template', () => {
  it.each([
    ['/', [{ paths: ['/'], notPaths: [] }]],
    ['/orders', [{ paths: ['/orders'], notPaths: [] }]],
    ['/orders/{id}', [{ paths: ['/orders/{*}'], notPaths: [] }]],
    ['/{tenant}/orders', [{ paths: ['/{*}/orders'], notPaths: [] }]],
    ['/orders/{rest**}', [{ paths: ['/orders/*'], notPaths: ['*/'] }]],
    ['/orders/{id}/{rest**}', [{ paths: ['/orders/{*}/{**}'], notPaths: ['*/'] }]],
    ['/{rest**}', [{ paths: ['/*'], notPaths: ['*/'] }, { paths: ['/'], notPaths: [] }]],
  ] as const)('%s is written as Istio reads it', (template, plans) => { expect(pathsOf(template)).toEqual(plans); });

  it.each([
    ['/orders/export', ['/orders/export', '/orders/export;*']],
    ['/admin/{rest**}', ['/admin/*']],
    ['/orders/{id}/lines', ['/orders/{*}/lines']],
    ['/', ['/']],
    ['/a:b', ['/a:b', '/a:b;*', '/a%3Ab', '/a%3Ab;*', '/a%3ab', '/a%3ab;*']],
    ['/caf%C3%A9', ['C3%A9', 'C3%a9', 'c3%A9', 'c3%a9'].flatMap((end) => [`/caf%${end}`, `/caf%${end};*`])],
    ['/a:b:c:d:e', undefined],
  ] as const)('%s is taken out of a wider one in every spelling', (template, out) => { expect(carvedOut(template)).toEqual(out); });
});

describe('Istio\'s matching', () => {
  it.each([
    ['/foo', '/foo', true], ['/foo', '/foobar', false], ['/foo', '/foo/', false],
    ['/foo*', '/foobar', true], ['/foo/*', '/foobar', false], ['/foo/*', '/foo/', true], ['/foo/*', '/foo/a/b', true], ['*', '/x', true], ['*/', '/x/', true], ['*/', '/', true],
    ['/foo/{*}', '/foo/a', true], ['/foo/{*}', '/foo/', false], ['/foo/{*}', '/foo/a/b', false], ['/foo/{*}', '/foo/a*b', true], ['/foo/{*}', '/foo/a;b', true], ['/foo/{*}/bar', '/foo/x/bar', true],
    ['/foo/{**}', '/foo/', true], ['/foo/{**}', '/foo', false], ['/foo/{**}', '/foo/a/b', true], ['/{*}/{**}', '/a/', true], ['/foo/{*}/', '/foo/a/', true],
  ] as const)('%s and %s: %s', (pattern, path, expected) => { expect(pathTest(pattern)!(path)).toBe(expected); });

  it.each(['/{**}/a/{*}', '/{**}/{**}', '/a*/{*}', '/{name}/{*}', 'a/{*}'])('refuses %s', (pattern) => { expect(pathTest(pattern)).toBeUndefined(); });

  it.each([
    ['/a/../b', 'BASE', '/b'], ['/a/./b/', 'BASE', '/a/b/'], ['/a/..', 'BASE', '/'], ['/..//x', 'BASE', '//x'], ['/a\\b', 'BASE', '/a/b'], ['/%61', 'BASE', '/a'], ['/%2e%2E/x', 'BASE', '/x'],
    ['/a//b', 'BASE', '/a//b'], ['/a%2Fb', 'BASE', '/a%2Fb'], ['/a//b', 'MERGE_SLASHES', '/a/b'], ['//', 'MERGE_SLASHES', '//'], ['/x/..;y/a', 'BASE', '/a'], ['/x/.;/a', 'BASE', '/x/a'], ['/a/..;', 'BASE', '/'], ['/x/%2e%2e;/a', 'BASE', '/x/..;/a'], ['/x\\..;/a', 'BASE', '/x/..;/a'], ['/x/...;/a', 'BASE', '/x/...;/a'], ['/x%2f..;/a', 'DECODE_AND_MERGE_SLASHES', '/a'], ['///', 'MERGE_SLASHES', '//'], ['//a//', 'MERGE_SLASHES', '/a/'], ['/a/..//', 'DECODE_AND_MERGE_SLASHES', '//'], ['/%2f', 'DECODE_AND_MERGE_SLASHES', '//'], ['/a%2Fb', 'MERGE_SLASHES', '/a%2Fb'],
    ['/a|b^', 'BASE', '/a%7Cb%5E'], ['/a%zz', 'BASE', '/a%zz'], ['/a%00b', 'BASE', undefined], ['/a%00b', 'NONE', '/a%00b'], ['/a#b', 'NONE', undefined], ['/\u00e9', 'BASE', undefined],
    ['//', 'MERGE_SLASHES', '//'], ['/%2F%2f', 'DECODE_AND_MERGE_SLASHES', '//'], ['//', 'BASE', '//'],
    ['/a%2fb%5Cc', 'DECODE_AND_MERGE_SLASHES', '/a/b/c'], ['/a%2F..%2Fb', 'DECODE_AND_MERGE_SLASHES', '/b'], ['/a/../b', 'NONE', '/a/../b'], ['/a%3Ab', 'DECODE_AND_MERGE_SLASHES', '/a%3Ab'],
  ] as const)('sees %s under %s as %s', (path, mode, expected) => { expect(normalised(path, mode)).toBe(expected); });
});

const literal = fc.constantFrom('orders', 'export', 'a', 'b', 'a.b', 'x~y', 'v:1');
const segmentOf = fc.oneof({ weight: 3, arbitrary: literal }, { weight: 2, arbitrary: fc.constant('{p}') });
const templates = fc.record({ segments: fc.array(segmentOf, { maxLength: 3 }), rest: fc.boolean() }).map(({ rest, segments }) => {
  const named = segments.map((each, index) => (each === '{p}' ? `{p${index}}` : each));
  return named.length === 0 && !rest ? '/' : `/${[...named, ...(rest ? ['{rest**}'] : [])].join('/')}`;
});
const canonical = fc.array(fc.oneof(literal, fc.constantFrom('z', 'a%20b', '%C3%A9', '1=2', '@x,y', 'a*b')), { maxLength: 4 }).map((parts) => `/${parts.join('/')}`).filter(isCanonicalPath);

/** Do these entries admit a request, as an interpretation would say? */
const admits = (entries: readonly { readonly methods?: readonly string[]; readonly paths?: readonly string[]; readonly notPaths?: readonly string[] }[], method: string, path: string): boolean =>
  entries.some((entry) => entry.methods!.includes(method) && entry.paths!.some((pattern) => pathTest(pattern)!(path)) && !(entry.notPaths ?? []).some((pattern) => pathTest(pattern)!(path)));

describe('for any template', () => {
  it('every canonical path that it matches gets through, and no other', () => {
    fc.assert(fc.property(templates, canonical, (template, path) => {
      expect(pathsOf(template).some(({ notPaths, paths }) => paths.some((pattern) => pathTest(pattern)!(path)) && !notPaths.some((pattern) => pathTest(pattern)!(path)))).toBe(matches(template, path));
    }), { numRuns: 3000 });
  });

  it('whatever gets through is, once it is normalised, a canonical path of it, but for odd spellings of a value', () => {
    const odd = fc.array(fc.oneof(literal, fc.constantFrom('', '.', '..', '%2e%2E', '%2F', '%5c', 'a%2Fb', '%61', 'orders%2f', 'EXPORT')), { maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
    fc.assert(fc.property(templates, odd, (template, raw) => {
      const path = normalised(raw, 'DECODE_AND_MERGE_SLASHES')!;
      const through = pathsOf(template).some(({ notPaths, paths }) => paths.some((pattern) => pathTest(pattern)!(path)) && !notPaths.some((pattern) => pathTest(pattern)!(path)));
      expect(through).toBe(isCanonicalPath(path) && matches(template, path));
    }), { numRuns: 3000 });
  });

  it('a rule on some operations of an API admits what they own', () => {
    const methods = ['GET', 'POST', 'DELETE', 'OPTIONS', 'TRACE'];
    const apis = fc.uniqueArray(fc.tuple(fc.constantFrom('GET', 'POST', 'ANY'), templates), { minLength: 1, maxLength: 6, selector: ([method, template]) => `${method} ${template.replaceAll(/\{p\d\}/g, '{p}')}` })
      .map((list) => list.map(([method, template], index) => http(`op${index}`, method as 'GET', template)));
    fc.assert(fc.property(apis, fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }), fc.array(canonical, { minLength: 1, maxLength: 4 }), (operations, picks, paths) => {
      const chosen = [...new Set(picks.map((pick) => operations[pick % operations.length]!))];
      const entries = operationsAdmitting(chosen.map((operation) => ({ api: api('x', { operations }), operation, port: 80, siblings: operations })), [80], () => { throw new Error('unsayable'); });
      for (const path of paths) for (const method of methods) expect(admits(entries, method, path), `${method} ${path}`).toBe(chosen.includes(ownerOf(operations as never, method, path) as never));
    }), { numRuns: 3000 });
  });
});
