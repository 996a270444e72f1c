import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodePlatformYaml } from '#ir/yaml';
import { acceptWeaker, calico, kubernetes } from '#language';
import { asOf, countersign, folder, sound } from './countersign.ts';

/** The sound estate of these tests, as data. */
function asData(): string {
  const made = folder(sound);
  return countersign(['export', '--as', 'yaml', '--policy', join(made, 'policy.ts'), ...asOf]).stdout;
}
const platform = encodePlatformYaml(kubernetes({
  cni: calico(), podCidrs: ['10.244.0.0/16'], nodeCidrs: ['192.168.0.0/24'],
  accept: (['identity.workload', 'operation.http'] as const).map((feature) => acceptWeaker({ grants: 'all', feature, plane: 'network', because: 'no mesh yet', owner: 'platform', until: '2027-06-30' })),
}).draft);

describe('a policy in YAML', () => {
  it('is taken by every command that takes one in TypeScript, with the same answers', () => {
    const typed = folder(sound), data = folder({ 'policy.yaml': asData(), 'platform.ts': sound['platform.ts'], 'requests.jsonl': '{"from":{"workload":"web"},"to":{"api":"orders","method":"GET","path":"/orders"}}\n' });
    const same = (...words: readonly string[]): void => {
      const [one, other] = [typed, data].map((cwd) => countersign(words, { cwd, input: readFileSync(join(data, 'requests.jsonl'), 'utf8') }));
      expect(other!.stdout.replaceAll('policy.yaml', 'policy.ts'), words.join(' ')).toBe(one!.stdout);
      expect([other!.code, one!.stdout === ''], words.join(' ')).toEqual([0, false]);
    };
    same('export', ...asOf);
    same('export', '--as', 'yaml', ...asOf);
    same('check', ...asOf);
    same('ledger', ...asOf);
    same('decide', ...asOf);
    same('compile', '--out', 'out', ...asOf);
    expect(readFileSync(join(data, 'out/countersign.manifest.json'), 'utf8')).toBe(readFileSync(join(typed, 'out/countersign.manifest.json'), 'utf8'));
  });

  it('and so is a platform; what is wrong in it is said at its line', () => {
    const cwd = folder({ 'policy.ts': sound['policy.ts'], 'platform.yaml': platform }), typed = folder(sound);
    expect(countersign(['check', ...asOf], { cwd })).toEqual(countersign(['check', ...asOf], { cwd: typed }));
    const line = platform.split('\n').findIndex((one) => one.includes('feature: identity.workload')) + 1;
    writeFileSync(join(cwd, 'platform.yaml'), platform.replace('identity.workload', 'identity.worklod'));
    const { code, stderr } = countersign(['check', ...asOf], { cwd });
    expect([code, line > 1]).toEqual([3, true]);
    expect(stderr).toMatch(/error\[CS5005\]/);
    expect(stderr).toContain(`platform.yaml:${line}:`);
    expect(stderr).toMatch(/did you mean `identity\.workload`\?/);
  });

  it('points at the line of what a rule has against it, and names the nearest', () => {
    const cwd = folder({ 'policy.yaml': asData().replace(/workload: orders$/m, 'workload: ordres') });
    const { code, stderr } = countersign(['check', ...asOf], { cwd });
    expect(code).toBe(3);
    expect(stderr).toMatch(/error\[CS1001\]/);
    expect(stderr).toMatch(/policy\.yaml:\d+:\d+/);
    expect(stderr).toMatch(/`orders`/);
  });

  it('is not guessed where several files could be meant', () => {
    const cwd = folder({ ...sound, 'policy.yaml': asData() });
    const { code, stderr } = countersign(['check', ...asOf], { cwd });
    expect(code).toBe(3);
    expect(stderr).toMatch(/error\[CS5055\]: several files could be the policy: `policy\.ts`, `policy\.yaml`/);
    for (const command of ['export', 'decide', 'ledger', 'lock', 'compile']) expect(countersign([command, ...(command === 'compile' ? ['--out', 'out'] : []), ...asOf], { cwd }), command).toMatchObject({ code: 3, stderr: expect.stringMatching(/error\[CS5055\]/) });
    expect(countersign(['check', 'policy.yaml', ...asOf], { cwd }).code).toBe(0);
    expect(countersign(['decide', '--policy', 'policy.ts', ...asOf], { cwd }).code).toBe(0);
    const two = folder({ ...sound, 'platform.json': '{}' });
    expect(countersign(['check', ...asOf], { cwd: two }).stderr).toMatch(/error\[CS5055\]: several files could be the platform/);
    expect(countersign(['lock', ...asOf], { cwd: two })).toMatchObject({ code: 3, stderr: expect.stringMatching(/error\[CS5055\]: several files could be the platform/) });
    expect(countersign(['check', '--platform', 'platform.ts', ...asOf], { cwd: two }).code).toBe(0);
  });
});
