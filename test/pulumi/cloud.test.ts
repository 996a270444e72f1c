import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { compile } from '#compile';
import { holeToken, parseArn } from '#ir';
import type { Artifact } from '#targets';
import { describeWithEngines } from '../engines/engine.ts';
import { startApiServer } from '../engines/kubernetes/apiserver.ts';
import { createWorkspace, type AwsThing, type PulumiResult, type PulumiWorkspace } from '../engines/pulumi-harness/harness.ts';
import { account, administrator, administrators, audit, carts, cloudPlatform, cloudPolicy, region, type Variant } from './fixtures/cloud/cloud.ts';
import { doneBy, idsIn, said, unsafeOrder } from './operation-order.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 180_000 });

const artifactsOf = (variant: Variant): readonly Artifact[] => {
  const compiled = compile({ policy: cloudPolicy(variant), platform: cloudPlatform(), asOf: '2026-12-01' });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics, null, 1));
  return compiled.value.artifacts;
};
const orderOf = (...variants: readonly Variant[]) => {
  const all = variants.flatMap(artifactsOf), id = idsIn('cloud', all), stages = new Map(all.map((artifact) => [artifact.id, artifact.stage]));
  return { id, unsafe: (result: PulumiResult) => unsafeOrder(result, stages, id) };
};
/** What the engine meant to do: each step but those of the stack, of components and of providers, and but two of the three of a replacement. */
const steps = (result: PulumiResult): readonly string[] => result.steps
  .filter(({ op, type }) => !['same', 'create-replacement', 'delete-replaced'].includes(op) && /^(aws|kubernetes):/.test(type))
  .map(({ op, urn }) => `${op} ${urn.slice(urn.lastIndexOf('::') + 2)}`).sort();
const settled = (result: PulumiResult) => [said(result), result.exitCode];

describeWithEngines(['pulumi', 'kube-apiserver', 'etcd'], 'a policy of the cloud under the real Pulumi engine, a real API server and a stand-in for AWS', () => {
  let api: Awaited<ReturnType<typeof startApiServer>>;
  let stack: PulumiWorkspace;
  const open = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    stack = await createWorkspace({
      programDir: join(import.meta.dirname, 'fixtures', 'cloud'), stack: 'cloud', api, env: { NODE_OPTIONS: '--conditions=countersign-source' },
      aws: { accountId: account, region, arns: [...Object.values(administrators), administrator, carts, audit], caller: administrators.deployer },
    });
    await set({ unprotected: 'true', ...settings });
  };
  const set = async (settings: Readonly<Record<string, string>>): Promise<void> => { for (const [key, value] of Object.entries(settings)) await stack.config(`cloud:${key}`, value); };
  const policyOf = (arn: string): string => String(stack.aws('resource-policy').find(({ target }) => target === arn)?.['policy']);
  const document = (thing: AwsThing | undefined, property: string): string => String((thing?.['inputs'] as Readonly<Record<string, unknown>> | undefined)?.[property]);
  const inline = (id: string): string => document(stack.aws('inline').find((thing) => thing.id === id), 'policy');
  const queue = `arn:aws:sqs:${region}:${account}:settlements`;

  beforeAll(async () => {
    api = await startApiServer();
    await vi.waitUntil(async () => (await api.request('GET', '/api/v1/namespaces/default') as { status: number }).status === 200, { timeout: 20_000, interval: 100 });
  });
  afterEach(async () => { await stack?.destroy(); await stack?.dispose(); }); // what a failed test leaves in the cluster would fail the next
  afterAll(async () => api?.stop());

  it('previews what `up` makes while the values are unknown, makes it in order, and then changes nothing', async () => {
    await open();
    const preview = await stack.preview();
    expect(settled(preview)).toEqual(['', 0]);
    expect(stack.aws()).toEqual([]);
    const up = await stack.up();
    expect([settled(up), said(up, 'warning')]).toEqual([['', 0], '']);
    expect(steps(preview)).toEqual(steps(up));
    expect(preview.summary).toEqual(up.summary);
    const plain = artifactsOf('plain'), { id, unsafe } = orderOf('plain');
    expect(doneBy(['kubernetes:', 'aws:'], up, 'create').flatMap((operation) => id(operation) ?? []).sort()).toEqual(plain.map((artifact) => artifact.id).sort());
    expect(unsafe(up)).toEqual([]);

    const key = stack.aws('key')[0]!['arn'];
    expect(policyOf(queue)).toContain(`"${queue}"`);
    expect(inline('cloud-orders:grants')).toContain(`"${key}"`);
    expect(JSON.stringify(stack.aws())).not.toContain('{{');
    expect(stack.aws('association').map(({ key: of }) => of)).toEqual(expect.arrayContaining(['cloud/default/billing', 'cloud/default/orders']));
    expect((await stack.stackOutputs())['keys']).toEqual({ 'orders-key': key });

    const again = await stack.up({ args: ['--expect-no-changes'] });
    expect([settled(again), steps(again)]).toEqual([['', 0], []]);

    const destroyed = await stack.destroy();
    expect([settled(destroyed), unsafe(destroyed)]).toEqual([['', 0], []]);
    expect(stack.aws().map(({ kind, days }) => [kind, days])).toEqual([['pending-deletion', 30], ['resource-policy', undefined]]); // of a key nothing goes at once
  });

  it('takes grants, dates, denials, owned resources and a workload\'s name through changes, each in place and each stage in order', async () => {
    await open();
    expect(settled(await stack.up())).toEqual(['', 0]);
    const role = () => stack.aws('role').map(({ id }) => id);
    const change = async (from: Variant, to: Variant): Promise<string[]> => {
      await set({ variant: to });
      const preview = await stack.preview(), up = await stack.up();
      expect([to, settled(preview), settled(up), steps(preview)]).toEqual([to, ['', 0], ['', 0], steps(up)]);
      expect([to, orderOf(from, to).unsafe(up), up.summary.replace]).toEqual([to, [], 0]);
      expect([to, steps(await stack.up())]).toEqual([to, []]);
      return [...steps(up)];
    };
    const allOf = (...parts: string[]) => expect.arrayContaining(parts);

    expect(await change('plain', 'wider')).toEqual(allOf(`create cloud/resourcepolicy/${carts}`, 'update cloud/policy/cloud-orders-boundary', 'update cloud/rolepolicy/cloud-orders/grants'));
    expect(policyOf(carts)).toContain('role/cloud-orders');
    expect(inline('cloud-orders:grants')).toContain('sns:Publish');
    expect(await change('wider', 'plain')).toEqual(allOf(`delete cloud/resourcepolicy/${carts}`));
    expect(policyOf(carts)).toBe('undefined');
    expect(inline('cloud-orders:grants')).not.toContain('sns:Publish');

    expect(await change('plain', 'moved')).toEqual(allOf('update cloud/queuepolicy/settlements', 'update cloud/rolepolicy/cloud-billing/grants', 'update cloud/rolepolicy/cloud-orders/grants'));
    expect([inline('cloud-orders:grants').includes('sqs:SendMessage'), inline('cloud-billing:grants').includes('sqs:SendMessage')]).toEqual([false, true]);
    await change('moved', 'dated');
    expect(inline('cloud-orders:grants')).toContain('2027-07-01T00:00:00Z');
    expect(await change('dated', 'forbidden')).toEqual(allOf('create cloud/rolepolicy/cloud-billing/never'));

    expect(await change('forbidden', 'unowned')).toEqual(allOf('delete cloud/queuepolicy/settlements', 'delete cloud/rolepolicy/cloud-billing/never'));
    expect(policyOf(queue)).toBe('undefined');
    expect(await change('unowned', 'renamed')).toEqual(allOf('create cloud/queuepolicy/settlements', 'create cloud/role/cloud-ordering', 'update cloud/podidentityassociation/default/orders', 'delete cloud/role/cloud-orders'));
    expect([role(), stack.aws('association').length]).toEqual([['cloud-billing', 'cloud-ordering'], 2]);
  });

  it('changes documents in place when what fills a hole is another resource, and gives the new one its policy before the old one goes', async () => {
    await open();
    expect(settled(await stack.up())).toEqual(['', 0]);
    await set({ queue: 'settlements-2' });
    const preview = await stack.preview(), up = await stack.up();
    expect([settled(up), steps(preview)]).toEqual([['', 0], steps(up)]);
    expect(steps(up)).toEqual(expect.arrayContaining(['replace settlements', 'replace cloud/queuepolicy/settlements', 'update cloud/rolepolicy/cloud-orders/grants']));
    expect([policyOf(queue), policyOf(`${queue}-2`)]).toEqual(['undefined', expect.stringContaining(`"${queue}-2"`)]);
    const when = (op: 'create' | 'delete', of: string) => doneBy(['aws:'], up, op).find(({ name }) => name === of)!;
    expect(when('create', 'cloud/queuepolicy/settlements').ended).toBeLessThan(when('delete', 'settlements').started);
  });

  it('makes the policy\'s keys first where something that fills a hole is encrypted with one', async () => {
    await open({ values: 'keyed' });
    const preview = await stack.preview(), up = await stack.up();
    expect([settled(preview), settled(up), steps(preview)]).toEqual([['', 0], ['', 0], steps(up)]);
    const key = stack.aws('key')[0]!['arn'];
    expect(document(stack.aws('queue')[0], 'kmsMasterKeyId')).toBe(key);
    expect(inline('cloud-orders:grants')).toContain(`"${key}"`);
    expect(orderOf('plain').unsafe(up)).toEqual([]);
    expect(steps(await stack.up())).toEqual([]);
  });

  it('gives another key its policy, and takes none from the key before, nor from one that is no longer ours', async () => {
    const [one, other] = ['1', '2'].map((id) => `arn:aws:kms:${region}:${account}:key/${id}`) as [string, string];
    stack = await createWorkspace({
      programDir: join(import.meta.dirname, 'fixtures', 'stages'), stack: 'keys', api, env: { NODE_OPTIONS: '--conditions=countersign-source' },
      aws: { accountId: account, region, arns: [administrators.deployer, one, other], caller: administrators.deployer },
    });
    const file = join(stack.directory, 'artifacts.json');
    const statement = { Sid: 'A', Effect: 'Allow', Principal: { AWS: [administrators.deployer] }, Action: ['kms:PutKeyPolicy'], Resource: ['*'] };
    const policy: Artifact = { kind: 'aws', id: 'aws/kms/KeyPolicy/orders-key', stage: 0, type: 'kms/keyPolicy:KeyPolicy', properties: { keyId: holeToken('orders-key') }, documents: { policy: { Version: '2012-10-17', Statement: [statement as never] } }, grants: [] };
    writeFileSync(file, JSON.stringify([policy]));
    await stack.config('stages:file', file);
    const held = () => [one, other].map((arn) => stack.aws('resource-policy').some(({ policy: text, target }) => target === arn && String(text).includes('PutKeyPolicy')));
    for (const [value, expected] of [[one, [true, false]], [other, [true, true]]] as const) {
      await stack.config('stages:values', JSON.stringify({ 'orders-key': value }));
      expect([settled(await stack.up()), held()]).toEqual([['', 0], expected]);
      expect(steps(await stack.up())).toEqual([]);
    }
    writeFileSync(file, '[]');
    expect([settled(await stack.up()), held()]).toEqual([['', 0], [true, true]]);
  });

  it('deletes no key that it made until somebody says so', async () => {
    await open({ unprotected: 'false' });
    expect(settled(await stack.up())).toEqual(['', 0]);
    const refused = await stack.destroy();
    expect([refused.exitCode === 0, said(refused)]).toEqual([false, expect.stringMatching(/cloud\/key\/orders-key.*protect/s)]);
    expect(stack.aws('key')).toHaveLength(1);
    expect((await stack.command(['state', 'unprotect', '--all', '--yes', '--stack', 'cloud'])).exitCode).toBe(0);
    expect(settled(await stack.destroy())).toEqual(['', 0]);
  });

  it.each([
    // what is given, when it is found, and what was done by then
    ['text', 'preview', /error\[CS5046\]: the hole `settlements` was given `arn:aws:sqs:us-east-1:.*cloud\.ts:2\d:.*Nothing was registered/s, []],
    ['one', 'preview', /error\[CS5040\]: no value was given for the hole `stripe`.*cloud\.ts:2\d:.*Nothing was registered/s, []],
    ['strangeKey', 'preview', /error\[CS5049\]: the values ask for the key `order-key`.*it makes `orders-key`/s, undefined],
    ['late', 'up', /error\[CS5044\]: the hole `settlements` was given `arn:aws:sqs:eu-west-1:111122223333:settlements:\*`.*cloud\.ts:2\d:.*Nothing was applied/s, []],
  ] as const)('refuses values that are wrong as soon as they are known, with nothing of the policy written (%s, at %s)', async (values, when, message, written) => {
    await open({ values });
    const preview = await stack.preview();
    if (when === 'preview') expect([preview.exitCode === 0, said(preview) + preview.stdout]).toEqual([false, expect.stringMatching(message)]);
    else expect(settled(preview)).toEqual(['', 0]);
    const up = await stack.up(), { id } = orderOf('plain');
    expect([up.exitCode === 0, said(up) + up.stdout]).toEqual([false, expect.stringMatching(message)]);
    if (written !== undefined) expect(doneBy(['kubernetes:', 'aws:'], up, 'create', 'update').flatMap((operation) => id(operation) ?? [])).toEqual(written);
  });

  it('goes no further than the stage that AWS does not have as it was proved', async () => {
    await open();
    stack.account({ spoil: { 'iam/role:Role': 'conditions' } });
    const up = await stack.up();
    expect([up.exitCode === 0, said(up)]).toEqual([false, expect.stringMatching(/CS5050\]: AWS does not have `aws\/iam\/Role\/cloud-\w+` as it was proved: `assumeRolePolicy` is missing there or differs.*No later stage was applied/s)]);
    expect([stack.aws('role').length, stack.aws('association'), stack.aws('inline')]).toEqual([2, [], []]);
    stack.account({ spoil: {} });
    await set({ weaken: 'aws:iam/role:Role' });
    for (const weakened of [await stack.preview(), await stack.up()]) expect([weakened.exitCode === 0, said(weakened)]).toEqual([false, expect.stringMatching(/CS5050\].*`permissionsBoundary` is missing there or differs/)]);
    expect(stack.aws('inline')).toEqual([]);
  });

  it('makes nothing in another account', async () => {
    await open();
    stack.account({ accountId: '444455556666' });
    const elsewhere = await stack.up();
    expect([elsewhere.exitCode === 0, stack.aws('role'), stack.aws('inline')]).toEqual([false, [], []]);
    expect(said(elsewhere)).toMatch(/CS5046|CS5050/);
    expect(parseArn(String(stack.aws('queue')[0]?.['arn']))?.account).toBe('444455556666');
  });
});
