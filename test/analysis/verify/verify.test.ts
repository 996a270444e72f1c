import { describe, expect, test } from 'vitest';
import { verify, type Emitted } from '#analysis';
import { kubernetes, type Artifact, type KubernetesArtifact } from '#targets';
import { estate, generateEstate } from '#testing';
import { allot, sample } from '../../../src/analysis/verify/sample.ts';
import { enforcedEstate } from '../../laws/enforced-estate.ts';

const emitted = (artifacts: readonly Artifact[]): readonly Emitted[] => [{ target: kubernetes, artifacts }];

describe('verify', () => {
  const { artifacts: all, platform, policy } = enforcedEstate(estate(3));
  const artifacts = all.filter((artifact): artifact is KubernetesArtifact => artifact.kind === 'kubernetes');

  test('finds nothing wrong with what the target emits, and looks at everything', () => {
    const { coverage, diagnostics } = verify({ policy, platform, emitted: emitted(artifacts) });
    expect(diagnostics).toEqual([]);
    expect(coverage.exhaustive).toBe(true);
    expect(coverage.cells).toBe(coverage.of);
    const namespaces = new Set(policy.workloads.map(({ kubernetes: facts }) => facts!.namespace)).size;
    const ports = policy.workloads.flatMap(({ kubernetes: facts }) => {
      const numbers = new Set(facts!.ports.map(({ number }) => number));
      return [...facts!.ports, ...[...numbers].filter((number) => !numbers.has(number + 1))];
    }).length;
    const outside = platform.podCidrs.some((cidr) => cidr.includes(':')) ? 2 : 1;
    expect(coverage.of, 'sources × targets, and the two built-in ones').toBe((policy.workloads.length + namespaces + outside) * (ports + 2));
  });

  test('without any object: CS4001 for each port that is open, with a witness and how many more', () => {
    const { diagnostics } = verify({ policy, platform, emitted: emitted([]) });
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['CS4001']));
    expect(new Set(diagnostics.map(({ message }) => message.replace(/^.* connect to (.*), which.*$/, '$1'))).size, 'one for each').toBe(diagnostics.length);
    const [first] = diagnostics;
    expect(first).toMatchObject({ severity: 'error', pointer: expect.stringMatching(/^\/workloads\/\d+$/) });
    expect(first!.message).toMatch(/^the emitted artefacts let .+ connect to (TCP|UDP|SCTP) \d+ of `.+`, which the policy denies(; \d+ more may connect there as well)?$/);
    expect(first!.witness).toMatchObject({ request: { to: { kind: 'port' } }, way: expect.arrayContaining([expect.objectContaining({ enforcer: 'network' })]) });
  });

  test('with default denials only: CS4002 for each port that is closed, and for DNS', () => {
    const closed = artifacts.filter(({ object }) => Object.keys((object.spec as { podSelector: object }).podSelector).length === 0);
    expect(closed.length).toBeGreaterThan(0);
    const { diagnostics } = verify({ policy, platform, emitted: emitted(closed) });
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['CS4002']));
    expect(diagnostics[0]!.message).toMatch(/^the emitted artefacts stop `.+ → .+`, which the policy allows, on the (egress|ingress) side(; \d+ more are stopped there as well)?$/);
    expect(diagnostics[0]!.pointer).toMatch(/^\/apis\/\d+\/offers\/\d+$/);
    expect(diagnostics.map(({ message }) => message).join('\n')).toContain('to `clusterDns`');
  });

  test('an object that can\'t be read stops nothing for certain and promises nothing: both codes', () => {
    const unreadable = artifacts.map((artifact) => ({ ...artifact, object: { ...artifact.object, spec: { podSelector: {}, policyTypes: ['Everything'] } } }));
    const codes = new Set(verify({ policy, platform, emitted: emitted(unreadable) }).diagnostics.map(({ code }) => code));
    expect(codes).toEqual(new Set(['CS4001', 'CS4002']));
  });

  test('with nobody to enforce anything: everything is open', () => {
    const codes = new Set(verify({ policy, platform, emitted: [] }).diagnostics.map(({ code }) => code));
    expect(codes).toEqual(new Set(['CS4001']));
  });

  test('the same input, the same answer', () => {
    const again = (): string => JSON.stringify(verify({ policy, platform, emitted: emitted([]), limit: 100, seed: 4 }));
    expect(again()).toBe(again());
  });
});

describe('a sample', () => {
  test.each([[10, 10], [10, 20], [1, 1], [0, 5]])('of %i cells with a limit of %i is all of them', (of, limit) => {
    expect([...sample(of, limit, 3)]).toEqual(Array.from({ length: of }, (_, cell) => cell));
  });
  test.each([[1_000, 250, 0], [1_000, 999, 7], [65_536, 300, 12_345], [999_983, 1_000, 1], [4, 3, 9], [2, 1, 0]])('of %i cells has %i different ones', (of, limit, seed) => {
    const cells = [...sample(of, limit, seed)];
    expect(cells).toHaveLength(limit);
    expect(new Set(cells).size).toBe(limit);
    expect(cells.every((cell) => cell >= 0 && cell < of)).toBe(true);
    if (limit >= 250) for (let tenth = 0; tenth < 10; tenth++) expect(cells.filter((cell) => Math.floor((cell / of) * 10) === tenth).length / limit, `the ${tenth}th tenth`).toBeGreaterThan(0.08);
  });
  test('begins where its seed says', () => { expect([...sample(1_000, 10, 1)]).not.toEqual([...sample(1_000, 10, 2)]); });
});

describe('a budget', () => {
  test.each<readonly [readonly number[], number, readonly number[]]>([
    [[10, 10, 10], 30, [10, 10, 10]], [[5, 1000, 1000], 105, [5, 50, 50]], [[1000, 0, 3], 100, [97, 0, 3]], [[1000, 1000, 1000], 100, [33, 33, 34]], [[], 9, []],
  ])('of %j attempts is spent on all kinds: %i', (sizes, budget, shares) => {
    expect(allot(sizes, budget)).toEqual(shares);
  });
});

test('a thousand APIs with ten thousand grants are read back as a sample', () => {
  const { artifacts, platform, policy } = enforcedEstate(generateEstate({ apis: 1_000, grantsPerApi: 10, seed: 1 }));
  const { coverage, diagnostics } = verify({ policy, platform, emitted: emitted(artifacts) });
  expect(diagnostics).toEqual([]);
  expect(coverage).toMatchObject({ exhaustive: false, cells: 12_500 });
}, 180_000);
