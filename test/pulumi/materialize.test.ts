import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubernetesArtifact } from '../../src/targets/index.ts';
import { materialize } from '../../src/pulumi/materialize/materialize.ts';
import { overwrites } from '../../src/pulumi/materialize/never-overwrites.ts';
import { readBack } from '../../src/pulumi/materialize/read-back.ts';
import { withoutResource } from '../../src/pulumi/materialize/without-resource.ts';
import { artifact, emittedKinds } from './staged-artifacts.ts';

interface Registered { readonly type: string; readonly name: string; readonly inputs: Readonly<Record<string, unknown>> }
const registered: Registered[] = [];
beforeEach(async () => {
  registered.length = 0;
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => { registered.push({ type, name, inputs: inputs as never }); return { id: `${name}-id`, state: inputs as object }; },
    call: () => ({}),
  }, 'countersign', 'shop');
});
afterEach(() => { vi.unstubAllEnvs(); pulumi.runtime.setAllConfig({}); });

const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => { output.apply(resolve); });
async function made(artifacts: readonly KubernetesArtifact[]): Promise<readonly Registered[]> {
  registered.length = 0;
  await value(materialize('shop', artifacts, { parent: new pulumi.ComponentResource('test:index:Artifacts', 'shop'), objections: [], refuse: (found) => expect(found).toEqual([]) }).applied);
  return [...registered];
}
const stageNames = (all: readonly Registered[]): readonly string[] => all.filter(({ type }) => type === 'countersign:index:Stage').map(({ name }) => name);
const [peer, network, allow] = ['PeerAuthentication', 'NetworkPolicy', 'AuthorizationPolicy'].map((wanted) => emittedKinds.find(([, kind]) => kind === wanted)!) as [(typeof emittedKinds)[number], (typeof emittedKinds)[number], (typeof emittedKinds)[number]];

describe('an artefact becomes a resource', () => {
  it.each(emittedKinds.map((kind) => [kind[0], kind[1], kind] as const))('%s %s: of exactly that kind, with exactly its content', async (apiVersion, kindName, kind) => {
    const namespaced = kind[3];
    const one = artifact(kind, 'a', 'before');
    const found = (await made([one])).find(({ type }) => type.startsWith('kubernetes:'));
    expect(found).toEqual({ type: `kubernetes:${apiVersion}:${kindName}`, name: `shop/${kindName.toLowerCase()}/${namespaced ? 'default/' : ''}a`, inputs: { apiVersion, kind: kindName, metadata: one.object.metadata, spec: one.object.spec } });
  });
  it('but for kinds that nobody emits, which are refused, each once', () => {
    const strange = (name: string, kind: string): KubernetesArtifact => ({ ...artifact(peer, name, 'before'), id: `example.com/v1/${kind}/default/${name}`, object: { apiVersion: 'example.com/v1', kind, metadata: { name, namespace: 'default' } } });
    expect(withoutResource(emittedKinds.map((kind) => artifact(kind, 'a', 'before')))).toEqual([]);
    const found = withoutResource([strange('a', 'Widget'), artifact(peer, 'a', 'before'), strange('b', 'Widget'), strange('c', '__proto__')]);
    expect(found.map(({ code, message }) => `${code} ${message}`).sort()).toEqual([
      'CS5030 a target emitted `example.com/v1/Widget/default/a`, and no Pulumi resource is known for the kind `example.com/v1/Widget`',
      'CS5030 a target emitted `example.com/v1/__proto__/default/c`, and no Pulumi resource is known for the kind `example.com/v1/__proto__`',
    ]);
  });
});

describe('the name of a stage', () => {
  it.each([
    ['the content of an object below', [artifact(peer, 'a', 'after'), artifact(network, 'a', 'after'), artifact(allow, 'a', 'after')], [true, true, true]],
    ['an object more in the highest stage', [artifact(peer, 'a', 'before'), artifact(network, 'a', 'before'), artifact(allow, 'a', 'before'), artifact(allow, 'b', 'before')], [true, true, true]],
    ['another object in the middle', [artifact(peer, 'a', 'before'), artifact(network, 'b', 'before'), artifact(allow, 'a', 'before')], [true, true, false]],
    ['an object less in the lowest', [artifact(network, 'a', 'before'), artifact(allow, 'a', 'before')], [undefined, false, false]],
  ])('%s: is the same where the same objects stand below it', async (_what, artifacts, same) => {
    const before = stageNames(await made([artifact(peer, 'a', 'before'), artifact(network, 'a', 'before'), artifact(allow, 'a', 'before')]));
    const after = stageNames(await made(artifacts));
    expect(before.map((name) => name.slice(0, 'shop/stage-0'.length))).toEqual(['shop/stage-0', 'shop/stage-1', 'shop/stage-2']);
    expect(before.map((name) => { const now = after.find((other) => other.slice(0, 12) === name.slice(0, 12)); return now === undefined ? undefined : now === name; })).toEqual(same);
  });
});

describe('a provider that would write over what is not ours', () => {
  const codes = async (provider?: pulumi.ProviderResource) => (await value(pulumi.all([...overwrites(provider)]))).flat().map(({ code, message }) => `${code} ${/`(\w+)`/.exec(message)?.[1]}`);
  it.each([
    [{}, []],
    [{ upsertExistingObjects: false }, []],
    [{ upsertExistingObjects: true }, ['CS5031 upsertExistingObjects']],
    [{ enablePatchForce: true, upsertExistingObjects: true }, ['CS5031 upsertExistingObjects', 'CS5031 enablePatchForce']],
    [{ enablePatchForce: pulumi.output(true) }, ['CS5031 enablePatchForce']],
  ])('is found by its own settings: %j', async (args, expected) => {
    expect(await codes(new kubernetes.Provider('given', args))).toEqual(expected);
  });
  it.each([
    [{ 'kubernetes:enablePatchForce': 'true' }, {}, ['CS5031 enablePatchForce']],
    [{ 'kubernetes:enablePatchForce': 'false' }, { PULUMI_K8S_ENABLE_PATCH_FORCE: 'true' }, []],
    [{}, { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: 'true' }, ['CS5031 upsertExistingObjects']],
    [{}, {}, []],
  ])('or, if it is the one by default, by the stack\'s configuration %j and the environment %j', async (config, environment, expected) => {
    pulumi.runtime.setAllConfig(config as Record<string, string>);
    for (const [name, text] of Object.entries(environment)) vi.stubEnv(name, text);
    expect(await codes()).toEqual(expected);
  });
});

describe('what the cluster answered', () => {
  const sent = { selector: { app: 'orders' }, rules: [{ from: ['web'], when: [] }], ports: [8080] };
  const one = { ...artifact(allow, 'a', 'before'), object: { ...artifact(allow, 'a', 'before').object, spec: sent } };
  const differs = async (answered: unknown) => (await value(readBack(one, { spec: pulumi.output(answered) } as never))).map(({ code, message }) => `${code} ${/: `([^`]+)`/.exec(message)?.[1]}`);
  it.each([
    ['the same', sent, undefined],
    ['more', { ...sent, defaulted: true, selector: { app: 'orders', more: 'x' } }, undefined],
    ['without what is empty', { selector: { app: 'orders' }, rules: [{ from: ['web'] }], ports: [8080] }, undefined],
    ['without a field', { selector: { app: 'orders' }, ports: [8080] }, 'spec.rules'],
    ['without a field within', { ...sent, rules: [{ when: [] }] }, 'spec.rules[0].from'],
    ['with another value', { ...sent, selector: { app: 'web' } }, 'spec.selector.app'],
    ['with another type', { ...sent, ports: ['8080'] }, 'spec.ports[0]'],
    ['with an item more', { ...sent, rules: [...sent.rules, {}] }, 'spec.rules'],
    ['with an item less', { ...sent, rules: [] }, 'spec.rules'],
    ['nothing', undefined, 'spec'],
  ])('%s: is compared with what was proved', async (_what, answered, path) => {
    expect(await differs(answered)).toEqual(path === undefined ? [] : [`CS5032 ${path}`]);
  });
  it.each([
    ['with an item more before', { ...sent, rules: [{}, ...sent.rules] }, undefined],
    ['with an item more, and without a field of ours', { ...sent, rules: [{}, { when: [] }] }, 'spec.rules'],
    ['with an item less', { ...sent, rules: [] }, 'spec.rules'],
  ])('%s: at preview, lists may be longer', async (_what, answered, path) => {
    await pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }), call: () => ({}) }, 'countersign', 'shop', true);
    expect(await differs(answered)).toEqual(path === undefined ? [] : [`CS5032 ${path}`]);
  });
});
