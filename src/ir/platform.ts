import type { Feature, Plane } from './feature.ts';
import type { Labels } from './identity.ts';
import type { Controller, Protocol } from './workload.ts';

/**
 * Where a policy runs and what that place can do: plain data, `schemas/platform.v1.json`. Every fact that changes
 * what an artefact means is stated here, by a profile with its source or by the user; none is guessed.
 */
export interface Platform {
  readonly version: 1;
  readonly name: string;
  /** Ranges that pods take addresses from. Missing where an exposure needs them: an error. */
  readonly podCidrs: readonly string[];
  /** Ranges that nodes take addresses from. */
  readonly nodeCidrs: readonly string[];
  readonly cni: Cni;
  /** Where the cluster's DNS answers. Missing where something is called by name: an error. */
  readonly dns?: ClusterDns;
  /** Where the API server answers, as a pod's packet carries it (the endpoint, after the Service's translation). */
  readonly apiServer?: { readonly cidrs: readonly string[]; readonly port: number };
  /** Which source address a pod sees for a client that came through a load-balanced Service. */
  readonly loadBalancer?: { readonly clientAddress: 'preserved' | 'node' };
  readonly accept: readonly Acceptance[];
}

/** What enforces NetworkPolicy, and how it departs from the letter of the API. Each departure has its source beside the profile. */
export interface Cni {
  readonly name: string;
  /** `absent`: objects are stored and nothing is enforced. */
  readonly networkPolicy: 'enforced' | 'absent';
  /** The Service's port must equal the container's, or rules on it do not match. */
  readonly servicePortMustEqualContainerPort: boolean;
  /** `ipBlock` never matches the address of a node or of a pod, whatever the range says. */
  readonly ipBlockMatchesNodes: boolean;
  readonly ipBlockMatchesPods: boolean;
  /** Most unique port and protocol combinations that one peer may have; undefined: no limit known. */
  readonly maxPortsPerPeer?: number;
  /** Only pods of these owners are enforced; undefined: all. */
  readonly enforcedOwners?: readonly Controller[];
  /** A pod that has just started is open until its policies arrive. */
  readonly startsOpen: boolean;
}

export interface ClusterDns {
  readonly namespace: string;
  readonly labels: Labels;
  /** The port that the DNS *pods* listen on, which is what a policy sees. */
  readonly port: number;
  readonly protocols: readonly Protocol[];
  /** Node-local caches answer at these addresses instead, on port 53. */
  readonly nodeLocalCidrs: readonly string[];
}

/** `checkout → orders.create`. */
export type GrantRef = string;

/** A person's written word that a platform may enforce less than the policy says. */
export interface Acceptance {
  readonly grants: 'all' | readonly GrantRef[];
  readonly feature: Feature;
  readonly plane: Plane;
  readonly because: string;
  readonly owner: string;
  /** Last day, `YYYY-MM-DD`; ends at 24:00 UTC. */
  readonly until: string;
}
