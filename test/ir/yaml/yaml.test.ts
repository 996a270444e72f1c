import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { decodePlatform, decodePolicy, encodePlatform, encodePolicy, type Policy } from '#ir';
import { decodePlatformYaml, decodePolicyYaml, encodePlatformYaml, encodePolicyYaml, maxYamlBytes, readYaml } from '#ir/yaml';
import { checkedEstate, estates, profiles } from '#testing';

const value = <T>(read: { readonly ok: boolean; readonly value?: { readonly draft: T }; readonly diagnostics: readonly unknown[] }): T => { expect(read.diagnostics).toEqual([]); return read.value!.draft; };
const asJson = (policy: Policy): string => encodePolicy(policy);
const sound = encodePolicyYaml({
  version: 1, name: 'shop', segments: [], workloads: [], identityProviders: [], people: [], partners: [], apis: [], asks: [], never: [], holes: [],
});
const said = (text: string | Uint8Array): readonly string[] => {
  const read = decodePolicyYaml(text, 'policy.yaml');
  return read.diagnostics.map(({ at, code, help, message }) => `${code} ${at?.span === undefined ? '' : `${at.span.line}:${at.span.column} `}${message}${help === undefined ? '' : ` / ${help}`}`);
};

describe('a policy as YAML', () => {
  test('JSON to YAML to JSON is the same bytes, on 300 estates of every kind', () => {
    const generated = fc.sample(fc.oneof(estates(profiles.small), estates(profiles.beyond), estates(profiles.cloud), estates(profiles.everything)), { numRuns: 300, seed: 20261124 });
    expect(generated.length).toBe(300);
    for (const one of generated) {
      const { platform, policy } = checkedEstate(one);
      const json = asJson(policy), yaml = encodePolicyYaml(policy);
      expect(asJson(value(decodePolicyYaml(yaml, 'policy.yaml')))).toBe(json);
      expect(asJson(value(decodePolicy(json, 'policy.json')))).toBe(json);
      expect(encodePolicyYaml(value(decodePolicyYaml(yaml, 'policy.yaml')))).toBe(yaml);
      expect(encodePlatform(value(decodePlatformYaml(encodePlatformYaml(platform), 'platform.yaml')))).toBe(encodePlatform(platform));
      expect(encodePlatform(value(decodePlatform(encodePlatform(platform), 'platform.json')))).toBe(encodePlatform(platform));
    }
  }, 120_000);

  test('texts come back as they are, whatever a reader of YAML 1.1 or 1.2 might take them for', () => {
    const hostile = ['null', '~', '', 'no', 'Yes', 'on', '0777', '0o17', '1e3', '0x1F', '18:00', '1_000', '.inf', '.nan', '2027-01-31', '2027-01-31T00:00:00Z', '<<', '=', '- a', 'a: b', 'a #b', '#a', ' a', 'a ', '\t', 'a\nb', 'a\r\nb', '\u0085', '\u2028', '\u2029', '\ufeff', '\u0000', '\ud83d\ude00', '"', "'", '\\', '&a', '*a', '!a', '%a', '@a', '`a', '{a', '[a', '|', '>', '?', '---', '...', 'a'.repeat(5000), `${'word '.repeat(500)}end`, 'é', '日本語'];
    const policy = (because: string): Policy => ({ ...(value(decodePolicyYaml(sound, 'p.yaml'))), segments: [{ name: 'one', holds: 'internal', managed: 'managed', owner: because, requires: { people: [], workloads: [], partners: [] }, alerts: [] }] });
    const tell = (text: string): void => {
      const yaml = encodePolicyYaml(policy(text));
      expect(value(decodePolicyYaml(yaml, 'p.yaml')).segments[0]?.owner, JSON.stringify(text)).toBe(text);
      for (const version of ['1.1', '1.2'] as const) expect((parse(yaml, { version }) as Policy).segments[0]?.owner, `${version} ${JSON.stringify(text)}`).toBe(text);
    };
    for (const text of hostile) tell(text);
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => { tell(text); }), { numRuns: 500, seed: 7 });
  });

  it('has its schema in the first line, for editors', () => {
    expect(sound.split('\n')[0]).toBe('# yaml-language-server: $schema=https://countersign.dev/schemas/policy.v1.json');
  });

  it('is read with comments, a byte order mark and CRLF, and points at lines and columns all the same', () => {
    const text = '\ufeff# of the shop team\r\nversion: 1 # the first\r\nname: shop\r\nworkloads:\r\n  - name: web\r\n    segmnt: front\r\n';
    expect(said(text)).toEqual([expect.stringMatching(/^CS5005 6:5 .*`segmnt`.*`segment`/)]);
  });

  it('says of each mistake what it is, where, and what is nearest', () => {
    const cases: readonly (readonly [text: string, code: string, said: RegExp])[] = [
      ['version: 1\nname: shop\nname: other\n', 'CS5007', /^3:1 the key `name` stands twice/],
      ['version: 1\nname: &n shop\n', 'CS5053', /^2:7 an anchor/],
      ['version: 1\nname: *n\n', 'CS5053', /^2:7 an alias/],
      ['version: 1\nname: !!str shop\n', 'CS5053', /^2:7 a tag/],
      ['%YAML 1.1\n---\nversion: 1\nname: shop\n', 'CS5053', /^1:1 a directive/],
      ['version: 1\nname: no\n', 'CS5054', /^2:7 `no` is a text to YAML 1.2, and `false`/],
      ['version: 1\nname: true\n', 'CS5005', /^2:7 .*\/ quote it: `"true"`/],
      ['version: 1\nname: "shop\n', 'CS5052', /^/],
      ['version: 1\n\tname: shop\n', 'CS5052', /^2:1/],
      ['version: 1\nname: shop\n---\nversion: 1\n', 'CS5052', /^3:1 .*a second document/],
      ['version: 1\nname: a: b\n', 'CS5052', /^2:/],
      ['', 'CS5052', /^.*empty/],
      ['version: 1\nname: shop\nworkloads:\n  - nmae: web\n', 'CS5005', /^4:5 .*`nmae`.*`name`/],
      ['version: 1\nname: shop\nsegments:\n  - name: one\n    holds: confidental\n', 'CS5005', /^5:12 .*did you mean `confidential`/],
      ['version: 1\nname: a\u0000b\n', 'CS5052', /^2:8 .*U\+0000/],
    ];
    for (const [text, code, expected] of cases) {
      const found = said(text);
      expect(found.length, `${JSON.stringify(text)} ${found.join('\n')}`).toBeGreaterThanOrEqual(1);
      expect(found.some((message) => message.startsWith(`${code} `) && expected.test(message.slice(code.length + 1))), `${JSON.stringify(text)}: ${found.join('\n')}`).toBe(true);
    }
    expect(said(Uint8Array.from([0x6e, 0x3a, 0x20, 0xff, 0xfe]))[0]).toMatch(/^CS5008/);
  });

  it('reports everything at once, in the order of its lines', () => {
    const lines = said('version: 1\nname: no\nworkloads:\n  - name: &a web\n  - nmae: api\n').map((one) => Number(/ (\d+):/.exec(one)?.[1]));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
  });

  it('is the same as in the library\'s own reading', () => {
    const generated = fc.sample(estates(profiles.everything), { numRuns: 20, seed: 5 });
    for (const one of generated) {
      const yaml = encodePolicyYaml(checkedEstate(one).policy), read = readYaml(yaml, 'p');
      expect(read.ok && read.document).toEqual(parse(yaml));
    }
  });
});

describe('YAML that is meant to hurt', () => {
  const laughs = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[at]!}`).join(', ')}]`).join('\n')}\n`;
  const bombs: Readonly<Record<string, string>> = {
    'fifty megabytes of anything': `'x'.repeat(50e6)`,
    'fifty megabytes of brackets': `'['.repeat(50e6)`,
    'as much as is read, of brackets': `'['.repeat(${maxYamlBytes})`,
    'as much as is read, of one line': `'a: ' + 'x'.repeat(${maxYamlBytes - 10})`,
    'as much as is read, of keys': `Array.from({ length: 700_000 }, (_, at) => 'k' + at + ': 1').join('\\n').slice(0, ${maxYamlBytes})`,
    'as much as is read, of anchors': `Array.from({ length: 600_000 }, (_, at) => '- &a' + at + ' x').join('\\n').slice(0, ${maxYamlBytes})`,
    'as much as is read, of a block of text': `'a: |\\n' + '  x\\n'.repeat(1_900_000)`,
    'as much as is read, of question marks': `'? '.repeat(${maxYamlBytes / 2})`,
    'as much as is read, of dashes': `'- '.repeat(${maxYamlBytes / 2})`,
    'as much as is read, of quotes': `'"\\\\"'.repeat(${Math.floor(maxYamlBytes / 3)})`,
    'aliases of aliases': JSON.stringify(laughs),
  };
  it.each(Object.keys(bombs))('is refused in bounded time and memory: %s', (name) => {
    const program = `import { decodePolicyYaml } from '#ir/yaml';
      const text = ${bombs[name]!}; const start = process.cpuUsage();
      const read = decodePolicyYaml(text, 'p.yaml'); const { user, system } = process.cpuUsage(start);
      process.stdout.write(JSON.stringify({ ok: read.ok, codes: [...new Set(read.diagnostics.map(({ code }) => code))], count: read.diagnostics.length, seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 }));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=countersign-source', '--import', 'tsx', '--input-type=module', '-e', program], { encoding: 'utf8', cwd: process.cwd(), maxBuffer: 1e7 });
    expect(stdout, stderr).not.toBe('');
    const { codes, count, megabytes, ok, seconds } = JSON.parse(stdout) as { ok: boolean; codes: readonly string[]; count: number; seconds: number; megabytes: number };
    expect(ok).toBe(false);
    expect(codes.every((code) => /^CS50/.test(code)), codes.join()).toBe(true);
    expect(count).toBeLessThanOrEqual(100);
    expect(seconds).toBeLessThan(20);
    expect(megabytes).toBeLessThan(1500);
  }, 120_000);
});
