import { describe, expect, it } from 'vitest';
import type { Policy } from '#ir';
import { readAsked } from '../../../src/analysis/why/read-asked.ts';
import { readAsker } from '../../../src/analysis/why/read-asker.ts';

/** A workload and a group of people are both called `web`. */
const draft: Policy = {
  version: 1, name: 'shop', segments: [], identityProviders: [{ name: 'login', issuer: 'https://login.example', audiences: ['shop'], jwksUri: 'https://login.example/keys' }],
  workloads: [{ name: 'web' }, { name: 'store' }], people: [{ name: 'shoppers', via: 'login' }, { name: 'web', via: 'login' }], partners: [], never: [], holes: [], asks: [],
  apis: [{
    name: 'orders', servedBy: { kind: 'workload', workload: 'store', port: 8080 },
    operations: [{ name: 'list', kind: 'http', method: 'GET', path: '/orders' }, { name: 'create', kind: 'http', method: 'POST', path: '/orders' }], offers: [],
  }],
};

const said = (read: { readonly ok: boolean; readonly problems?: readonly { readonly code: string; readonly message: string; readonly help?: string }[] }): string => (read.ok ? 'understood' : read.problems!.map(({ code, help, message }) => `${code} ${message} / ${help ?? ''}`).join('\n'));

describe('what a question is about', () => {
  it('is understood by name, in full, and as grants say it', () => {
    expect(readAsker(draft, 'store')).toEqual({ ok: true, value: { kind: 'identity', identity: { kind: 'workload', name: 'store' } } });
    expect(readAsker(draft, 'workload:web')).toMatchObject({ value: { identity: { kind: 'workload', name: 'web' } } });
    expect(readAsker(draft, 'store acting for shoppers')).toMatchObject({ value: { identity: { name: 'store', actingFor: 'shoppers' } } });
    expect(readAsker(draft, 'store+shoppers')).toEqual(readAsker(draft, 'store acting for shoppers'));
    expect(readAsker(draft, 'anyone')).toMatchObject({ value: { identity: { kind: 'anyone' } } });
    expect(readAsked(draft, 'orders.list')).toEqual({ ok: true, value: [{ kind: 'destination', to: { kind: 'operation', api: 'orders', operation: 'list' } }] });
    expect(readAsked(draft, 'orders GET /orders')).toMatchObject({ ok: true, value: [{ to: { kind: 'http', api: 'orders', method: 'GET', path: '/orders' } }] });
  });

  it('is named where there is no such thing, with the nearest that there is', () => {
    const cases: readonly (readonly [read: string, code: string, of: RegExp])[] = [
      [said(readAsker(draft, 'stroe')), 'CS5070', /no identity `stroe` \/ did you mean `store`\?/],
      [said(readAsked(draft, 'orders.lits')), 'CS5070', /`orders` has no operation `lits` \/ did you mean `orders\.list`\?/],
      [said(readAsker(draft, 'wokload:web')), 'CS5071', /nothing is called `wokload:` \/ did you mean `workload`\?/],
      [said(readAsker(draft, 'arn:aws:s3:::bucket')), 'CS5071', /is no ARN of a principal/],
      [said(readAsker(draft, 'web')), 'CS5072', /`web` is a workload and a group of people at once \/ write `workload:web` or `people:web`/],
    ];
    for (const [read, code, of] of cases) { expect(read).toMatch(of); expect(read.startsWith(code), read).toBe(true); }
  });

  it('is said of both halves of whom somebody acts for, at once', () => {
    expect(said(readAsker(draft, 'stroe acting for shopers')).split('\n')).toHaveLength(2);
  });
});
