import { expect, it } from 'vitest';
import { readSourceDigest, sourceDigest } from '#importers';
import { deployment, file, manifests, value } from './files.ts';

const [a, b] = [file('a.yaml', 'a: 1\nb: 2\n'), file('b.yaml', 'c: 3\n')];

it('does not depend on the order of files, their names, how their lines end, or a byte order mark', () => {
  const digest = sourceDigest([a, b]);
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  for (const same of [[b, a], [file('x', 'a: 1\nb: 2\n'), b], [file('a.yaml', 'a: 1\r\nb: 2\r\n'), b], [file('a.yaml', '\ufeffa: 1\nb: 2\n'), b]]) expect(sourceDigest(same)).toBe(digest);
});

it.each([
  ['another byte', [file('a.yaml', 'a: 1\nb: 3\n'), b]], ['one file less', [a]], ['one file more', [a, b, b]], ['a line moved from one file to the other', [file('a.yaml', 'a: 1\n'), file('b.yaml', 'b: 2\nc: 3\n')]],
  ['a byte that is no text', [{ path: 'a.yaml', bytes: Buffer.from([0xff]) }, b]],
])('depends on %s', (_, files) => expect(sourceDigest(files)).not.toBe(sourceDigest([a, b])));

it('is read from a generated module, whatever a checkout did to its lines', () => {
  const { module } = value(manifests(deployment()));
  expect(readSourceDigest(module)).toBe(sourceDigest([file('shop.yaml', deployment())]));
  expect(readSourceDigest(module.replaceAll('\n', '\r\n'))).toBe(readSourceDigest(module));
});

it.each(['', 'export const a = 1;', '// source digest sha256:short', '// source digest md5:0'])('is not read from %j', (text) => expect(readSourceDigest(text)).toBe(undefined));
