import type { Feature, Fidelity, Plane } from './feature.ts';
import type { Acceptance, GrantRef } from './platform.ts';

/**
 * What a compiled policy rests on: for each grant, each thing that somebody has to enforce and each plane on its way,
 * how well that plane does it, by which object and which field of it. Plain data, `schemas/ledger.v1.json`.
 */
export interface Ledger {
  readonly version: 1;
  readonly policy: string;
  readonly platform: string;
  /** Those on which the platform has an enforcer, in the order of `planes`. */
  readonly planes: readonly Plane[];
  /** In the order of the policy; what is derived from workloads' own facts comes last. */
  readonly grants: readonly LedgerGrant[];
  /** What a person has accepted in writing, in the platform's order. */
  readonly acceptances: readonly LedgerAcceptance[];
  /** What every proof relies on and no object shows. */
  readonly assumptions: readonly LedgerAssumption[];
  readonly readBack: ReadBack;
}

export interface LedgerGrant {
  readonly grant: GrantRef;
  /** `derived`: nobody wrote it, it follows from what a workload says of itself. */
  readonly kind: 'granted' | 'derived';
  /** Last day, `YYYY-MM-DD`. */
  readonly until?: string;
  /** Into an unmanaged segment: nothing is emitted there and nothing is claimed. */
  readonly unmanaged?: true;
  /** To a resource of the cloud whose own policy is somebody else's: all that is claimed is what the caller is allowed. Who else is, nobody says here. */
  readonly callersSideOnly?: true;
  /** In the order of features; empty where nothing is claimed. */
  readonly lines: readonly LedgerLine[];
}

/** One thing that somebody has to enforce. */
export interface LedgerLine {
  readonly feature: Feature;
  /** In the words of the policy: `mfa within 15m`, `GET /orders`. */
  readonly asks: string;
  /** One for each plane on the way on which the platform has an enforcer. */
  readonly cells: readonly LedgerCell[];
}

export interface LedgerCell {
  readonly plane: Plane;
  /** `absent`: it does not see it. `delegated`: it does not see it, and admits only who has. */
  readonly does: Fidelity | 'delegated';
  /** For `delegated`: the plane that sees it. */
  readonly to?: Plane;
  /** The target that answers for it here, as placement decided. What others do besides is defence in depth. */
  readonly answers?: string;
  /** Who has accepted that it is no more than this. */
  readonly accepted?: Pick<Acceptance, 'because' | 'owner' | 'until'>;
  /** Empty where no object does anything for it. */
  readonly by: readonly LedgerObject[];
}

export interface LedgerObject {
  /** The artefact's id: `networking.k8s.io/v1/NetworkPolicy/orders/countersign-orders`. */
  readonly artifact: string;
  /** The field in it: `spec.ingress[0].ports`. */
  readonly field: string;
  /** What the vendor says that makes the field mean this. */
  readonly rule: string;
}

export interface LedgerAcceptance extends Acceptance {
  /** How many grants rest on it. */
  readonly used: number;
}

export interface LedgerAssumption {
  readonly name: string;
  readonly sentence: string;
  /** The targets that list it; `check` for what the proof of the policy's invariants rests on. */
  readonly targets: readonly string[];
}

/**
 * Ways around the one that the policy intends: the pod's own address, a Service that nobody named, a node's port; past
 * the mesh's client side, without a certificate; past the waypoint, straight to the pod's proxy; through the gateway
 * under another exposure's name, or past it; to the cloud past the declared endpoint, over the Internet.
 */
export const bypassKinds = ['podAddress', 'otherService', 'nodePort', 'pastMesh', 'pastWaypoint', 'otherHost', 'pastGateway', 'pastEndpoint'] as const;
export type BypassKind = (typeof bypassKinds)[number];

/** How much of what was emitted was read back and compared with the meaning. */
export interface ReadBack {
  /** Every cell. */
  readonly exhaustive: boolean;
  readonly cells: number;
  /** How many there are. */
  readonly of: number;
  /** Ways around the intended one that were judged and found closed, or open to whom the policy allows anyhow; by kind, those that occur. */
  readonly bypasses: Readonly<Partial<Record<BypassKind, number>>>;
}
