import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verify } from '#analysis';
import type { Policy } from '#ir';
import { crossing, decide, type Hop, type Request } from '#spec';
import type { Artifact } from '#targets';
import { type Estate, estates, profiles } from '#testing';
import { lifeless, openOnNetworks, requestsOf, shownRequests, unsafe, world } from './breaches.ts';
import { accepting, admitted, DoesNotCompile, enforcedEstate, leftOut, together, type EnforcedEstate } from './enforced-estate.ts';
import { law } from './law.ts';

/**
 * Law 3 where there is more than a network: all targets together, on platforms with an ambient mesh, sidecars, gateways,
 * both or neither, with people, partners, workloads that act for people, every condition, metrics and unmanaged segments.
 */
const worlds = fc.tuple(estates(profiles.beyond), fc.nat());

/** What does not compile can't break a law; how many do is counted below. */
function compiled(estate: Estate): EnforcedEstate | undefined {
  try {
    return enforcedEstate(accepting(estate));
  } catch (fault) {
    if (fault instanceof DoesNotCompile) return undefined;
    throw fault;
  }
}

const asked = (policy: Policy, estate: Estate, seed: number): readonly Request[] => [...requestsOf(policy, estate, seed), ...shownRequests(policy, estate, seed, 120)];

/** What contradicts one of the laws, with which. */
function breach(estate: Estate, seed: number): unknown {
  const enforced = compiled(estate);
  if (enforced === undefined) return undefined;
  const here = world(enforced);
  for (const request of asked(enforced.policy, estate, seed)) {
    if (openOnNetworks(here.policy, request)) continue;
    for (const [law, breaks] of [['safety', unsafe], ['liveness', lifeless]] as const) {
      const found = breaks(here, request);
      if (found !== undefined) return { law, found };
    }
  }
  return undefined;
}

describe('law 3, with every target that a platform has, under the listed assumptions', () => {
  test('safety and liveness: what no hop of some way denies is allowed, and what is allowed meets no denial on its intended way', () => {
    law('law-3-beyond', worlds, 300, ([estate, seed]) => breach(estate, seed));
  });

  test('the reading-back in the compiler finds no fault in them either', () => {
    law('law-3-beyond-verify', estates(profiles.beyond), 80, (estate) => {
      const enforced = compiled(estate);
      if (enforced === undefined) return undefined;
      const { diagnostics } = verify({ policy: enforced.policy, platform: enforced.platform, emitted: enforced.emitted, limit: 4000 });
      return diagnostics.length === 0 ? undefined : diagnostics;
    });
  });

  test('and both have something to judge, on every platform and at every proxy', () => {
    const seen = new Map<string, { allowed: number; denied: number }>();
    let estatesSeen = 0, refused = 0;
    for (const [index, estate] of fc.sample(estates(profiles.beyond), { numRuns: 150, seed: 17 }).entries()) {
      const enforced = compiled(estate);
      estatesSeen++;
      if (enforced === undefined) { refused++; continue; }
      const { decider, platform, policy } = enforced;
      for (const request of asked(policy, estate, index)) {
        const { intended } = crossing(policy, platform, request);
        if (intended.length === 0 || intended.some(leftOut)) continue;
        const through = admitted(decider, intended);
        for (const key of new Set(intended.map(({ proxy }: Hop) => proxy ?? 'network'))) {
          const count = seen.get(key) ?? { allowed: 0, denied: 0 };
          count[through ? 'allowed' : 'denied']++;
          seen.set(key, count);
        }
      }
    }
    expect([...seen.keys()].sort()).toEqual(['envoyGateway', 'network', 'sidecar', 'waypoint', 'ztunnel']);
    for (const [key, { allowed, denied }] of seen) {
      expect(allowed, key).toBeGreaterThan(100);
      expect(denied, key).toBeGreaterThan(100);
    }
    expect(refused / estatesSeen, 'most of what is generated compiles').toBeLessThan(0.2);
  });

  test('and the requests are of every kind of identity, allowed and denied', () => {
    const seen = new Map<string, { allow: number; deny: number }>();
    for (const [index, estate] of fc.sample(estates(profiles.beyond), { numRuns: 150, seed: 19 }).entries()) {
      for (const request of shownRequests(estate.policy, estate, index, 60)) {
        const { client, peer, subject, throughExposure } = request;
        const kind = peer?.kind === 'builtin' ? 'scraper' : client !== undefined ? 'partner' : peer !== undefined ? (subject === undefined ? 'workload' : 'acting') : throughExposure ? (subject === undefined ? 'anyone' : 'person') : 'nobody';
        const count = seen.get(kind) ?? { allow: 0, deny: 0 };
        count[decide(estate.policy, request).decision]++;
        seen.set(kind, count);
      }
    }
    for (const kind of ['scraper', 'partner', 'workload', 'acting', 'anyone', 'person']) {
      expect(seen.get(kind)?.allow, kind).toBeGreaterThan(20);
      expect(seen.get(kind)?.deny, kind).toBeGreaterThan(20);
    }
  });
});

// Sabotage: the law must fail when the objects are wrong ----------------------------------------------------------------

type Rules = { from?: { podSelector?: unknown }[]; to?: { podSelector?: { matchLabels?: Record<string, string> } }[]; ports?: { port?: number | string }[] }[];
interface Spec { ingress?: Rules; egress?: Rules; action?: string; rules?: unknown[] }
const everySpec = (kind: string, change: (spec: Spec) => void) => (artifacts: readonly Artifact[]): readonly Artifact[] => artifacts.map((artifact) => {
  if (artifact.kind !== 'kubernetes' || artifact.object.kind !== kind) return artifact;
  const object = structuredClone(artifact.object);
  change(object.spec as Spec);
  return { ...artifact, object };
});
const dropped = (...kinds: readonly string[]) => (artifacts: readonly Artifact[]): readonly Artifact[] => artifacts.filter((artifact) => artifact.kind !== 'kubernetes' || !kinds.includes(artifact.object.kind));

const sabotages: readonly (readonly [what: string, breaks: 'safety' | 'liveness', on: (estate: Estate) => boolean, change: (artifacts: readonly Artifact[]) => readonly Artifact[]])[] = [
  ['no NetworkPolicy', 'safety', () => true, dropped('NetworkPolicy')],
  ['no AuthorizationPolicy', 'safety', ({ platform }) => platform.mesh !== undefined, dropped('AuthorizationPolicy')],
  ['no SecurityPolicy', 'safety', exposes, dropped('SecurityPolicy')],
  ['every AuthorizationPolicy for everybody', 'safety', ({ platform }) => platform.mesh !== undefined, everySpec('AuthorizationPolicy', (spec) => { if (spec.action === 'ALLOW') spec.rules = [{}]; })],
  ['no way into tunnels', 'liveness', ({ platform }) => platform.mesh?.dataPlane === 'ambient', everySpec('NetworkPolicy', (spec) => { spec.ingress = spec.ingress?.filter(({ ports }) => !ports?.some(({ port }) => port === 15_008)) ?? []; })],
  ['no way to waypoints', 'liveness', ({ platform }) => platform.mesh?.dataPlane === 'ambient', everySpec('NetworkPolicy', (spec) => { spec.egress = spec.egress?.filter(({ to }) => !to?.some(({ podSelector }) => podSelector?.matchLabels?.['gateway.networking.k8s.io/gateway-name'] !== undefined)) ?? []; })],
  ['no client at the gateways', 'liveness', exposes, everySpec('NetworkPolicy', (spec) => { spec.ingress = spec.ingress?.filter(({ ports }) => !ports?.some(({ port }) => port === 10_443 || port === 8443)) ?? []; })],
  ['no ALLOW', 'liveness', ({ platform }) => platform.mesh !== undefined, everySpec('AuthorizationPolicy', (spec) => { if (spec.action === 'ALLOW') spec.rules = []; })],
  ['no route', 'liveness', exposes, dropped('HTTPRoute', 'GRPCRoute')],
];
function exposes({ policy }: Estate): boolean { return policy.apis.some(({ exposedAt, offers }) => exposedAt?.kind === 'gateway' && offers.some(({ to }) => to.some(({ kind }) => kind === 'people' || kind === 'partner' || kind === 'anyone'))); }

describe('law 3 fails there', () => {
  const estatesOf = fc.sample(estates(profiles.beyond), { numRuns: 60, seed: 23 });

  test.each(sabotages)('with %s: %s', (_what, breaks, concerns, change) => {
    let broken = 0, seen = 0;
    for (const [index, estate] of estatesOf.entries()) {
      if (seen >= 12) break;
      const enforced = concerns(estate) ? compiled(estate) : undefined;
      if (enforced === undefined) continue;
      const { emitted, platform, policy } = enforced;
      if (JSON.stringify(change(enforced.artifacts)) === JSON.stringify(enforced.artifacts)) continue;
      seen++;
      const here = world({ policy, platform, decider: together(emitted.map(({ artifacts, target }) => target.interpret(change(artifacts), platform))) });
      const law = breaks === 'safety' ? unsafe : lifeless;
      if (asked(policy, estate, index).some((request) => !openOnNetworks(policy, request) && law(here, request) !== undefined)) broken++;
    }
    expect(seen, 'worlds that it concerns').toBeGreaterThanOrEqual(8);
    expect(broken / seen, 'of which it is seen in').toBeGreaterThan(0.4);
  });
});
