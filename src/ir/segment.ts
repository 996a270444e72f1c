import type { Condition } from './condition.ts';

/** What a segment's data is worth, least first. */
export const dataClasses = ['public', 'internal', 'confidential', 'restricted'] as const;
export type DataClass = (typeof dataClasses)[number];
export type TlsVersion = '1.2' | '1.3';

/** Requirements that every grant into the segment carries. Segments add, nothing subtracts. */
export interface Requirements {
  readonly people: readonly Condition[];
  readonly workloads: readonly Condition[];
  readonly partners: readonly Condition[];
  readonly transport?: { readonly tls: TlsVersion };
  /** Longest life of a connection or stream before it is authorised again, in seconds. */
  readonly reauthenticateEvery?: number;
}

export type Alert =
  | { readonly kind: 'failedAuthentication'; readonly abovePerMinute: number }
  | { readonly kind: 'surge'; readonly factor: number }
  | { readonly kind: 'deniedLateralMove' }
  | { readonly kind: 'unusualCaller' };

export interface Segment {
  readonly name: string;
  /** `internal` where nothing is said. */
  readonly holds: DataClass;
  /** `unmanaged`: its namespaces are not touched and count as foreign. */
  readonly managed: 'managed' | 'staged' | 'unmanaged';
  readonly owner?: string;
  readonly requires: Requirements;
  readonly alerts: readonly Alert[];
}
