import type { Feature, GrantRef, Plane } from '#ir';
import { callSite } from './call-site.ts';
import { declaration, defined, isFields, isHandle, noForm, type Declaration, type Form } from './declaration.ts';

/** A person's written word that a platform may enforce less than the policy says. */
export interface AcceptanceOptions {
  /** Every grant, or these: `checkout → orders.create`. */
  readonly grants: 'all' | readonly GrantRef[];
  readonly feature: Feature;
  readonly plane: Plane;
  readonly because: string;
  readonly owner: string;
  /** Last day, `YYYY-MM-DD`; it ends at 24:00 UTC of that day. */
  readonly until: string;
}
export interface DeclaredAcceptance { readonly kind: 'acceptance'; readonly [declaration]: Declaration }

const acceptanceForm: Form = {
  ...noForm, // of a platform, which has no lists to choose from
  lower: ({ options }) => (isFields(options) ? defined(options) : options),
};

/** Accepts that one plane enforces a feature less exactly, for a reason, by somebody, for a time. No acceptance can break a `never`. */
export function acceptWeaker(options: AcceptanceOptions): DeclaredAcceptance {
  return Object.freeze({ kind: 'acceptance', [declaration]: { form: acceptanceForm, name: undefined, options, site: callSite(acceptWeaker) } });
}

/** As the IR has it. */
export const lowerAcceptance = (value: unknown): unknown => (isHandle(value) ? acceptanceForm.lower(value[declaration], undefined as never) : value);
