import fc from 'fast-check';
import { BlockList, isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { cidrText, contains, outermost, overlaps, parseCidr } from '../../src/targets/cidr.ts';

const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, length]) => `${address}/${length}`);
const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([address, length]) => `${address}/${length}`);
const any = fc.oneof(v4, v6);

describe('ranges of addresses', () => {
  it.each([
    ['10.1.2.3/16', '10.1.0.0/16'], ['10.1.2.3', '10.1.2.3/32'], ['0.0.0.0/0', '0.0.0.0/0'], ['255.255.255.255/32', '255.255.255.255/32'],
    ['::/0', '::/0'], ['FD00:0010::/56', 'fd00:10::/56'], ['2001:db8:0:0:1:0:0:1/128', '2001:db8::1:0:0:1/128'], ['::1', '::1/128'],
    ['1:0:2:0:3:0:4:0/128', '1:0:2:0:3:0:4:0/128'], ['1:2:3:4:5:6:0:0/128', '1:2:3:4:5:6::/128'], ['::ffff:10.0.0.1/128', '::ffff:a00:1/128'],
  ])('%s is written %s', (text, canonical) => {
    expect(cidrText(parseCidr(text))).toBe(canonical);
  });

  it.each(['', '10.0.0/8', '10.0.0.256/8', '10.0.0.0/33', 'fd00::/129', '1::2::3/64', '1:2:3:4:5:6:7/64', '1:2:3:4:5:6:7::8/64', 'x/8', '10.0.0.0/-1'])('takes `%s` for a bug', (text) => {
    expect(() => parseCidr(text)).toThrow(/is no range of addresses/);
  });

  it('come back from their canonical spelling', () => {
    fc.assert(fc.property(any, (text) => {
      const written = cidrText(parseCidr(text));
      expect(isIP(written.slice(0, written.indexOf('/')))).not.toBe(0);
      expect(parseCidr(written)).toEqual(parseCidr(text));
    }));
  });

  it('contain what Node says they contain', () => {
    fc.assert(fc.property(any, any, (a, b) => {
      const [outer, inner] = [parseCidr(a), parseCidr(b)];
      if (outer.family !== inner.family) { expect(overlaps(outer, inner)).toBe(false); return; }
      const family = outer.family === 4 ? 'ipv4' : 'ipv6';
      const list = new BlockList();
      list.addSubnet(cidrText(outer).split('/')[0]!, outer.length, family);
      expect(contains(outer, inner)).toBe(inner.length >= outer.length && list.check(cidrText(inner).split('/')[0]!, family));
    }));
  });

  it('keep their addresses when inner ones are left out', () => {
    fc.assert(fc.property(fc.array(any), (texts) => {
      const ranges = texts.map(parseCidr), kept = outermost(ranges);
      for (const range of ranges) expect(kept.some((outer) => contains(outer, range))).toBe(true);
      kept.forEach((one, index) => kept.forEach((other, at) => { if (index !== at) expect(overlaps(one, other)).toBe(false); }));
    }));
  });
});
