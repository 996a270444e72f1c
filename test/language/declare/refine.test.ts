import ts from 'typescript';
import { expect, test } from 'vitest';
import { refineIn } from '#language';

/** `¤` stands before what V8 names as the call's position; `«…»` around what is to be found. Neither is in the file. */
function found(marked: string, inside: readonly string[], path = '/estate/policy.ts'): string {
  const bare = marked.replaceAll(/[¤«»]/g, '');
  const before = marked.slice(0, marked.indexOf('¤')).replaceAll(/[«»]/g, '').split(/\r\n|\n/);
  const at = refineIn(bare, { at: { path, span: { line: before.length, column: before.at(-1)!.length + 1 } }, inside }, ts);
  if (at?.span === undefined) return 'nothing';
  const { line, column, endLine, endColumn } = at.span;
  expect(endLine).toBe(line);
  expect(at.path).toBe(path);
  const lines = bare.split(/\r\n|\n/);
  const text = lines[line - 1]!;
  lines[line - 1] = `${text.slice(0, column - 1)}«${text.slice(column - 1, endColumn! - 1)}»${text.slice(endColumn! - 1)}`;
  return lines.join('\n');
}

const orders = `import { api } from 'countersign';
export const ordersApi = ¤api('orders', {
  servedBy: orders, port: 'http',
  operations: { list: get('/orders'), 'create': post(\`/orders\`) },
  offers: {
    list: { to: [support, checkout], when: [mfa({ within: '15m' }), all(maxTokenAge('1h'))], until: '2027-06-30' },
    create: [
      { to: [checkout], because: 'a' },
      { to: [ui], because: 'b' },
    ],
  },
});`;

test.each<[readonly string[], string]>([
  [['offers', 'list', 'until'], "'2027-06-30'"],
  [['offers', 'list', 'to', '1'], 'checkout'],
  [['offers', 'list', 'when', '0', 'within'], "'15m'"],
  [['offers', 'list', 'when', '1', 'of', '0', 'seconds'], "all(maxTokenAge('1h'))"],
  [['offers', 'create', '1', 'because'], "'b'"],
  [['offers', 'create', '1', 'missing'], "{ to: [ui], because: 'b' }"],
  [['offers', 'create', '7'], 'create'],
  [['operations', 'list', 'path'], "'/orders'"],
  [['operations', 'create', 'path'], '`/orders`'],
  [['operations', 'create'], 'post(`/orders`)'],
  [['port'], "'http'"],
  [['name'], "'orders'"],
  [['offers'], 'offers'],
  [['exposedAt'], 'api'],
  [[], 'api'],
])('in the literal of a call, %j is %s', (inside, expected) => {
  const said = found(orders, inside);
  expect(/«(.*)»/.exec(said)?.[1]).toBe(expected);
});

test.each<[string, readonly string[], string]>([
  ['a computed key that is a text', ['offers', 'list', 'until'], "¤api('a', { offers: { ['list']: { until: «'x'» } } });"],
  ['a computed key that a constant of the file holds', ['offers', 'list'], "const key = 'list';\n¤api('a', { offers: { [key]: «1» } });"],
  ['a computed key that only the program knows: what encloses it serves', ['offers', 'list'], "¤api('a', { «offers»: {\n  [keyOf()]: 1,\n} });"],
  ['a number as a key', ['offers', '1'], "¤api('a', { offers: { 1: «2» } });"],
  ['a shorthand', ['port'], "const { port } = facts;\n¤api('a', { «port», owner });"],
  ['a shorthand of a constant', ['offers', 'list'], "const offers = { list: «1» };\n¤api('a', { offers });"],
  ['a constant of the file, as const', ['kubernetes', 'selector', 'app'], "const facts = { selector: { app: «'a'» } } as const satisfies Facts;\n¤workload('a', { kubernetes: facts });"],
  ['an imported constant ends the way', ['kubernetes', 'selector', 'app'], "import { facts } from './facts.ts';\n¤workload('a', { kubernetes: «facts» });"],
  ['a spread of a constant', ['port'], "const common = { port: «8080» };\n¤api('a', { ...common, owner: 'me' });"],
  ['what comes after a spread counts', ['port'], "const common = { port: 8080 };\n¤api('a', { ...common, port: «9090» });"],
  ['what comes before a spread counts if the spread has it not', ['owner'], "const common = { port: 8080 };\n¤api('a', { owner: «'me'», ...common });"],
  ['the last of two equal keys counts', ['port'], "¤api('a', { port: 1, port: «2» });"],
  ['a spread in a list hides the indices after it', ['offers', 'list', 'to', '1'], "¤api('a', { offers: { list: { to: «[...callers, ui]» } } });"],
  ['an index before a spread', ['to', '0'], "¤api('a', { to: [«ui», ...callers] });"],
  ['a template string with an expression', ['owner'], '¤api("a", { owner: «`team-${name}`» });'],
  ['parentheses, assertions and non-null marks', ['offers', 'list', 'until'], "¤api('a', ({ offers: ({ list: { until: «'x'» } } as Offers)! } satisfies Options));"],
  ['a nested call of the same name is another call', ['port'], "api('outer', { inner: ¤api('inner', { port: «2» }), port: 1 });"],
  ['the outer one of two nested calls', ['port'], "¤api('outer', { inner: api('inner', { port: 2 }), port: «1» });"],
  ['a method call: V8 names the method', ['because'], "checkout.¤calls(ordersApi.create, { because: «'x'» });"],
  ['a method call: a source map may name its beginning', ['because'], "¤checkout.calls(ordersApi.create, { because: «'x'» });"],
  ['a method call over several lines', ['until'], "checkout\n  .¤calls(ordersApi.create, {\n    until: «'x'»,\n  });"],
  ['the second call of a chain', ['because'], "ui.actingFor(shoppers).¤calls(ordersApi.read, { because: «'x'» });"],
  ['one operation of a list', ['1'], "checkout.¤calls([ordersApi.create, «ordersApi.list»], { because: 'x' });"],
  ['a request of one operation is the whole call', [], "export const asks = [«checkout.¤calls(ordersApi.list)»];"],
  ['a call of a namespace', ['port'], "countersign.¤api('a', { port: «1» });"],
  ['a call that a bundler wrapped', ['port'], "(0, import_countersign.¤api)('a', { port: «1» });"],
  ['a literal in a constant', ['port'], "const given = { port: «1» };\n¤api('a', given);"],
  ['a name that is a constant', ['name'], "const name = 'a';\n«¤api(name, {})»;"],
  ['a constant that refers to itself', ['port'], "const a = b, b = a;\n«¤api('a', a)»;"],
  ['lines that end as on Windows', ['port'], "const x = 1;\r\n¤api('a', {\r\n  port: «1»,\r\n});"],
  ['a value over several lines is known by its key', ['offers', 'list'], "¤api('a', { offers: {\n  «list»: {\n    to: [],\n  },\n} });"],
  ['a key that every object has', ['offers', 'constructor', 'until'], "¤api('a', { offers: { constructor: { until: «'x'» } } });"],
  ['a key `__proto__`', ['selector', '__proto__'], "¤api('a', { selector: { ['__proto__']: «'x'» } });"],
])('finds its way through %s', (_, inside, marked) => {
  expect(found(marked, inside)).toBe(marked.replaceAll('¤', '').replaceAll('\r\n', '\n'));
});

test('reads files of JavaScript and of other endings', () => {
  expect(found("¤api('a', { port: «1» });", ['port'], '/estate/policy.mjs')).toBe("api('a', { port: «1» });");
  expect(found("¤api<'a'>('a', { port: «1» } satisfies X);", ['port'], '/estate/policy.mts')).toBe("api<'a'>('a', { port: «1» } satisfies X);");
});

test.each([
  ['a place without a call', 'const ¤x = 1;'],
  ['a file that is cut off', "¤api('a', { port"],
  ['a file with syntax errors', '¤api(((('],
  ['an empty file', '¤'],
])('%s never makes it throw', (_, marked) => {
  expect(() => found(marked, ['port', '0'])).not.toThrow();
});

test('a place outside the file is nothing', () => {
  expect(refineIn('api()', { at: { path: '/a.ts', span: { line: 9, column: 1 } }, inside: ['port'] }, ts)).toBeUndefined();
  expect(refineIn('api()', { at: { path: '/a.ts' }, inside: ['port'] }, ts)).toBeUndefined();
});
