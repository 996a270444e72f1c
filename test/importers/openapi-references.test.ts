import { describe, expect, it } from 'vitest';
import { maxSourceBytes } from '#importers';
import { file, said } from './files.ts';
import { beside, document, openApi, operationsOf, saidAt } from './openapi-files.ts';

const items = (pathItems: object): object => ({ components: { pathItems } });
const to = ($ref: unknown): object => ({ '/a': { $ref } });

describe('a path item in the same document', () => {
  it.each([['#/components/pathItems/a'], ['#/components/pathItems/b'], ['#/components/pathItems/~0c~1%20d'], ['shop.yaml#/components/pathItems/a'], ['./shop.yaml#/components/pathItems/a'], ['#/x-list/0']])('is found by %s', ($ref) => {
    const a = { get: { operationId: 'read' } };
    expect(operationsOf(openApi(document(to($ref), { ...items({ a, b: { $ref: '#/components/pathItems/a' }, '~c/ d': a }), 'x-list': [a] })))).toEqual(['read: GET /a']);
  });
  it('may have a summary, parameters and extensions beside its reference', () => {
    expect(operationsOf(openApi(document({ '/a': { summary: 's', description: 'd', parameters: [], 'x-y': 1, $ref: '#/components/pathItems/a' } }, items({ a: { get: {} } }))))).toEqual(['getA: GET /a']);
  });
  it.each<readonly [string, object, object, string]>([
    ['nothing', to('#/components/pathItems/b'), items({ a: {} }), 'CS5020 api/shop.yaml:5:7 the reference `#/components/pathItems/b` leads to nothing'],
    ['what every object has', to('#/components/pathItems/toString'), items({ a: {} }), 'CS5020 api/shop.yaml:5:7 the reference `#/components/pathItems/toString` leads to nothing'],
    ['an element after the last', to('#/x-list/1'), { 'x-list': [{}] }, 'CS5020 api/shop.yaml:5:7 the reference `#/x-list/1` leads to nothing'],
    ['itself', to('#/paths/~1a'), {}, 'CS5020 api/shop.yaml:5:7 the reference `#/paths/~1a` leads back to itself'],
    ['itself, by others', to('#/components/pathItems/a'), items({ a: { $ref: '#/components/pathItems/b' }, b: { $ref: '#/components/pathItems/a' } }), 'leads back to itself'],
    ['an anchor', to('#orders'), {}, 'CS5020 api/shop.yaml:5:7 the reference `#orders` does not lead to a place by a JSON pointer'],
    ['a broken pointer', to('#/a~2b'), {}, 'does not lead to a place by a JSON pointer'], ['a broken encoding', to('#/%zz'), {}, 'does not lead to a place by a JSON pointer'],
    ['a text', to('#/info/title'), {}, 'CS5018 api/shop.yaml:9:5 the path `/a` is not a mapping of methods'], ['no text', to(7), {}, 'CS5018 api/shop.yaml:5:7 a `$ref` is not a text'],
    ['a schema', to('#/components/schemas/a'), { components: { schemas: { a: { type: 'object' } } } }, 'CS5018 api/shop.yaml:15:9 `type` in the path `/a` is no method'],
    ['an item, with another operation beside it', { '/a': { $ref: '#/components/pathItems/a', get: {} } }, items({ a: {} }), 'CS5019 api/shop.yaml:6:7 `get` stands beside a `$ref`'],
    ['an item, with servers beside it', { '/a': { $ref: '#/components/pathItems/a', servers: [] } }, items({ a: {} }), 'CS5019 api/shop.yaml:6:7 `servers` stands beside a `$ref`'],
  ])('is not %s', (_, paths, more, words) => {
    const result = openApi(document(paths, more));
    const errors = said(result).filter((line) => line.startsWith('error'));
    expect(errors).toHaveLength(1);
    expect(saidAt(result).filter((line) => line.startsWith('error'))[0]).toContain(words);
    expect(result.ok).toBe(false);
  });
});

const schema = (value: unknown): string => document({ '/a': { post: { requestBody: { content: { 'application/json': { schema: value } } } } } });
const beyond = ['./item.yaml', 'item.yaml#/Item', 'models/item.json', 'Item', '../item.yaml', '/etc/passwd', 'https://example.com/item.yaml', 'HTTP://example.com/item.yaml#/x', '//example.com/item.yaml', 'file:///etc/passwd', 'item.yaml?x=1', 'a\\b.yaml', '%2e%2e/item.yaml', 'c:\\item.yaml', '..'];

describe('a reference that leads out of the document', () => {
  it.each(beyond)('as %j is refused at its place, in a schema and of a path', ($ref) => {
    for (const [text, place] of [[schema({ type: 'array', items: { $ref } }), '12:19'], [document({ '/a': { $ref }, '/b': { get: {} } }), '5:7']] as const) {
      expect(saidAt(openApi(text)).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([`error CS5020 api/shop.yaml:${place}`]);
      expect(openApi(text).ok).toBe(false);
    }
  });
  it('says how to go on', () => {
    expect(openApi(schema({ $ref: 'item.yaml' })).diagnostics[0]?.help).toBe('bundle the document into one file, or give `--allow-external-refs`');
    for (const $ref of ['https://example.com/item.yaml', '//example.com/item.yaml', '\\\\example.com\\item.yaml']) expect(openApi(schema({ $ref })).diagnostics[0]?.help).toContain('keep a copy in the folder');
  });
  it('is said once for each file, at the first of its places', () => {
    const all = { anyOf: [{ $ref: 'b.yaml#/x' }, { $ref: 'a.yaml#/x' }, { $ref: './a.yaml' }, { $ref: 'x/../a.yaml#/y' }] };
    expect(saidAt(openApi(schema(all)))).toEqual([
      'error CS5020 api/shop.yaml:12:21 the reference `b.yaml#/x` is in another file, and no other is read unless that is asked for',
      'error CS5020 api/shop.yaml:15:21 the reference `a.yaml#/x` is in another file, and no other is read unless that is asked for (so do 2 more)',
    ]);
  });
  it('is said at the first of its places, whether that is inside of another or around it', () => {
    const $ref = 'a.yaml';
    expect(saidAt(openApi(schema({ $ref, properties: { p: { $ref } } })))[0]).toContain('error CS5020 api/shop.yaml:10:17 ');
    expect(saidAt(openApi(schema({ properties: { p: { $ref } }, $ref })))[0]).toContain('error CS5020 api/shop.yaml:12:21 ');
  });
  it('is found wherever one counts: in responses, webhooks, callbacks and properties of any name', () => {
    const $ref = 'x.yaml';
    for (const more of [{ webhooks: { a: { $ref } } }, { components: { schemas: { example: { properties: { default: { $ref } } } } } }, { components: { responses: { a: { $ref } } } }, { components: { examples: { value: { $ref } } } },
      { components: { schemas: { a: { $dynamicRef: 'x.yaml#meta' } } } }, { components: { callbacks: { a: { '{$url}': { $ref } } } } }, { components: { schemas: { enum: { $ref } } } }, { components: { schemas: { a: { value: { $ref } } } } }]) {
      expect(saidAt(openApi(document({ '/a': { get: {} } }, more)))).toEqual([expect.stringContaining('error CS5020')]);
    }
  });
  it('is none in an example, a value, an extension, or as the name of a property', () => {
    const data = { $ref: 'https://example.com/x' };
    const more = {
      'x-data': data,
      components: {
        schemas: { a: { example: data, default: data, enum: [data], const: data, examples: [data], properties: { $ref: { type: 'string' }, x: { $ref: '#/components/schemas/a' }, y: { $ref: '#a' } } } },
        examples: { one: { value: data } },
      },
    };
    expect(saidAt(openApi(document({ '/a': { get: {} } }, more)))).toEqual([]);
  });
});

describe('where files beside the document may be read', () => {
  const read = (text: string, files: Readonly<Record<string, string>>) => openApi(text, { beside: beside(files) });
  it('path items come from them, through several, each by a path from its own file', () => {
    const files = { 'paths/a.yaml': 'get: { operationId: readA }\n', 'paths/all.yaml': 'b: { $ref: ../more/b.json#/items/b }\n', 'more/b.json': '{ "items": { "b": { "$ref": "../shop.yaml#/components/pathItems/b" } } }' };
    const text = document({ '/a': { $ref: 'paths/a.yaml' }, '/b': { $ref: './paths/all.yaml#/b' }, '/c': { get: {} } }, items({ b: { put: { operationId: 'writeB' } } }));
    expect(saidAt(read(text, files))).toEqual([]);
    expect(operationsOf(read(text, files))).toEqual(['readA: GET /a', 'writeB: PUT /b', 'getC: GET /c']);
  });
  it('what is wrong in them is said at its place there', () => {
    expect(saidAt(read(document(to('a.yaml')), { 'a.yaml': 'get: {}\ntrace: {}\n' }))).toEqual(['error CS5019 api/a.yaml:2:1 `TRACE /a` can\'t be declared: TRACE returns the request with its credentials, and is always denied']);
    expect(saidAt(read(document(to('a.yaml')), { 'a.yaml': 'get: {\n' }))[0]).toContain('error CS5018 api/a.yaml:');
    expect(saidAt(read(document(to('a.yaml')), { 'a.yaml': '' }))).toEqual(['error CS5018 api/a.yaml:undefined:undefined the file is empty']);
    expect(saidAt(read(document(to('a.yaml')), { 'a.yaml': 'get: {}\nget: {}\n' }))[0]).toContain('error CS5007 api/a.yaml:2:1');
    expect(saidAt(read(document(to('a.yaml#/b')), { 'a.yaml': 'a: {}\n' }))).toEqual(['error CS5020 api/shop.yaml:5:7 the reference `a.yaml#/b` leads to nothing']);
  });
  it('a URL is refused all the same, and so is what leads out of the folder, from whatever file', () => {
    for (const $ref of beyond.filter((text) => !/^(\.\/)?(item\.yaml(#.*)?|models\/item\.json|Item)$/.test(text))) {
      const asked: string[] = [];
      const result = openApi(document(to('deep/a.yaml')), { beside: (name) => { asked.push(name); return file(`api/${name}`, `get: { x-y: 1, requestBody: { $ref: ${JSON.stringify($ref.replace(/^(?:\.\.|%2e%2e)/, '../..'))} } }`); } });
      expect([$ref, saidAt(result).map((line) => line.split(' ').slice(0, 3).join(' ')), asked]).toEqual([$ref, ['error CS5020 api/deep/a.yaml:1:31'], ['deep/a.yaml']]);
    }
  });
  it('a file that is not there is said, once', () => {
    expect(saidAt(read(document({ '/a': { $ref: 'a.yaml#/a' }, '/b': { $ref: 'a.yaml#/b' } }), {}))).toEqual(["error CS5020 api/shop.yaml:5:7 the reference `a.yaml#/a` can't be read: there is no such file (so does one more)"]);
  });
  it('files that refer to each other are read once', () => {
    const asked: string[] = [];
    const files = beside({ 'a.yaml': 'get: { requestBody: { $ref: b.yaml } }', 'b.yaml': 'x: [{ $ref: a.yaml#/get }, { $ref: b.yaml }, { $ref: shop.yaml }, { $ref: "./c/../b.yaml" }]' });
    expect(operationsOf(openApi(document(to('a.yaml')), { beside: (name) => { asked.push(name); return files(name); } }))).toEqual(['getA: GET /a']);
    expect(asked).toEqual(['a.yaml', 'b.yaml']);
    expect(saidAt(read(document(to('a.yaml')), { 'a.yaml': '$ref: b.yaml', 'b.yaml': '$ref: a.yaml' }))).toEqual([expect.stringMatching(/^error CS5020 api\/b\.yaml:1:1 .* leads back to itself$/)]);
  });
  it('no more than 200 files are read, and no more than the bytes of one large file', () => {
    const chain = openApi(document(to('0.yaml')), { beside: (name) => file(`api/${name}`, `$ref: ${Number.parseInt(name, 10) + 1}.yaml`) });
    expect(said(chain)).toEqual(['error CS5017 api/198.yaml:1 the document refers to more than 200 files']);
    const large = read(document(to('a.yaml')), { 'a.yaml': 'get: {}'.padEnd(maxSourceBytes - 10, '#') });
    expect(said(large)).toEqual([`error CS5017 api/shop.yaml:5 the document and the files that it refers to have more than ${maxSourceBytes} bytes`]);
  });
});
