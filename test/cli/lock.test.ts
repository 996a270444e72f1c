import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { maxLockBytes, type Lock } from '#ir';
import { written } from '../../src/cli/commands/lock.ts';
import { asOf, countersign, folder, sound } from './countersign.ts';

const name = 'countersign.lock.json';
const locked = (files: Readonly<Record<string, string>> = sound): string => {
  const cwd = folder(files);
  expect(countersign(['lock', ...asOf], { cwd })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^wrote +countersign\.lock\.json: `shop`, sha256:/) });
  return cwd;
};
const check = (cwd: string, ...more: readonly string[]) => countersign(['lock', '--check', ...asOf, ...more], { cwd });
const edit = (cwd: string, file: string, change: (text: string) => string): void => {
  const before = readFileSync(join(cwd, file), 'utf8'), after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(join(cwd, file), after);
};

describe('countersign lock', () => {
  it('writes a lock that is fresh, the same bytes each time, and follows its schema', async () => {
    const cwd = locked(), first = readFileSync(join(cwd, name), 'utf8');
    expect(check(cwd)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^fresh /) });
    expect(countersign(['lock', ...asOf], { cwd }).code).toBe(0);
    expect(readFileSync(join(cwd, name), 'utf8')).toBe(first);
    const document = JSON.parse(first) as { policy: object; sites: Record<string, string>; platforms: readonly { path: string; ledger: { grants: readonly unknown[] } }[] };
    expect(`${JSON.stringify(document.policy)}`).toBe(JSON.stringify(JSON.parse(countersign(['export', ...asOf], { cwd }).stdout)));
    expect(document.platforms.map(({ path }) => path)).toEqual(['platform.ts']);
    expect(JSON.stringify(document.platforms[0]!.ledger)).toBe(JSON.stringify(JSON.parse(countersign(['ledger', '--format', 'json', ...asOf], { cwd }).stdout)));
    expect(document.sites['/asks/0']).toMatch(/^policy\.ts:9:/);
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    const ajv = new Ajv2020({ strict: false, discriminator: true, logger: false });
    for (const schema of ['policy', 'platform', 'ledger']) ajv.addSchema(JSON.parse(readFileSync(join(import.meta.dirname, `../../schemas/${schema}.v1.json`), 'utf8')) as object);
    const valid = ajv.compile(JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/lock.v1.json'), 'utf8')) as object);
    expect(valid(document), JSON.stringify(valid.errors)).toBe(true);
  });

  it('is the same whatever the order of declaration', () => {
    const one = locked(), other = locked({ ...sound, 'policy.ts': sound['policy.ts'].replace("list: get('/orders'), read: get('/orders/{id}')", "read: get('/orders/{id}'), list: get('/orders')") });
    const [a, b] = [one, other].map((cwd) => { const { sites: _, ...rest } = JSON.parse(readFileSync(join(cwd, name), 'utf8')) as { sites: object }; return rest; });
    expect(a).toEqual(b);
  });

  it('says in words what is stale', () => {
    const changed = locked();
    edit(changed, 'policy.ts', (text) => text.replace("read: get('/orders/{id}') }", "read: get('/orders/{id}'), all: get('/all') }"));
    expect(check(changed)).toMatchObject({ code: 1, stderr: expect.stringMatching(/error\[CS5060\]: the policy has changed since it was locked: 1 added[^]*operation `orders\.all`[^]*run `countersign lock`/) });

    const platform = locked();
    edit(platform, 'platform.ts', (text) => text.replace('192.168.0.0/24', '192.168.1.0/24'));
    expect(check(platform)).toMatchObject({ code: 1, stderr: expect.stringMatching(/error\[CS5060\]: the platform `platform\.ts` has changed since it was locked: `nodeCidrs`/) });

    const moved = locked();
    edit(moved, 'policy.ts', (text) => `// a comment\n${text}`);
    expect(check(moved)).toMatchObject({ code: 0, stderr: expect.stringMatching(/note\[CS5067\]/) });
    expect(check(moved, '--strict')).toMatchObject({ code: 1, stderr: expect.stringMatching(/error\[CS5067\]/) });

    const another = locked();
    writeFileSync(join(another, 'platform.two.ts'), sound['platform.ts']);
    expect(check(another, '--platform', 'platform.ts', '--platform', 'platform.two.ts')).toMatchObject({ code: 1, stderr: expect.stringMatching(/the platform `platform\.two\.ts` is not in the lock/) });

    const older = locked();
    edit(older, name, (text) => text.replace(/"tool": ".*"/, '"tool": "0.0.1"'));
    expect(check(older)).toMatchObject({ code: 0, stderr: expect.stringMatching(/note\[CS5068\]/) });
  });

  it('refuses a lock that is not there, cut off, edited, of another version, twice the same key, or something else', () => {
    const broken = (change: (text: string) => string): ReturnType<typeof check> => { const cwd = locked(); edit(cwd, name, change); return check(cwd); };
    expect(check(folder(sound))).toMatchObject({ code: 1, stderr: expect.stringMatching(/error\[CS5066\]/) });
    expect(broken((text) => text.slice(0, text.length / 2))).toMatchObject({ code: 1, stderr: expect.stringMatching(/error\[CS5062\]/) });
    expect(broken((text) => text.replace('the shop shows orders', 'a nicer reason'))).toMatchObject({ code: 1, stderr: expect.stringMatching(/error\[CS5064\]: the policy `shop` in the lock/) });
    expect(broken((text) => text.replace('lock.v1.json', 'lock.v2.json').replace(/"version": 1\n}\n$/, '"version": 2\n}\n'))).toMatchObject({ code: 1, stderr: expect.stringMatching(/error\[CS5065\]/) });
    expect(broken((text) => text.replace('"sites": {', '"sites": {},\n  "sites": {'))).toMatchObject({ code: 1, stderr: expect.stringMatching(/CS5007|CS5062/) });
    expect(broken(() => '{"name": "a package"}')).toMatchObject({ code: 1, stderr: expect.stringMatching(/error\[CS5063\]/) });
  });

  it('is never written over somebody\'s file, nor where the policy does not compile', () => {
    const cwd = folder({ ...sound, 'package.json': '{"name": "mine"}' });
    expect(countersign(['lock', '--out', 'package.json', ...asOf], { cwd })).toMatchObject({ code: 3, stderr: expect.stringMatching(/error\[CS5063\][^]*Nothing was written/) });
    expect(readFileSync(join(cwd, 'package.json'), 'utf8')).toBe('{"name": "mine"}');
    const wrong = folder({ ...sound, 'policy.ts': sound['policy.ts'].replace('web.calls(ordersApi.list', 'web.calls(ordersApi.read as never') });
    expect(countersign(['lock', ...asOf], { cwd: wrong })).toMatchObject({ code: 3 });
    expect(existsSync(join(wrong, name))).toBe(false);
  });

  it('is not written larger than it could be read', () => {
    const cwd = locked(), file = join(cwd, 'large.lock.json');
    const small = JSON.parse(readFileSync(join(cwd, name), 'utf8')) as Lock;
    const large = { ...small, platforms: small.platforms.map((one) => ({ ...one, ledger: { ...one.ledger, policy: 'x'.repeat(maxLockBytes) } })) };
    expect(written(large, file)).toMatchObject({ code: 'CS5069' });
    expect(existsSync(file)).toBe(false);
    expect([written(small, file), existsSync(file)]).toEqual([undefined, true]);
  });

  it('explains a conflict that git has left in it, and is written afresh after it', () => {
    const cwd = locked();
    const git = (...words: readonly string[]): void => { execFileSync('git', ['-c', 'user.name=one', '-c', 'user.email=one@shop.example', '-c', 'commit.gpgsign=false', ...words], { cwd, stdio: 'ignore' }); };
    git('init', '-b', 'main'); git('add', '.'); git('commit', '-m', 'one');
    git('checkout', '-b', 'theirs');
    edit(cwd, 'policy.ts', (text) => text.replace("because: 'the shop shows orders'", "because: 'shown to shoppers'"));
    countersign(['lock', ...asOf], { cwd }); git('commit', '-am', 'two');
    git('checkout', 'main');
    edit(cwd, 'policy.ts', (text) => text.replace("because: 'the shop shows orders'", "because: 'shown in the shop'"));
    countersign(['lock', ...asOf], { cwd }); git('commit', '-am', 'three');
    expect(() => git('merge', 'theirs')).toThrow();
    const { code, stderr } = check(cwd);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error\[CS5061\]: a merge of `HEAD` and `theirs` has left its markers in the lock/);
    expect(stderr).toMatch(/`HEAD` changed offer `orders\.list`/);
    expect(stderr).toMatch(/`theirs` changed offer `orders\.list`/);
    git('checkout', '--ours', 'policy.ts');
    expect(countersign(['lock', ...asOf], { cwd }).code).toBe(0);
    expect(check(cwd).code).toBe(0);
  });
});
