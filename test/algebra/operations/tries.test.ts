import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HttpOperation } from '#ir';
import { ownerOf } from '#spec';
import { isCanonical } from '../../../src/algebra/operations/canonical-path.ts';
import { methodNumber, methods, SegmentTrie } from '../../../src/algebra/operations/segment-trie.ts';
import { isCanonicalPath } from '../../../src/spec/path.ts';

const literal = fc.constantFrom('a', 'a', 'b', 'ab');
const segment = fc.oneof({ weight: 3, arbitrary: literal }, { weight: 2, arbitrary: fc.constantFrom('{id}', '{key}') });
const template = fc.tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom('', '', '', '{rest**}')).map(([parts, rest]) => `/${[...parts, ...(rest === '' ? [] : [rest])].join('/')}`);
const operations = fc.array(fc.tuple(fc.constantFrom(...methods, 'ANY' as const, 'GET' as const), template), { minLength: 1, maxLength: 16, size: 'max' })
  .map((all) => all.map(([method, path], index): HttpOperation => ({ name: `operation-${index}`, kind: 'http', method, path })));
const asked = fc.array(fc.tuple(fc.oneof({ weight: 3, arbitrary: fc.constantFrom('GET', 'GET', 'POST', ...methods) }, { weight: 1, arbitrary: fc.constantFrom('TRACE', 'CONNECT', 'get', 'ANY', '') }), fc.array(fc.oneof({ weight: 4, arbitrary: literal }, { weight: 1, arbitrary: fc.constantFrom('c', 'item', '{id}', 'aa') }), { maxLength: 5 }).map((parts) => `/${parts.join('/')}`)), { minLength: 20, maxLength: 20 });

/** Everything that some server reads in a way of its own, and what is plain beside it. */
const piece = fc.constantFrom('a', 'Z', '7', '-', '.', '..', '_', '~', '!', '$', '&', '\'', '(', ')', '*', '+', ',', '=', ':', '@', '/', '//', ';', '%', '%2', '%20', '%2F', '%2f', '%5C', '%25', '%41', '%7E', '%00', '%1F', '%7F', '%80', '%C3%A9', '%c3', '%GG', '%2G', '\\', '?', '#', ' ', '\t', '\0', 'é', '\u{1F600}', '|', '"', '<', '{', '}', '[', '^', '`');

describe('paths', () => {
  test('are owned by whom the reference says, whatever templates there are', () => {
    let owned = 0, all = 0;
    fc.assert(fc.property(operations, asked, (declared, requests) => {
      const trie = new SegmentTrie(declared.map(({ method, path }, owner) => ({ method, path, owner })));
      for (const [method, path] of requests) {
        const owner = trie.ownerOf(methodNumber(method), path), meant = ownerOf(declared, method, path)?.name;
        all++;
        if (owner !== -1) owned++;
        expect({ method, path, owner: owner === -1 ? undefined : declared[owner]!.name }).toEqual({ method, path, owner: meant });
      }
    }), { numRuns: 3_000, seed: 20261124 });
    expect(owned / all).toBeGreaterThan(0.15);
  });

  test('are canonical where the reference says so, in every spelling', () => {
    let canonical = 0, all = 0;
    fc.assert(fc.property(fc.array(piece, { maxLength: 7 }), fc.boolean(), (pieces, rooted) => {
      const path = `${rooted ? '/' : ''}${pieces.join('')}`;
      all++;
      if (isCanonical(path)) canonical++;
      expect([path, isCanonical(path)]).toEqual([path, isCanonicalPath(path)]);
    }), { numRuns: 60_000, seed: 20261124 });
    expect(canonical / all).toBeGreaterThan(0.03);
  });
  test('are canonical alike byte by byte, plain and encoded', () => {
    for (let code = 0; code < 0x180; code++) {
      const plain = `/x${String.fromCharCode(code)}y`, encoded = `/x%${code.toString(16).toUpperCase().padStart(2, '0')}y`;
      expect([plain, isCanonical(plain)]).toEqual([plain, isCanonicalPath(plain)]);
      if (code < 0x100) expect([encoded, isCanonical(encoded)]).toEqual([encoded, isCanonicalPath(encoded)]);
    }
  });
});
