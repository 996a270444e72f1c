import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verify } from '#analysis';
import type { Platform, Policy } from '#ir';
import { crossing, type Request } from '#spec';
import { kubernetes, type KubernetesArtifact } from '#targets';
import { estate, estates, profiles } from '#testing';
import { lifeless, requestsOf, serverOf, unsafe, world, type Breach, type World } from './breaches.ts';
import { admitted, enforcedEstate, leftOut } from './enforced-estate.ts';
import { law } from './law.ts';

const any = fc.oneof(estates(profiles.small), estates(profiles.dense));

/**
 * What breaks a law today and is not settled. Left out above, and shown below for as long as it stands; one that no
 * longer breaks anything fails its test and goes.
 */
const openFindings: readonly { readonly sentence: string; readonly breaks: 'safety' | 'liveness'; readonly about: (policy: Policy, request: Request) => boolean }[] = [
  {
    sentence: 'A pod of a namespace that nobody declared, or a node, reaches an exposed port through a node\'s port: nothing governs what it sends, and it arrives with a node\'s address, which the exposure admits.',
    breaks: 'safety',
    about: (policy, { peer, to }) => (peer?.kind === 'builtin' || (peer?.kind === 'pod' && !policy.workloads.some(({ kubernetes: facts }) => facts?.namespace === peer.namespace)))
      && policy.workloads.some(({ kubernetes: facts, name }) => name === serverOf(policy, to) && facts?.services.some(({ type }) => type !== 'ClusterIP')),
  },
  {
    sentence: 'A workload to which a whole port is granted, or accepted, may send there what a probe sends: the reference meaning keeps probes for the node even then.',
    breaks: 'safety',
    about: (_policy, { peer, to }) => to.kind === 'probe' && peer?.kind !== 'builtin',
  },
];

/** The first request that breaks the law and is not about an open finding. */
function breach(breaks: Breach, here: World, requests: readonly Request[]): unknown {
  for (const request of requests) {
    const found = breaks(here, request);
    if (found !== undefined && !openFindings.some(({ about }) => about(here.policy, request))) return found;
  }
  return undefined;
}

describe('law 3, on generated estates, under the listed assumptions', () => {
  test('safety: where no hop of some way denies, the accepted policy allows', () => {
    law('law-3-safety', fc.tuple(any, fc.nat()), 120, ([generated, seed]) => {
      const enforced = enforcedEstate(generated);
      return breach(unsafe, world(enforced), requestsOf(enforced.policy, generated, seed));
    });
  });

  test('liveness: what the policy allows meets no denial on its intended way', () => {
    law('law-3-liveness', fc.tuple(any, fc.nat()), 120, ([generated, seed]) => {
      const enforced = enforcedEstate(generated);
      return breach(lifeless, world(enforced), requestsOf(enforced.policy, generated, seed));
    });
  });

  test('the reading-back in the compiler says the same', () => {
    law('law-3-verify', any, 120, (generated) => {
      const { artifacts, platform, policy } = enforcedEstate(generated);
      const { coverage, diagnostics } = verify({ policy, platform, emitted: [{ target: kubernetes, artifacts }] });
      return diagnostics.length === 0 && coverage.exhaustive ? undefined : { coverage, diagnostics };
    });
  });

  test.each(openFindings)('still open ($breaks): $sentence', ({ about, breaks }) => {
    const shown = Array.from({ length: 60 }, (_, seed) => seed).some((seed) => {
      const generated = estate(seed), here = world(enforcedEstate(generated)), broken = breaks === 'safety' ? unsafe : lifeless;
      return requestsOf(here.policy, generated, seed).some((request) => about(here.policy, request) && broken(here, request) !== undefined);
    });
    expect(shown, 'it breaks nothing now: take it off the list').toBe(true);
  });

  test('and both have something to judge', () => {
    let allowed = 0, denied = 0, covered = 0;
    for (let seed = 0; seed < 20; seed++) {
      const generated = estate(seed), { decider, platform, policy } = enforcedEstate(generated);
      for (const request of requestsOf(policy, generated, seed)) {
        const { intended } = crossing(policy, platform, request);
        if (intended.some(leftOut)) covered++;
        else if (admitted(decider, intended)) allowed++;
        else if (intended.length > 0) denied++;
      }
    }
    expect(allowed).toBeGreaterThan(500);
    expect(denied).toBeGreaterThan(500);
    expect(covered).toBeGreaterThan(20);
  });
});

// Sabotage: the laws must fail when the objects are wrong --------------------------------------------------------------

interface Spec { podSelector: unknown; policyTypes: string[]; ingress?: Rule[]; egress?: Rule[] }
interface Rule { from?: Peer[]; to?: Peer[]; ports?: { port?: number | string; endPort?: number; protocol?: string }[] }
interface Peer { podSelector?: { matchLabels?: Record<string, string> }; namespaceSelector?: unknown; ipBlock?: { cidr: string; except?: string[] } }

/** The artefacts with one object's spec changed: the first on which the change does anything. */
function spoil(artifacts: readonly KubernetesArtifact[], change: (spec: Spec) => boolean): readonly KubernetesArtifact[] | undefined {
  for (const [index, artifact] of artifacts.entries()) {
    const object = structuredClone(artifact.object);
    if (change(object.spec as Spec)) return artifacts.with(index, { ...artifact, object });
  }
  return undefined;
}
const firstRule = (rules: Rule[] | undefined, fits: (rule: Rule) => boolean): Rule | undefined => rules?.find(fits);
const hasPods = (peers: Peer[] | undefined): boolean => peers?.some(({ podSelector }) => podSelector !== undefined) === true;

const sabotages: readonly (readonly [what: string, breaks: 'safety' | 'liveness', change: (spec: Spec) => boolean])[] = [
  ['an ingress rule dropped', 'liveness', (spec) => { if (!spec.ingress?.some(({ from }) => hasPods(from))) return false; spec.ingress = spec.ingress.filter(({ from }) => !hasPods(from)); return true; }],
  ['an egress rule dropped', 'liveness', (spec) => { if (!spec.egress?.length) return false; spec.egress = []; return true; }],
  ['one caller dropped', 'liveness', (spec) => { const rule = firstRule(spec.ingress, ({ from }) => hasPods(from)); if (rule === undefined) return false; rule.from = [{ podSelector: { matchLabels: { nobody: 'here' } } }]; return true; }],
  ['a port off by one', 'liveness', (spec) => { const rule = firstRule(spec.ingress, ({ from, ports }) => hasPods(from) && ports?.length === 1 && typeof ports[0]!.port === 'number'); if (rule === undefined) return false; rule.ports = [{ ...rule.ports![0]!, port: (rule.ports![0]!.port as number) + 1 }]; return true; }],
  ['a protocol changed', 'liveness', (spec) => { const rule = firstRule(spec.ingress, ({ from, ports }) => hasPods(from) && ports !== undefined); if (rule === undefined) return false; rule.ports = rule.ports!.map((port) => ({ ...port, protocol: 'UDP' })); return true; }],
  ['the peers of another namespace', 'liveness', (spec) => { const rule = firstRule(spec.ingress, ({ from }) => from?.some(({ namespaceSelector }) => namespaceSelector !== undefined) === true); if (rule === undefined) return false; rule.from = rule.from!.map((peer) => ({ ...peer, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'elsewhere' } } })); return true; }],
];

/** Each of these opens one side only; the other side still denies, so the sabotage is on both. */
const widenings: readonly (readonly [what: string, change: (spec: Spec) => boolean])[] = [
  ['`from` and `to` emptied', (spec) => { let done = false; for (const rule of [...spec.ingress ?? [], ...spec.egress ?? []]) { if (hasPods(rule.from)) { rule.from = []; done = true; } if (hasPods(rule.to)) { rule.to = []; done = true; } } return done; }],
  ['ports dropped', (spec) => { let done = false; for (const rule of [...spec.ingress ?? [], ...spec.egress ?? []]) if (rule.ports !== undefined && (hasPods(rule.from) || hasPods(rule.to))) { delete rule.ports; done = true; } return done; }],
  ['ports widened to a range', (spec) => {
    let done = false;
    for (const rule of [...spec.ingress ?? [], ...spec.egress ?? []]) rule.ports = rule.ports?.map((port) => { if (typeof port.port !== 'number') return port; done = true; return { ...port, endPort: port.port + 1 }; }) as NonNullable<Rule['ports']>;
    return done;
  }],
  ['selectors emptied', (spec) => { let done = false; for (const rule of [...spec.ingress ?? [], ...spec.egress ?? []]) for (const peer of [...rule.from ?? [], ...rule.to ?? []]) if (peer.podSelector !== undefined) { peer.podSelector = {}; done = true; } return done; }],
  ['both directions unpoliced', (spec) => { spec.policyTypes = []; spec.ingress = [{}]; spec.egress = [{}]; return true; }],
];

describe('law 3 fails', () => {
  const worlds = Array.from({ length: 12 }, (_, seed) => estate(seed));

  const judge = ({ asOf, platform, policy }: { asOf: string; platform: Platform; policy: Policy }, artifacts: readonly KubernetesArtifact[]) => {
    const here = world({ policy, platform, decider: kubernetes.interpret(artifacts, platform) }), requests = requestsOf(policy, { asOf, platform, policy }, 1);
    return {
      safety: breach(unsafe, here, requests) !== undefined,
      liveness: breach(lifeless, here, requests) !== undefined,
      codes: new Set(verify({ policy, platform, emitted: [{ target: kubernetes, artifacts }] }).diagnostics.map(({ code }) => code)),
    };
  };

  test.each(sabotages)('with %s: %s', (_what, breaks, change) => {
    let spoiled = 0;
    for (const generated of worlds) {
      const { objects: artifacts, platform, policy } = enforcedEstate(generated), wrong = spoil(artifacts, change);
      if (wrong === undefined) continue;
      spoiled++;
      const found = judge({ asOf: generated.asOf, platform, policy }, wrong);
      expect(found[breaks], `the law, in world ${worlds.indexOf(generated)}`).toBe(true);
      expect(found.codes.has(breaks === 'safety' ? 'CS4001' : 'CS4002'), 'the reading-back').toBe(true);
    }
    expect(spoiled).toBeGreaterThan(3);
  });

  test.each(widenings)('with %s on every object: safety', (what, change) => {
    let broken = 0;
    for (const generated of worlds) {
      const { objects: artifacts, platform, policy } = enforcedEstate(generated);
      const wrong = artifacts.map((artifact) => { const object = structuredClone(artifact.object); change(object.spec as Spec); return { ...artifact, object }; });
      const found = judge({ asOf: generated.asOf, platform, policy }, wrong);
      // The law asks about more pods, the reading-back about more ports.
      if (found.safety) expect(found.codes.has('CS4001'), `the reading-back, in world ${worlds.indexOf(generated)}`).toBe(true);
      if (found.codes.has('CS4001')) broken++;
    }
    // A namespace whose every pod may call the port anyway is opened by no wider selector.
    expect(broken).toBeGreaterThanOrEqual(what === 'selectors emptied' ? 8 : worlds.length);
  });

  test('with the default denials left out: safety', () => {
    for (const generated of worlds) {
      const { objects: artifacts, platform, policy } = enforcedEstate(generated);
      const wrong = artifacts.filter(({ object }) => Object.keys((object.spec as Spec).podSelector as object).length > 0);
      expect(wrong.length).toBeLessThan(artifacts.length);
      const undeclared: Request = { peer: { kind: 'pod', namespace: policy.workloads[0]!.kubernetes!.namespace, labels: { stray: 'pod' } }, throughExposure: false, to: { kind: 'builtin', name: 'apiServer' }, context: { time: `${generated.asOf}T00:00:00Z` } };
      expect(unsafe(world({ policy, platform, decider: kubernetes.interpret(wrong, platform) }), undeclared)).toBeDefined();
      expect(verify({ policy, platform, emitted: [{ target: kubernetes, artifacts: wrong }] }).diagnostics.map(({ code }) => code)).toContain('CS4001');
    }
  });

  test('with the exception for pods removed from an exposure: safety, where blocks match pods', () => {
    let spoiled = 0;
    for (let seed = 0; seed < 60 && spoiled < 5; seed++) {
      const { objects: artifacts, platform, policy } = enforcedEstate(estate(seed));
      if (!platform.cni.ipBlockMatchesPods) continue;
      const open = (rules: Rule[] | undefined): boolean => { let done = false; for (const rule of rules ?? []) for (const peer of rule.from ?? []) if (peer.ipBlock?.except?.length) { delete peer.ipBlock.except; done = true; } return done; };
      const wrong = spoil(artifacts, ({ ingress }) => open(ingress));
      if (wrong === undefined) continue;
      spoiled++;
      const stranger: Request = { peer: { kind: 'pod', namespace: 'unrelated', labels: {} }, throughExposure: false, to: { kind: 'port', workload: '', port: 0, protocol: 'TCP' }, context: { time: '2026-11-23T00:00:00Z' } };
      const here = world({ policy, platform, decider: kubernetes.interpret(wrong, platform) });
      const broken = policy.workloads.some((workload) => workload.kubernetes!.ports.some(({ number, protocol }) =>
        unsafe(here, { ...stranger, to: { kind: 'port', workload: workload.name, port: number, protocol } }) !== undefined));
      expect(broken, `seed ${seed}`).toBe(true);
    }
    expect(spoiled).toBe(5);
  });
});
