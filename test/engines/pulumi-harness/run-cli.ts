import { spawn } from 'node:child_process';

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** To cancel, the engine is asked, and killed 10 s later; its plugins then see that they are orphans. */
export function runCli(
  binary: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { timeoutMs, signal }: Limits,
): Promise<Finished> {
  return new Promise((done, fail) => {
    const child = spawn(binary, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    const timers: NodeJS.Timeout[] = [];
    const cancel = (): void => {
      child.kill('SIGTERM');
      timers.push(setTimeout(() => child.kill('SIGKILL'), 10_000));
    };
    timers.push(setTimeout(() => {
      stderr += `\nthe harness gave up after ${timeoutMs} ms`;
      cancel();
    }, timeoutMs));
    signal?.addEventListener('abort', cancel, { once: true });
    child.on('error', fail);
    child.on('close', code => {
      timers.forEach(clearTimeout);
      signal?.removeEventListener('abort', cancel);
      done({ exitCode: code ?? -1, stdout, stderr });
    });
  });
}
