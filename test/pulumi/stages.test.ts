import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { KubernetesArtifact } from '../../src/targets/index.ts';
import { describeWithEngines } from '../engines/engine.ts';
import { startApiServer } from '../engines/kubernetes/apiserver.ts';
import { createWorkspace, type PulumiWorkspace } from '../engines/pulumi-harness/harness.ts';
import { done, said, unsafeOrder } from './operation-order.ts';
import { artifact, definition, emittedKinds } from './staged-artifacts.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 180_000 });

const [before, after] = [
  emittedKinds.flatMap((kind) => [artifact(kind, 'stays', 'before'), artifact(kind, 'goes', 'before')]),
  // Of stages 1 and 3 nothing goes: what goes around them must not be taken for unrelated.
  emittedKinds.flatMap((kind) => [artifact(kind, 'stays', 'after'), ...(kind[2] % 2 === 1 ? [artifact(kind, 'goes', 'before')] : []), artifact(kind, 'comes', 'after')]),
];
const stages = new Map([...before, ...after].map(({ id, stage }) => [id, stage]));

describeWithEngines(['pulumi', 'kube-apiserver', 'etcd'], 'every kind that targets emit, in stages, under the real engine', () => {
  let api: Awaited<ReturnType<typeof startApiServer>>;
  let stack: PulumiWorkspace;
  const open = async (name: string): Promise<void> => {
    stack = await createWorkspace({ programDir: join(import.meta.dirname, 'fixtures', 'stages'), stack: name, api, env: { NODE_OPTIONS: '--conditions=countersign-source' } });
    await stack.config('stages:file', join(stack.directory, 'artifacts.json'));
  };
  const program = (artifacts: readonly KubernetesArtifact[]): void => writeFileSync(join(stack.directory, 'artifacts.json'), JSON.stringify(artifacts));
  const pathOf = ({ object: { apiVersion, kind, metadata } }: KubernetesArtifact): string =>
    `/apis/${apiVersion}${metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`}/${kind.toLowerCase().replace(/y$/, 'ie')}s/${metadata.name}`;
  const live = async (one: KubernetesArtifact) => await api.request('GET', pathOf(one)) as { readonly status: number; readonly body: { readonly metadata: { readonly uid: string; readonly resourceVersion: string }; readonly spec: unknown } };

  beforeAll(async () => {
    api = await startApiServer();
    await vi.waitUntil(async () => (await api.request('GET', '/api/v1/namespaces/default') as { status: number }).status === 200, { timeout: 20_000, interval: 100 });
    for (const kind of emittedKinds.filter(([apiVersion]) => apiVersion !== 'networking.k8s.io/v1')) {
      expect((await api.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition(kind)) as { status: number }).status, kind[1]).toBe(201);
    }
    await vi.waitUntil(async () => (await Promise.all(before.map(async (one) => (await api.request('GET', pathOf(one).replace(/\/[^/]+$/, '')) as { status: number }).status))).every((status) => status === 200), { timeout: 30_000, interval: 200 });
  });
  afterEach(async () => stack?.dispose());
  afterAll(async () => api?.stop());

  it('makes and changes from the lowest stage up, then takes away from the highest down, in place, and all of it', async () => {
    await open('order');
    program(before);
    const preview = await stack.preview();
    expect([said(preview), preview.summary.create]).toEqual(['', 2 + 5 + before.length]); // stack, component, stages
    const up = await stack.up();
    expect(said(up)).toBe('');
    expect(done(up, 'create')).toHaveLength(before.length);
    expect(unsafeOrder(up, stages)).toEqual([]);
    // An edge for each object and stage below, and none of its own for any object: not one for each pair of objects.
    const { deployment } = await stack.export() as { readonly deployment: { readonly resources: readonly { readonly type: string; readonly dependencies?: readonly string[] }[] } };
    const edges = (of: string): readonly number[] => deployment.resources.filter(({ type }) => type.startsWith(of)).map(({ dependencies }) => dependencies?.length ?? 0);
    expect(edges('kubernetes:').filter((count) => count > 0)).toEqual([]);
    expect(edges('countersign:index:Stage')).toEqual([0, 1, 2, 3, 4].map((stage) => before.filter((one) => one.stage < stage).length));
    const uids = await Promise.all(before.map(async (one) => (await live(one)).body.metadata.uid));

    const again = await stack.up();
    expect(again.summary).toMatchObject({ create: 0, update: 0, delete: 0, replace: 0 });

    program(after);
    const changed = await stack.up();
    expect([said(changed), changed.summary.replace]).toEqual(['', 0]);
    expect([done(changed, 'create').length, done(changed, 'update').length, done(changed, 'delete').length]).toEqual([emittedKinds.length, emittedKinds.length, emittedKinds.filter(([, , stage]) => stage % 2 === 0).length]);
    expect(unsafeOrder(changed, stages)).toEqual([]);
    for (const [index, one] of before.entries()) {
      const now = await live(one);
      const wanted = after.find(({ id }) => id === one.id);
      expect([now.status, now.body.metadata?.uid], one.id).toEqual(wanted === undefined ? [404, undefined] : [200, uids[index]]);
      if (wanted !== undefined) expect(now.body.spec).toEqual(wanted.object.spec);
    }

    const destroyed = await stack.destroy();
    expect(said(destroyed)).toBe('');
    expect(done(destroyed, 'delete')).toHaveLength(after.length);
    expect(unsafeOrder(destroyed, stages)).toEqual([]);
    expect((await Promise.all(after.map(async (one) => (await live(one)).status))).filter((status) => status !== 404)).toEqual([]);
  });

  const few = emittedKinds.filter(([, kind]) => ['PeerAuthentication', 'NetworkPolicy', 'AuthorizationPolicy', 'Gateway', 'HTTPRoute'].includes(kind)).map((kind) => artifact(kind, 'few', 'before'));
  const [peers, network, allows, gateway, routes] = few as [KubernetesArtifact, KubernetesArtifact, KubernetesArtifact, KubernetesArtifact, KubernetesArtifact];
  const there = async (): Promise<readonly string[]> => (await Promise.all(few.map(async (one) => ((await live(one)).status === 200 ? [one.object.kind] : [])))).flat();
  const withSpec = (one: KubernetesArtifact, spec: object): KubernetesArtifact => ({ ...one, object: { ...one.object, spec } });

  it.each([[[]], [['--continue-on-error']]])('goes no further than the stage in which something failed %j', async (args) => {
    await open('failure');
    program([peers, withSpec(network, { podSelector: {}, ingress: [{ ports: [{ port: 99_999 }] }] }), allows, gateway, routes]);
    const up = await stack.up({ args });
    expect(said(up)).toMatch(/must be between 1 and 65535/);
    expect(await there()).toEqual(['PeerAuthentication']);
    program(few);
    expect(said(await stack.up())).toBe('');
    expect(await there()).toEqual(few.map(({ object }) => object.kind));
    await stack.destroy();
  });

  it('reports an object that is there and is not ours, leaves it as it is, and goes no further', async () => {
    await open('collision');
    program(few);
    await api.request('POST', pathOf(network).replace(/\/[^/]+$/, ''), { ...network.object, spec: { podSelector: { matchLabels: { app: 'theirs' } } } });
    const theirs = (await live(network)).body;
    const up = await stack.up();
    expect(up.exitCode).not.toBe(0);
    expect(said(up)).toMatch(/default\/few.*networkpolicies.*"few" already exists/);
    expect(await there()).toEqual(['PeerAuthentication', 'NetworkPolicy']);
    expect((await live(network)).body).toEqual(theirs);
    expect(said(await stack.destroy())).toBe('');
    expect((await live(network)).body).toEqual(theirs);
    await api.request('DELETE', pathOf(network));
  });

  it('reports a field that another manager has taken over, and does not take it back', async () => {
    await open('conflict');
    program(few);
    expect(said(await stack.up())).toBe('');
    const theirs = { ...allows.object, spec: { selector: { app: 'theirs' } } };
    expect((await api.request('PATCH', `${pathOf(allows)}?fieldManager=somebody&force=true`, theirs, { 'content-type': 'application/apply-patch+yaml' }) as { status: number }).status).toBe(200);
    program(few.map((one) => (one === allows ? withSpec(one, { selector: { app: 'ours' } }) : one)));
    const up = await stack.up();
    expect(said(up)).toMatch(/default\/few.*conflict with "somebody".*\.spec\.selector/s);
    expect((await live(allows)).body.spec).toMatchObject({ selector: { app: 'theirs' } });
    await stack.destroy();
  });

  it('fails to replace an object, whoever asks for it, rather than to open what it denies in between', async () => {
    await open('replacement');
    program(few);
    const up = await stack.up();
    expect(said(up)).toBe('');
    const { body: { metadata: { uid } } } = await live(network);
    const replaced = await stack.up({ args: ['--replace', up.operations.find(({ op, type }) => op === 'create' && type.endsWith(':NetworkPolicy'))!.urn] });
    expect(said(replaced)).toMatch(/already exists/);
    expect((await live(network)).body.metadata.uid).toBe(uid);
    expect(done(replaced, 'delete')).toEqual([]);
    await stack.destroy();
  });

  // The last one: it takes fields out of the definition that the others use.
  it('finds at preview what the installed definition of a kind would drop, and else before the next stage', async () => {
    await open('dropped');
    const old = definition(emittedKinds.find(([, kind]) => kind === 'AuthorizationPolicy')!, ['selector']) as { readonly metadata: { readonly name: string }; readonly spec: { readonly versions: unknown } };
    await api.request('PATCH', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${old.metadata.name}`, { spec: { versions: old.spec.versions } }, { 'content-type': 'application/merge-patch+json' });
    const collection = pathOf(allows).replace(/\/[^/]+$/, '');
    await vi.waitUntil(async () => (await api.request('POST', `${collection}?dryRun=All`, { ...allows.object, metadata: { name: 'probe' } }) as { body: { spec: object } }).body.spec.hasOwnProperty('rules') === false, { timeout: 20_000, interval: 200 });
    program(few);
    const message = /CS5032 .*`security\.istio\.io\/v1\/AuthorizationPolicy\/default\/few`.*`spec\.rules`/;
    const preview = await stack.preview();
    expect([preview.exitCode === 0, said(preview)]).toEqual([false, expect.stringMatching(message)]);
    const up = await stack.up();
    expect([up.exitCode === 0, said(up)]).toEqual([false, expect.stringMatching(message)]);
    expect(await there()).toEqual(['PeerAuthentication', 'NetworkPolicy', 'AuthorizationPolicy']);
    expect(said(await stack.destroy())).toBe('');
  });
});
