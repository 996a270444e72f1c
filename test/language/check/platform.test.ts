import { describe, expect, test } from 'vitest';
import type { Code, Declared } from '#diagnostics';
import type { Platform, Policy } from '#ir';
import { accepted, decide, type Request } from '#spec';
import { check, checkPlatform, type CheckedPolicy } from '../../../src/language/check/index.ts';
import { acceptance, ask, asOf, never, platform, service, shop, who, written } from './draft.ts';

function sound(draft: Policy): CheckedPolicy {
  const result = check(written(draft), { asOf });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}
const judge = (draft: Platform, policy: Policy = shop()) => {
  const declared = written(draft, '/repo/platform.json');
  const result = checkPlatform(sound(policy), declared, { asOf });
  return { result, lines: result.diagnostics.map(({ at }) => (declared.text.split('\n')[(at?.span?.line ?? 0) - 1] ?? '').trim().replace(/,$/, '')) };
};
const without = (key: keyof Platform): Platform => Object.fromEntries(Object.entries(platform()).filter(([name]) => name !== key)) as unknown as Platform;
const calling = shop({ workloads: shop().workloads.map((one) => (one.name === 'orders' ? { ...one, callsApiServer: { because: 'elects a leader' } } : one)) });
const dns = platform().dns!;

interface Case { readonly claim: string; readonly draft: Platform; readonly policy?: Policy; readonly code: Code; readonly line: string; readonly says: string; readonly advises: string }
const cases: readonly Case[] = [
  { claim: 'a pod range with host bits', draft: platform({ podCidrs: ['10.244.0.1/16'] }), code: 'CS1005', line: '"10.244.0.1/16"', says: 'has bits set below its prefix of 16', advises: 'write `10.244.0.0/16`' },
  { claim: 'a node range without a prefix', draft: platform({ nodeCidrs: ['192.168.7.9'] }), code: 'CS1005', line: '"192.168.7.9"', says: 'has no prefix length', advises: 'write `192.168.7.9/32`' },
  { claim: 'a platform without DNS', draft: without('dns'), code: 'CS1024', line: '{ "version": 1', says: '`lab` does not say where the cluster\'s DNS answers, and `checkout` and `ui` call others by name', advises: 'state `dns:' },
  { claim: 'DNS without a protocol', draft: platform({ dns: { ...dns, protocols: [] } }), code: 'CS1024', line: '"dns": { "namespace": "kube-system"', says: 'where the cluster\'s DNS answers', advises: 'state `dns:' },
  { claim: 'a platform without the API server', draft: without('apiServer'), policy: calling, code: 'CS1024', line: '{ "version": 1', says: 'where the API server answers, and `orders` calls it', advises: 'kubectl get endpoints' },
  { claim: 'an API server without addresses', draft: platform({ apiServer: { cidrs: [], port: 6443 } }), policy: calling, code: 'CS1024', line: '"cidrs": [', says: 'where the API server answers', advises: 'state `apiServer:' },
  { claim: 'an exposure without pod ranges', draft: platform({ podCidrs: [] }), code: 'CS1024', line: '"podCidrs": [', says: 'which addresses pods have, and `ui` is exposed at a Service', advises: 'state `podCidrs`' },
  { claim: 'an exposure without node ranges', draft: platform({ nodeCidrs: [] }), code: 'CS1024', line: '"nodeCidrs": [', says: 'which addresses nodes have', advises: 'state `nodeCidrs`' },
  { claim: 'an exposure without the client address', draft: without('loadBalancer'), code: 'CS1024', line: '{ "version": 1', says: 'which address a client of a load balancer arrives with', advises: 'clientAddress' },
  { claim: 'empty labels of the DNS pods', draft: platform({ dns: { ...dns, labels: {} } }), code: 'CS1013', line: '"labels": {', says: 'every pod of the namespace `kube-system`', advises: 'k8s-app' },
  { claim: 'a DNS port of 0', draft: platform({ dns: { ...dns, port: 0 } }), code: 'CS1008', line: '"port": 0', says: 'the DNS pods\' port, `0`', advises: 'number' },
  { claim: 'a DNS namespace that Kubernetes refuses', draft: platform({ dns: { ...dns, namespace: 'kube_system' } }), code: 'CS1034', line: '"dns": { "namespace": "kube_system"', says: 'the namespace of the cluster\'s DNS', advises: 'write `kube-system`' },
  { claim: 'a platform\'s name with a space', draft: platform({ name: 'my lab' }), code: 'CS1003', line: '"name": "my lab"', says: 'the name `my lab` of this platform', advises: 'write `my-lab`' },
  { claim: 'an acceptance of an unknown grant', draft: platform({ accept: [acceptance({ grants: ['ui → checkout.submitt', 'ui → orders.read'] })] }), code: 'CS1029', line: '"ui → checkout.submitt"', says: 'names `ui → checkout.submitt`, which is not a grant of the policy `shop`', advises: 'write `ui → checkout.submit`' },
  { claim: 'an expired acceptance', draft: platform({ accept: [acceptance({ until: '2026-11-23' })] }), code: 'CS1030', line: '"until": "2026-11-23"', says: 'ended on 2026-11-23', advises: 'ask platform to renew it' },
  { claim: 'an acceptance that ends soon', draft: platform({ accept: [acceptance({ until: '2026-12-01' })] }), code: 'CS1011', line: '"until": "2026-12-01"', says: 'in 8 days', advises: 'ask platform' },
  { claim: 'an acceptance until no day', draft: platform({ accept: [acceptance({ until: '2027-13-01' })] }), code: 'CS1007', line: '"until": "2027-13-01"', says: 'a year has 12 months', advises: 'in this order' },
  { claim: 'an acceptance that accepts nothing', draft: platform({ accept: [acceptance({ feature: 'operation.grpc' })] }), code: 'CS1031', line: '{ "grants": "all"', says: 'accepts nothing', advises: 'remove it' },
  { claim: 'an acceptance for no grant', draft: platform({ accept: [acceptance({ grants: [] })] }), code: 'CS1031', line: '{', says: 'accepts nothing', advises: 'remove it' },
  { claim: 'an acceptance for one grant too many', draft: platform({ accept: [acceptance({ feature: 'identity.workload', grants: ['ui → orders.read', 'anyone → ui.home'] })] }), code: 'CS1031', line: '"anyone → ui.home"', says: 'names `anyone → ui.home`, which does not need it', advises: 'remove it from the list' },
  { claim: 'an acceptance without a reason', draft: platform({ accept: [acceptance({ because: '' })] }), code: 'CS1019', line: '{ "grants": "all"', says: 'has no reason', advises: 'add `because`' },
  { claim: 'an acceptance without an owner', draft: platform({ accept: [acceptance({ owner: ' ' })] }), code: 'CS1019', line: '{ "grants": "all"', says: 'has no owner', advises: 'add `owner`' },
  { claim: 'an unknown feature', draft: platform({ accept: [acceptance({ feature: 'operation.htp' as 'operation.http' })] }), code: 'CS1033', line: '"feature": "operation.htp"', says: '`operation.htp`', advises: 'write `operation.http`' },
  { claim: 'an unknown plane', draft: platform({ accept: [acceptance({ plane: 'netwrk' as 'network' })] }), code: 'CS1033', line: '"plane": "netwrk"', says: '`netwrk`', advises: 'write `network`' },
];

describe('a platform is refused at its own line, with advice', () => {
  test.each(cases)('$code: $claim', ({ draft, policy, code, line, says, advises }) => {
    const { result, lines } = judge(draft, policy);
    const index = result.diagnostics.findIndex((diagnostic) => diagnostic.code === code && diagnostic.message.includes(says));
    expect(index, JSON.stringify(result.diagnostics, undefined, 1)).toBeGreaterThanOrEqual(0);
    expect(lines[index]).toBe(line);
    expect(result.diagnostics[index]!.help).toContain(advises);
    expect(result.ok).toBe(result.diagnostics[index]!.severity !== 'error');
    expect(result.diagnostics).toHaveLength(1);
  });
});

test('asks for no fact that the policy does not need', () => {
  const quiet = shop({ apis: shop().apis.map(({ exposedAt: _, ...one }) => ({ ...one, offers: [] })), asks: [], workloads: shop().workloads.map((one) => ({ ...one, kubernetes: { ...one.kubernetes!, services: [service(one.name)] } })) });
  const { version, name, cni } = platform();
  expect(judge({ version, name, cni, gateways: [], caBundles: [], hosts: [], podCidrs: [], nodeCidrs: [], accept: [] }, quiet).result.diagnostics).toEqual([]);
});

test('a sound platform comes back canonical and frozen', () => {
  const { result } = judge(platform({ podCidrs: ['10.9.0.0/16', '10.244.0.0/16'] }));
  expect(result.ok && result.value.podCidrs).toEqual(['10.244.0.0/16', '10.9.0.0/16']);
  expect(result.ok && Object.isFrozen(result.value)).toBe(true);
});

test('without a policy, what the platform says by itself is still judged', () => {
  const draft = platform({ podCidrs: ['10.0.0.1/8'], accept: [acceptance({ until: '2026-01-01', grants: ['nobody → knows.this'] })] });
  expect(checkPlatform(undefined, written(draft), { asOf }).diagnostics.map(({ code }) => code)).toEqual(['CS1005', 'CS1030']);
});

test('an acceptance of a grant that has been dropped as expired is let pass', () => {
  const policy = shop({ asks: [...shop().asks.slice(0, 3), ask('ui', 'orders.read', { until: '2026-11-01' })] });
  const result = check(written(policy), { asOf, dropExpired: true });
  expect(result.ok && result.value.dropped).toEqual(['ui → orders.read']);
  const accepting = platform({ accept: [acceptance({ grants: ['ui → orders.read', 'ui → checkout.submit'] })] });
  expect(result.ok && checkPlatform(result.value, written(accepting) as Declared<Platform>, { asOf }).diagnostics).toEqual([]);
});

describe('no acceptance lifts an invariant', () => {
  const guarded = shop({ never: [never(who('ui'), { kind: 'operation', api: 'orders', operation: 'export' })] });

  test('CS1023: an accepted method opens the whole port, and the acceptance and the grant are named', () => {
    const { result, lines } = judge(platform({ accept: [acceptance({ feature: 'identity.workload' }), acceptance()] }), guarded);
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['CS1023']);
    const [diagnostic] = result.diagnostics;
    expect(diagnostic!.pointer).toBe('/accept/1');
    expect(lines[0]).toBe('{ "grants": "all"');
    expect(diagnostic!.message).toBe('with a weaker `operation.http` accepted, `ui` can reach `orders.export` with GET /orders/export, which a `never` forbids (PCI scope)');
    expect(diagnostic!.help).toContain('accept it for grants other than `ui → orders.read`');
    expect(diagnostic!.related.map(({ message }) => message)).toEqual(['the invariant is declared', '`ui → orders.read` leads there: it is offered']);
    expect(diagnostic!.related.every(({ at }) => at?.path === '/repo/policy.json')).toBe(true);
  });

  test('its witness is allowed with the acceptance and denied without', () => {
    const draft = platform({ accept: [acceptance()] });
    const request = judge(draft, guarded).result.diagnostics[0]!.witness as Request;
    const { policy } = sound(guarded);
    expect(decide(policy, request).decision).toBe('deny');
    expect(decide(accepted(policy, draft), request).decision).toBe('allow');
  });

  test('an acceptance for other grants passes', () => {
    expect(judge(platform({ accept: [acceptance({ grants: ['checkout → orders.read'] })] }), guarded).result.ok).toBe(true);
  });

  test('each of two acceptances that break it alone is refused', () => {
    const both = platform({ accept: [acceptance({ grants: ['checkout → orders.create', 'ui → orders.read'] }), acceptance({ feature: 'port' }), acceptance()] });
    expect(judge(both, guarded).result.diagnostics.filter(({ code }) => code === 'CS1023').map(({ pointer }) => pointer)).toEqual(['/accept/0', '/accept/2']);
  });

  test('acceptances that break it only together are named together', () => {
    const policy = shop({ never: [never(who('orders'), { kind: 'operation', api: 'ui', operation: 'cart' })] });
    const [exposure, operation] = [acceptance({ feature: 'exposure' }), acceptance()];
    for (const alone of [exposure, operation]) expect(judge(platform({ accept: [alone] }), policy).result.ok).toBe(true);
    const { result } = judge(platform({ accept: [exposure, operation] }), policy);
    expect(result.diagnostics.map(({ code, pointer }) => [code, pointer])).toEqual([['CS1023', '/accept/0']]);
    expect(result.diagnostics[0]!.related.map(({ message }) => message)).toEqual([
      'the invariant is declared', '`anyone → ui.home` leads there: it is offered', 'it takes the acceptance of a weaker `operation.http` as well',
    ]);
  });

  test('an accepted exposure lets in every pod', () => {
    const policy = shop({ never: [never(who('orders'), { kind: 'api', name: 'ui' })] });
    expect(judge(platform({ accept: [acceptance({ feature: 'exposure' })] }), policy).result.diagnostics.map(({ code, message }) => [code, message.includes('`orders` can reach `ui.home`')])).toEqual([['CS1023', true]]);
  });
});
