import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';
import { expect, test } from 'vitest';
import { renderText, type Refine } from '#diagnostics';
import { check, refineIn } from '#language';
import declared from './fixtures/shop.ts';

const file = fileURLToPath(new URL('fixtures/shop.ts', import.meta.url));
const source = (path: string): string | undefined => (path === file ? readFileSync(file, 'utf8') : undefined);
const refine: Refine = (site) => { const text = source(site.at.path); return text === undefined ? undefined : refineIn(text, site, typescript); };

test('points into the author\'s own TypeScript, as deep as the mistake lies', () => {
  const { diagnostics } = check(declared, { asOf: '2026-11-24', refine });
  expect(renderText(diagnostics, { source, path: (path) => path.replace(file, 'shop.ts'), outcome: 'Nothing was written.' })).toBe(`error[CS1010]: the offer of \`orders.list\` to \`ui\` ended on 2026-10-31, at 24:00 UTC
  ┌─ shop.ts:25:61
25│     list: { to: [ui], because: 'the list of orders', until: '2026-10-31' },
  │                                                             ^^^^^^^^^^^^
  help: ask team-orders to renew it with a later \`until\`, remove it, or compile with \`--drop-expired\`, which leaves it out

error[CS1012]: \`checkout\` asks for \`orders.list\`, which is not offered to it
  ┌─ shop.ts:37:5
37│     checkout.calls(ordersApi.list, { because: 'show past orders' }),
  │     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = offered to \`ui\` at shop.ts:25
  help: ask team-orders to offer it, or call \`orders.create\` or \`orders.read\`, which are offered to \`checkout\`

error[CS1022]: \`checkout\` can reach \`orders.read\` with GET /orders/1, which a \`never\` forbids (least privilege)
  ┌─ shop.ts:39:11
39│   never: [never(reach(checkout, ordersApi.read), { because: 'least privilege' })],
  │           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = \`orders.read\` is offered to \`checkout\` at shop.ts:26
  = \`checkout\` asks for \`orders.read\` at shop.ts:35
  help: take the grant back, in the offer or in the request, or change the invariant

3 errors. Nothing was written. \`countersign explain CS1010\` says more.
`);
});
