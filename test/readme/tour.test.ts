import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeWithEngines, requireEngine } from '../engines/engine.ts';
import { pulumiHome } from '../engines/pulumi-harness/pulumi-home.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
interface Step { readonly command: string; readonly output?: string }
/** Every ```sh block of a section, with the ```text block that follows it: what the reader is told they will see. */
function stepsOf(title: string): readonly Step[] {
  const section = new RegExp(`^## ${title}\\n([^]*?)(?=^## )`, 'm').exec(readme)?.[1] ?? '';
  return [...section.matchAll(/```sh\n([^]*?)```(?:\s*```text\n([^]*?)```)?/g)].map(([, command = '', output]) => ({ command, ...(output === undefined ? {} : { output }) }));
}

/** `…` stands for any text in a line; alone on a line, for any lines. */
function pattern(output: string): RegExp {
  const escaped = output.trimEnd().split('\n').map((line) => (line.trim() === '…' ? '(?:.*\\n)*?.*' : line.trimEnd().split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')));
  return new RegExp(`^${escaped.join('\\n')}$`);
}
const plain = (text: string): string => text.split('\n').filter((line) => !line.startsWith('npm ')).map((line) => line.trimEnd()).join('\n').trimEnd();

/** A reader's terminal: what one block does to the folder they are in, the next one finds. */
class Terminal {
  #folder = root;
  readonly #variables: Readonly<Record<string, string>>;
  constructor(variables: Readonly<Record<string, string>>) { this.#variables = variables; }

  read({ command, output }: Step): void {
    const { status, stdout } = spawnSync('bash', ['-c', `exec 2>&1\n${command}\nprintf '\\n%s' "$PWD"`, 'tour'], {
      cwd: this.#folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', ...this.#variables }, stdio: ['ignore', 'pipe', 'inherit'],
    });
    const end = stdout.lastIndexOf('\n');
    this.#folder = stdout.slice(end + 1);
    const said = plain(stdout.slice(0, end));
    expect(status, command).toBe(0);
    if (output === undefined) expect(said, command).toBe(''); else expect(said, command).toMatch(pattern(output));
  }
}

describe('the README', () => {
  it('opens with the two commands', () => {
    const [first = ''] = /```sh\n[^]*?```/.exec(readme) ?? [];
    expect(first).toContain('npm ci && npm start');
    expect(first).toContain('npm ci && npm test');
    expect(readme.indexOf(first)).toBeLessThan(1200);
  });

  it('shows what a real estate compiles to, as printed', () => {
    const steps = stepsOf('A real estate');
    expect(steps.filter(({ output }) => output !== undefined).length).toBeGreaterThanOrEqual(4);
    const terminal = new Terminal({});
    for (const step of steps) terminal.read(step);
  }, 120_000);
});

describeWithEngines(['pulumi'], 'the five-minute tour, from an empty folder to a preview by the real Pulumi engine', () => {
  const machine = mkdtempSync(join(tmpdir(), 'countersign-tour-'));
  afterAll(() => rmSync(machine, { recursive: true, force: true }));

  it('works as printed', () => {
    const steps = stepsOf('A five-minute tour');
    expect(steps.length).toBeGreaterThanOrEqual(8);
    expect(steps.filter(({ output }) => output !== undefined).length).toBeGreaterThanOrEqual(6);
    for (const said of ['error[CS1012]', 'error[CS1022]', 'pulumi preview']) expect(steps.some(({ command, output = '' }) => `${command}${output}`.includes(said)), said).toBe(true);
    rmSync(join(root, 'out/shop'), { recursive: true, force: true }); // the folder is empty
    mkdirSync(join(machine, 'bin'));
    symlinkSync(requireEngine('pulumi'), join(machine, 'bin/pulumi'));
    // What was built is what is packed: another suite may be using it. Of the home that Pulumi is given, npm needs nothing.
    const { HOME: _, ...pulumi } = pulumiHome(machine);
    const terminal = new Terminal({ ...pulumi, PATH: `${join(machine, 'bin')}:${process.env['PATH'] ?? ''}`, npm_config_ignore_scripts: 'true' });
    for (const step of steps) terminal.read(step);
  }, 300_000);
});
