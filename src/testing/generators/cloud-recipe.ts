import fc from 'fast-check';
import { maybe, nat } from './beyond-recipe.ts';

/** What comes on top of an estate where its workloads have roles in an account; free of constraints, like every recipe. */
export interface CloudRecipe {
  readonly region: number;
  readonly identity: 'podIdentity' | 'irsa';
  /** `private`: through VPC endpoints; `mixed`: some through one, some at public addresses; `undeclared`: of some nobody said where they answer. */
  readonly endpoints: 'private' | 'public' | 'mixed' | 'undeclared';
  readonly vpc: boolean;
  readonly boundary: boolean;
  readonly path: boolean;
  readonly morePolicies: boolean;
  /** Workloads outside the cluster. */
  readonly hosts: number;
  /** A segment's requirement on whoever calls what is in it, and its encryption. */
  readonly requirement: number | null;
  readonly transport: number | null;
  readonly resources: readonly ResourceRecipe[];
  readonly grants: readonly CloudGrantRecipe[];
  readonly invariants: readonly (readonly [from: number, to: number])[];
  /** Order of what is added until enough is allowed. */
  readonly filling: number;
}
export interface ResourceRecipe {
  readonly service: number;
  readonly owned: boolean;
  readonly arn: 'literal' | 'hole' | 'made' | 'of another account';
  /** Indexes of a table, prefixes of a bucket, and which of the verbs, as bits. */
  readonly parts: number;
  readonly verbs: number;
  readonly segment: number | null;
  readonly key: number | null;
}
/** `asked: false` is a latent offer. */
export interface CloudGrantRecipe { readonly resource: number; readonly operation: number; readonly caller: number; readonly asked: boolean; readonly until: number | null; readonly from: number | null; readonly owner: boolean }

const resource: fc.Arbitrary<ResourceRecipe> = fc.record({
  service: nat, owned: fc.boolean(), arn: fc.constantFrom('literal', 'hole', 'made', 'of another account', 'hole', 'literal'), parts: nat, verbs: fc.integer({ min: 1, max: 2 ** 9 - 1 }), segment: maybe(7, nat), key: maybe(6, nat),
});
const grant: fc.Arbitrary<CloudGrantRecipe> = fc.record({
  resource: nat, operation: nat, caller: nat, asked: fc.nat({ max: 9 }).map((value) => value < 8), until: maybe(3, nat), from: maybe(4, nat), owner: fc.boolean(),
});

export const cloud: fc.Arbitrary<CloudRecipe> = fc.record({
  region: nat, identity: fc.constantFrom('podIdentity', 'podIdentity', 'irsa'), endpoints: fc.constantFrom('private', 'private', 'mixed', 'public', 'undeclared'),
  vpc: fc.boolean(), boundary: fc.nat({ max: 3 }).map((value) => value === 3), path: fc.boolean(), morePolicies: fc.nat({ max: 3 }).map((value) => value === 3),
  hosts: fc.nat({ max: 2 }), requirement: maybe(3, nat), transport: maybe(2, nat),
  resources: fc.array(resource, { minLength: 1, maxLength: 9, size: 'max' }), grants: fc.array(grant, { maxLength: 24, size: 'max' }),
  invariants: fc.array(fc.tuple(nat, nat), { maxLength: 2 }), filling: nat,
});
