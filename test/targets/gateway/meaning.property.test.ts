import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isError } from '#diagnostics';
import type { Api, Policy } from '#ir';
import type { Request } from '#spec';
import { lower } from '../../../src/targets/gateway/lower.ts';
import { noPlacement } from '../kubernetes/estate.ts';
import { behindGateway } from './estate.ts';
import { cooked, recipe } from './recipe.ts';
import { allowed, verdicts, worldOf } from './world.ts';

const monday = '2026-11-23T10:30:00Z', sunday = '2026-11-22T10:30:00Z', now = Date.parse(monday) / 1000;
const shown = (provider: string, claims: Readonly<Record<string, unknown>>): Pick<Request, 'subject'> => ({ subject: { provider, claims: { exp: now + 300, iat: now - 30, ...claims } } });
const callers: readonly Pick<Request, 'subject' | 'client'>[] = [
  {}, shown('shop', {}), shown('shop', { groups: ['x'], iat: now - 4000 }), shown('staff', { groups: 'support' }), shown('staff', { groups: ['support', 'x'], amr: ['mfa'], auth_time: now - 30, device_trust: 'managed' }),
  shown('staff', { groups: ['support', 'y'], amr: 'hwk', auth_time: now - 4000, iat: now - 4000 }), shown('shop', { exp: undefined }), { client: { partner: 'acme' } }, { client: { partner: 'globex' } },
];
const paths = ['/', '/a', '/b', '/x', '/a/b', '/b/a', '/x/y', '/a/b/c', '/shop.Cart/Get', '/shop.Cart/Wipe'];

function requests({ apis }: Policy): readonly Request[] {
  return apis.flatMap((api: Api) => paths.flatMap((path) => ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'TRACE'].flatMap((method) => callers.flatMap((caller) => (method === 'GET' ? [undefined, 'websocket' as const] : [undefined]).flatMap((upgrade) =>
    [['10.1.2.3', monday], ['192.0.2.1', sunday]].map(([sourceAddress, time]): Request => ({ ...caller, throughExposure: true, to: { kind: 'http', api: api.name, method, path, ...(upgrade === undefined ? {} : { upgrade }) }, context: { time: time!, sourceAddress: sourceAddress! } })))))));
}

describe('a gateway does what a policy means that nobody wrote', () => {
  it('request for request, under every name', () => {
    const seen = { compiled: 0, refused: 0, allow: 0, deny: 0 };
    const outcome = fc.check(fc.property(recipe, (given) => {
      const policy = cooked(given), platform = behindGateway();
      if (lower(policy, platform, noPlacement).losses.some(isError)) { seen.refused += 1; return; }
      seen.compiled += 1;
      const world = worldOf(policy, platform);
      for (const request of requests(policy)) {
        const expected = allowed(world, request) ? 'allow' : 'deny', { bypasses, intended } = verdicts(world, request);
        seen[expected] += 1;
        expect(intended, JSON.stringify({ request, policy: policy.apis })).toBe(expected);
        if (expected === 'deny') expect(bypasses.every((verdict) => verdict === 'deny'), JSON.stringify({ request, policy: policy.apis })).toBe(true);
      }
    }), { numRuns: 20, seed: 20261124 });
    if (outcome.failed) throw outcome.errorInstance;
    expect(seen.compiled).toBeGreaterThan(10);
    expect(seen.allow).toBeGreaterThan(500);
  }, 120_000);
});
