import fc from 'fast-check';

/** What comes on top of an estate where the platform has a mesh or gateways; free of constraints, like every recipe. */
export interface BeyondRecipe {
  readonly mesh: 'ambient' | 'sidecar' | 'none';
  readonly gateways: number;
  readonly clientAddress: 'connection' | 'xForwardedFor' | 'proxyProtocol' | 'none';
  /** A namespace that is not touched. */
  readonly unmanaged: number | null;
  /** Workloads whose metrics are scraped, and those that look names up. */
  readonly metrics: readonly (readonly [workload: number, port: number])[];
  readonly lookUps: readonly number[];
  readonly exposures: readonly ExposureRecipe[];
  readonly acting: readonly ActingRecipe[];
  /** A header that a grant of a workload asks of its caller. */
  readonly headers: readonly number[];
  readonly requirements: readonly (readonly [segment: number, of: number])[];
  readonly transport: number | null;
}
export interface ExposureRecipe {
  readonly api: number;
  readonly gateway: number;
  readonly for: 'people' | 'partners' | 'anyone';
  readonly browser: boolean;
  readonly websocket: boolean;
  readonly offers: readonly { readonly operation: number; readonly to: number; readonly when: readonly number[]; readonly until: number | null }[];
}
/** A grant of a workload that becomes one of the workload together with a person. `kept`: the plain one stays. */
export interface ActingRecipe { readonly ask: number; readonly people: number; readonly when: number | null; readonly kept: boolean }

export const nat = fc.nat({ max: 9_999 });
/** Present `often` times in ten; shrinks to nothing. */
export const maybe = <T>(often: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ withCrossShrink: true }, { weight: 10 - often, arbitrary: fc.constant(null) }, { weight: often, arbitrary });

const exposure: fc.Arbitrary<ExposureRecipe> = fc.record({
  api: nat, gateway: nat, for: fc.constantFrom('people', 'people', 'partners', 'anyone'), browser: fc.boolean(), websocket: fc.nat({ max: 3 }).map((value) => value === 3),
  offers: fc.array(fc.record({ operation: nat, to: nat, when: fc.array(nat, { maxLength: 2 }), until: maybe(2, nat) }), { minLength: 1, maxLength: 3 }),
});

export const beyond: fc.Arbitrary<BeyondRecipe> = fc.record({
  mesh: fc.constantFrom('ambient', 'ambient', 'sidecar', 'sidecar', 'none'), gateways: fc.nat({ max: 2 }),
  clientAddress: fc.constantFrom('connection', 'xForwardedFor', 'proxyProtocol', 'none'),
  unmanaged: maybe(2, nat), metrics: fc.array(fc.tuple(nat, nat), { maxLength: 2 }), lookUps: fc.array(nat, { maxLength: 1 }),
  exposures: fc.array(exposure, { maxLength: 4 }),
  acting: fc.array(fc.record({ ask: nat, people: nat, when: maybe(4, nat), kept: fc.boolean() }), { maxLength: 3 }),
  headers: fc.array(nat, { maxLength: 1 }), requirements: fc.array(fc.tuple(nat, nat), { maxLength: 1 }), transport: maybe(2, nat),
});
