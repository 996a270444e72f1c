import type { Diagnostic } from '#diagnostics';
import type { PlatformContext } from './platform-context.ts';
import type { PolicyContext } from './policy-context.ts';
import { addresses } from './rules/addresses.ts';
import { cloudCallers } from './rules/cloud-callers.ts';
import { cloudConditions } from './rules/cloud-conditions.ts';
import { cloudOperations } from './rules/cloud-operations.ts';
import { cloudResources } from './rules/cloud-resources.ts';
import { conditionInputs } from './rules/condition-inputs.ts';
import { conditions } from './rules/conditions.ts';
import { countersigning } from './rules/countersigning.ts';
import { duplicates } from './rules/duplicates.ts';
import { encryption } from './rules/encryption.ts';
import { expiry } from './rules/expiry.ts';
import { exposure } from './rules/exposure.ts';
import { holes } from './rules/holes.ts';
import { identityKinds } from './rules/identity-kinds.ts';
import { identityProviders } from './rules/identity-providers.ts';
import { invariants } from './rules/invariants.ts';
import { kubernetesNames } from './rules/kubernetes-names.ts';
import { names } from './rules/names.ts';
import { namespaces } from './rules/namespaces.ts';
import { notYet } from './rules/not-yet.ts';
import { operations } from './rules/operations.ts';
import { outsideHosts } from './rules/outside-hosts.ts';
import { overlappingExposures } from './rules/overlapping-exposures.ts';
import { partnerListeners } from './rules/partner-listeners.ts';
import { partners } from './rules/partners.ts';
import { people } from './rules/people.ts';
import { acceptances } from './rules/platform/acceptances.ts';
import { acceptedInvariants } from './rules/platform/accepted-invariants.ts';
import { administrators } from './rules/platform/administrators.ts';
import { awsAccounts } from './rules/platform/aws-accounts.ts';
import { awsEndpoints } from './rules/platform/aws-endpoints.ts';
import { awsFacts } from './rules/platform/aws-facts.ts';
import { awsValues } from './rules/platform/aws-values.ts';
import { gatewayValues } from './rules/platform/gateway-values.ts';
import { identitiesApart } from './rules/platform/identities-apart.ts';
import { meshValues } from './rules/platform/mesh-values.ts';
import { platformFacts } from './rules/platform/platform-facts.ts';
import { platformNames } from './rules/platform/platform-names.ts';
import { platformReferences } from './rules/platform/platform-references.ts';
import { platformValues } from './rules/platform/platform-values.ts';
import { ports } from './rules/ports.ts';
import { reasons } from './rules/reasons.ts';
import { references } from './rules/references.ts';
import { selectors } from './rules/selectors.ts';
import { serviceAccounts } from './rules/service-accounts.ts';
import { sharedPorts } from './rules/shared-ports.ts';
import { templates } from './rules/templates.ts';
import { unprovedInvariants } from './rules/unproved-invariants.ts';

export type PolicyRule = (context: PolicyContext) => readonly Diagnostic[];
export type PlatformRule = (context: PlatformContext) => readonly Diagnostic[];

/** One file each under `rules/`, named alike. Their order does not show: diagnostics are sorted by place. */
export const policyRules: readonly PolicyRule[] = [
  addresses, cloudCallers, cloudConditions, cloudOperations, cloudResources, conditionInputs, conditions, countersigning, duplicates, encryption, expiry,
  exposure, holes, identityKinds, identityProviders, invariants, kubernetesNames, names, namespaces, notYet, operations, outsideHosts, overlappingExposures, partnerListeners, partners, people, ports, reasons,
  references, selectors, serviceAccounts, sharedPorts, templates, unprovedInvariants,
];

/** One file each under `rules/platform/`. */
export const platformRules: readonly PlatformRule[] = [
  acceptances, acceptedInvariants, administrators, awsAccounts, awsEndpoints, awsFacts, awsValues, gatewayValues, identitiesApart, meshValues,
  platformFacts, platformNames, platformReferences, platformValues,
];
