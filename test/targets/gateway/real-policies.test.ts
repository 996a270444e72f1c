import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isError } from '#diagnostics';
import { lower } from '../../../src/targets/gateway/lower.ts';
import { noPlacement } from '../kubernetes/estate.ts';
import { describeWithEngines } from '../../engines/engine.ts';
import { behindGateway } from './estate.ts';
import { cooked, recipe } from './recipe.ts';
import { realGateway, type Shown, type Wire } from './real-gateway.ts';

const seconds = (ago: number): number => Math.floor(Date.now() / 1000) - ago;
const callers: readonly (() => Shown)[] = [
  () => ({}), () => ({ token: { provider: 'shop', claims: { aud: 'ui' } } }), () => ({ token: { provider: 'shop', claims: { aud: 'app', groups: ['x'], iat: seconds(4000) } } }),
  () => ({ token: { provider: 'staff', claims: { aud: 'retail', groups: ['support', 'x'], amr: ['mfa'], auth_time: seconds(30), device_trust: 'managed' } } }), () => ({ token: { provider: 'staff', claims: { aud: 'retail', groups: 'support' } } }),
];
const partners: readonly (() => Shown)[] = [() => ({ certificate: { uris: ['spiffe://acme.example/billing'] } }), () => ({ certificate: { dns: ['api.globex.example'] } })];
const wire = fc.record({ caller: fc.nat(99), path: fc.constantFrom('/', '/a', '/b', '/x', '/a/b', '/b/a', '/x/y', '/a/b/c', '/a/', '/a/%62', '/a;b'), method: fc.constantFrom('GET', 'GET', 'POST', 'HEAD', 'OPTIONS', 'PUT'), upgrade: fc.boolean(), partner: fc.boolean() });

const policies = fc.sample(recipe, { numRuns: 40, seed: 7 }).map(cooked).filter((policy) => !lower(policy, behindGateway(), noPlacement).losses.some(isError)).slice(0, 5);
const wires = fc.sample(wire, { numRuns: 60, seed: 11 });

describeWithEngines(['envoy', 'egxlate'], 'policies that nobody wrote, in a real Envoy', () => {
  it.each(policies.map((policy, index) => [index, policy] as const))('number %i', async (_, policy) => {
    const real = await realGateway(policy, behindGateway());
    try {
      expect(real.served.translation.problems).toEqual([]);
      const answers = { allow: 0, deny: 0 };
      for (const { caller, method, partner, path, upgrade } of wires) {
        const name = partner ? 'catalog' : 'orders', api = policy.apis.find((one) => one.name === name)!;
        const asked: Wire = { ...(partner ? partners : callers)[caller % (partner ? partners : callers).length]!(), host: partner ? 'partners.example.com' : 'api.example.com', method, path, ...(upgrade && method === 'GET' ? { upgrade: 'websocket' } : {}) };
        const { at } = await real.ask(asked), verdict = at === undefined ? 'deny' : 'allow';
        answers[verdict] += 1;
        expect({ envoy: verdict, read: real.read(api, asked) }, JSON.stringify({ asked, operations: api.operations, offers: api.offers })).toEqual(path === '/a/%62'
          ? { envoy: real.meant(api, { ...asked, path: '/a/b' }), read: real.meant(api, { ...asked, path: '/a/b' }) } : { envoy: real.meant(api, asked), read: real.meant(api, asked) });
      }
      expect(answers.deny).toBeGreaterThan(10);
    } finally { await real.stop(); }
  }, 90_000);
});
