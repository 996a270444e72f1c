import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { requireEngine, type EngineName } from '../engine.ts';

/** Asks an engine that reads one JSON document and answers with another. */
export async function askEngine(name: EngineName, arguments_: readonly string[], question: unknown): Promise<unknown> {
  const child = spawn(requireEngine(name), arguments_, { stdio: ['pipe', 'pipe', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let said = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-16_384)));
  child.stdin.on('error', () => undefined); // the exit status tells more than the broken pipe does
  child.stdin.end(JSON.stringify(question));
  try {
    const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (status !== 0) throw new Error(`${name} ended with ${signal ?? `status ${status}`}: ${complaint}`);
    return JSON.parse(said) as unknown;
  } finally {
    kill();
    process.off('exit', kill);
  }
}
