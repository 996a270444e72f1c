import type { BuiltinPeer, IdentityKind } from '#ir';
import { declaration, noForm, type Declaration } from './declaration.ts';

export interface Identity<K extends IdentityKind, N extends string> { readonly kind: K; readonly name: N; readonly [declaration]: Declaration }
/** A workload as others speak of it; `workload(…)` returns one that can also ask. */
export type WorkloadIdentity<N extends string = string> = Identity<'workload', N> & { readonly people?: undefined };
/** A workload together with a valid token of one of those people, at every hop. */
export type ActingIdentity<N extends string = string, P extends string = string> = Identity<'workload', N> & { readonly people: P };
export type DeclaredPeople<N extends string = string> = Identity<'people', N>;
export type DeclaredPartner<N extends string = string> = Identity<'partner', N>;
export type DeclaredBuiltin<N extends BuiltinPeer = BuiltinPeer> = Identity<'builtin', N>;
export interface DeclaredAnyone { readonly kind: 'anyone'; readonly [declaration]: Declaration }

/** Who may be offered something. */
export type DeclaredIdentity = WorkloadIdentity | ActingIdentity | DeclaredPeople | DeclaredPartner | DeclaredBuiltin | DeclaredAnyone;

/** By kind and name, so that a workload named like a group of people is not that group: `workload:checkout`. */
export type IdentityText<I> =
  I extends { readonly kind: 'anyone' } ? 'anyone'
    : I extends { readonly kind: 'workload'; readonly name: infer N extends string; readonly people: infer P extends string } ? `workload:${N}+people:${P}`
      : I extends { readonly kind: infer K extends string; readonly name: infer N extends string } ? `${K}:${N}` : never;

const given = (ref: object, options?: unknown): Declaration => ({ form: noForm, name: undefined, options, site: {}, ref: Object.freeze(ref) });

/** Any subject that arrives at an API's exposure. Never a pod of the cluster: those need an offer and a request. */
export const anyone: DeclaredAnyone = Object.freeze({ kind: 'anyone', [declaration]: given({ kind: 'anyone' }) });

const builtin = <const N extends BuiltinPeer>(name: N): DeclaredBuiltin<N> => Object.freeze({ kind: 'builtin', name, [declaration]: given({ kind: 'builtin', name }) });
/** The cluster's DNS. */
export const clusterDns = builtin('clusterDns');
/** The cluster's API server. */
export const apiServer = builtin('apiServer');
/** Whatever scrapes the metrics that workloads declare. */
export const metricsScraper = builtin('metricsScraper');
/** The kubelet's probes. */
export const nodeProbes = builtin('nodeProbes');
/** The cluster's ingress controller. */
export const ingress = builtin('ingress');

export interface DeclaredEveryoneBut { readonly kind: 'anyIdentity'; readonly [declaration]: Declaration }
export interface DeclaredAnyIdentity extends DeclaredEveryoneBut {
  /** Everyone but these. */
  readonly except: (...identities: readonly DeclaredIdentity[]) => DeclaredEveryoneBut;
}
/** Every identity there is, for invariants: `never(reach(anyIdentity.except(billing), cards), …)`. */
export const anyIdentity: DeclaredAnyIdentity = Object.freeze({
  kind: 'anyIdentity',
  except: (...identities: readonly DeclaredIdentity[]) => Object.freeze({ kind: 'anyIdentity' as const, [declaration]: given({ kind: 'anyIdentity' }, identities) }),
  [declaration]: given({ kind: 'anyIdentity' }, []),
});
