import { expect, test } from 'vitest';
import { callSite, locationOf, parseFrame } from '../../../src/language/declare/call-site.ts';

const at = (path: string, line: number, column: number) => ({ path, span: { line, column } });

test.each<[string, ReturnType<typeof at> | undefined]>([
  ['    at file:///estate/policy.ts:12:5', at('/estate/policy.ts', 12, 5)],
  ['    at Object.<anonymous> (/estate/policy.ts:12:5)', at('/estate/policy.ts', 12, 5)],
  ['    at async file:///estate/policy.ts:12:5', at('/estate/policy.ts', 12, 5)],
  ['    at async Promise.all (index 0)', undefined],
  ['    at async load (file:///estate/policy.ts:1:2)', at('/estate/policy.ts', 1, 2)],
  ['    at new Estate (/estate/policy.ts:3:4)', at('/estate/policy.ts', 3, 4)],
  ['    at Estate.declare [as run] (/estate/policy.ts:3:4)', at('/estate/policy.ts', 3, 4)],
  ['    at /the estate (copy)/policy.ts:3:4', at('/the estate (copy)/policy.ts', 3, 4)],
  ['    at Object.<anonymous> (/the estate (copy)/policy.ts:3:4)', at('/the estate (copy)/policy.ts', 3, 4)],
  ['    at file:///the%20estate/policy.ts:3:4', at('/the estate/policy.ts', 3, 4)],
  ['    at file:///estate/policy.ts?t=1700000000:3:4', at('/estate/policy.ts', 3, 4)],
  ['    at C:\\estate\\policy.ts:3:4', at('C:\\estate\\policy.ts', 3, 4)],
  ['    at Object.<anonymous> (C:\\estate\\policy.ts:3:4)', at('C:\\estate\\policy.ts', 3, 4)],
  ['    at file:///C:/estate/policy.ts:3:4', at('C:\\estate\\policy.ts', 3, 4)],
  ['    at file://server/share/policy.ts:3:4', at('\\\\server\\share\\policy.ts', 3, 4)],
  ['    at file://localhost/estate/policy.ts:3:4', at('/estate/policy.ts', 3, 4)],
  ['    at node:internal/modules/cjs/loader:1554:14', undefined],
  ['    at Module._compile (node:internal/modules/cjs/loader:1554:14)', undefined],
  ['    at eval (eval at <anonymous> (/estate/policy.ts:1:1), <anonymous>:1:1)', undefined],
  ['    at Array.map (<anonymous>)', undefined],
  ['    at native', undefined],
  ['    at file:///%E0%A4%A/policy.ts:3:4', undefined],
  ['Error: at (/estate/policy.ts:3:4)', undefined],
  ['', undefined],
])('the frame `%s` is at %o', (line, expected) => {
  expect(parseFrame(line)).toEqual(expected);
});

test('a site is where the declaring function was called, not where it looked', () => {
  const declare = () => inner();
  const inner = () => callSite(declare);
  const here = parseFrame(new Error().stack!.split('\n')[1]!)!;
  const site = declare();
  expect(locationOf(site)).toEqual({ path: here.path, span: { line: here.span!.line + 1, column: 16 } });
});

test('frames of packages and of Node are passed over, and the next one of the user serves', () => {
  const stack = ['Error', '    at wrap (/estate/node_modules/wrapper/index.js:1:2)', '    at wrap (C:\\estate\\node_modules\\wrapper\\index.js:1:2)', '    at run (node:internal/x:1:2)', '    at /estate/policy.ts:3:4'].join('\n');
  expect(locationOf({ stack })).toEqual(at('/estate/policy.ts', 3, 4));
  expect(locationOf({ stack: stack.split('\n').slice(0, 4).join('\n') })).toBeUndefined();
  expect(locationOf({ stack: [{}] })).toBeUndefined();
  expect(locationOf({})).toBeUndefined();
});

test('the limit of stack traces is left as it was', () => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 17;
  const declare = () => callSite(declare);
  declare();
  expect(Error.stackTraceLimit).toBe(17);
  Error.stackTraceLimit = limit;
});
