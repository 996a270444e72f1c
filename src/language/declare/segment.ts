import type { DataClass, TlsVersion } from '#ir';
import { lowerAlert, type DeclaredAlert } from './alert.ts';
import { callSite } from './call-site.ts';
import { lowerConditions, type DeclaredCondition } from './condition.ts';
import { declaration, defined, each, isFields, type Declaration, type Fields, type Form, type Lowering } from './declaration.ts';
import { secondsOf, type Duration } from './duration.ts';

export interface SegmentOptions {
  /** What its data is worth; `internal` where nothing is said. */
  readonly holds?: DataClass | undefined;
  /** `unmanaged`: its namespaces are not touched and count as foreign. */
  readonly managed?: 'managed' | 'staged' | 'unmanaged' | undefined;
  readonly owner?: string | undefined;
  /** What every grant into the segment carries. Segments add; nothing subtracts. */
  readonly requires?: {
    readonly people?: readonly DeclaredCondition[] | undefined;
    readonly workloads?: readonly DeclaredCondition<'anything'>[] | undefined;
    readonly partners?: readonly DeclaredCondition<'anything'>[] | undefined;
    readonly transport?: { readonly tls: TlsVersion } | undefined;
    /** Longest life of a connection or stream before it is authorised again. */
    readonly reauthenticateEvery?: Duration | undefined;
  } | undefined;
  readonly alerts?: readonly DeclaredAlert[] | undefined;
}
export interface DeclaredSegment<N extends string = string> { readonly kind: 'segment'; readonly name: N; readonly [declaration]: Declaration }

const segmentForm: Form = {
  list: 'segments',
  lower({ name, options }, lowering) {
    if (!isFields(options)) return options;
    const { requires = {}, alerts = [], ...rest } = defined(options);
    return {
      name, holds: 'internal', managed: 'managed', ...rest,
      requires: isFields(requires) ? lowerRequirements(requires, lowering.below('requires')) : requires,
      alerts: each(alerts, (alert, index) => lowerAlert(alert, lowering.below('alerts').below(index))),
    };
  },
  inside: (_, tokens) => tokens,
};

/** A part of the estate with requirements of its own. */
export function segment<const N extends string>(name: N, options: SegmentOptions = {}): DeclaredSegment<N> {
  return Object.freeze({ kind: 'segment', name, [declaration]: { form: segmentForm, name, options, site: callSite(segment), ref: Object.freeze({ kind: 'segment', name }) } });
}

function lowerRequirements(requires: Fields, lowering: Lowering): unknown {
  const { reauthenticateEvery, ...rest } = defined(requires);
  const conditions = (who: string) => lowerConditions(rest[who] ?? [], lowering.below(who));
  return {
    ...rest, people: conditions('people'), workloads: conditions('workloads'), partners: conditions('partners'),
    ...(reauthenticateEvery === undefined ? {} : { reauthenticateEvery: secondsOf(reauthenticateEvery, 'reauthenticateEvery', lowering.below('reauthenticateEvery')) }),
  };
}
