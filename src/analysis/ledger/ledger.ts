import { proofAssumptions } from '#algebra';
import {
  builtinFeatures, builtinGrants, grants, isUnmanaged, neededFeatures, planes, planesOnTheWay, wayOf,
  type Acceptance, type Api, type Duty, type Feature, type GrantRef, type Ledger, type LedgerCell, type LedgerLine, type Placement, type Plane, type Platform, type Policy, type ReadBack, type Way,
} from '#ir';
import type { Assumption } from '#spec';
import type { Evidence } from '#targets/target';
import { asksOf } from './asks.ts';

/** What one target did, as the ledger asks about it. */
export interface Reported {
  readonly id: string;
  readonly plane: Plane;
  readonly assumptions: readonly Assumption[];
  readonly evidence: () => Iterable<Evidence>;
}

export interface LedgerInput {
  readonly policy: Policy;
  readonly platform: Platform;
  readonly placement: Placement;
  /** Those that the platform has. */
  readonly targets: readonly Reported[];
  readonly coverage: ReadBack;
}

/** Linear in grants × features and in evidence. What there is to say of a cell comes from objects; from placement, who answers. */
export function ledger({ coverage, placement, platform, policy, targets }: LedgerInput): Ledger {
  const present = planes.filter((plane) => targets.some((target) => target.plane === plane));
  const cellsOf = cellsBy(placement, targets, present);
  const needed = neededFeatures(policy), asks = asksOf(policy);
  const unmanaged = new Set(policy.workloads.filter((workload) => isUnmanaged(policy, workload)).map(({ name }) => name));
  const untouched = new Set(policy.segments.flatMap(({ managed, name }) => (managed === 'unmanaged' ? [name] : [])));
  const isUntouched = ({ servedBy }: Api): boolean => (servedBy.kind === 'workload' ? unmanaged.has(servedBy.workload) : servedBy.segment !== undefined && untouched.has(servedBy.segment));
  const line = (ref: GrantRef, way: Way, feature: Feature, text: string): LedgerLine => ({ feature, asks: text, cells: cellsOf(ref, way, feature) });
  return {
    version: 1, policy: policy.name, platform: platform.name, planes: present,
    grants: [
      ...grants(policy).map((grant) => {
        const { api, ref, until } = grant, way = wayOf(grant), asked = asks(grant);
        return {
          grant: ref, kind: 'granted' as const, ...(until === undefined ? {} : { until }),
          ...(isUntouched(api) ? { unmanaged: true as const } : {}),
          ...(api.servedBy.kind === 'cloud' && !api.servedBy.owned ? { callersSideOnly: true as const } : {}),
          lines: needed(grant).map((feature) => line(ref, way, feature, asked(feature))),
        };
      }),
      ...builtinGrants(policy).map(({ path, port, ref }) => ({
        grant: ref, kind: 'derived' as const,
        lines: builtinFeatures.map((feature) => line(ref, 'pods', feature, feature === 'port' ? `port ${port}` : feature === 'operation.http' ? `GET ${path}` : 'identity')),
      })),
    ],
    acceptances: accepted(platform.accept, placement),
    assumptions: assumptionsOf(policy, targets),
    readBack: coverage,
  };
}

function cellsBy({ duties }: Placement, targets: readonly Reported[], present: readonly Plane[]): (ref: GrantRef, way: Way, feature: Feature) => readonly LedgerCell[] {
  const found = new Map<GrantRef, Map<string, { readonly evidence: Evidence[]; duty?: Duty }>>();
  const place = (grant: GrantRef, feature: Feature, plane: Plane): { readonly evidence: Evidence[]; duty?: Duty } => {
    let places = found.get(grant);
    if (places === undefined) found.set(grant, (places = new Map()));
    const key = `${feature} ${plane}`;
    let here = places.get(key);
    if (here === undefined) places.set(key, (here = { evidence: [] }));
    return here;
  };
  for (const { evidence, plane } of targets) for (const one of evidence()) place(one.grant, one.feature, plane).evidence.push(one);
  for (const duty of duties) place(duty.grant, duty.feature, duty.plane).duty = duty;
  return (ref, way, feature) => {
    const onTheWay: readonly Plane[] = planesOnTheWay[way];
    return present.filter((plane) => onTheWay.includes(plane)).map((plane): LedgerCell => {
      const { duty, evidence } = found.get(ref)?.get(`${feature} ${plane}`) ?? { evidence: [] };
      return {
        plane, ...together(evidence, duty),
        ...(duty === undefined ? {} : { answers: duty.target }),
        ...(duty?.accepted === undefined ? {} : { accepted: { because: duty.accepted.because, owner: duty.accepted.owner, until: duty.accepted.until } }),
        by: evidence.map(({ artifact, field, rule }) => ({ artifact, field, rule })),
      };
    });
  };
}

/**
 * Several objects of one plane stand at several places of a way, and somebody may come past all but one of them: a plane
 * does no better than the worst of them. Who delegates leans on the others.
 */
function together(evidence: readonly Evidence[], duty: Duty | undefined): Pick<LedgerCell, 'does' | 'to'> {
  const does = (['absent', 'narrower', 'wider', 'exact', 'delegated'] as const).find((wanted) => evidence.some((one) => one.does === wanted));
  if (does === undefined) return { does: duty?.fidelity ?? 'absent' };
  const to = does === 'delegated' ? evidence.find((one) => one.does === 'delegated')?.to : undefined;
  return { does, ...(to === undefined ? {} : { to }) };
}

function accepted(accept: readonly Acceptance[], { duties }: Placement): Ledger['acceptances'] {
  const resting = new Map<Acceptance, Set<GrantRef>>();
  for (const { accepted: acceptance, grant } of duties) {
    if (acceptance === undefined) continue;
    const refs = resting.get(acceptance);
    if (refs === undefined) resting.set(acceptance, new Set([grant])); else refs.add(grant);
  }
  return accept.map((acceptance) => ({ ...acceptance, used: resting.get(acceptance)?.size ?? 0 }));
}

/** What the proof of the invariants rests on, and what the targets do. One that two targets list in the same words is one. */
export function assumptionsOf(policy: Policy, targets: readonly Pick<Reported, 'assumptions' | 'id'>[]): Ledger['assumptions'] {
  const found = new Map<string, { readonly name: string; readonly sentence: string; readonly targets: string[] }>();
  for (const { assumptions, id } of [{ id: 'check', assumptions: proofAssumptions(policy, { enforced: true }) }, ...targets]) {
    for (const { name, sentence } of assumptions) {
      const key = `${name} ${sentence}`, before = found.get(key);
      if (before === undefined) found.set(key, { name, sentence, targets: [id] }); else before.targets.push(id);
    }
  }
  return [...found.values()];
}
