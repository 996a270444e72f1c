import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const main = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
export interface Ran { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs the built command line, as a user does: another process, no terminal, no colours unless asked for. */
export function countersign(words: readonly string[], options: { readonly cwd?: string; readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {}): Ran {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], { encoding: 'utf8', cwd: options.cwd, input: options.input ?? '', env: { ...env, ...options.env } });
  return { code: status, stdout, stderr };
}

/** A folder with these files, gone when the test ends. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const made = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(made, name)), { recursive: true });
    writeFileSync(join(made, name), content);
  }
  return made;
}

/** A sound estate of two workloads, as a user would write it. Line 9 holds the request. */
export const soundPolicy = `import { api, get, policy, workload } from 'countersign';

const facts = (name: string) => ({ namespace: 'shop', serviceAccount: name, selector: { app: name }, ports: [{ number: 8080 }], services: [{ name, port: 80, targetPort: 8080 }] });
const web = workload('web', { kubernetes: facts('web') });
const orders = workload('orders', { kubernetes: facts('orders') });
const ordersApi = api('orders', { servedBy: orders, port: 8080, owner: 'team-orders', operations: { list: get('/orders'), read: get('/orders/{id}') },
  offers: { list: { to: [web], because: 'the shop shows orders' } } });
export default policy('shop', { apis: [ordersApi], asks: [
  web.calls(ordersApi.list, { because: 'show orders' }),
] });
`;
export const soundPlatform = `import { acceptWeaker, calico, kubernetes } from 'countersign';

const accept = (['identity.workload', 'operation.http'] as const).map((feature) =>
  acceptWeaker({ grants: 'all', feature, plane: 'network', because: 'no mesh yet', owner: 'platform', until: '2027-06-30' }));
export default kubernetes({ cni: calico(), podCidrs: ['10.244.0.0/16'], nodeCidrs: ['192.168.0.0/24'], accept });
`;
export const sound = { 'policy.ts': soundPolicy, 'platform.ts': soundPlatform } as const;
export const asOf = ['--as-of', '2026-12-01'] as const;
