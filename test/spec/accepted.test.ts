import { describe, expect, it } from 'vitest';
import type { Acceptance, Feature, Platform } from '#ir';
import { accepted, decide, type Destination, type Peer } from '#spec';
import { platform, shop } from './shop.ts';

const accepting = (...accept: readonly (readonly [Feature, Acceptance['grants']])[]): Platform => ({
  ...platform, accept: accept.map(([feature, grants]) => ({ feature, grants, plane: 'network', because: 'no mesh yet', owner: 'platform', until: '2027-12-31' })),
});
const may = (where: Platform, peer: Peer | undefined, to: Destination): string =>
  decide(accepted(shop, where), { ...(peer === undefined ? {} : { peer }), throughExposure: peer === undefined, to, context: { time: '2027-01-15T00:00:00Z' } }).decision;
const web: Peer = { kind: 'workload', name: 'web' };
const thief: Peer = { kind: 'pod', namespace: 'shop', labels: { app: 'web' }, serviceAccount: 'thief' };
const odd: Destination = { kind: 'http', api: 'orders', method: 'TRACE', path: '//x' };
const list: Destination = { kind: 'operation', api: 'orders', operation: 'list' };

describe('accepted', () => {
  it('is the policy itself where nothing is accepted', () => { expect(accepted(shop, platform)).toBe(shop); });
  it('makes an accepted operation every operation on its port, for that identity', () => {
    const where = accepting(['operation.http', 'all'], ['operation.grpc', 'all']);
    expect([may(where, web, odd), may(platform, web, odd)]).toEqual(['allow', 'deny']);
    expect(may(where, { kind: 'workload', name: 'batch' }, odd)).toBe('deny');
    expect(may(where, undefined, { kind: 'operation', api: 'web', operation: 'admin' })).toBe('allow');
    expect(may(where, undefined, odd)).toBe('deny');
  });
  it('makes an accepted identity the pods with its labels, and only those', () => {
    const where = accepting(['identity.workload', 'all']);
    expect([may(where, thief, list), may(platform, thief, list)]).toEqual(['allow', 'deny']);
    expect(may(where, { ...thief, namespace: 'elsewhere' }, list)).toBe('deny');
    expect(may(where, thief, odd)).toBe('deny');
  });
  it('joins both: any operation for any pod with the labels', () => {
    expect(may(accepting(['identity.workload', 'all'], ['operation.http', 'all']), thief, odd)).toBe('allow');
  });
  it('takes only the grants that are named', () => {
    const where = accepting(['operation.http', ['anyone → web.home']]);
    expect(may(where, web, odd)).toBe('deny');
    expect(may(where, undefined, { kind: 'http', api: 'web', method: 'PUT', path: '/anything' })).toBe('allow');
  });
  it('makes an accepted exposure open to every pod of the cluster', () => {
    const anywhere: Peer = { kind: 'pod', namespace: 'elsewhere', labels: {} };
    const home: Destination = { kind: 'operation', api: 'web', operation: 'home' };
    expect([may(accepting(['exposure', 'all']), anywhere, home), may(platform, anywhere, home)]).toEqual(['allow', 'deny']);
  });
  it('keeps the end of a grant', () => {
    const where = accepting(['operation.grpc', ['web → orders.Charge']]);
    const late = decide(accepted(shop, where), { peer: web, throughExposure: false, to: odd, context: { time: '2027-02-01T00:00:00Z' } });
    expect([may(where, web, odd), late.decision]).toEqual(['allow', 'deny']);
  });
});
