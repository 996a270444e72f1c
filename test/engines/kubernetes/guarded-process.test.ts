import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { guardedProcess } from './guarded-process.ts';

const server = ['-c', 'echo $$; exec sleep 600'];

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function eventually(claim: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !claim(); await sleep(20)) {
    if (Date.now() > deadline) throw new Error('it did not happen within 10 s');
  }
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-guard-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('ends a server when told to, and knows that it has ended', () =>
  withFolder(async (folder) => {
    const guarded = guardedProcess('/bin/sh', server, join(folder, 'log'));
    await eventually(() => guarded.lastWords() !== '');
    expect(guarded.ended()).toBeUndefined();
    await guarded.stop();
    expect(guarded.ended()).toBe('SIGKILL');
    await eventually(() => !isAlive(Number(guarded.lastWords())));
  }));

it('knows when a server has ended by itself, and its last words', () =>
  withFolder(async (folder) => {
    const guarded = guardedProcess('/bin/sh', ['-c', 'echo no port left; exit 3'], join(folder, 'log'));
    await eventually(() => guarded.ended() !== undefined);
    expect([guarded.ended(), guarded.lastWords()]).toEqual(['status 3', 'no port left\n']);
    await guarded.stop();
  }));

it('lets no server outlive a process that is killed without a chance to clean up', () =>
  withFolder(async (folder) => {
    const module = fileURLToPath(new URL('guarded-process.ts', import.meta.url));
    const program = `
      const { guardedProcess } = await import(${JSON.stringify(module)});
      const guarded = guardedProcess('/bin/sh', ${JSON.stringify(server)}, ${JSON.stringify(join(folder, 'log'))});
      setInterval(() => { if (guarded.lastWords() !== '') process.stdout.write(guarded.lastWords()); }, 20);
    `;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [first] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number.parseInt(first.toString(), 10);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await eventually(() => !isAlive(pid));
  }));
