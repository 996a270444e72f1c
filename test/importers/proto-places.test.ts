import { describe, expect, it } from 'vitest';
import { protos, said, value } from './files.ts';

const head = 'message M {}\n';
const service = 'service S { rpc Do(M) returns (M); }\n';

describe('a service is found', () => {
  it.each([
    ['after a brace in a text', `option a = "{";\noption b = '}';\n${head}${service}`],
    ['after options with messages in them', `option (a) = { b: "}" c { d: 1 } e: [{ f: 2 }] };\n${head}${service}`],
    ['beside fields, values and methods that are called like what declares', `syntax = "proto3";\n${head}message N { M message = 1; M service = 2; M rpc = 3; M import = 4; M package = 5; }\nenum E { enum = 0; option allow_alias = true; }\n${service}`],
    ['beside messages of one name in different places', `${head}message A { message M {} enum E { X = 0; } }\nmessage B { message M {} enum E { Y = 0; } }\n${service}`],
    ['in an edition that says what it exports', `edition = "2024";\nimport option "options.proto";\nexport ${head}local message N {}\n${service}`],
    ['with what comes with googleapis, given or not', `import "google/api/annotations.proto";\nimport "google/protobuf/empty.proto";\nimport 'google/type/money.proto';\n${head}${service}`],
    ['with methods in streams, over several lines', `${head}service\n  S {\n  rpc\n    Do (stream M)\n    returns (stream M) { option idempotency_level = IDEMPOTENT; };\n}\n`],
  ])('%s', async (_, text) => {
    const result = await protos(['a.proto', text]);
    expect(said(result)).toEqual([]);
    expect(value(result).services).toEqual([{ constant: 's', fullName: 'S', methods: ['Do'] }]);
  });

  it('under a package that a service of the same name has too', async () => {
    const text = (pkg: string): string => `package ${pkg}; message M {} service Cart { rpc Get(M) returns (M); }`;
    expect(value(await protos(['b.proto', text('shop.v2')], ['a.proto', text('shop')], ['c.proto', text('shop.v1')])).services.map(({ constant, fullName }) => [constant, fullName])).toEqual([
      ['cartShop', 'shop.Cart'], ['cartShopV1', 'shop.v1.Cart'], ['cartShopV2', 'shop.v2.Cart'],
    ]);
  });
});

describe('a name that stands twice is said at the second place, with the first', () => {
  it.each([
    ['a message', `${head}\n${head}${service}`, 3, 1, 'the message `M` is declared twice in the file'],
    ['an exported message', `edition = "2024";\nexport ${head}local ${head}${service}`, 3, 2, 'the message `M` is declared twice in the file'],
    ['a message in a message', `${head}message A {\n  message B {}\n  enum B { X = 0; }\n}\n${service}`, 4, 3, 'the enum `B` is declared twice in the message `A`'],
    ['a message and a service', `message S {}\n${head}${service}`, 3, 1, 'the service `S` is declared twice in the file'],
    ['a method', `${head}service S {\n  rpc Do(M) returns (M);\n  rpc Do(M) returns (M) {}\n}\n`, 4, 3, 'the method `Do` is declared twice in the service `S`'],
  ])('%s', async (_, text, line, firstLine, message) => {
    const { ok, diagnostics } = await protos(['a.proto', text]);
    expect(ok).toBe(false);
    expect(diagnostics.map(({ code, at, related, message: found }) => [code, at?.span?.line, related[0]?.at?.span?.line, found])).toEqual([['CS5012', line, firstLine, message]]);
  });
});

it('an import is a whole path: another file whose name ends the same does not meet it, and is suggested where it is near', async () => {
  const result = await protos(['a.proto', `import "shop/cart.proto";\n${head}${service}`], ['shop/mycart.proto', ''], ['cart.proto', '']);
  expect(said(result)).toEqual(['error CS5012 a.proto:1 `shop/cart.proto` is imported and is not among the files']);
  expect((await protos(['a.proto', `import "crat.proto";\n${head}${service}`], ['x/cart.proto', ''])).diagnostics[0]?.help).toBe('give that file as well, or import `cart.proto` if it was meant');
  expect(said(await protos(['a.proto', `import "shop/cart.proto";\n${head}${service}`], ['protos\\shop\\cart.proto', '']))).toEqual([]);
});
