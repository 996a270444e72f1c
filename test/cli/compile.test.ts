import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { asOf, countersign, folder, sound, soundPlatform, soundPolicy } from './countersign.ts';

const tree = (where: string): string[] => (existsSync(where) ? readdirSync(where, { recursive: true, encoding: 'utf8' }).filter((name) => /\./.test(name)).sort() : []);
const read = (...parts: string[]): string => readFileSync(join(...parts), 'utf8');
const manifest = (where: string): { files: Record<string, string> } => JSON.parse(read(where, 'countersign.manifest.json')) as never;

describe('compile', () => {
  it('writes one file an object, and a manifest with the digest of each', () => {
    const cwd = folder(sound);
    const ran = countersign(['compile', 'policy.ts', '--out', 'out', ...asOf], { cwd });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    const files = tree(join(cwd, 'out'));
    expect(files).toHaveLength(4); // a denial, two workloads, the manifest
    const digests = manifest(join(cwd, 'out')).files;
    expect(Object.keys(digests).sort()).toEqual(files.filter((name) => name !== 'countersign.manifest.json'));
    for (const [name, digest] of Object.entries(digests)) {
      expect(`sha256:${createHash('sha256').update(read(cwd, 'out', name)).digest('hex')}`).toBe(digest);
      expect((parse(read(cwd, 'out', name)) as { kind: string }).kind).toBe('NetworkPolicy');
    }
  });

  it('says on one screen what was got and what to do next', () => {
    const { stdout } = countersign(['compile', '--out', 'out', ...asOf], { cwd: folder(sound) });
    expect(stdout).toMatch(/^shop +2 workloads · 1 API · 2 operations · 1 offer, 1 countersigned\n/);
    expect(stdout).toMatch(/accepted +1 +weaker, with a reason: /);
    expect(stdout).toMatch(/wrote +3 objects to out +\(networkpolicies 3\)/);
    expect(stdout).toMatch(/read back +\d+ connections, all of them/);
    expect(stdout).toMatch(/next +kubectl apply/);
    expect(stdout.split('\n').length).toBeLessThan(24);
  });

  it('writes the same bytes again, and touches nothing', () => {
    const cwd = folder(sound);
    countersign(['compile', '--out', 'out', ...asOf], { cwd });
    const before = tree(join(cwd, 'out')).map((name) => read(cwd, 'out', name));
    const { stdout } = countersign(['compile', '--out', 'out', ...asOf], { cwd });
    expect(stdout).toMatch(/; 3 unchanged\)/);
    expect(tree(join(cwd, 'out')).map((name) => read(cwd, 'out', name))).toEqual(before);
  });

  it('removes only what an earlier run wrote, and leaves other files alone', () => {
    const cwd = folder(sound);
    countersign(['compile', '--out', 'out', ...asOf], { cwd });
    writeFileSync(join(cwd, 'out', 'notes.txt'), 'mine');
    writeFileSync(join(cwd, 'policy.ts'), soundPolicy.replaceAll("namespace: 'shop'", "namespace: 'store'"));
    const ran = countersign(['compile', '--out', 'out', ...asOf], { cwd });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/3 removed/);
    expect(tree(join(cwd, 'out')).filter((name) => name.startsWith('kubernetes/shop'))).toEqual([]);
    expect(read(cwd, 'out', 'notes.txt')).toBe('mine');
  });

  it.each([
    ['was edited by hand', (out: string) => writeFileSync(join(out, tree(out).find((name) => name.endsWith('.yaml'))!), 'edited')],
    ['can\'t be trusted', (out: string) => writeFileSync(join(out, 'countersign.manifest.json'), JSON.stringify({ version: 1, policy: 'x', platform: 'x', files: { '../precious.txt': 'sha256:0' } }))],
    ['can\'t be trusted', (out: string) => writeFileSync(join(out, 'countersign.manifest.json'), '{')],
  ])('refuses a folder that %s, and changes nothing (CS5015)', (message, spoil) => {
    const cwd = folder({ ...sound, 'precious.txt': 'keep' });
    countersign(['compile', '--out', 'out', ...asOf], { cwd });
    spoil(join(cwd, 'out'));
    const before = tree(cwd).filter((name) => !name.endsWith('.')).map((name) => (existsSync(join(cwd, name)) && name.includes('.') ? read(cwd, name) : ''));
    writeFileSync(join(cwd, 'policy.ts'), soundPolicy.replace("get('/orders')", "get('/all')").replaceAll("namespace: 'shop'", "namespace: 'store'"));
    const ran = countersign(['compile', '--out', 'out', ...asOf], { cwd });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/error\[CS5015\]/);
    expect(ran.stderr).toContain(message);
    writeFileSync(join(cwd, 'policy.ts'), soundPolicy);
    expect(tree(cwd).map((name) => read(cwd, name))).toEqual(before);
    expect(read(cwd, 'precious.txt')).toBe('keep');
  });

  it('refuses to overwrite a file that is not its own, or a folder that is a file (CS5015)', () => {
    const cwd = folder(sound);
    countersign(['compile', '--out', 'first', ...asOf], { cwd });
    const name = tree(join(cwd, 'first')).find((one) => one.endsWith('.yaml'))!;
    mkdirSync(join(cwd, 'out', name, '..'), { recursive: true });
    writeFileSync(join(cwd, 'out', name), 'somebody else\'s');
    expect(countersign(['compile', '--out', 'out', ...asOf], { cwd }).stderr).toMatch(/error\[CS5015\]: .*was not written by an earlier run/);
    expect(tree(join(cwd, 'out'))).toEqual([name]);
    expect(countersign(['compile', '--out', 'policy.ts', ...asOf], { cwd }).stderr).toMatch(/error\[CS5015\]: .*is a file/);
    expect(read(cwd, 'policy.ts')).toBe(soundPolicy);
  });

  it('leaves nothing behind when anything is wrong', () => {
    const cwd = folder({ ...sound, 'policy.ts': soundPolicy.replace('ordersApi.list,', 'ordersApi.read as never,') });
    const ran = countersign(['compile', '--out', 'out', ...asOf], { cwd });
    expect([ran.code, ran.stdout, existsSync(join(cwd, 'out'))]).toEqual([3, '', false]);
    expect(ran.stderr).toMatch(/error\[CS1012\]: `web` asks for `orders\.read`, which is not offered to anybody\n +┌─ policy\.ts:9:/);
    expect(ran.stderr).toMatch(/1 error, 1 note\. Nothing was written\. `countersign explain CS1012` says more\.\n$/);
  });

  it('does not compile without the acceptances, and says which words would do', () => {
    const cwd = folder({ ...sound, 'platform.ts': soundPlatform.replace(', accept }', ' }') });
    const ran = countersign(['compile', '--out', 'out', ...asOf], { cwd });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/CS3001[^]*identity\.workload[^]*CS3001[^]*operation\.http/);
    expect(ran.stderr).toContain('acceptWeaker({');
  });

  it('drops expired grants when told to, and only then', () => {
    const cwd = folder({ ...sound, 'policy.ts': soundPolicy.replace("because: 'show orders'", "because: 'show orders', until: '2026-11-30'") });
    const failed = countersign(['compile', '--out', 'out', ...asOf], { cwd });
    expect([failed.code, /error\[CS1010\]/.test(failed.stderr)]).toEqual([3, true]);
    const dropped = countersign(['compile', '--out', 'out', '--drop-expired', ...asOf], { cwd });
    expect([dropped.code, dropped.stdout.includes('1 expired grant left out: web → orders.list')]).toEqual([0, true]);
  });

  it('gives programs JSON on stdout and nothing else', () => {
    const ran = countersign(['compile', '--out', 'out', '--format', 'json', ...asOf], { cwd: folder(sound) });
    const said = JSON.parse(ran.stdout) as { objects: string[]; grants: string[]; coverage: { exhaustive: boolean } };
    expect([said.objects.length, said.grants, said.coverage.exhaustive, ran.stderr]).toEqual([3, ['web → orders.list'], true, '']);
  });

  it('is a usage error to write nowhere', () => {
    const ran = countersign(['compile', ...asOf], { cwd: folder(sound) });
    expect([ran.code, ran.stderr.includes('--out <dir>')]).toEqual([2, true]);
  });

  it('takes the policy and the folder that the project\'s config file names, from anywhere below it', () => {
    const cwd = folder({ 'estate/policy.ts': soundPolicy, 'estate/platform.ts': soundPlatform, 'deep/er/x.txt': '', 'countersign.config.json': '{ "policy": "estate/policy.ts", "out": "made" }' });
    expect(countersign(['compile', ...asOf], { cwd: join(cwd, 'deep/er') }).code).toBe(0);
    expect(tree(join(cwd, 'made'))).toHaveLength(4);
  });

  it('changes nothing where it may not write', () => {
    const cwd = folder(sound);
    mkdirSync(join(cwd, 'locked'));
    chmodSync(join(cwd, 'locked'), 0o500);
    symlinkSync('/proc', join(cwd, 'nowhere'));
    const ran = countersign(['compile', '--out', 'nowhere/out', ...asOf], { cwd });
    expect([ran.code, /error\[CS5015\]: .*can't be written/.test(ran.stderr)]).toEqual([3, true]);
  });
});
