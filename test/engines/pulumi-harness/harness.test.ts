import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { describeWithEngines } from '../engine.ts';
import { startApiServer } from '../kubernetes/apiserver.ts';
import { createWorkspace, kubeconfigFor } from './harness.ts';
import type { Operation, PulumiResult, PulumiWorkspace } from './harness.ts';

const TOY = join(import.meta.dirname, 'fixtures', 'toy');
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';

const saidAs = (wanted: string) => (result: PulumiResult): string =>
  result.diagnostics.filter(({ severity }) => severity === wanted).map(({ message }) => message).join('\n');
const errors = saidAs('error');
const warnings = saidAs('warning');
const named = (operations: readonly Operation[], op: Operation['op'], name: string): Operation => {
  const found = operations.find(operation => operation.op === op && operation.name === name);
  if (!found) throw new Error(`no ${op} of ${name} on the record`);
  return found;
};
/** Every file under a directory with its time of change: what a harness that writes beside the program would alter. */
const snapshot = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort().map(file => `${file} ${statSync(join(directory, file)).mtimeMs}`);

// An engine command takes 3 to 5 s on two free cores, and more when they are not free.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

describeWithEngines(['pulumi', 'kube-apiserver', 'etcd'], 'the Pulumi engine over a real API server', () => {
  let api: Awaited<ReturnType<typeof startApiServer>>;
  let workspace: PulumiWorkspace | undefined;
  const open = async (stack: string, env: Record<string, string> = {}): Promise<PulumiWorkspace> =>
    (workspace = await createWorkspace({ programDir: TOY, stack, api, env }));
  const get = async (path: string): Promise<{ status: number; body: any }> => await api.request('GET', path) as { status: number; body: any };

  beforeAll(async () => {
    api = await startApiServer();
    // The API server makes this namespace itself, a moment after it is ready.
    await vi.waitUntil(async () => (await get('/api/v1/namespaces/default')).status === 200, { timeout: 20_000, interval: 100 });
  });
  afterAll(async () => api?.stop());
  afterEach(async () => workspace?.dispose());

  it('previews, creates, updates in place, then changes nothing, and destroys everything', async () => {
    const before = snapshot(TOY);
    const stack = await open('policies');
    await stack.config('toy:password', 'a secret', { secret: true });

    const preview = await stack.preview();
    expect(errors(preview)).toBe('');
    expect(preview.exitCode).toBe(0);
    expect(preview.summary.create).toBe(5); // stack, component, namespace, two policies
    expect(named(preview.operations, 'create', 'estate-deny')).toMatchObject({ preview: true, note: 'namespace not there yet' });
    expect((await get('/api/v1/namespaces/shop')).status).toBe(404);

    const up = await stack.up();
    expect(errors(up)).toBe('');
    expect(up.summary).toMatchObject({ create: 5, update: 0, delete: 0, replace: 0 });
    const created = (await get(`${POLICIES}/allow-web`)).body;
    expect(created.spec.ingress).toEqual([{ ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(created.metadata.managedFields[0].manager).toBe('pulumi-kubernetes-stand-in');
    expect(await stack.stackOutputs()).toEqual({ uid: created.metadata.uid, committed: 'from-the-checkout', password: 'a secret' });
    expect(JSON.stringify(await stack.export())).not.toContain('a secret');
    const [deny, allow] = [named(up.operations, 'create', 'estate-deny'), named(up.operations, 'create', 'estate-allow')];
    expect(deny.ended).toBeLessThan(allow.started);

    await stack.config('toy:port', '9090');
    const foreseen = await stack.preview();
    expect(foreseen.summary).toMatchObject({ update: 1, same: 4, create: 0, replace: 0 });
    expect((await get(`${POLICIES}/allow-web`)).body.spec.ingress[0].ports[0].port).toBe(8080);

    const changed = await stack.up();
    expect(errors(changed)).toBe('');
    expect(changed.summary).toMatchObject({ update: 1, same: 4, create: 0, delete: 0, replace: 0 });
    expect(changed.steps.find(({ op }) => op === 'update')).toMatchObject({
      type: 'kubernetes:networking.k8s.io/v1:NetworkPolicy',
      diffs: ['spec.ingress[0].ports[0].port'],
    });
    const updated = (await get(`${POLICIES}/allow-web`)).body;
    expect(updated.spec.ingress[0].ports[0].port).toBe(9090);
    expect(updated.metadata.uid).toBe(created.metadata.uid);

    const again = await stack.up({ args: ['--expect-no-changes'] });
    expect(again.exitCode).toBe(0);
    expect(again.summary).toEqual({ create: 0, update: 0, same: 5, delete: 0, replace: 0 });
    expect(again.operations.filter(({ op }) => op !== 'check')).toEqual([]);

    await stack.config('toy:allowName', 'allow-everyone');
    const renamed = await stack.up();
    expect(errors(renamed)).toBe('');
    expect(renamed.summary).toMatchObject({ replace: 1, same: 4, create: 0, update: 0, delete: 0 });
    const [made, removed] = [named(renamed.operations, 'create', 'estate-allow'), named(renamed.operations, 'delete', 'estate-allow')];
    expect(made.ended).toBeLessThan(removed.started);

    const destroyed = await stack.destroy();
    expect(errors(destroyed)).toBe('');
    expect(destroyed.summary.delete).toBe(5);
    expect((await get('/api/v1/namespaces/shop')).status).toBe(404);
    expect((await get(POLICIES)).body.items).toEqual([]);
    expect(snapshot(TOY)).toEqual(before);
  });

  it('finds by a refresh what somebody else changed or took away', async () => {
    const stack = await open('policies');
    expect(errors(await stack.up())).toBe('');
    const ports = { spec: { ingress: [{ ports: [{ port: 22, protocol: 'TCP' }] }] } };
    await api.request('PATCH', `${POLICIES}/allow-web`, ports, { 'content-type': 'application/merge-patch+json' });
    await api.request('DELETE', `${POLICIES}/deny-all`);

    const refreshed = await stack.refresh();
    expect(errors(refreshed)).toBe('');
    expect(refreshed.summary).toMatchObject({ update: 1, delete: 1 });
    const conflict = await stack.up();
    expect(errors(conflict)).toMatch(/Apply failed with 1 conflict.*\.spec\.ingress/s);
    expect((await stack.destroy()).exitCode).toBe(0);
  });

  it('fails with the API server\'s own words when it refuses an object, at preview already', async () => {
    const stack = await open('refused');
    for (const result of [await stack.preview(), await stack.up()]) {
      expect(result.exitCode).not.toBe(0);
      expect(errors(result)).toContain('spec.ingress[0].ports[0].port: Invalid value: 99999: must be between 1 and 65535, inclusive');
      expect(named(result.operations, 'create', 'impossible-port').ok).toBe(false);
    }
    expect((await get('/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/impossible-port')).status).toBe(404);
  });

  it('previews values that are not known yet, and applies them when they are', async () => {
    const stack = await open('unknowns');
    const preview = await stack.preview();
    expect(errors(preview)).toBe('');
    expect(preview.summary.create).toBe(5);
    expect(named(preview.operations, 'create', 'labelled').note).toBe('inputs not all known');

    expect(errors(await stack.up())).toBe('');
    const { uid, data } = (await stack.stackOutputs()) as { uid: string; data: { token: string } };
    expect((await get(`/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/named-${uid}`)).body.kind).toBe('NetworkPolicy');
    expect(Buffer.from(data.token, 'base64').toString()).toBe(`token-of-${uid}`);
    const state = JSON.stringify(await stack.export());
    expect(state).not.toContain(data.token);
    expect(state).not.toContain(`token-of-${uid}`);
    expect((await stack.destroy()).exitCode).toBe(0);
  });

  it('renders YAML into a directory instead of applying, and takes it away again', async () => {
    const stack = await open('render');
    const directory = join(stack.directory, 'rendered');
    await stack.config('toy:directory', directory);
    expect((await stack.preview()).exitCode).toBe(0);
    expect(existsSync(directory)).toBe(false);

    const up = await stack.up();
    expect(errors(up)).toBe('');
    expect(readdirSync(join(directory, '1-manifest')).sort()).toEqual([
      'networking.k8s.io_v1-networkpolicy-shop-allow-web.yaml',
      'networking.k8s.io_v1-networkpolicy-shop-deny-all.yaml',
      'v1-configmap-shop-words.yaml',
    ]);
    const words = readFileSync(join(directory, '1-manifest', 'v1-configmap-shop-words.yaml'), 'utf8');
    expect(words).toContain('  answer: "no"\n  switch: "on"\n  time: "1:30"\n');
    expect((await get(POLICIES)).body.items).toEqual([]);

    expect((await stack.destroy()).exitCode).toBe(0);
    expect(readdirSync(join(directory, '1-manifest'))).toEqual([]);
  });

  it('serves an explicit provider with its own kubeconfig and namespace, and transforms of both kinds', async () => {
    const stack = await open('explicit', { KUBECONFIG: '/nonexistent' });
    await stack.config('toy:kubeconfig', kubeconfigFor(api), { secret: true });
    const up = await stack.up();
    expect(errors(up)).toBe('');
    expect(named(up.operations, 'create', 'policy').provider).toMatch(/pulumi:providers:kubernetes::named-cluster$/);
    const { body } = await get('/apis/networking.k8s.io/v1/namespaces/kube-public/networkpolicies/explicit');
    expect(body.metadata.labels).toEqual({ team: 'from-the-transformation' });
    expect(body.spec.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(await stack.stackOutputs()).toEqual({ namespace: 'kube-public' });
    expect(JSON.stringify(await stack.export())).not.toContain(api.token);
    expect((await stack.destroy()).exitCode).toBe(0);
  });

  it.each([
    ['unknown kind', /the API server knows no kind "NetworkPolicyy"/],
    ['no name', /missing required property "metadata.name"/],
    ['other token', /is no kind that this stand-in applies/],
  ])('refuses at preview: %s', async (mistake, message) => {
    const stack = await open('kinds');
    await stack.config('toy:mistake', mistake);
    const preview = await stack.preview();
    expect(preview.exitCode).not.toBe(0);
    expect(errors(preview)).toMatch(message);
  });

  it.each([
    ['suspicious address', /spec\.ingress\[0\]\.from\[0\]\.ipBlock\.cidr.*10\.0\.0\.0\/8/],
    ['unknown field', /unknown field "dataa"/],
  ])('passes on what the API server warns of, which the real provider keeps to itself: %s', async (mistake, message) => {
    const stack = await open('kinds');
    await stack.config('toy:mistake', mistake);
    const preview = await stack.preview();
    expect(errors(preview)).toBe('');
    expect(warnings(preview)).toMatch(message);
    expect(named(preview.operations, 'create', 'it').warnings.join()).toMatch(message);
  });

  it('applies an object of a kind that the same update defines', async () => {
    const stack = await open('definitions');
    const preview = await stack.preview();
    expect(errors(preview)).toBe('');
    expect(named(preview.operations, 'create', 'widget').note).toBe('kind not served yet');
    const up = await stack.up();
    expect(errors(up)).toBe('');
    expect((await get('/apis/toy.example/v1/namespaces/default/widgets/widget')).body.spec).toEqual({ size: 3, endpoints: ['10.0.0.1'] });
    expect((await stack.destroy()).exitCode).toBe(0);
  });

  it('leaves no process behind when an update is cancelled', async () => {
    const stack = await open('endless');
    const pidFile = join(stack.directory, 'pid');
    await stack.config('toy:pidFile', pidFile);
    const cancel = new AbortController();
    const running = stack.up({ signal: cancel.signal });
    await vi.waitUntil(() => existsSync(pidFile), { timeout: 60_000, interval: 50 });
    cancel.abort();
    const cancelled = await running;
    expect(cancelled.exitCode).not.toBe(0);
    expect(errors(cancelled)).toBe('update canceled');
    // Dead, or dead and not yet collected by its adoptive parent (state Z).
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', readFileSync(pidFile, 'utf8')], { encoding: 'utf8' });
    expect(stdout.trim()).toMatch(/^(Z.*)?$/);
  });
});
