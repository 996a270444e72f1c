import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { compile } from '#compile';
import type { Declared } from '#diagnostics';
import type { Platform, Policy } from '#ir';
import type { Artifact, KubernetesArtifact } from '#targets';
import { describeWithEngines } from '../engines/engine.ts';
import { startApiServer } from '../engines/kubernetes/apiserver.ts';
import { applyCrds } from '../engines/kubernetes/crds.ts';
import { createNamespace, getObject } from '../engines/kubernetes/objects.ts';
import { createWorkspace, kubeconfigFor, type AwsAccount, type PulumiWorkspace } from '../engines/pulumi-harness/harness.ts';
import { edgePlatform, edgePolicy, variants } from './fixtures/edge/edge.ts';
import { shopPlatform, shopPolicy } from './fixtures/shop/shop.ts';
import { done, doneBy, idsIn, said, unsafeOrder } from './operation-order.ts';

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);
const root = join(import.meta.dirname, '..', '..');
vi.setConfig({ testTimeout: 400_000, hookTimeout: 240_000 });

/** What the compiler emits of it, in this process. */
function artifactsOf(policy: Declared<Policy>, platform: Declared<Platform>, asOf = '2026-12-01'): readonly Artifact[] {
  const compiled = compile({ policy, platform, asOf });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics, null, 1));
  return compiled.value.artifacts;
}
/** Every object that some golden of a target shows. Of those that several show, one. */
function goldenArtifacts(): readonly KubernetesArtifact[] {
  const all = new Map<string, KubernetesArtifact>();
  for (const target of readdirSync(join(root, 'src', 'targets'), { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'aws-iam')) {
    const folder = join(root, 'src', 'targets', target.name, 'fixtures');
    for (const text of readdirSync(folder).filter((name) => name.endsWith('.yaml')).flatMap((name) => readFileSync(join(folder, name), 'utf8').split(/^---$/m))) {
      const object = parse(text) as KubernetesArtifact['object'], { apiVersion, kind, metadata: { name, namespace } } = object;
      const id = [apiVersion, kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
      if (!all.has(id)) all.set(id, { kind: 'kubernetes', id, stage: Number(/# stage (\d)/.exec(text)![1]), object, grants: [] });
    }
  }
  return [...all.values()];
}
const inCluster = (artifacts: readonly Artifact[]): readonly KubernetesArtifact[] => artifacts.filter((artifact) => artifact.kind === 'kubernetes');
const stagesOf = (artifacts: readonly Artifact[]): ReadonlyMap<string, number> => new Map(artifacts.map(({ id, stage }) => [id, stage]));
/** The stack, the component and its stages are resources as well. */
const resources = (artifacts: readonly Artifact[]): number => 2 + new Set(artifacts.map(({ stage }) => stage)).size + artifacts.length;

describeWithEngines(['pulumi', 'kube-apiserver', 'etcd', 'crds'], 'a policy under the real Pulumi engine, a real API server and the real definitions', () => {
  let api: Awaited<ReturnType<typeof startApiServer>>;
  let stack: PulumiWorkspace;
  /** The sources, not what was last built of them. */
  const open = async (programDir: string, name: string, aws?: AwsAccount): Promise<void> => {
    stack = await createWorkspace({ programDir, stack: name, api, env: { NODE_OPTIONS: '--conditions=countersign-source' }, ...(aws === undefined ? {} : { aws }) });
  };
  const namespaces = async (artifacts: readonly Artifact[]): Promise<void> => {
    for (const name of new Set(inCluster(artifacts).flatMap(({ object: { metadata } }) => (metadata.namespace === undefined ? [] : [metadata.namespace])))) await createNamespace(api, name);
  };
  /** Which of these are there: id and uid. */
  const there = async (artifacts: readonly Artifact[]): Promise<ReadonlyMap<string, string>> => new Map((await Promise.all(inCluster(artifacts).map(async ({ id, object }) => {
    const live = await getObject(api, object);
    return live === undefined ? [] : [[id, String(live.metadata['uid'])] as const];
  }))).flat());

  beforeAll(async () => {
    api = await startApiServer();
    await vi.waitUntil(async () => (await api.request('GET', '/api/v1/namespaces/default') as { status: number }).status === 200, { timeout: 20_000, interval: 100 });
    await applyCrds(api, ['istio', 'gateway-api', 'envoy-gateway', 'cert-manager', 'trust-manager']);
  });
  afterEach(async () => { await stack?.destroy(); await stack?.dispose(); }); // what a failed test leaves would fail the next
  afterAll(async () => api?.stop());

  it('previews, creates, updates in place, changes nothing, refuses what does not compile, and destroys', async () => {
    const [plain, wider] = [inCluster(artifactsOf(shopPolicy('plain'), shopPlatform('plain'))), inCluster(artifactsOf(shopPolicy('wider'), shopPlatform('wider')))];
    await open(fixture('shop'), 'shop');
    const preview = await stack.preview();
    expect([said(preview), preview.summary.create]).toEqual(['', resources(plain)]);
    expect((await there(plain)).size).toBe(0);

    const up = await stack.up();
    expect([said(up), said(up, 'warning'), up.exitCode]).toEqual(['', '', 0]);
    expect(up.summary).toMatchObject({ create: resources(plain), update: 0, delete: 0, replace: 0 });
    const created = await there(plain);
    expect([...created.keys()].sort()).toEqual(plain.map(({ id }) => id).sort());
    expect(unsafeOrder(up, stagesOf(plain))).toEqual([]);

    const again = await stack.up();
    expect(again.summary).toMatchObject({ create: 0, update: 0, delete: 0, replace: 0, same: resources(plain) });

    await stack.config('shop:variant', 'wider');
    const changed = await stack.up();
    expect([said(changed), changed.summary]).toEqual(['', { create: 0, delete: 0, replace: 0, update: 2, same: resources(plain) - 2 }]); // both ends of the new grant
    expect(await there(wider)).toEqual(created);
    expect(JSON.stringify(await getObject(api, wider.find(({ id }) => id.endsWith('/countersign-orders'))!.object))).toContain('"app":"batch"');

    await stack.config('shop:variant', 'broken');
    const refused = await stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(said(refused) + refused.stdout).toMatch(/CS1012/);
    expect(said(refused) + refused.stdout).not.toMatch(/\n\s+at .*\(.*:\d+:\d+\)/); // no stack trace
    expect(done(refused, 'create', 'update', 'delete')).toEqual([]);

    await stack.config('shop:variant', 'wider');
    const destroyed = await stack.destroy();
    expect([said(destroyed), (await there(wider)).size]).toEqual(['', 0]);
    expect(unsafeOrder(destroyed, stagesOf(wider))).toEqual([]);
  });

  it('goes through the provider and the transforms that it is given', async () => {
    const plain = inCluster(artifactsOf(shopPolicy('plain'), shopPlatform('plain')));
    await open(fixture('shop'), 'given');
    await stack.config('shop:kubeconfig', kubeconfigFor(api), { secret: true });
    await stack.config('shop:team', 'orders');
    const up = await stack.up();
    expect(said(up)).toBe('');
    expect(done(up, 'create').every(({ provider }) => provider.includes('elsewhere'))).toBe(true);
    expect(await Promise.all(plain.map(async ({ object }) => ((await getObject(api, object))!.metadata['annotations'] as Record<string, string>)['team']))).toEqual(plain.map(() => 'orders'));
  });

  it('refuses a provider that would write over what is not ours, before anything is applied', async () => {
    await open(fixture('shop'), 'overwriting');
    await stack.config('shop:kubeconfig', kubeconfigFor(api), { secret: true });
    await stack.config('shop:upsert', 'true');
    for (const result of [await stack.preview(), await stack.up()]) {
      expect(result.exitCode).not.toBe(0);
      expect(said(result)).toMatch(/error\[CS5031\]: the Kubernetes provider has `upsertExistingObjects`[^]*Nothing was applied/);
      expect(result.operations.filter(({ op }) => op !== 'check')).toEqual([]);
    }
  });

  it('takes a gateway, a mesh and an issuer through wider and narrower policies, each object in place and each stage in order', async () => {
    const [plain, wider, narrower] = variants.map((variant) => artifactsOf(edgePolicy(variant), edgePlatform())) as [readonly Artifact[], readonly Artifact[], readonly Artifact[]];
    const stages = stagesOf([...plain, ...wider, ...narrower]);
    await namespaces(plain);
    await open(fixture('edge'), 'edge');
    let before: ReadonlyMap<string, string> = new Map();
    for (const [variant, artifacts] of [['wider', wider], ['narrower', narrower], ['plain', plain]] as const) {
      await stack.config('edge:variant', variant);
      const preview = await stack.preview();
      const up = await stack.up();
      expect([variant, said(preview), said(up), said(up, 'warning'), up.summary.replace]).toEqual([variant, '', '', '', 0]);
      expect(unsafeOrder(up, stages), variant).toEqual([]);
      const now = await there([...plain, ...wider, ...narrower]);
      expect([...now.keys()].sort(), variant).toEqual(artifacts.map(({ id }) => id).sort());
      for (const [id, uid] of now) if (before.has(id)) expect([id, before.get(id)]).toEqual([id, uid]);
      expect(preview.summary).toEqual(up.summary);
      before = now;
    }
    expect((await stack.up()).summary).toMatchObject({ create: 0, update: 0, delete: 0, replace: 0 });
    const gone = wider.filter(({ id }) => !narrower.some((one) => one.id === id));
    expect(new Set(gone.map(({ stage }) => stage)).size).toBeGreaterThan(3); // the step to `narrower` took from most stages
    const destroyed = await stack.destroy();
    expect([said(destroyed), (await there(plain)).size]).toEqual(['', 0]);
    expect(unsafeOrder(destroyed, stages)).toEqual([]);
  });

  it('applies all that the targets\' goldens have, and finds it as it was sent', async () => {
    const goldens = goldenArtifacts();
    expect(new Set(goldens.map(({ object: { kind } }) => kind)).size).toBeGreaterThan(14);
    await namespaces(goldens);
    await open(fixture('stages'), 'goldens');
    const file = join(stack.directory, 'artifacts.json');
    writeFileSync(file, JSON.stringify(goldens));
    await stack.config('stages:file', file);
    const up = await stack.up();
    expect([said(up), said(up, 'warning'), done(up, 'create').length]).toEqual(['', '', goldens.length]);
    expect(unsafeOrder(up, stagesOf(goldens))).toEqual([]);
    expect((await stack.up()).summary).toMatchObject({ create: 0, update: 0, delete: 0, replace: 0 });
  });

  it.each(['online-boutique', 'retail-store'])('runs %s, the estate that the stack is named after, by the project\'s own program', async (estate) => {
    const from = async <T>(file: string): Promise<Declared<T>> => ((await import(join(root, 'stacks', estate, `${file}.ts`))) as { default: Declared<T> }).default;
    const artifacts = artifactsOf(await from<Policy>('policy'), await from<Platform>('platform'), '2026-11-24');
    await namespaces(artifacts);
    await open(root, estate, { region: 'eu-west-1', arns: ['deploy', 'break-glass'].map((name) => `arn:aws:iam::111122223333:role/${name}`), caller: 'arn:aws:iam::111122223333:role/deploy' });
    await stack.config('countersign:asOf', '2026-11-24');
    const up = await stack.up(), id = idsIn(estate, artifacts);
    expect([said(up), said(up, 'warning'), up.exitCode]).toEqual(['', '', 0]);
    expect(doneBy(['aws:', 'kubernetes:'], up, 'create').flatMap((operation) => id(operation) ?? []).sort()).toEqual(artifacts.map((artifact) => artifact.id).sort());
    expect((await there(artifacts)).size).toBe(inCluster(artifacts).length);
    expect(unsafeOrder(up, stagesOf(artifacts), id)).toEqual([]);
    const again = await stack.up();
    expect(again.summary).toMatchObject({ create: 0, update: 0, delete: 0, replace: 0 });
    const destroyed = await stack.destroy();
    expect([said(destroyed), (await there(artifacts)).size]).toEqual(['', 0]);
    expect(stack.aws().filter(({ kind }) => !['pending-deletion', 'resource-policy'].includes(kind))).toEqual([]);
    expect(stack.aws('resource-policy').filter(({ policy }) => policy === 'default')).toEqual([]); // a key that goes keeps its policy
    expect(unsafeOrder(destroyed, stagesOf(artifacts), id)).toEqual([]);
  });

  it('names the estates that there are, for a stack that is none', async () => {
    await open(root, 'warehouse');
    const preview = await stack.preview();
    expect(preview.exitCode).not.toBe(0);
    expect(said(preview) + preview.stdout).toMatch(/no estate for the stack `warehouse`.*`online-boutique`.*`retail-store`/);
  });
});
