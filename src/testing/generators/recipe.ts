import fc from 'fast-check';
import { beyond, maybe, nat, type BeyondRecipe } from './beyond-recipe.ts';
import { cloud, type CloudRecipe } from './cloud-recipe.ts';

/**
 * The choices that make an estate, free of constraints: `cook` reads every number modulo what there is to choose
 * from, so that any recipe, and whatever fast-check shrinks it to, is an estate that passes `check`.
 */
export interface Recipe {
  readonly namespaces: readonly NamespaceRecipe[];
  readonly segments: number;
  readonly workloads: readonly WorkloadRecipe[];
  readonly grants: readonly GrantRecipe[];
  readonly invariants: readonly (readonly [from: number, to: number])[];
  readonly platform: PlatformRecipe;
  /** Order of what the profile adds until enough is allowed. */
  readonly filling: number;
  /** What a mesh and gateways bring; null: a cluster with NetworkPolicies alone. */
  readonly beyond: BeyondRecipe | null;
  /** What an account of AWS brings; null: nothing is kept there. */
  readonly cloud: CloudRecipe | null;
}
/** By `app` alone, or by a name that all share and a component. */
export interface NamespaceRecipe { readonly labels: 'app' | 'component' }
export interface WorkloadRecipe {
  readonly namespace: number;
  readonly segment: number | null;
  readonly account: boolean;
  readonly label: number;
  readonly tier: number | null;
  readonly ports: readonly { readonly number: number; readonly named: boolean; readonly service: 'none' | 'same' | 'other' | 'other by name' }[];
  readonly datagram: 'none' | 'UDP' | 'SCTP' | 'UDP on a TCP port';
  readonly probe: 'none' | 'http' | 'grpc' | 'tcp' | 'exec';
  readonly controller: number;
  readonly callsApiServer: boolean;
  readonly apis: readonly ApiRecipe[];
}
export interface ApiRecipe {
  readonly kind: 'http' | 'grpc' | 'tcp';
  readonly port: number;
  readonly byName: boolean;
  /** Which of the kind's operations, as bits. */
  readonly operations: number;
  readonly exposed: 'no' | 'LoadBalancer' | 'NodePort';
  readonly forAnyone: number;
}
/** `asked: false` is a latent offer. */
export interface GrantRecipe { readonly api: number; readonly operation: number; readonly caller: number; readonly asked: boolean; readonly until: number | null; readonly owner: boolean }
export interface PlatformRecipe {
  readonly plugin: 'matches nodes and pods' | 'matches neither';
  readonly clientAddress: 'preserved' | 'node';
  readonly ipv6: boolean;
  readonly dnsPort: 53 | 5353;
  readonly nodeLocalDns: boolean;
  readonly overlapping: boolean;
}

export interface Profile {
  readonly workloads: readonly [least: number, most: number];
  readonly namespaces: readonly [least: number, most: number];
  /** Least share of the cells over served ports that is allowed (see `shareAllowed`); 0 leaves it to chance. */
  readonly allowed: number;
  /** Platforms with a mesh, gateways or both, and who comes through them. */
  readonly beyond?: true;
  /** Resources of the cloud, and roles for whoever calls them (`cloud-estate.ts`). */
  readonly cloud?: true;
}
export const profiles = {
  /** Few of everything, down to nothing: what shrinks best. */
  small: { workloads: [1, 6], namespaces: [1, 3], allowed: 0 },
  /** For truth tables: enough of the cells allowed that agreement on denials alone would be seen. */
  dense: { workloads: [6, 11], namespaces: [2, 3], allowed: 0.33 },
  /** Meshes and gateways. The other profiles have none, so that outside evaluators of NetworkPolicy can judge them. */
  beyond: { workloads: [2, 6], namespaces: [1, 3], allowed: 0.15, beyond: true },
  /** Resources of the cloud beside a few of everything, on networks alone. */
  cloud: { workloads: [2, 6], namespaces: [1, 3], allowed: 0, cloud: true },
  /** Resources of the cloud, and meshes and gateways. */
  everything: { workloads: [2, 5], namespaces: [1, 3], allowed: 0, beyond: true, cloud: true },
} as const satisfies Record<string, Profile>;

const rarely = fc.nat({ max: 7 }).map((value) => value === 7);
const mostly = fc.nat({ max: 9 }).map((value) => value < 9);

const api: fc.Arbitrary<ApiRecipe> = fc.record({
  kind: fc.constantFrom('http', 'http', 'grpc', 'tcp'), port: nat, byName: fc.boolean(), operations: fc.integer({ min: 1, max: 2 ** 14 - 1 }),
  exposed: fc.constantFrom('no', 'no', 'no', 'no', 'LoadBalancer', 'NodePort'), forAnyone: nat,
});
const workload: fc.Arbitrary<WorkloadRecipe> = fc.record({
  namespace: nat, segment: maybe(6, nat), account: mostly, label: nat, tier: maybe(3, nat),
  ports: fc.array(fc.record({ number: nat, named: fc.boolean(), service: fc.constantFrom('same', 'none', 'other', 'other by name') }), { minLength: 1, maxLength: 3 }),
  datagram: fc.constantFrom('none', 'none', 'UDP', 'SCTP', 'UDP on a TCP port'),
  probe: fc.constantFrom('none', 'http', 'grpc', 'tcp', 'exec'), controller: nat, callsApiServer: rarely,
  apis: fc.array(api, { maxLength: 2 }),
});
const grant: fc.Arbitrary<GrantRecipe> = fc.record({ api: nat, operation: nat, caller: nat, asked: fc.nat({ max: 9 }).map((value) => value < 8), until: maybe(3, nat), owner: fc.boolean() });
const platform: fc.Arbitrary<PlatformRecipe> = fc.record({
  plugin: fc.constantFrom('matches nodes and pods', 'matches neither'), clientAddress: fc.constantFrom('preserved', 'node'),
  ipv6: fc.boolean(), dnsPort: fc.constantFrom(53, 53, 5353), nodeLocalDns: fc.boolean(), overlapping: fc.constant(false),
});

export function recipe({ beyond: goes, cloud: stores, namespaces, workloads }: Profile): fc.Arbitrary<Recipe> {
  return fc.record({
    namespaces: fc.array(fc.record({ labels: fc.constantFrom('app', 'app', 'component') }), { minLength: namespaces[0], maxLength: namespaces[1] }),
    segments: fc.nat({ max: 3 }),
    workloads: fc.array(workload, { minLength: workloads[0], maxLength: workloads[1], size: 'max' }),
    grants: fc.array(grant, { maxLength: workloads[1] * 3, size: 'max' }),
    invariants: fc.array(fc.tuple(nat, nat), { maxLength: 2 }),
    platform, filling: nat,
    beyond: goes === true ? beyond : fc.constant(null), // last, so that it changes no estate of a seed without it
    cloud: stores === true ? cloud : fc.constant(null),
  });
}
