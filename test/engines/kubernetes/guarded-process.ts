import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

export interface GuardedProcess {
  /** Set once the process has ended, for whatever reason. */
  readonly ended: () => string | undefined;
  /** The last lines that it wrote. */
  readonly lastWords: () => string;
  /** Ends it at once and waits until it has. */
  readonly stop: () => Promise<void>;
  /** The same for an exit handler, where nothing can be waited for. */
  readonly kill: () => void;
}

// The shell leads a process group, so one signal reaches all. A second job reads standard input, a pipe
// to us: it ends when we end, even by SIGKILL, and then the group goes. An exit handler could not do that.
const guard = 'exec 3<&0; "$@" 3<&- & child=$!; { cat <&3 >/dev/null; kill -9 0; } & wait $child';

/** A server that never outlives this process and never keeps it alive. */
export function guardedProcess(command: string, arguments_: readonly string[], logPath: string): GuardedProcess {
  const log = openSync(logPath, 'w');
  const child = spawn('/bin/sh', ['-c', guard, 'guard', command, ...arguments_], {
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  const exited = once(child, 'exit');
  const lifeline = child.stdin as Socket;
  lifeline.on('error', () => undefined);
  child.once('exit', () => lifeline.destroy());
  child.unref();
  lifeline.unref();
  return {
    ended: () => outcomeOf(child),
    lastWords: () => readFileSync(logPath, 'utf8').split('\n').slice(-12).join('\n'),
    kill: () => killGroup(child),
    async stop() {
      killGroup(child);
      child.ref(); // or the process could end before the answer
      if (outcomeOf(child) === undefined) await exited;
    },
  };
}

function outcomeOf({ exitCode, signalCode }: ChildProcess): string | undefined {
  return signalCode ?? (exitCode === null ? undefined : `status ${exitCode}`);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || outcomeOf(child) !== undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
