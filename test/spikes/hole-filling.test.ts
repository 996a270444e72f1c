// Spike: how the holes of a document are filled with values that Pulumi knows only later. Seen with the SDK 3.248 for Node
// under the engine 3.232; the program is `hole-filling/index.ts`. What to build on:
//
// - `apply` does not run while anything in its input is unknown, and at preview that is whatever the engine or a provider
//   gives to a resource that is not there yet or is about to be replaced, its id included. One unknown member makes the whole
//   of an object or of `pulumi.all` unknown; a member of it that is known can still be asked for alone.
// - So: all resources, names, order and the split of documents come from the policy alone, and only *texts within documents*
//   are filled, `pulumi.all(<the holes of this document>).apply(print)` as the property of a resource that is made in
//   any case. Preview then has the same resources and the same decision as `up`; a document with an unknown hole shows as
//   unknown, one without as it will be. A document must ask for its own holes only, or it is unknown with everybody's.
// - A resource made inside `apply` is missing from the preview, and when what it waits for is to be replaced the preview
//   announces its *deletion*, while `up` updates it in place. Never do it.
// - A replaced source makes each document with that hole an update in place, at preview with an unknown value already.
// - A check within `apply` runs as soon as that value is known: at preview for a text, at `up` for what is made there, when other
//   documents are already being written. To have all or nothing, the lowest stage depends on `pulumi.all(<every checked value>)`.
// - Nothing throws when an `Output` is used as text: in a template it is a sentence of advice, in JSON the same, in a condition
//   it is true; and a missing value prints as `null`. So a value is a text or an `Output` and is checked when it resolves, the
//   names of holes come from the policy and never from an `Output`'s keys, and a hole without a value is refused at once.
// - A secret value makes every document with that hole a secret: ciphertext in the state, `[secret]` in events, from `up` on (at preview
//   it is unknown, and not yet marked). `apply` sees it in the clear and so does the cluster. An ARN is no secret:
//   one that is marked so still works, and its documents can't be reviewed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { describeWithEngines } from '../engines/engine.ts';
import { startApiServer } from '../engines/kubernetes/apiserver.ts';
import { createWorkspace, type PulumiResult, type PulumiWorkspace } from '../engines/pulumi-harness/harness.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });
const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9'; // `UnknownStringValue`, sdk/go/common/resource/plugin/rpc.go
const audit = 'arn:aws:sqs:eu-west-1:111122223333:audit';
const secretSignature = '4dabf18193072939515e22adb298388d';

const errors = ({ diagnostics }: PulumiResult): string => diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message).join('\n');
const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf('::') + 2);
/** Each thing that the engine meant to do: `update policy-send`. Providers, and the three steps of a replacement but one, are left out. */
const steps = (result: PulumiResult): readonly string[] => result.steps
  .filter(({ op, type }) => op !== 'create-replacement' && op !== 'delete-replaced' && !type.startsWith('pulumi:'))
  .map(({ op, urn }) => `${op} ${nameOf(urn)}`).sort();
const documents = (result: PulumiResult): Readonly<Record<string, unknown>> => Object.fromEntries(result.steps
  .flatMap(({ urn, inputs }) => { const { annotations } = (inputs?.['metadata'] ?? {}) as { annotations?: { document: unknown } }; return annotations === undefined ? [] : [[nameOf(urn), annotations.document]]; }));
const filled = (...arns: readonly string[]): string => JSON.stringify({ Action: 'sqs:SendMessage', Resource: arns });

describeWithEngines(['pulumi', 'kube-apiserver', 'etcd'], 'holes filled with what the same program makes', () => {
  let api: Awaited<ReturnType<typeof startApiServer>>;
  let stack: PulumiWorkspace;
  const open = async (way: string): Promise<void> => {
    stack = await createWorkspace({ programDir: join(import.meta.dirname, 'hole-filling'), stack: 'spike', api });
    await stack.config('spike:way', way);
    await stack.config('spike:log', join(stack.directory, 'log'));
  };
  /** What the program saw since this was last asked: by what it is, the value. */
  const saw = (): Readonly<Record<string, unknown>> => {
    const log = join(stack.directory, 'log');
    const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as { what: string; value?: unknown }) : [];
    writeFileSync(log, '');
    return Object.fromEntries(lines.map(({ what, value }) => [what, value ?? null]));
  };
  const live = async (name: string) => (await api.request('GET', `/api/v1/namespaces/default/configmaps/${name}`) as { status: number; body: { metadata: { uid: string; annotations: { document: string } } } });
  const arn = async (): Promise<string> => `arn:aws:sqs:eu-west-1:111122223333:${(await live('queue')).body.metadata.uid}`;
  const policies = ['policy-both', 'policy-none', 'policy-send'];
  const written = async (): Promise<readonly string[]> => (await Promise.all(policies.map(async (name) => ((await live(name)).status === 200 ? [name] : [])))).flat();

  beforeAll(async () => {
    api = await startApiServer();
    await vi.waitUntil(async () => (await api.request('GET', '/api/v1/namespaces/default') as { status: number }).status === 200, { timeout: 20_000, interval: 100 });
  });
  afterEach(async () => { await stack?.destroy(); await stack?.dispose(); });
  afterAll(async () => api?.stop());

  it('previews the resources that `up` makes, each document unknown until all of its own holes are known', async () => {
    await open('documents');
    const preview = await stack.preview();
    expect(errors(preview)).toBe('');
    expect(documents(preview)).toEqual({ 'policy-send': unknown, 'policy-both': unknown, 'policy-none': filled() });
    expect(saw()).toEqual({ 'document ': {}, 'the end of the program': null });

    const up = await stack.up();
    expect(steps(up)).toEqual(['create policy-both', 'create policy-none', 'create policy-send', 'create queue']);
    expect(steps(preview)).toEqual(steps(up));
    const settlements = await arn();
    const all = { 'policy-send': filled(settlements), 'policy-both': filled(audit, settlements), 'policy-none': filled() };
    expect(documents(up)).toEqual(all);
    expect(saw()).toMatchObject({ 'document settlements': { settlements }, 'document audit+settlements': { audit, settlements } });
    const uids = await Promise.all(policies.map(async (name) => (await live(name)).body.metadata.uid));

    const known = await stack.preview();
    expect([known.summary.same, documents(known)]).toEqual([5, all]);

    await stack.config('spike:generation', '2'); // another queue, and another ARN
    const foreseen = await stack.preview();
    const changed = await stack.up();
    expect(steps(foreseen)).toEqual(['replace queue', 'same policy-none', 'update policy-both', 'update policy-send']);
    expect(steps(changed)).toEqual(steps(foreseen));
    expect(documents(foreseen)).toEqual({ ...all, 'policy-send': unknown, 'policy-both': unknown });
    expect(await arn()).not.toBe(settlements);
    expect((await live('policy-send')).body.metadata.annotations.document).toBe(filled(await arn()));
    expect(await Promise.all(policies.map(async (name) => (await live(name)).body.metadata.uid))).toEqual(uids);
  });

  it('never previews resources made inside `apply`, and announces their deletion when `up` will update them', async () => {
    await open('resources');
    expect(steps(await stack.preview())).toEqual(['create queue']);
    expect(steps(await stack.up())).toEqual(['create policy-both', 'create policy-none', 'create policy-send', 'create queue']);
    await stack.config('spike:generation', '2');
    expect(steps(await stack.preview())).toEqual(['delete policy-both', 'delete policy-none', 'delete policy-send', 'replace queue']);
    expect(steps(await stack.up())).toEqual(['replace queue', 'same policy-none', 'update policy-both', 'update policy-send']);
  });

  it('runs `apply` at preview on what is known alone, and makes sentences of what is taken for text', async () => {
    await open('seen');
    await stack.preview();
    const advice = (method: string): RegExp => new RegExp(`Calling \\[${method}\\] on an \\[Output<T>\\] is not`);
    const always = {
      'its known member': audit, 'the keys of an Output': [], 'an Output in a condition': 'taken', 'the end of the program': null,
      'an Output in a text': expect.stringMatching(advice('toString')), 'an Output in JSON': expect.stringMatching(advice('toJSON')),
    };
    const preview = saw();
    expect(preview).toEqual({ ...always, 'a property that the program set': 'queue' });
    await stack.up();
    expect(saw()).toEqual({ ...preview, ...always, 'the id': 'default/queue', 'an object with one unknown member': { settlements: await arn(), audit } });
  });

  it('prints a hole without a value as null, and complains of nothing', async () => {
    await open('missing');
    const preview = await stack.preview();
    expect([errors(preview), documents(preview)['policy-send']]).toEqual(['', '{"Action":"sqs:SendMessage","Resource":[null]}']);
  });

  it('makes a secret of every document with a secret in it, in the state and in what is shown, not in the cluster', async () => {
    await open('secret');
    expect(documents(await stack.preview())['policy-send']).toBe(unknown);
    const up = await stack.up();
    const settlements = await arn();
    expect(documents(up)).toEqual({ 'policy-none': filled(), 'policy-both': expect.objectContaining({ [secretSignature]: expect.any(String) }), 'policy-send': expect.objectContaining({ [secretSignature]: expect.any(String) }) });
    expect(saw()).toMatchObject({ 'document settlements': { settlements } });
    const state = JSON.stringify(await stack.export());
    expect([state.includes(settlements), state.includes(audit)]).toEqual([false, false]);
    expect((await live('policy-send')).body.metadata.annotations.document).toBe(filled(settlements));
  });

  it.each([
    // what is wrong with the value, when it is found, and what is written by then
    ['checked early', 'audit', 'preview', []],
    ['checked late', 'settlements', 'up', ['policy-none']],
    ['gated', 'settlements', 'up', []],
  ] as const)('finds a bad value when it is known (%s: `%s`, at %s), with %j written by then', async (way, hole, when, expected) => {
    await open(way);
    const message = new RegExp(`the hole \`${hole}\` was filled with .*, which is no ARN of a queue`);
    const preview = await stack.preview();
    expect(errors(preview)).toEqual(when === 'preview' ? expect.stringMatching(message) : '');
    if (when === 'preview') return;
    const up = await stack.up();
    expect([up.exitCode === 0, errors(up)]).toEqual([false, expect.stringMatching(message)]);
    expect(await written()).toEqual(expected);
  });
});
