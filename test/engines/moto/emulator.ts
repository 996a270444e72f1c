import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { requireEngine } from '../engine.ts';

/** AWS's API on a loopback port: it takes or turns down what it is sent, and authorises nothing. */
export interface Emulator {
  readonly endpoint: string;
  /** Names of the services that it has, as moto calls them. */
  readonly services: readonly string[];
  /** Forgets everything, of every account. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const server = fileURLToPath(new URL('serve.py', import.meta.url));

/** The server ends when its input does, so it never outlives this process, even one that is killed. */
export async function startEmulator(): Promise<Emulator> {
  const child = spawn(requireEngine('moto'), [server], { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (said = (said + text).slice(-8192)));
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exited.then(() => undefined)]);
  if (first === undefined) throw new Error(`the emulator ended before it served: ${said}`);
  const { port, services } = JSON.parse(String(first[0])) as { port: number; services: string[] };
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as Socket).unref();
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    services,
    async reset() {
      const { status } = await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
      if (status !== 200) throw new Error(`the emulator answers its own reset with ${status}`);
    },
    async stop() {
      child.ref();
      child.stdin.end();
      await exited;
    },
  };
}
