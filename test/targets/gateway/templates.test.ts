import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches, ownerOf } from '../../../src/spec/path.ts';
import { matchOrder } from '../../../src/targets/gateway/lower/match-order.ts';
import { judgedBy, overlap, templateOf } from '../../../src/targets/gateway/lower/template.ts';
import { templateIndex } from '../../../src/targets/gateway/lower/template-index.ts';

const segment = fc.constantFrom('a', 'b', 'a.b', '{p}', '{q}');
const template = fc.tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom('', '{rest**}')).map(([segments, rest]) => `/${[...segments, ...(rest === '' ? [] : [rest])].join('/')}`);
/** Every path that could tell templates of this alphabet apart. */
const paths = [0, 1, 2, 3, 4].flatMap((length) => Array.from({ length: 4 ** length }, (_, index) => `/${Array.from({ length }, (_each, at) => ['a', 'b', 'a.b', 'x%20y'][Math.floor(index / 4 ** at) % 4]).join('/')}`));
const property = (holds: (...given: string[]) => boolean, count: number): void => fc.assert(fc.property(fc.tuple(...Array.from({ length: count }, () => template)), (given) => holds(...given)), { numRuns: 400, seed: 20261124 });
const whole = (expression: string, text: string): boolean => new RegExp(`^(?:${expression})$`).test(text);

describe('a template', () => {
  it('is judged by exactly its canonical paths, with any query', () => property((one) => paths.every((path) => whole(judgedBy(templateOf(one!)), path) === matches(one!, path) && whole(judgedBy(templateOf(one!)), `${path}?a=/b`) === matches(one!, path)), 1));
  it.each(['/a/', '//a', '/a//b', '/a;b', '/a/%zz', '/a/%2f', '/a/%5C', '/a/%41', '/a/%21', '/a/%7e', '/a/%e9', '/a/%00', '/a#b', '/a b', '/a/\u00e9'])('is not judged by %s', (path) => {
    for (const one of ['/{p}', '/{p}/{q}', '/{rest**}', '/a/{rest**}', '/{p}/{q}/{r}']) expect(whole(judgedBy(templateOf(one)), path)).toBe(false);
  });
  it('overlaps another exactly where they share a path', () => property((one, other) => overlap(templateOf(one!), templateOf(other!)) === paths.some((path) => matches(one!, path) && matches(other!, path)), 2));
  it('is found by what it overlaps', () => property((...all) => {
    const index = templateIndex<string>(), [wanted, ...others] = all;
    for (const other of others) index.add(templateOf(other), other);
    return JSON.stringify([...index.overlapping(templateOf(wanted!))].sort()) === JSON.stringify(others.filter((other) => overlap(templateOf(wanted!), templateOf(other))).sort());
  }, 12));
});

describe('the order of matches', () => {
  /** Exact paths first, then expressions by the length of their text (Envoy Gateway, internal/gatewayapi/sort.go). */
  const chosen = (templates: readonly string[], path: string): string | undefined => {
    const order = matchOrder(templates.map(templateOf));
    const tried = [...new Map(templates.map((each) => [order.get(each)!.value, each])).entries()].map(([value, text]) => ({ text, value, exact: order.get(text)!.type === 'Exact' }))
      .sort((a, b) => Number(b.exact) - Number(a.exact) || b.value.length - a.value.length);
    return tried.find(({ exact, value }) => (exact ? value === path : whole(value, path)))?.text;
  };
  it('has each path matched by the template that owns it', () => property((...templates) => paths.every((path) => {
    const owner = ownerOf(templates.map((each) => ({ name: each, kind: 'http', method: 'GET', path: each })), 'GET', path)?.path;
    const found = chosen(templates, path);
    return found === owner || (found !== undefined && owner !== undefined && found.replace(/\{\w+\}/g, '{}') === owner.replace(/\{\w+\}/g, '{}'));
  }), 6));
});
