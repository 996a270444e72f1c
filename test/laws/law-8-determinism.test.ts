import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePlatform, encodePolicy, type Api, type Aws, type Platform, type Policy, type Workload } from '#ir';
import { accepted, crossing, decide } from '#spec';
import { attempts, cloudAttempts, estate, type Estate, estates, profiles, random, type Random } from '#testing';
import { accepting, enforcedEstate } from './enforced-estate.ts';
import { law } from './law.ts';

/** The same declarations in another order: of lists that mean sets, and of the keys of every object. */
function permuted({ asOf, platform, policy }: Estate, rng: Random): Estate {
  const { shuffle } = rng;
  const workload = (one: Workload): Workload => (one.kubernetes === undefined ? one : {
    ...one, kubernetes: { ...one.kubernetes, ports: shuffle(one.kubernetes.ports), services: shuffle(one.kubernetes.services), probes: shuffle(one.kubernetes.probes) },
  });
  const account = (aws: Aws): Aws => ({ ...aws, endpoints: shuffle(aws.endpoints.map((endpoint) => ({ ...endpoint, cidrs: shuffle(endpoint.cidrs) }))), trustAnchors: shuffle(aws.trustAnchors), otherAccounts: shuffle(aws.otherAccounts) });
  const api = (one: Api): Api => ({ ...one, operations: shuffle(one.operations), offers: shuffle(one.offers.map((offer) => ({ ...offer, to: shuffle(offer.to) }))) });
  return keysPermuted({
    asOf,
    policy: { ...policy, identityProviders: shuffle(policy.identityProviders), people: shuffle(policy.people), partners: shuffle(policy.partners), segments: shuffle(policy.segments), workloads: shuffle(policy.workloads.map(workload)), apis: shuffle(policy.apis.map(api)), asks: shuffle(policy.asks), never: shuffle(policy.never), holes: shuffle(policy.holes) } satisfies Policy,
    platform: { ...platform, gateways: shuffle(platform.gateways), hosts: shuffle(platform.hosts), caBundles: shuffle(platform.caBundles), podCidrs: shuffle(platform.podCidrs), accept: shuffle(platform.accept), dns: { ...platform.dns!, protocols: shuffle(platform.dns!.protocols) }, ...(platform.aws === undefined ? {} : { aws: account(platform.aws) }) } satisfies Platform,
  }, rng);
}

function keysPermuted<T>(value: T, rng: Random): T {
  if (Array.isArray(value)) return value.map((item) => keysPermuted(item, rng)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(rng.shuffle(Object.entries(value)).map(([key, item]) => [key, keysPermuted(item, rng)])) as T;
}

function bytes(estate: Estate): { readonly policy: string; readonly platform: string; readonly artifacts: string } {
  const { artifacts, platform, policy } = enforcedEstate(accepting(estate));
  return { policy: encodePolicy(policy), platform: encodePlatform(platform), artifacts: JSON.stringify(artifacts) };
}

describe('law 8: the same policy, in any declaration order, yields the same bytes', () => {
  test('of canonical JSON and of every artefact', () => {
    law('law-8', fc.tuple(fc.oneof(estates(profiles.small), estates(profiles.dense), estates(profiles.beyond)), fc.nat()), 150, ([generated, seed]) => {
      const before = bytes(generated), after = bytes(permuted(generated, random(seed)));
      const differ = (Object.keys(before) as (keyof typeof before)[]).filter((what) => before[what] !== after[what]);
      return differ.length === 0 ? undefined : { differ, before: differ.map((what) => before[what]), after: differ.map((what) => after[what]) };
    });
  });

  test('of what is kept in the cloud as well', () => {
    law('law-8-cloud', fc.tuple(fc.oneof(estates(profiles.cloud), estates(profiles.everything)), fc.nat()), 60, ([generated, seed]) => {
      const before = bytes(generated), after = bytes(permuted(generated, random(seed)));
      const differ = (Object.keys(before) as (keyof typeof before)[]).filter((what) => before[what] !== after[what]);
      return differ.length === 0 ? undefined : { differ, before: differ.map((what) => before[what]), after: differ.map((what) => after[what]) };
    });
  });

  test('and the same answers and ways', () => {
    law('law-8-answers', fc.tuple(fc.oneof(estates(profiles.small), estates(profiles.beyond), estates(profiles.cloud)), fc.nat()), 80, ([generated, seed]) => {
      const whole = accepting(generated), one = enforcedEstate(whole), other = enforcedEstate(permuted(whole, random(seed)));
      for (const { request } of [...attempts(generated, seed, 40), ...cloudAttempts(generated, seed, 40)]) {
        const answers = [one, other].map(({ platform, policy }) => JSON.stringify([decide(policy, request), decide(accepted(policy, platform), request), crossing(policy, platform, request)]));
        if (answers[0] !== answers[1]) return { request, answers };
      }
      return undefined;
    });
  });

  test('and a permutation is one: the drafts differ', () => {
    const generated = estate(5), other = permuted(generated, random(1));
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(generated));
    expect(other.policy.workloads.map(({ name }) => name).sort()).toEqual(generated.policy.workloads.map(({ name }) => name).sort());
    expect(other.policy.workloads.map(({ name }) => name)).not.toEqual(generated.policy.workloads.map(({ name }) => name));
  });

  test('and a change of one word changes them', () => {
    const generated = estate(5), [first, ...rest] = generated.policy.workloads;
    const changed = { ...generated, policy: { ...generated.policy, workloads: [{ ...first!, kubernetes: { ...first!.kubernetes!, selector: { ...first!.kubernetes!.selector, extra: 'label' } } }, ...rest] } };
    expect(bytes(changed).policy).not.toBe(bytes(generated).policy);
    expect(bytes(changed).artifacts).not.toBe(bytes(generated).artifacts);
  });
});
