import { describe, expect, it } from 'vitest';
import { compile } from '#compile';
import { isError, type Declared, type Diagnostic } from '#diagnostics';
import type { Platform } from '#ir';
import { isKubernetes } from '#targets';
import calico from '../../../stacks/online-boutique/platform.ts';
import meshFree from '../../../stacks/online-boutique/platform.mesh-free.ts';
import cilium from '../../../stacks/online-boutique/platform.cilium.ts';
import vpcCni from '../../../stacks/online-boutique/platform.vpc-cni.ts';
import policy from '../../../stacks/online-boutique/policy.ts';
import { asOf } from './checked-estate.ts';

const conformant = [['Calico', calico], ['Cilium', cilium]] as const;
const workloads = ['adservice', 'cartservice', 'checkoutservice', 'currencyservice', 'emailservice', 'frontend', 'loadgenerator', 'paymentservice', 'productcatalogservice', 'recommendationservice', 'redis-cart', 'shippingservice'];
const accepted = ['identity.workload', 'operation.grpc', 'operation.http'];

const withAccepted = (platform: Declared<Platform>, change: (accept: Platform['accept']) => Platform['accept']): Declared<Platform> =>
  ({ ...platform, draft: { ...platform.draft, accept: change(platform.draft.accept) } });
const compiled = (platform: Declared<Platform>, day = asOf) => compile({ policy, platform, asOf: day });
const errors = (diagnostics: readonly Diagnostic[]): readonly string[] => diagnostics.filter(isError).map(({ code, message }) => `${code} ${/`[^`]+`/.exec(message)?.[0]}`).sort();

describe.each(conformant)('the Online Boutique on %s', (_, platform) => {
  it('compiles with nothing accepted, read back in full, and says which label the namespace has to carry', () => {
    const result = compiled(platform);
    expect(result.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['CS3118', 'info']]);
    if (!result.ok) throw new Error('no diagnostics, and no artefacts either');
    expect(platform.draft.accept).toEqual([]);
    expect(result.value.coverage.exhaustive).toBe(true);
    const named = (kind: string): readonly string[] => result.value.artifacts.filter(isKubernetes).filter(({ object }) => object.kind === kind).map(({ object }) => object.metadata.name).sort();
    expect(named('NetworkPolicy')).toEqual(['countersign-default-deny', ...workloads.map((name) => `countersign-${name}`)].sort());
    // who serves nobody is admitted by no policy but the denial of everything
    expect(named('AuthorizationPolicy').filter((name) => !name.endsWith('.never'))).toEqual(['countersign-default-deny', ...workloads.filter((name) => name !== 'loadgenerator').map((name) => `countersign-${name}`)].sort());
    expect(named('PeerAuthentication')).toEqual(['countersign-default-deny', 'countersign-frontend']);
  });

  it('enforces every grant exactly: who calls and what is asked by the mesh', () => {
    const result = compiled(platform);
    if (!result.ok) throw new Error('does not compile');
    const { duties } = result.value.placement;
    expect(duties.filter(({ accepted: weaker, fidelity }) => fidelity !== 'exact' || weaker !== undefined)).toEqual([]);
    for (const feature of ['identity.workload', 'operation.grpc', 'operation.http']) expect(new Set(duties.filter((duty) => duty.feature === feature).map(({ plane }) => plane))).toEqual(new Set(['mesh']));
  });
});

describe('the Online Boutique without a mesh', () => {
  const platform = meshFree;

  it('compiles without a word, read back in full', () => {
    const result = compiled(platform);
    expect(result.diagnostics).toEqual([]);
    if (!result.ok) throw new Error('no diagnostics, and no artefacts either');
    expect(result.value.coverage.exhaustive).toBe(true);
    expect(result.value.artifacts.map(({ id }) => id)).toEqual([
      'networking.k8s.io/v1/NetworkPolicy/default/countersign-default-deny', ...workloads.map((name) => `networking.k8s.io/v1/NetworkPolicy/default/countersign-${name}`),
    ]);
  });

  it('accepts three weaknesses in writing, for every grant, with an owner, a reason and an end', () => {
    expect(platform.draft.accept.map(({ feature }) => feature).sort()).toEqual(accepted);
    for (const { because, ...acceptance } of platform.draft.accept) {
      expect(acceptance).toMatchObject({ grants: 'all', plane: 'network', owner: 'team-platform', until: '2027-06-30' });
      expect(because.length).toBeGreaterThan(20);
    }
  });

  it('does not compile without them, and names each', () => {
    const result = compiled(withAccepted(platform, () => []));
    expect(result.ok).toBe(false);
    expect(errors(result.diagnostics)).toEqual(accepted.map((feature) => `CS3001 \`${feature}\``));
  });

  it.each(accepted)('does not compile without the one for %s', (feature) => {
    const result = compiled(withAccepted(platform, (accept) => accept.filter((acceptance) => acceptance.feature !== feature)));
    expect(result.ok).toBe(false);
    expect(errors(result.diagnostics)).toEqual([`CS3001 \`${feature}\``]);
  });

  it.each(accepted)('does not compile once the one for %s has expired', (feature) => {
    const expired = withAccepted(platform, (accept) => accept.map((acceptance) => (acceptance.feature === feature ? { ...acceptance, until: '2026-11-23' } : acceptance)));
    const result = compiled(expired);
    expect(result.ok).toBe(false);
    expect(errors(result.diagnostics)).toEqual([`CS1030 \`${feature}\``]);
  });

  it('compiles through the last day of the acceptances, and not on the next', () => {
    expect(compiled(platform, '2027-06-30').ok).toBe(true);
    expect(compiled(platform, '2027-07-01').ok).toBe(false);
  });
});

it('yields the same objects on Calico and on Cilium', () => {
  const [one, other] = conformant.map(([, platform]) => compiled(platform));
  if (one?.ok !== true || other?.ok !== true) throw new Error('one does not compile');
  expect(one.value.artifacts).toEqual(other.value.artifacts);
});

it('is refused on the AWS VPC CNI, for each Service that breaks its port rule', () => {
  const result = compiled(vpcCni);
  expect(result.ok).toBe(false);
  expect(errors(result.diagnostics)).toEqual(['CS3002 `emailservice`', 'CS3002 `frontend-external`', 'CS3002 `frontend`']);
});
