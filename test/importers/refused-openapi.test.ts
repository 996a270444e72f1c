import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importOpenApi, maxSourceBytes } from '#importers';
import { templateProblem } from '../../src/language/check/syntax/template.ts';
import { file, said, value } from './files.ts';
import { document, openApi, operationsOf, saidAt } from './openapi-files.ts';

const yaml = (paths: string, more = ''): string => `openapi: 3.1.0\n${more}paths:\n${paths}`;

/** What is wrong, the document, the place, and what the sentence and the advice name. Each is all there is to say. */
const table: readonly (readonly [what: string, text: string, coded: string, place: string, says: string, helps: string])[] = [
  // the document
  ['an empty file', '', 'error CS5018', 'undefined:undefined', 'empty', 'the file you meant'],
  ['nothing but a comment', '# soon\n', 'error CS5018', 'undefined:undefined', 'empty', 'the file you meant'],
  ['a list', '- openapi: 3.1.0\n', 'error CS5018', '1:1', 'not a mapping', 'the file you meant'],
  ['a text', 'openapi', 'error CS5018', '1:1', 'not a mapping', 'the file you meant'],
  ['a manifest', 'apiVersion: v1\nkind: Service\n', 'error CS5018', '1:1', 'which version', 'openapi: 3.1.0'],
  ['Swagger 2.0', "info: {}\nswagger: '2.0'\npaths: { /a: { get: {} } }\n", 'error CS5018', '2:1', 'Swagger 2.0', 'convert it'],
  ['Swagger, as a number', 'swagger: 2.0\n', 'error CS5018', '1:1', 'Swagger 2.0', 'convert it'],
  ['OpenAPI 3.2', 'openapi: 3.2.0\npaths: { /a: { get: {} } }\n', 'error CS5018', '1:1', '`3.2.0`', 'as OpenAPI 3.1'],
  ['OpenAPI 4', 'openapi: 4.0.0\n', 'error CS5018', '1:1', '`4.0.0`', 'as OpenAPI 3.1'],
  ['a version of two numbers', "openapi: '3.1'\n", 'error CS5018', '1:1', '`3.1`', '`3.1.0`'],
  ['a version that is a number', 'openapi: 3.1\n', 'error CS5018', '1:1', 'not a text', 'openapi: 3.1.0'],
  ['several documents', `${yaml('  /a: { get: {} }\n')}---\n${yaml('  /b: { get: {} }\n')}`, 'error CS5018', '5:1', 'several', 'of its own'],
  ['no paths', 'openapi: 3.1.0\nwebhooks: { a: { post: {} } }\n', 'error CS5018', '1:1', 'no operation', '`paths`'],
  ['empty paths', 'openapi: 3.1.0\npaths:\n', 'error CS5018', '2:1', 'no operation', '`paths`'],
  ['paths that are a list', 'openapi: 3.1.0\npaths: [/a]\n', 'error CS5018', '2:1', 'not a mapping', 'paths: {'],
  ['paths that are a reference', yaml('  $ref: "#/components/paths"\n'), 'error CS5018', '3:3', 'for each path', 'bundle'],
  ['YAML that is none', yaml('  /a: { get: {}\n'), 'error CS5018', '', 'not well-formed', 'correct'],
  ['a tab as indentation', yaml('\t/a: { get: {} }\n'), 'error CS5018', '', 'not well-formed', ''],
  ['JSON that ends too early', document({ '/a': { get: {} } }).slice(0, -3), 'error CS5018', '', 'not well-formed', 'correct'],
  ['an alias of nothing', yaml('  /a: *nothing\n'), 'error CS5018', '3:7', 'nothing', ''],
  ['a path twice', yaml('  /a: { get: {} }\n  "/a": { post: {} }\n'), 'error CS5007', '4:3', '`/a`', 'one of the two'],
  ['a method twice, in JSON', '{"openapi": "3.1.0",\n "paths": {"/a": {"get": {},\n  "get": {}}}}', 'error CS5007', '3:3', '`get`', 'one of the two'],
  ['servers that are none', yaml('  /a: { get: {} }\n', 'servers: {}\n'), 'error CS5018', '2:1', 'not a list', 'servers: ['],
  ['a server without a URL', yaml('  /a: { get: {} }\n', 'servers: [{ description: it }]\n'), 'error CS5018', '2:11', 'no `url`', 'servers: ['],
  // path items and operations
  ['a path that is nothing', yaml('  /a:\n  /b: { get: {} }\n'), 'error CS5018', '3:3', '`/a` is not a mapping', '`{}`'],
  ['a path that is a list', yaml('  /a: [get]\n'), 'error CS5018', '3:3', '`/a` is not a mapping', '`{}`'],
  ['a path without operations', yaml('  /a: {}\n  /b: { get: {} }\n'), 'info CS5019', '3:3', 'no operation and is left alone', 'denied'],
  ['a method in capitals', yaml('  /a:\n    GET: {}\n    get: {}\n'), 'error CS5018', '4:5', '`GET`', '`get`'],
  ['a method that is none', yaml('  /a: { gte: {}, post: {} }\n'), 'error CS5018', '3:9', '`gte`', '`get`'],
  ['a method of OpenAPI 3.2', yaml('  /a: { query: {}, post: {} }\n'), 'error CS5018', '3:9', '`query`', ''],
  ['TRACE', yaml('  /a:\n    get: {}\n    trace: {}\n'), 'error CS5019', '5:5', '`TRACE /a`', 'remove it'],
  ['an operation that is nothing', yaml('  /a: { get: }\n'), 'error CS5018', '3:9', '`GET /a` is not a mapping', '`{}`'],
  ['an operation that is a reference', yaml('  /a: { get: { $ref: "#/components/x" } }\n'), 'error CS5018', '3:16', '`GET /a` is a `$ref`', 'path item'],
  ['an operationId that is a number', yaml('  /a: { get: { operationId: 12 } }\n'), 'error CS5018', '3:16', 'not a text', 'quotes'],
  ['an operationId that is nothing', yaml('  /a: { get: { operationId: } }\n'), 'error CS5018', '3:16', 'not a text', 'leave the key out'],
  ['an operationId that is empty', yaml('  /a: { get: { operationId: "" } }\n'), 'error CS5018', '3:16', 'is empty', 'leave the key out'],
  ['an operationId twice', yaml('  /a: { get: { operationId: one } }\n  /b: { get: { operationId: one } }\n'), 'error CS5019', '4:9', '`one` stands twice', 'of its own'],
  ['an operation twice, by other names', yaml('  /a/{id}: { get: {} }\n  /a/{name}: { put: {}, get: {} }\n'), 'error CS5019', '4:25', '`GET /a/{name}` is the same operation as `GET /a/{id}`', 'once'],
  // paths
  ['no slash', yaml('  orders: { get: {} }\n'), 'error CS5019', '3:3', '`orders` does not begin with `/`', '`/orders`'],
  ['a last slash', yaml('  /orders/: { get: {} }\n'), 'error CS5019', '3:3', 'ends with `/`', 'answer at `/orders`'],
  ['a last slash after a parameter', yaml('  "/orders/{id}/": { get: {} }\n'), 'error CS5019', '3:3', 'ends with `/`', 'answer at `/orders/{id}`'],
  ['an empty segment', yaml('  /a//b: { get: {} }\n'), 'error CS5019', '3:3', 'empty segment', 'answer at `/a/b`'],
  ['nothing but slashes', yaml('  //: { get: {} }\n'), 'error CS5019', '3:3', 'empty segment', 'answer at `/`'],
  ['a query', yaml('  /a?kind=x: { get: {} }\n'), 'error CS5019', '3:3', 'has a query', '`parameters`'],
  ['a fragment', yaml('  "/a#x": { get: {} }\n'), 'error CS5019', '3:3', 'fragment', '`parameters`'],
  ['a matrix parameter', yaml('  "/a;v=1/b": { get: {} }\n'), 'error CS5019', '3:3', 'has a `;`', '`parameters`'],
  ['a matrix template', yaml('  "/a/{;v}": { get: {} }\n'), 'error CS5019', '3:3', '`{;v}`, which OpenAPI does not define', 'letters'],
  ['a dot segment', yaml('  /a/../b: { get: {} }\n'), 'error CS5019', '3:3', '`..`', 'plain path'],
  ['a backslash', yaml('  "/a\\\\b": { get: {} }\n'), 'error CS5019', '3:3', '`\\`', 'plain path'],
  ['a star', yaml('  "/a/*": { get: {} }\n'), 'error CS5019', '3:3', '`*`', 'plain path'],
  ['a blank', yaml('  "/a b": { get: {} }\n'), 'error CS5019', '3:3', '`%20`', 'write `a%20b`'],
  ['a letter beyond ASCII', yaml('  /größe: { get: {} }\n'), 'error CS5019', '3:3', '`%C3%B6`', 'write `gr%C3%B6%C3%9Fe`'],
  ['an encoding in lower case', yaml('  /a%c3%a9: { get: {} }\n'), 'error CS5019', '3:3', '`%C3`', 'write `a%C3%A9`'],
  ['an encoding that is not needed', yaml('  /%61%3Ab: { get: {} }\n'), 'error CS5019', '3:3', 'encodes `a`', 'write `a:b`'],
  ['an encoded slash', yaml('  /a%2fb: { get: {} }\n'), 'error CS5019', '3:3', '`%2f`', 'plain path'],
  ['a percent sign alone', yaml('  /100%: { get: {} }\n'), 'error CS5019', '3:3', '`%`', 'plain path'],
  ['half of an encoded character', yaml('  /a%e9: { get: {} }\n'), 'error CS5019', '3:3', 'lower-case', 'plain path'],
  ['a parameter and an ending', yaml('  "/files/{name}.json": { get: {} }\n'), 'error CS5019', '3:3', '`{name}.json`', 'declare it by hand'],
  ['a parameter after a beginning', yaml('  "/v{n}": { get: {} }\n'), 'error CS5019', '3:3', '`v{n}`', 'declare it by hand'],
  ['two parameters of one segment', yaml('  "/{a}{b}": { get: {} }\n'), 'error CS5019', '3:3', '`{a}{b}`', 'declare it by hand'],
  ['a verb after a colon', yaml('  "/v1/{name}:cancel": { post: {} }\n'), 'error CS5019', '3:3', '`:cancel`', 'declare it by hand'],
  ['a brace that stays open', yaml('  "/a/{id": { get: {} }\n'), 'error CS5019', '3:3', '`{id`', ''],
  ['a parameter over two segments', yaml('  "/a/{b/c}": { get: {} }\n'), 'error CS5019', '3:3', '`{b`', ''],
  ['a parameter without a name', yaml('  "/a/{}": { get: {} }\n'), 'error CS5019', '3:3', 'without a name', 'letters'],
  ['a parameter for the rest, as AWS has it', yaml('  "/{proxy+}": { get: {} }\n'), 'error CS5019', '3:3', '`{proxy+}`', '`{proxy**}`'],
  ['a parameter for the rest, as Spring has it', yaml('  "/a/{*path}": { get: {} }\n'), 'error CS5019', '3:3', '`{*path}`', '`{path**}`'],
  ['a parameter for the rest, as policies have it', yaml('  "/a/{rest**}": { get: {} }\n'), 'error CS5019', '3:3', '`{rest**}`', '`{rest**}`'],
  ['one parameter twice', yaml('  "/{id}/{id}": { get: {} }\n'), 'error CS5019', '3:3', 'two parameters called `id`', 'rename'],
];

it.each(table)('%s is said, with its line and column, and what to do', (_, text, coded, place, says, helps) => {
  const result = openApi(text);
  if (place !== '') expect(saidAt(result)).toHaveLength(1);
  const [first] = result.diagnostics;
  expect(saidAt(result)[0]).toContain(`${coded} api/shop.yaml:${place}`);
  expect(first?.message).toContain(says);
  expect(first?.help).toContain(helps);
  expect(first?.help?.length).toBeGreaterThan(5);
  expect(result.ok).toBe(!coded.startsWith('error'));
});

it('says everything that is wrong at once, in the order of the lines', () => {
  const text = yaml('  /a/: { get: {} }\n  /b: { trace: {}, get: { operationId: 1 } }\n  /c: { $ref: other.yaml }\n  "/{d}.json": { $ref: "#/nowhere" }\n', 'servers: [{ url: /v1 }, { url: /v2 }]\n') + '  /e: { get: {} }\n';
  expect(saidAt(openApi(text)).map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
    'CS5021 api/shop.yaml:2:27', 'CS5019 api/shop.yaml:4:3', 'CS5019 api/shop.yaml:5:9', 'CS5018 api/shop.yaml:5:27', 'CS5020 api/shop.yaml:6:9', 'CS5019 api/shop.yaml:7:3', 'CS5020 api/shop.yaml:7:18',
  ]);
  expect(openApi(text)).toEqual(openApi(text));
});

describe('the names of parameters, which are not on the wire, are made into such as a template takes', () => {
  it.each([
    ['{order-id}', '{order_id}'], ['{order.id}', '{order_id}'], ['{2nd}', '{_2nd}'], ['{größe}', '{gr__e}'], ['{_id}', '{_id}'], ['{a-b}/{a.b}/{a_b}', '{a_b}/{a_b2}/{a_b3}'], ['{a_b}/{a-b}/{a_b2}', '{a_b}/{a_b2}/{a_b22}'],
  ])('%s as %s', (stated, made) => {
    expect(operationsOf(openApi(document({ [`/x/${stated}`]: { get: { operationId: 'it' } } })))).toEqual([`it: GET /x/${made}`]);
  });
});

it('takes for templates what the language takes, and nothing else', () => {
  const part = fc.constantFrom('a', 'b-c', '~', 'é', ' ', '%20', '%2F', '%2f', '%41', '%c3', '%', '.', '..', ';', ':', '@', '*', '\\', '{', '}', '{id}', '{x-y}', '{id**}', '{}', '/', '//', '?', '#', '\u0000', '\ud800');
  fc.assert(fc.property(fc.array(part, { maxLength: 7 }).map((parts) => `/${parts.join('')}`), (path) => {
    const result = openApi(document({ [path]: { get: {} } }));
    if (result.ok) expect([path, templateProblem(value(result).operations[0]!.path)]).toEqual([path, undefined]);
    else if (!/[{}\ud800]/.test(path)) expect([path, templateProblem(path)]).not.toEqual([path, undefined]);
  }), { numRuns: 2000 });
});

describe('bytes and sizes', () => {
  const bytesOf = (bytes: Uint8Array) => importOpenApi({ document: { path: 'shop.yaml', bytes }, source: 'a test' });
  it('refuses what is not UTF-8, at its line', () => {
    expect(said(bytesOf(Buffer.concat([Buffer.from('openapi: 3.1.0\ninfo: { title: caf'), Buffer.from([0xe9]), Buffer.from(' }\n')])))).toEqual(['error CS5008 shop.yaml:2 the line is not UTF-8']);
  });
  it('refuses a file that is too large, and reads one that is not', () => {
    const text = yaml('  /a: { get: {} }\n');
    expect(said(bytesOf(Buffer.from(text.padEnd(maxSourceBytes + 1, '#'))))).toEqual([`error CS5017 shop.yaml:undefined the file has more than ${maxSourceBytes} bytes, and no more are read`]);
    expect(said(bytesOf(Buffer.from(text.padEnd(maxSourceBytes, '#'))))).toEqual([]);
  });
  it.each([['lists in brackets', `openapi: ${'['.repeat(20_000)}`], ['mappings by indentation', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')]])('refuses %s that nest too deep', (_, text) => {
    expect(said(openApi(text)).map((line) => line.split(' ').slice(0, 2))).toEqual([['error', 'CS5017']]);
  });
  it('refuses aliases that multiply', () => {
    const bomb = `x-0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, index) => `x-${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`).join('\n')}\n`;
    expect(said(openApi(yaml('  /a: { get: {} }\n', bomb))).map((line) => line.split(' ').slice(0, 2))).toEqual([['error', 'CS5017']]);
  });
  it('says as much of very many mistakes as can be read, and how many more there are', () => {
    const paths = Array.from({ length: 30_000 }, (_, index) => `  /a${index}/: { get: {} }\n`).join('');
    const { ok, diagnostics } = openApi(yaml(paths));
    expect([ok, diagnostics.length, diagnostics.at(-1)?.message]).toEqual([false, 101, 'the path `/a100/` ends with `/`, which no canonical path does; and 29899 more things are to be said from here on']);
  });
  it('does not take a mistake for none that comes after very many notes', () => {
    const paths = Array.from({ length: 300 }, (_, index) => `  /a${index}: {}\n`).join('');
    const { ok, diagnostics } = openApi(yaml(`${paths}  /z: { trace: {} }\n`));
    expect([ok, diagnostics.length, diagnostics.at(-1)?.code, diagnostics.at(-1)?.severity, diagnostics.at(-1)?.at?.span?.line]).toEqual([false, 101, 'CS5019', 'error', 303]);
  });
  it('names very many operations of one name in time that grows with their number', () => {
    const paths = Array.from({ length: 30_000 }, (_, index) => `  /${'-'.repeat(index % 140)}${'.'.repeat(1 + Math.floor(index / 140))}~: { get: {} }\n`).join('');
    const started = process.cpuUsage();
    expect(value(importOpenApi({ document: file('shop.yaml', yaml(paths)), source: 'a test' })).operations.length).toBe(30_000);
    expect(process.cpuUsage(started).user).toBeLessThan(10_000_000);
  });
});
