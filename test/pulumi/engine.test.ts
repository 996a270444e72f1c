import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithEngines } from '../engines/engine.ts';
import { startApiServer } from '../engines/kubernetes/apiserver.ts';
import { createWorkspace, kubeconfigFor, type Operation, type PulumiResult, type PulumiWorkspace } from '../engines/pulumi-harness/harness.ts';

const shop = join(import.meta.dirname, 'fixtures', 'shop');
const root = join(import.meta.dirname, '..', '..');
const path = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies';
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

interface NetworkPolicy { readonly metadata: { readonly name: string; readonly uid: string; readonly annotations?: Record<string, string> }; readonly spec: { readonly ingress?: readonly object[] } }
const said = (result: PulumiResult, severity: string): string => result.diagnostics.filter((one) => one.severity === severity).map(({ message }) => message).join('\n');
const on = (operations: readonly Operation[], op: Operation['op'], wanted: (name: string) => boolean): readonly Operation[] =>
  operations.filter((operation) => operation.op === op && operation.preview !== true && operation.type.includes('NetworkPolicy') && wanted(operation.object?.name ?? ''));

describeWithEngines(['pulumi', 'kube-apiserver', 'etcd'], 'a policy under the real Pulumi engine and a real API server', () => {
  let api: Awaited<ReturnType<typeof startApiServer>>;
  const open: PulumiWorkspace[] = [];
  const workspace = async (programDir: string, stack: string): Promise<PulumiWorkspace> => {
    const made = await createWorkspace({ programDir, stack, api });
    open.push(made);
    return made;
  };
  const applied = async (): Promise<readonly NetworkPolicy[]> => (await api.request('GET', path) as { body: { items: readonly NetworkPolicy[] } }).body.items;

  beforeAll(async () => {
    api = await startApiServer();
    await vi.waitUntil(async () => (await api.request('GET', '/api/v1/namespaces/default') as { status: number }).status === 200, { timeout: 20_000, interval: 100 });
  });
  afterAll(async () => { for (const one of open) await one.dispose(); await api?.stop(); });

  it('previews, creates, updates in place, changes nothing, refuses what does not compile, and destroys', async () => {
    const stack = await workspace(shop, 'shop');
    const preview = await stack.preview();
    expect(said(preview, 'error')).toBe('');
    expect(preview.summary).toMatchObject({ create: 7 }); // stack, component, five policies
    expect(await applied()).toEqual([]);

    const up = await stack.up();
    expect([said(up, 'error'), said(up, 'warning'), up.exitCode]).toEqual(['', '', 0]);
    expect(up.summary).toMatchObject({ create: 7, update: 0, delete: 0, replace: 0 });
    const created = await applied();
    expect(created).toHaveLength(5);
    expect(up.operations.flatMap(({ warnings }) => warnings)).toEqual([]);
    const denial = (name: string): boolean => name.includes('default-deny');
    const denied = on(up.operations, 'create', denial), allowed = on(up.operations, 'create', (name) => !denial(name));
    expect([denied.length, allowed.length]).toEqual([1, 4]);
    for (const allow of allowed) expect(denied[0]!.ended).toBeLessThan(allow.started);

    const again = await stack.up();
    expect(again.summary).toMatchObject({ create: 0, update: 0, delete: 0, replace: 0, same: 7 });

    await stack.config('shop:variant', 'wider');
    const changed = await stack.up();
    expect(said(changed, 'error')).toBe('');
    expect(changed.summary).toMatchObject({ create: 0, delete: 0, replace: 0, update: 2 }); // both ends of the new grant
    const after = await applied();
    expect(after.map(({ metadata }) => `${metadata.name} ${metadata.uid}`).sort()).toEqual(created.map(({ metadata }) => `${metadata.name} ${metadata.uid}`).sort());
    expect(JSON.stringify(after.map(({ spec }) => spec))).toContain('"app":"batch"');

    await stack.config('shop:variant', 'broken');
    const refused = await stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(said(refused, 'error') + refused.stdout).toMatch(/CS1012/);
    expect(said(refused, 'error') + refused.stdout).not.toMatch(/\n\s+at .*\(.*:\d+:\d+\)/); // no stack trace
    expect((await applied()).map(({ spec }) => spec)).toEqual(after.map(({ spec }) => spec));

    await stack.config('shop:variant', 'wider');
    const destroyed = await stack.destroy();
    expect(said(destroyed, 'error')).toBe('');
    expect(await applied()).toEqual([]);
    const gone = on(destroyed.operations, 'delete', denial);
    for (const allow of on(destroyed.operations, 'delete', (name) => !denial(name))) expect(allow.ended).toBeLessThan(gone[0]!.started);
  });

  it('goes through the provider and the transforms that it is given', async () => {
    const stack = await workspace(shop, 'given');
    await stack.config('shop:kubeconfig', kubeconfigFor(api), { secret: true });
    await stack.config('shop:team', 'orders');
    const up = await stack.up();
    expect(said(up, 'error')).toBe('');
    expect(up.operations.filter(({ type }) => type.includes('NetworkPolicy')).every(({ provider }) => provider.includes('elsewhere'))).toBe(true);
    expect((await applied()).map(({ metadata }) => metadata.annotations?.['team'])).toEqual(Array.from({ length: 5 }, () => 'orders'));
    await stack.destroy();
  });

  it('runs the estate that the stack is named after, by the project\'s own program', async () => {
    const stack = await workspace(root, 'online-boutique');
    await stack.config('countersign:asOf', '2026-11-24');
    const up = await stack.up();
    expect([said(up, 'error'), up.exitCode]).toEqual(['', 0]);
    expect((await applied()).length).toBe(13); // a denial for the namespace, and one policy for each of twelve workloads
    const outputs = await stack.stackOutputs();
    expect((outputs['grants'] as string[])).toContain('checkoutservice → paymentservice.Charge');
    const again = await stack.up();
    expect(again.summary).toMatchObject({ create: 0, update: 0, delete: 0, replace: 0 });
    await stack.destroy();
    expect(await applied()).toEqual([]);
  });

  it('names the estates that there are, for a stack that is none', async () => {
    const stack = await workspace(root, 'warehouse');
    const preview = await stack.preview();
    expect(preview.exitCode).not.toBe(0);
    expect(said(preview, 'error') + preview.stdout).toMatch(/no estate for the stack `warehouse`.*`online-boutique`/);
  });
});
