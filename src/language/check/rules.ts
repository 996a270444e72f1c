import type { Diagnostic } from '#diagnostics';
import type { PlatformContext } from './platform-context.ts';
import type { PolicyContext } from './policy-context.ts';
import { addresses } from './rules/addresses.ts';
import { countersigning } from './rules/countersigning.ts';
import { duplicates } from './rules/duplicates.ts';
import { expiry } from './rules/expiry.ts';
import { exposure } from './rules/exposure.ts';
import { identityKinds } from './rules/identity-kinds.ts';
import { invariants } from './rules/invariants.ts';
import { kubernetesNames } from './rules/kubernetes-names.ts';
import { names } from './rules/names.ts';
import { notYet } from './rules/not-yet.ts';
import { operations } from './rules/operations.ts';
import { acceptances } from './rules/platform/acceptances.ts';
import { acceptedInvariants } from './rules/platform/accepted-invariants.ts';
import { platformFacts } from './rules/platform/platform-facts.ts';
import { platformValues } from './rules/platform/platform-values.ts';
import { ports } from './rules/ports.ts';
import { reasons } from './rules/reasons.ts';
import { references } from './rules/references.ts';
import { selectors } from './rules/selectors.ts';
import { serviceAccounts } from './rules/service-accounts.ts';
import { templates } from './rules/templates.ts';

export type PolicyRule = (context: PolicyContext) => readonly Diagnostic[];
export type PlatformRule = (context: PlatformContext) => readonly Diagnostic[];

/** One file each under `rules/`, named alike. Their order does not show: diagnostics are sorted by place. */
export const policyRules: readonly PolicyRule[] = [
  addresses, countersigning, duplicates, expiry, exposure, identityKinds, invariants, kubernetesNames, names, notYet, operations, ports,
  reasons, references, selectors, serviceAccounts, templates,
];

/** One file each under `rules/platform/`. */
export const platformRules: readonly PlatformRule[] = [acceptances, acceptedInvariants, platformFacts, platformValues];
