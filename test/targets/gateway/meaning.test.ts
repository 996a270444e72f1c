import { describe, expect, it } from 'vitest';
import type { Policy } from '#ir';
import { exampleOf } from '../../../src/spec/example.ts';
import type { Request } from '#spec';
import { behindGateway, retail } from './estate.ts';
import { allowed, verdicts, worldOf } from './world.ts';

const time = '2026-11-23T10:30:00Z', now = Date.parse(time) / 1000;
const token = (provider: string, claims: Readonly<Record<string, unknown>> = {}): Pick<Request, 'subject'> => ({ subject: { provider, claims: { exp: now + 300, iat: now - 30, ...claims } } });

/** Who may come, and what may be wrong with what they show. */
const callers: Readonly<Record<string, Pick<Request, 'subject' | 'client'>>> = {
  nobody: {}, shopper: token('shop'), 'a shopper without end': token('shop', { exp: undefined }), 'a shopper of yesterday': token('shop', { exp: now - 86_400 }), 'a shopper just past the end': token('shop', { exp: now - 59 }),
  'a shopper of tomorrow': token('shop', { nbf: now + 86_400 }), 'a shopper with an old token': token('shop', { iat: now - 7200 }), 'a shopper with a token from the future': token('shop', { iat: now + 3600 }),
  'a shopper of another audience': token('shop', { aud: 'bank' }), 'a shopper of another issuer': token('shop', { iss: 'https://evil.example' }),
  supporter: token('staff', { groups: ['support'], amr: ['pwd', 'mfa'], auth_time: now - 60 }), 'a supporter in text': token('staff', { groups: 'support', amr: 'hwk', auth_time: now - 60 }),
  'a supporter without factor': token('staff', { groups: ['support'], amr: ['pwd'], auth_time: now - 60 }), 'a supporter of this morning': token('staff', { groups: ['support'], amr: ['mfa'], auth_time: now - 7200 }),
  'a supporter of no time': token('staff', { groups: ['support'], amr: ['mfa'] }), 'a supporter whose time is a text': token('staff', { groups: ['support'], amr: ['mfa'], auth_time: String(now - 60) }),
  'another of the staff': token('staff', { groups: ['kitchen'], amr: ['mfa'], auth_time: now - 60 }), 'a group that is an object': token('staff', { groups: { support: true }, amr: ['mfa'], auth_time: now - 60 }),
  acme: { client: { partner: 'acme' } }, globex: { client: { partner: 'globex' } }, 'acme with a token': { client: { partner: 'acme' }, ...token('shop') },
};

const more = ['/', '/orders', '/orders/export', '/orders/7', '/orders/7/lines/a', '/orders/7/lines/audit', '/orders/7/lines/a/b', '/internal', '/internal/x', '/catalog', '/catalog/a%20b/price', '/nothing', '/shop.Cart/Get'];
function requests(policy: Policy): readonly Request[] {
  const found: Request[] = [];
  for (const api of policy.apis) {
    const paths = [...new Set([...more, ...api.operations.flatMap((operation) => exampleOf(api, operation)?.path ?? [])])];
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'TRACE']) {
        for (const shown of Object.values(callers)) {
          for (const upgrade of method === 'GET' ? [undefined, 'websocket' as const] : [undefined]) {
            for (const sourceAddress of ['127.0.0.1', '127.0.0.2']) {
              found.push({ ...shown, throughExposure: true, to: { kind: 'http', api: api.name, method, path, ...(upgrade === undefined ? {} : { upgrade }) }, context: { time, sourceAddress } });
            }
          }
        }
      }
    }
  }
  return found;
}

describe('a gateway does what the policy means', () => {
  const world = worldOf(retail, behindGateway());
  const all = requests(retail);
  it('for every operation, caller and address', () => {
    const counted = { allow: 0, deny: 0 };
    const wrong = all.filter((request) => {
      const expected = allowed(world, request) ? 'allow' : 'deny';
      counted[expected] += 1;
      return verdicts(world, request).intended !== expected;
    });
    expect(wrong.slice(0, 3).map((request) => [JSON.stringify(request), allowed(world, request), verdicts(world, request)])).toEqual([]);
    expect(counted.allow).toBeGreaterThan(500);
    expect(counted.deny).toBeGreaterThan(10_000);
  });
  it('and lets nothing through under the name of another exposure', () => {
    const wrong = all.filter((request) => !allowed(world, request) && verdicts(world, request).bypasses.some((verdict) => verdict !== 'deny'));
    expect(wrong.slice(0, 3).map((request) => [JSON.stringify(request), verdicts(world, request)])).toEqual([]);
  });
});
