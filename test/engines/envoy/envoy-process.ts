import { request } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireEngine } from '../engine.ts';
import { guardedProcess } from '../kubernetes/guarded-process.ts';

export interface EnvoyProcess {
  /** The loopback port that the listener got. */
  portOf(listener: string): number;
  /** What the proxy has written so far: access log, warnings. */
  log(): string;
  admin(path: string): Promise<string>;
  stop(): Promise<void>;
}

const patience = 30_000;

/**
 * Runs Envoy on a static configuration until `stop`. Its listeners ask for port 0, so that none can be taken;
 * `--disable-hot-restart` shares no memory between processes, where base ids would have to differ.
 */
export async function startEnvoy(bootstrap: Readonly<Record<string, unknown>>): Promise<EnvoyProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-envoy-'));
  const socket = join(folder, 'admin.sock');
  const config = join(folder, 'envoy.json');
  writeFileSync(config, JSON.stringify({ ...bootstrap, admin: { address: { pipe: { path: socket } } } }, undefined, 1), { mode: 0o600 });
  const logPath = join(folder, 'envoy.log');
  const flags = ['-c', config, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'warning', '--component-log-level', 'rbac:debug,jwt:debug'];
  const process_ = guardedProcess(requireEngine('envoy'), flags, logPath);
  const clean = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const kill = (): void => {
    process_.kill();
    clean();
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    await process_.stop();
    clean();
  };
  const admin = (path: string): Promise<string> => get(socket, path);
  try {
    await untilLive(admin, () => process_.ended(), () => process_.lastWords());
    const ports = portsOf(JSON.parse(await admin('/listeners?format=json')) as Listeners);
    return {
      portOf(listener) {
        const port = ports.get(listener);
        if (port === undefined) throw new Error(`Envoy has no listener ${listener}, only ${[...ports.keys()].join(', ')}`);
        return port;
      },
      log: () => readFileSync(logPath, 'utf8'),
      admin,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Listeners {
  readonly listener_statuses?: readonly { readonly name: string; readonly local_address: { readonly socket_address?: { readonly port_value: number } } }[];
}

function portsOf({ listener_statuses = [] }: Listeners): Map<string, number> {
  return new Map(listener_statuses.map(({ name, local_address }) => [name, local_address.socket_address?.port_value ?? 0]));
}

async function untilLive(admin: (path: string) => Promise<string>, ended: () => string | undefined, words: () => string): Promise<void> {
  for (const deadline = Date.now() + patience; ; await sleep(20)) {
    if ((await admin('/ready').catch(() => '')).startsWith('LIVE')) return;
    if (ended() !== undefined || Date.now() > deadline) throw new Error(`Envoy did not start (${ended() ?? 'time is up'}):\n${words()}`);
  }
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    sent.on('error', reject).end();
  });
}
