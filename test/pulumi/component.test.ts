import * as pulumi from '@pulumi/pulumi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Countersign } from '../../src/pulumi/index.ts';
import { shopPlatform, shopPolicy } from './fixtures/shop/shop.ts';

interface Registered { readonly type: string; readonly name: string; readonly inputs: { readonly metadata?: { readonly name?: string; readonly namespace?: string }; readonly spec?: object } }
const registered: Registered[] = [];
beforeEach(async () => {
  registered.length = 0;
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => { registered.push({ type, name, inputs: inputs as never }); return { id: `${name}-id`, state: inputs as object }; },
    call: () => ({}),
  }, 'countersign', 'shop');
});

/** Outputs are registered in the background too; another test's mocks would not know of whom. */
afterEach(() => pulumi.runtime.disconnect());

const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => { output.apply(resolve); });
/** Resources register in the background; the outputs and a turn of the loop later they all have. */
async function up(variant: string, options: pulumi.ComponentResourceOptions = {}, dropExpired = false) {
  const component = new Countersign('shop', { policy: shopPolicy(variant), platform: shopPlatform(variant), asOf: '2026-12-01', dropExpired }, options);
  const outputs = { policyDigest: await value(component.policyDigest), grants: await value(component.grants), objects: await value(component.objects), accepted: await value(component.accepted) };
  for (let turn = 0; turn < 200 && registered.length < outputs.objects.length + 1; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  return { component, outputs, policies: registered.filter(({ type }) => type === 'kubernetes:networking.k8s.io/v1:NetworkPolicy') };
}

describe('new Countersign', () => {
  it('is a component with one typed resource for each object', async () => {
    const { outputs, policies } = await up('plain');
    expect(registered.filter(({ type }) => type === 'countersign:index:Countersign').map(({ name }) => name)).toEqual(['shop']);
    expect(policies.map(({ inputs }) => `networking.k8s.io/v1/NetworkPolicy/${inputs.metadata?.namespace}/${inputs.metadata?.name}`).sort()).toEqual([...outputs.objects].sort());
    expect(policies).toHaveLength(5); // the namespace's denial, and one for each workload
  });

  it('gives outputs that say what was applied', async () => {
    const { outputs } = await up('plain');
    expect(outputs.grants).toEqual(['web → orders.list', 'orders → store.connect']);
    expect(outputs.policyDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(outputs.accepted).toEqual(['identity.workload on the network plane until 2027-06-30', 'operation.http on the network plane until 2027-06-30']);
  });

  it('names resources by what they are for: a changed grant changes no name', async () => {
    const before = (await up('plain')).policies;
    registered.length = 0;
    const after = (await up('wider')).policies;
    expect(after.map(({ name }) => name).sort()).toEqual(before.map(({ name }) => name).sort());
    expect(JSON.stringify(after)).not.toBe(JSON.stringify(before));
  });

  it('registers what denies before what allows', async () => {
    const { policies } = await up('plain');
    expect(policies[0]?.inputs.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  // Mocks know the older transformations only; the test of the real engine uses transforms.
  it('lets a transformation see and change every child', async () => {
    const seen: string[] = [];
    await up('plain', { transformations: [({ type, props, opts }) => { seen.push(type); return { props: type.includes('NetworkPolicy') ? { ...props, metadata: { ...props['metadata'], annotations: { team: 'a' } } } : props, opts }; }] });
    expect(seen.filter((type) => type.includes('NetworkPolicy'))).toHaveLength(5);
    expect(registered.filter(({ type }) => type.includes('NetworkPolicy')).every(({ inputs }) => JSON.stringify(inputs.metadata).includes('"team":"a"'))).toBe(true);
  });

  it.each([
    ['broken', /error\[CS1012\]: `batch` asks for `orders.list`[^]*shop\.ts:\d+:\d+[^]*Nothing was registered/],
    ['strict', /error\[CS3001\][^]*Nothing was registered/],
  ])('fails a policy that does not compile, in words and without a stack, before anything is registered (%s)', async (variant, message) => {
    const error = await up(variant).then(() => undefined, (thrown: unknown) => thrown);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(message);
    expect(registered).toEqual([]);
  });
});
