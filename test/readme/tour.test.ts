import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const section = /^## A five-minute tour\n([^]*?)(?=^## )/m.exec(readme)?.[1] ?? '';
/** Every ```sh block, with the ```text block that follows it: what the reader is told they will see. */
const steps = [...section.matchAll(/```sh\n([^]*?)```(?:\s*```text\n([^]*?)```)?/g)].map(([, command = '', output]) => ({ command, output }));

/** `…` stands for any text in a line; alone on a line, for any lines. */
function pattern(output: string): RegExp {
  const escaped = output.trimEnd().split('\n').map((line) => (line.trim() === '…' ? '(?:.*\\n)*?.*' : line.trimEnd().split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')));
  return new RegExp(`^${escaped.join('\\n')}$`);
}
const plain = (text: string): string => text.split('\n').filter((line) => !line.startsWith('npm ')).map((line) => line.trimEnd()).join('\n').trimEnd();

describe('the README', () => {
  it('opens with the two commands', () => {
    const [first = ''] = /```sh\n[^]*?```/.exec(readme) ?? [];
    expect(first).toContain('npm ci && npm start');
    expect(first).toContain('npm ci && npm test');
    expect(readme.indexOf(first)).toBeLessThan(1200);
  });

  it('has a tour that works as printed', () => {
    expect(steps.length).toBeGreaterThanOrEqual(6);
    expect(steps.filter(({ output }) => output !== undefined).length).toBeGreaterThanOrEqual(5);
    for (const { command, output } of steps) {
      const { stdout } = spawnSync('bash', ['-c', `exec 2>&1\n${command}\ntrue`, 'tour'], {
        cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (output !== undefined) expect(plain(stdout), command).toMatch(pattern(output));
    }
  }, 120_000);
});
