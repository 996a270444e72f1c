import type { Labels, Plane, Protocol } from '#ir';

/** One end of a connection, in the terms of the wire and the cluster. An end outside the cluster has an address only. */
export interface Endpoint {
  readonly namespace?: string;
  readonly namespaceLabels?: Labels;
  readonly podLabels?: Labels;
  readonly serviceAccount?: string;
  readonly ip?: string;
  /** The pod shares its node's address, and its node's traffic is its own. */
  readonly hostNetwork?: boolean;
}

/** What one enforcer sees of a request. Wire facts only, never the policy's names. */
export interface Hop {
  readonly enforcer: Plane;
  readonly direction: 'egress' | 'ingress';
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** The pod's port, after a Service's translation. */
  readonly port: number;
  /** The name that the destination's container gives that port, if it does. */
  readonly portName?: string;
  readonly protocol: Protocol;
  /** The Service that the client addressed, where it did not address the pod. */
  readonly serviceAddress?: { readonly name: string; readonly port: number };
  readonly http?: { readonly method: string; readonly path: string };
}

/**
 * What a platform does at a hop. `abstain`: this enforcer does not look at such traffic. `unknown`: it can't be told
 * from the artefacts; taken as allow for safety and as deny for liveness.
 */
export type Verdict = 'allow' | 'deny' | 'abstain' | 'unknown';
export type Decider = (hop: Hop) => Verdict;

/** Something a proof relies on and no artefact shows. A law leaves out the hops that a listed one covers. */
export interface Assumption { readonly name: string; readonly sentence: string; readonly covers: (hop: Hop) => boolean }

/** The enforcers on the way that the policy intends, in order, and on every way around it. */
export interface Crossing { readonly intended: readonly Hop[]; readonly bypasses: readonly (readonly Hop[])[] }
