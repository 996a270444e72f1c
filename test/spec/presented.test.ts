import { describe, expect, test } from 'vitest';
import { claimsWith, crossing, type Request } from '#spec';
import { ambient, desk } from './desk.ts';

describe('what the context states of a person', () => {
  test('is said in the token where the provider says it, nested or not', () => {
    const request: Request = {
      throughExposure: true, subject: { provider: 'login', claims: { exp: 1_801_000_000, device: { vendor: 'x' } } }, to: { kind: 'operation', api: 'tickets', operation: 'list' },
      context: { time: '2027-01-15T00:00:00Z', device: 'managed', mfa: true, authenticationAgeSeconds: 30, tokenAgeSeconds: 20 },
    };
    const now = Date.parse(request.context.time) / 1000;
    expect(crossing(desk, ambient, request).intended.find(({ enforcer }) => enforcer === 'gateway')?.token).toEqual({ jwksUri: 'https://login.example.com/keys', claims: {
      iss: 'https://login.example.com', aud: ['desk'], exp: 1_801_000_000, device: { vendor: 'x', trust: 'managed' }, amr: ['mfa'], auth_time: now - 30, iat: now - 20,
    } });
  });
});

describe('a claim set at a path', () => {
  test.each<readonly [string, Record<string, unknown>, readonly string[], Record<string, unknown>]>([
    ['at the top', { a: 1 }, ['b'], { a: 1, b: 'x' }], ['over another', { a: 1 }, ['a'], { a: 'x' }], ['within', { a: { b: 1 } }, ['a', 'c'], { a: { b: 1, c: 'x' } }],
    ['within nothing', {}, ['a', 'b', 'c'], { a: { b: { c: 'x' } } }], ['within a text', { a: 'text' }, ['a', 'b'], { a: { b: 'x' } }], ['within a list', { a: ['text'] }, ['a', 'b'], { a: { b: 'x' } }],
    ['nowhere', { a: 1 }, [], { a: 1 }], ['at a name that is none', { a: 1 }, ['__proto__', 'b'], { a: 1 }],
  ])('%s', (_, claims, path, expected) => {
    const before = structuredClone(claims);
    expect(claimsWith(claims, path, 'x')).toEqual(expected);
    expect(claims, 'and the claims are as they were').toEqual(before);
  });
});
