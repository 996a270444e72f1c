import type { Feature, Fidelity, Plane } from './feature.ts';
import type { Acceptance, GrantRef } from './platform.ts';

/** Who answers for one feature of one grant. */
export interface Duty {
  readonly grant: GrantRef;
  readonly feature: Feature;
  readonly plane: Plane;
  /** The target that enforces it. */
  readonly target: string;
  readonly fidelity: Fidelity;
  /** Set where `fidelity` is not `exact` and a person has accepted that. */
  readonly accepted?: Acceptance;
}

/** Which enforcer is responsible for which part of which grant, in the order of the grants. */
export interface Placement { readonly duties: readonly Duty[] }
