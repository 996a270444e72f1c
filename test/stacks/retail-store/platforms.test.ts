import { describe, expect, it } from 'vitest';
import { compile } from '#compile';
import { isError, type Declared, type Diagnostic } from '#diagnostics';
import type { Platform } from '#ir';
import { isAws, isKubernetes } from '#targets';
import cilium from '../../../stacks/retail-store/platform.ts';
import vpcCni from '../../../stacks/retail-store/platform.vpc-cni.ts';
import policy from '../../../stacks/retail-store/policy.ts';
import { asOf } from './checked-estate.ts';

const compiled = (platform: Declared<Platform>, day = asOf) => compile({ policy, platform, asOf: day });
const errors = (diagnostics: readonly Diagnostic[]): readonly string[] => diagnostics.filter(isError).map(({ code, message }) => `${code} ${/`[^`]+`/.exec(message)?.[0]}`).sort();
const changed = (change: Partial<Platform>): Declared<Platform> => ({ ...cilium, draft: { ...cilium.draft, ...change } });

describe('the retail store on EKS with Cilium, Istio ambient and Envoy Gateway', () => {
  const result = compiled(cilium);

  it('compiles without an error or a warning, read back in full', () => {
    expect(result.diagnostics.filter(({ severity }) => severity !== 'info')).toEqual([]);
    if (!result.ok) throw new Error('does not compile');
    expect(result.value.coverage.exhaustive).toBe(true);
    expect(new Set(result.value.artifacts.filter(isKubernetes).map(({ object }) => object.kind))).toEqual(new Set([
      'NetworkPolicy', 'PeerAuthentication', 'AuthorizationPolicy', 'RequestAuthentication', 'Telemetry', 'Gateway', 'GatewayClass', 'EnvoyProxy',
      'HTTPRoute', 'SecurityPolicy', 'ClientTrafficPolicy', 'BackendTrafficPolicy', 'ReferenceGrant',
    ]));
  });

  it('gives roles to the two that call AWS, each known to its own account in this cluster, and policies to what it owns', () => {
    if (!result.ok) throw new Error('does not compile');
    expect(result.value.artifacts.filter(isAws).map(({ id }) => id).sort()).toEqual([
      'aws/dynamodb/ResourcePolicy/retail-carts', 'aws/eks/PodIdentityAssociation/retail-carts', 'aws/eks/PodIdentityAssociation/retail-orders',
      'aws/iam/Policy/retail-carts-boundary', 'aws/iam/Policy/retail-orders-boundary', 'aws/iam/Role/retail-carts', 'aws/iam/Role/retail-orders',
      'aws/iam/RolePolicy/retail-carts/grants', 'aws/iam/RolePolicy/retail-carts/never', 'aws/iam/RolePolicy/retail-orders/grants', 'aws/iam/RolePolicy/retail-orders/never',
      'aws/kms/KeyPolicy/carts-key', 'aws/kms/KeyPolicy/orders-key', 'aws/sqs/QueuePolicy/retail-orders',
    ]);
    const by = (grant: string) => result.value.placement.duties.filter((duty) => duty.grant === grant).map(({ feature, plane }) => `${feature} on ${plane}`);
    expect(by('orders → retail-orders.send')).toEqual(['identity.workload on cloud', 'operation.cloud on cloud', 'endpoint on network', 'atRest on cloud']);
  });

  it('enforces every grant exactly, but for what was accepted of the scraper', () => {
    if (!result.ok) throw new Error('does not compile');
    const weaker = result.value.placement.duties.filter(({ accepted, fidelity }) => fidelity !== 'exact' || accepted !== undefined);
    expect(weaker.map(({ feature, grant, plane }) => `${grant}: ${feature} on ${plane}`).sort()).toEqual(['carts', 'catalog', 'checkout', 'orders', 'ui'].map((name) => `metricsScraper → ${name}.metrics: operation.http on mesh`));
  });

  it('has the age of a log-in judged at the gateway, which alone can, and the factor by the mesh as well', () => {
    if (!result.ok) throw new Error('does not compile');
    const by = (feature: string) => result.value.placement.duties.filter((duty) => duty.grant === 'support → orders.listOrders' && duty.feature === feature).map(({ plane }) => plane);
    expect(by('condition.authenticatedWithin')).toEqual(['gateway']);
    expect(by('condition.mfa')).toEqual(['mesh']);
    expect(by('transport.tls')).toEqual(['mesh', 'gateway']);
  });

  it.each<readonly [string, Partial<Platform>, readonly string[]]>([
    ['without its acceptances', { accept: [] }, ['carts', 'catalog', 'checkout', 'orders', 'ui'].map((name) => `CS3114 \`metricsScraper → ${name}.metrics\``)],
    ['with a mesh that leaves paths as they come', { mesh: { ...cilium.draft.mesh!, pathNormalization: 'NONE' } }, ['CS3001 `operation.http`']],
    ['without knowing where SQS answers', { aws: { ...cilium.draft.aws!, endpoints: cilium.draft.aws!.endpoints.filter(({ service }) => service !== 'sqs') } }, ['CS3001 `endpoint`']],
    ['with a mesh that lets TLS 1.2 through', { mesh: { ...cilium.draft.mesh!, minTls: '1.2' } }, ['CS3111 `orders`']],
  ])('does not compile %s', (_, change, expected) => {
    const wrong = compiled(changed(change));
    expect(wrong.ok).toBe(false);
    expect([...new Set(errors(wrong.diagnostics))]).toEqual(expected);
  });

  it('does not compile without a gateway, a mesh, a scraper, the reseller\'s authority, or the addresses of the log-ins', () => {
    for (const [change, says] of [
      [{ gateways: [] }, /gateway/], [{ metricsScraper: undefined }, /scrape/], [{ caBundles: [] }, /acme-ca/], [{ hosts: [] }, /login\.example\.com/],
      [{ aws: undefined }, /AWS|account/],
    ] as const) {
      const { ...draft } = { ...cilium.draft, ...change };
      for (const [key, value] of Object.entries(change)) if (value === undefined) delete (draft as Record<string, unknown>)[key];
      const wrong = compiled({ ...cilium, draft: draft as Platform });
      expect(wrong.ok).toBe(false);
      expect(wrong.diagnostics.filter(isError).map(({ message }) => message).join('\n')).toMatch(says);
    }
  });
});

it('on the AWS VPC CNI it is refused, and every Service that has to change is named', () => {
  const result = compiled(vpcCni);
  expect(result.ok).toBe(false);
  const found = errors(result.diagnostics);
  expect(found.filter((error) => error.startsWith('CS3002'))).toEqual(['carts', 'catalog', 'checkout', 'orders', 'ui'].map((name) => `CS3002 \`${name}\``));
});
