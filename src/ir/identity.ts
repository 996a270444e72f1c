/**
 * Who a policy speaks of. References are by kind and name: a workload that is named like a group of people is not
 * that group.
 */
export type IdentityKind = 'workload' | 'people' | 'partner' | 'anyone' | 'builtin' | 'pods';

/** Peers that every cluster has and no team declares; platform profiles say where they are. */
export const builtinPeers = ['clusterDns', 'apiServer', 'metricsScraper', 'nodeProbes', 'ingress'] as const;
export type BuiltinPeer = (typeof builtinPeers)[number];

/** A workload; with `actingFor`, that workload *and* a valid token of one of those people, at every hop. */
export interface WorkloadRef { readonly kind: 'workload'; readonly name: string; readonly actingFor?: string }
export interface PeopleRef { readonly kind: 'people'; readonly name: string }
export interface PartnerRef { readonly kind: 'partner'; readonly name: string }
/** Any subject that arrives at an API's exposure. Never a pod of the cluster: those need an offer and a request. */
export interface AnyoneRef { readonly kind: 'anyone' }
export interface BuiltinRef { readonly kind: 'builtin'; readonly name: BuiltinPeer }
/**
 * Whatever pod carries these labels, with or without the ServiceAccount; `namespace` `*` is every namespace. Nobody
 * declares it: `accepted` (in `#spec`) writes it where a platform has accepted less than an identity.
 */
export interface PodsRef { readonly kind: 'pods'; readonly namespace: string; readonly labels: Labels }

export type IdentityRef = WorkloadRef | PeopleRef | PartnerRef | AnyoneRef | BuiltinRef | PodsRef;
export type Labels = Readonly<Record<string, string>>;

/** People known to one identity provider, narrowed by `where`. */
export interface People { readonly name: string; readonly via: string; readonly where?: import('./condition.ts').Condition }

/** Another organisation, known by its client certificate. `ca` names a CA bundle of the platform. */
export interface Partner { readonly name: string; readonly certificate: { readonly ca: string; readonly san: string } }

/** How a provider's tokens say what conditions ask about. */
export interface Assertion { readonly claim: string; readonly anyOf?: readonly string[] }
export interface IdentityProvider {
  readonly name: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly jwksUri: string;
  readonly asserts?: { readonly mfa?: Assertion; readonly authenticatedAt?: Assertion; readonly device?: Assertion };
}

/** One spelling of an identity, for messages and for sorting: `workload:checkout`, `anyone`. Injective. */
export function identityText(identity: IdentityRef): string {
  switch (identity.kind) {
    case 'anyone': return 'anyone';
    case 'workload': return identity.actingFor === undefined ? `workload:${identity.name}` : `workload:${identity.name}+people:${identity.actingFor}`;
    case 'people': case 'partner': case 'builtin': return `${identity.kind}:${identity.name}`;
    case 'pods': return `pods:${identity.namespace}/${labelsText(identity.labels)}`;
    default: return identity satisfies never;
  }
}

/** What a person calls the identity: the name they gave it. */
export function identityName(identity: IdentityRef): string {
  switch (identity.kind) {
    case 'anyone': return 'anyone';
    case 'workload': return identity.actingFor === undefined ? identity.name : `${identity.name} acting for ${identity.actingFor}`;
    case 'people': case 'partner': case 'builtin': return identity.name;
    case 'pods': return `pods ${labelsText(identity.labels)} in ${identity.namespace}`;
    default: return identity satisfies never;
  }
}

/** `a=1,b=2`, keys in order. Label values contain neither `=` nor `,` (Kubernetes, "Labels and Selectors"). */
export function labelsText(labels: Labels): string {
  return Object.keys(labels).sort().map((key) => `${key}=${labels[key]}`).join(',');
}
