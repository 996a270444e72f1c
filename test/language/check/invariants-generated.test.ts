import { describe, expect, test } from 'vitest';
import { noSites } from '#diagnostics';
import { grants, identityName, segmentOf, type Grant, type IdentityRef, type Invariant, type InvariantObject, type InvariantSubject, type Policy } from '#ir';
import { decide, operationOn, type Request } from '#spec';
import { check } from '../../../src/language/check/index.ts';
import { isOf } from '../../../src/spec/conditions.ts';
import { cloudAttempts } from '../../../src/testing/generators/cloud-requests.ts';
import { estate, type Estate } from '../../../src/testing/generators/estate.ts';
import { random, type Random } from '../../../src/testing/generators/random.ts';
import { profiles } from '../../../src/testing/generators/recipe.ts';
import { attempts } from '../../../src/testing/generators/requests.ts';
import { shownAttempts } from '../../../src/testing/generators/shown-requests.ts';
import { naively } from '../../algebra/flow/naive.ts';

type Named = (api: string, operation: string) => boolean;
const isAmong = (policy: Policy, object: InvariantObject): Named => {
  switch (object.kind) {
    case 'segment': return (api) => segmentOf(policy, policy.apis.find(({ name }) => name === api)!)?.name === object.name;
    case 'api': return (api) => api === object.name;
    case 'operation': return (api, operation) => api === object.api && operation === object.operation;
    default: return object satisfies never;
  }
};

/** Is this grant, by which this request is allowed, somebody's of the subject? Read off the sentences of docs/language.md. */
function isTheirs(policy: Policy, subject: InvariantSubject, { api, from }: Grant, request: Request): boolean {
  const peer = request.peer?.kind === 'workload' ? request.peer.name : undefined;
  const isPerson = (name: string): boolean => isOf(policy, policy.people.find((one) => one.name === name), request, api);
  switch (subject.kind) {
    case 'workload': return peer === subject.name && (from.kind === 'workload' || from.kind === 'pods') && (subject.actingFor === undefined || isPerson(subject.actingFor));
    case 'segment': return peer !== undefined && policy.workloads.find(({ name }) => name === peer)?.segment === subject.name;
    case 'people': return isPerson(subject.name) && (from.kind === 'people' || from.kind === 'anyone' || (from.kind === 'workload' && from.actingFor !== undefined));
    case 'partner': return request.client?.partner === subject.name && (from.kind === 'anyone' || (from.kind === 'partner' && from.name === subject.name));
    case 'anyone': return from.kind === 'anyone';
    case 'anyIdentity': return !subject.except.some((one) => (from.kind === 'workload' && one.kind === 'workload' ? one.name === from.name && (one.actingFor === undefined || one.actingFor === from.actingFor) : one.kind === from.kind && identityName(one) === identityName(from)));
    case 'builtin': case 'pods': return false;
    default: return subject satisfies never;
  }
}

/** Is this an allowed request that the invariant forbids? */
function breaks(policy: Policy, { from, to }: Invariant, request: Request): boolean {
  if (request.to.kind !== 'operation' && request.to.kind !== 'http') return false;
  const { api: name } = request.to, api = policy.apis.find((one) => one.name === name);
  const operation = api === undefined ? undefined : request.to.kind === 'operation' ? request.to.operation : operationOn(api, request.to)?.name;
  if (operation === undefined || !isAmong(policy, to)(name, operation)) return false;
  const { because, decision } = decide(policy, request);
  const admitting = new Set(because.flatMap((one) => ('grant' in one ? [one.grant] : [])));
  return decision === 'allow' && grants(policy).some((grant) => admitting.has(grant.ref) && isTheirs(policy, from, grant, request));
}

const objectOf = (policy: Policy, rng: Random): InvariantObject => {
  const api = rng.pick(policy.apis);
  return rng.pick<InvariantObject>([
    { kind: 'api', name: api.name }, { kind: 'operation', api: api.name, operation: rng.pick(api.operations).name }, ...policy.segments.map(({ name }): InvariantObject => ({ kind: 'segment', name })),
  ]);
};
const everybody = (policy: Policy): readonly Exclude<IdentityRef, { kind: 'pods' }>[] => [
  { kind: 'anyone' }, ...policy.workloads.flatMap(({ name }) => [{ kind: 'workload', name } as const, ...policy.people.map((people) => ({ kind: 'workload', name, actingFor: people.name } as const))]),
  ...policy.people.map(({ name }) => ({ kind: 'people', name } as const)), ...policy.partners.map(({ name }) => ({ kind: 'partner', name } as const)),
];
function subjectOf(policy: Policy, rng: Random): InvariantSubject {
  const all = everybody(policy);
  return rng.pick<InvariantSubject>([rng.pick(all), rng.pick(all), rng.pick(all), { kind: 'anyIdentity', except: [rng.pick(all), rng.pick(all)] }, ...policy.segments.map(({ name }): InvariantSubject => ({ kind: 'segment', name }))]);
}

const judged = ({ asOf, policy }: Estate, never: readonly Invariant[]) => {
  const found = check({ draft: { ...policy, never }, sites: noSites, diagnostics: [] }, { asOf }).diagnostics.filter(({ code }) => code === 'CS1022');
  return (index: number) => found.filter(({ pointer }) => pointer === `/never/${index}`);
};
const kinds = ['small', 'beyond', 'cloud', 'everything'] as const;

describe('on generated policies, whatever is proved no request breaks, and whatever is refuted its witness does', () => {
  test.each(kinds)('of the profile `%s`', (profile) => {
    let proved = 0, refuted = 0, broken = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const one = estate(seed, profiles[profile]), { asOf, policy } = one, rng = random(seed);
      if (policy.apis.length === 0) continue;
      const never = Array.from({ length: 14 }, (): Invariant => ({ kind: 'reach', from: subjectOf(policy, rng), to: objectOf(policy, rng), because: 'it is tried' }));
      const found = judged(one, never);
      const asked = [...attempts(one, seed, 200), ...(policy.identityProviders.length > 0 ? shownAttempts(one, seed, 300) : []), ...(profile === 'cloud' || profile === 'everything' ? cloudAttempts(one, seed, 200) : [])]
        .map(({ request }) => request).filter((request) => Date.parse(request.context.time) >= Date.parse(asOf));
      for (const [index, invariant] of never.entries()) {
        const [violation, ...more] = found(index);
        expect(more).toEqual([]);
        if (violation === undefined) {
          proved++;
          for (const request of asked) expect(breaks(policy, invariant, request), `seed ${seed}: ${JSON.stringify(invariant)} by ${JSON.stringify(request)}`).toBe(false);
        } else {
          refuted++;
          expect(breaks(policy, invariant, violation.witness as Request), `seed ${seed}: ${JSON.stringify(invariant)}: ${violation.message}, ${JSON.stringify(violation.witness)}`).toBe(true);
          if (asked.some((request) => breaks(policy, invariant, request))) broken++;
        }
      }
    }
    expect(proved).toBeGreaterThan(150);
    expect(refuted).toBeGreaterThan(60);
    expect(broken).toBeGreaterThan(20); // the sample would have shown it
  });
});

describe('on generated policies, a chain is found exactly where an exhaustive search finds one, and is as short', () => {
  test.each(kinds)('of the profile `%s`', (profile) => {
    let proved = 0, refuted = 0, longest = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const one = estate(seed, profiles[profile]), { asOf, policy } = one, rng = random(seed);
      if (policy.apis.length === 0 || policy.workloads.length === 0) continue;
      const exhaustively = naively(policy, `${asOf}T00:00:00.000Z`);
      const starts = [{ kind: 'anyone' } as const, ...policy.workloads.map(({ name }) => ({ kind: 'workload', name } as const)), ...policy.segments.map(({ name }) => ({ kind: 'segment', name } as const))];
      const never = Array.from({ length: 10 }, (): Invariant => {
        const through = Array.from({ length: rng.pick([0, 0, 0, 1, 2]) }, () => objectOf(policy, rng));
        return { kind: 'flow', from: rng.pick(starts), to: objectOf(policy, rng), because: 'it is tried', ...(through.length === 0 ? {} : { through }) };
      });
      const found = judged(one, never);
      for (const [index, { from: subject, through = [], to }] of never.entries()) {
        const wanted = exhaustively({
          first: ({ from }) => (subject.kind === 'anyone' ? from.kind === 'anyone' : from.kind === 'workload' && (subject.kind === 'workload' ? from.name === subject.name : policy.workloads.find(({ name }) => name === from.name)?.segment === (subject as { name: string }).name)),
          to: isAmong(policy, to), through: through.map((object) => isAmong(policy, object)),
        }).map((chain) => chain.map(({ grant }) => grant.ref).join('; ')).sort()[0];
        const steps = (found(index)[0]?.witness as { steps: readonly { grant: string; request: Request }[] } | undefined)?.steps;
        expect(steps?.map(({ grant }) => grant).join('; '), `seed ${seed}: ${JSON.stringify(never[index])}`).toBe(wanted);
        for (const { grant, request } of steps ?? []) expect(decide(policy, request).because, `seed ${seed}: ${grant}`).toContainEqual({ grant });
        if (steps === undefined) proved++; else refuted++;
        longest = Math.max(longest, steps?.length ?? 0);
      }
    }
    expect(proved).toBeGreaterThan(100);
    expect(refuted).toBeGreaterThan(100);
    expect(longest).toBeGreaterThan(3);
  });
});
