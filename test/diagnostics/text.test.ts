import { describe, expect, test } from 'vitest';
import { renderText, type Diagnostic } from '#diagnostics';

const path = '/repo/stacks/retail-store/checkout.ts';
const source = `${'\n'.repeat(13)}  checkout.calls(ordersApi.list, { because: 'show past orders' }),\n`;
const notOffered: Diagnostic = {
  code: 'CS1012', severity: 'error', message: '`checkout` asks for `orders.list`, which is not offered to it',
  at: { path, span: { line: 14, column: 3, endLine: 14, endColumn: 32 } },
  related: [{ message: 'offered to `support-leads`', at: { path: '/repo/stacks/retail-store/orders.ts', span: { line: 21, column: 5 } } }],
  help: 'ask team-orders to offer it, or call `orders.read`, which is offered to `checkout`',
};
const relative = (file: string): string => file.replace('/repo/', '');
const at = (line: number, column: number, endColumn?: number, endLine = line): Diagnostic =>
  ({ code: 'CS1001', severity: 'error', message: 'm', related: [], at: { path: 'f', span: { line, column, ...(endColumn === undefined ? {} : { endLine, endColumn }) } } });
const frameOf = (text: string, diagnostic: Diagnostic): string => renderText([diagnostic], { source: () => text }).split('\n').slice(2, 4).join('\n');

test('frames a diagnostic as the design shows it', () => {
  expect(renderText([notOffered], { source: () => source, path: relative, outcome: 'Nothing was written.' })).toBe(`error[CS1012]: \`checkout\` asks for \`orders.list\`, which is not offered to it
  ┌─ stacks/retail-store/checkout.ts:14:3
14│   checkout.calls(ordersApi.list, { because: 'show past orders' }),
  │   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = offered to \`support-leads\` at stacks/retail-store/orders.ts:21
  help: ask team-orders to offer it, or call \`orders.read\`, which is offered to \`checkout\`

1 error. Nothing was written. \`countersign explain CS1012\` says more.
`);
});

test('counts what there is, worst first, and names the worst code', () => {
  const warning: Diagnostic = { code: 'CS1011', severity: 'warning', message: 'w', related: [] };
  const note: Diagnostic = { code: 'CS1020', severity: 'info', message: 'n', related: [] };
  const last = (list: readonly Diagnostic[]): string | undefined => renderText(list, { outcome: 'Nothing was written.' }).trimEnd().split('\n').at(-1);
  expect(last([note, warning, notOffered, notOffered])).toBe('2 errors, 1 warning, 1 note. Nothing was written. `countersign explain CS1012` says more.');
  expect(last([note, note, warning])).toBe('1 warning, 2 notes. Nothing was written. `countersign explain CS1011` says more.');
  expect(renderText([])).toBe('');
});

test('shows no line where the file can\'t be read, and no place where there is none', () => {
  expect(renderText([{ ...notOffered, related: [{ message: 'somewhere' }] }], { path: relative }).split('\n').slice(0, 4)).toEqual([
    'error[CS1012]: `checkout` asks for `orders.list`, which is not offered to it', '  ┌─ stacks/retail-store/checkout.ts:14:3', '  = somewhere',
    '  help: ask team-orders to offer it, or call `orders.read`, which is offered to `checkout`',
  ]);
  expect(frameOf('only one line', at(7, 1))).toBe('\n1 error. `countersign explain CS1001` says more.');
});

describe('marks what is meant', () => {
  test.each([
    ['a tab counts to its stop', '\tfoo.bar', at(1, 2, 5), ' 1│     foo.bar\n  │     ^^^'],
    ['a wide character counts twice', "x('漢字', y)", at(1, 9, 10), " 1│ x('漢字', y)\n  │           ^"],
    ['a wide character is marked twice', "x('漢字')", at(1, 4, 6), " 1│ x('漢字')\n  │    ^^^^"],
    ['an emoji of two units is one of two columns', "a 🦊 b", at(1, 6, 7), ' 1│ a 🦊 b\n  │      ^'],
    ['a combining mark has no column', 'e\u0301 x', at(1, 4, 5), ' 1│ e\u0301 x\n  │   ^'],
    ['a call, where only the beginning is known', "  workload('orders').x", at(1, 3), " 1│   workload('orders').x\n  │   ^^^^^^^^^^^^^^^^^^"],
    ['a text, where only the beginning is known', '  "until": "x"', at(1, 3), ' 1│   "until": "x"\n  │   ^^^^^^^'],
    ['the rest of the first line of what goes on', 'api({\n  x\n})', at(1, 1, 3, 3), ' 1│ api({\n  │ ^^^^^'],
    ['one mark at the end of the line', 'abc', at(1, 9, 12), ' 1│ abc\n  │    ^'],
    ['a line of a file with CRLF', 'a\r\nbcd\r\n', at(2, 1, 4), ' 2│ bcd\n  │ ^^^'],
    ['the gutter is as wide as the number', `${'\n'.repeat(1233)}abc`, at(1234, 1, 2), '1234│ abc\n    │ ^'],
  ])('%s', (_claim, text, diagnostic, expected) => expect(frameOf(text, diagnostic)).toBe(expected));

  test('a minified line is cut around the marks', () => {
    const [line = '', marks = ''] = frameOf(`${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`, at(1, 5001, 5005)).split('\n');
    expect(line.length).toBeLessThan(180);
    expect([line[4], line.at(-1)]).toEqual(['…', '…']);
    expect(line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('HERE');
  });
});

test('lets nobody write to the terminal through a name, a path or a file', () => {
  const evil = '\u001b[31mred\u0007\u202e';
  const text = renderText([{ ...at(1, 1), message: `\`${evil}\`\nnext`, help: evil, related: [{ message: evil }], at: { path: evil, span: { line: 1, column: 1 } } }], { source: () => `${evil}` });
  expect(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.test(text)).toBe(false);
  expect(text.split('\n')[0]).toBe('error[CS1001]: `\ufffd[31mred\ufffd\ufffd` next');
});

test('colours only when asked to, and changes nothing else', () => {
  const plain = renderText([notOffered], { source: () => source });
  const coloured = renderText([notOffered], { source: () => source, colour: true });
  expect(plain).not.toContain('\u001b');
  expect(coloured).toContain('\u001b[1;31merror[CS1012]\u001b[0m');
  expect(coloured.replaceAll(/\u001b\[[\d;]*m/g, '')).toBe(plain);
});
