import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireEngine } from '../engine.ts';
import { apiClient, type ApiClient, type ApiResponse } from './api-client.ts';
import { guardedProcess, type GuardedProcess } from './guarded-process.ts';

/** A control plane of etcd and kube-apiserver: schemas, defaults, admission and server-side apply, but nothing acts on objects. */
export interface ApiServer extends ApiClient {
  readonly url: string;
  readonly token: string;
  /** PEM, of the authority that signed the server's certificate. */
  readonly caBundle: string;
  /** For kubectl and for client libraries. */
  readonly kubeconfigPath: string;
  stop(): Promise<void>;
}

const patience = 60_000;

export async function startApiServer(): Promise<ApiServer> {
  // Free ports are found by binding and letting go, so another process can be quicker.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnFreePorts();
    } catch (error) {
      if (attempt === 3 || !/address already in use/.test(String(error))) throw error;
    }
  }
}

async function startOnFreePorts(): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-apiserver-'));
  const processes: GuardedProcess[] = [];
  const killAll = (): void => {
    for (const each of processes) each.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', killAll);
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map((each) => each.stop()));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.off('exit', killAll);
  };
  try {
    const [port, clientPort, peerPort] = await freePorts();
    const token = randomBytes(24).toString('base64url');
    const etcdUrl = `http://127.0.0.1:${clientPort}`;
    const certificates = writeCredentials(folder, token);
    processes.push(
      guardedProcess(requireEngine('etcd'), etcdFlags(folder, etcdUrl, `http://127.0.0.1:${peerPort}`), join(folder, 'etcd.log')),
      guardedProcess(requireEngine('kube-apiserver'), apiServerFlags(certificates, etcdUrl, port), join(folder, 'apiserver.log')),
    );
    const url = `https://127.0.0.1:${port}`;
    const caBundle = await whenReady(processes, () => ready(url, token, join(certificates, 'apiserver.crt')));
    const kubeconfigPath = join(folder, 'kubeconfig');
    writeFileSync(kubeconfigPath, kubeconfig(url, token, caBundle));
    return { ...apiClient({ url, token, caBundle }), url, token, caBundle, kubeconfigPath, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function etcdFlags(folder: string, url: string, peerUrl: string): string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync', // the data are thrown away
    '--log-level=warn',
  ];
}

function apiServerFlags(certificates: string, etcdUrl: string, port: number): string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${certificates}`, // it makes its own serving certificate there
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(certificates, 'service-account.pub')}`,
    `--service-account-signing-key-file=${join(certificates, 'service-account.key')}`,
    '--authorization-mode=RBAC',
    `--token-auth-file=${join(certificates, 'tokens.csv')}`,
    '--disable-admission-plugins=ServiceAccount', // no controller makes the account that it waits for
    '--endpoint-reconciler-type=none',
  ];
}

function writeCredentials(folder: string, token: string): string {
  const certificates = join(folder, 'certificates');
  mkdirSync(certificates);
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(join(certificates, 'service-account.key'), keys.privateKey, { mode: 0o600 });
  writeFileSync(join(certificates, 'service-account.pub'), keys.publicKey);
  writeFileSync(join(certificates, 'tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  return certificates;
}

async function whenReady<T>(processes: readonly GuardedProcess[], probe: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    const dead = processes.find((each) => each.ended() !== undefined);
    if (dead !== undefined || Date.now() > deadline) {
      const words = processes.map((each) => each.lastWords()).join('\n');
      throw new Error(`the API server did not start (${dead?.ended() ?? 'time is up'}):\n${words}`);
    }
    await sleep(50);
  }
}

/** The server's own certificate chain once it answers, which it does after having written it. */
async function ready(url: string, token: string, certificate: string): Promise<string | undefined> {
  try {
    const caBundle = readFileSync(certificate, 'utf8');
    const { status }: ApiResponse = await apiClient({ url, token, caBundle }).request('GET', '/readyz');
    return status === 200 ? caBundle : undefined;
  } catch {
    return undefined;
  }
}

async function freePorts(): Promise<[number, number, number]> {
  // All are held until all are found, or the same one could come twice.
  const servers = [createServer(), createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number, number];
}

// JSON is YAML, and needs no quoting rules.
function kubeconfig(url: string, token: string, caBundle: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': Buffer.from(caBundle).toString('base64') } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  });
}
