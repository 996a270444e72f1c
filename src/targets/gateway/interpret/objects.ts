import type { PathSettings } from './request-path.ts';

/** The objects that decide what a gateway does, as far as they are read here. Anything else in them makes them unreadable. */
export interface Named { readonly namespace: string; readonly name: string }
export interface Reference extends Named { readonly kind: string }

export interface GatewayClass { readonly name: string; readonly controller: string }
export interface Gateway extends Named { readonly className: string; readonly proxy: string | undefined; readonly listeners: readonly Listener[] }
export interface Listener {
  readonly name: string; readonly hostname: string | undefined; readonly port: number; readonly protocol: string;
  readonly certificates: readonly Reference[]; readonly routesFrom: 'All' | 'Same' | 'None';
}
export interface EnvoyProxy extends Named { readonly routesToServices: boolean }

/** Whom a policy is about. `section`: one listener of a Gateway, or one rule of a route. */
export interface Target { readonly kind: string; readonly name: string; readonly section: string | undefined }
export interface Policy extends Named { readonly targets: readonly Target[] }

export interface ClientTraffic extends Policy {
  readonly paths: PathSettings;
  readonly underscores: 'Allow' | 'DropHeader' | 'RejectRequest';
  /** How a client's address is known: the words of the platform (`ClientAddress`), as one text. */
  readonly clientAddress: string;
  readonly removed: (header: string) => boolean;
  readonly clients: ClientValidation | undefined;
}
export interface ClientValidation { readonly required: boolean; readonly authorities: readonly Reference[]; /** As `uri:…` and `dns:…`; undefined: any. */ readonly names: readonly string[] | undefined }

export interface BackendTraffic extends Policy { /** Lower case; undefined: nothing is said, which lets WebSockets through. */ readonly upgrades: readonly string[] | undefined }

export interface Security extends Policy {
  readonly cors: boolean;
  readonly jwt: { readonly mayBeMissing: boolean; readonly mayFail: boolean; readonly providers: readonly JwtProvider[] } | undefined;
  readonly authorization: { readonly byDefault: Action; readonly rules: readonly Rule[] } | undefined;
}
export type Action = 'Allow' | 'Deny';
export interface JwtProvider { readonly name: string; readonly issuer: string; readonly audiences: readonly string[]; readonly keys: string; /** In `Authorization`, after `Bearer `. */ readonly readsBearer: boolean }
export interface Rule {
  readonly action: Action;
  readonly methods: readonly string[];
  readonly path: { readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression'; readonly value: string; readonly invert: boolean } | undefined;
  readonly cidrs: readonly string[];
  readonly cel: string | undefined;
}

export interface Route extends Named {
  readonly kind: 'HTTPRoute' | 'GRPCRoute';
  readonly parents: readonly { readonly name: string; readonly namespace: string; readonly section: string | undefined }[];
  readonly hostnames: readonly string[];
  readonly rules: readonly { readonly name: string | undefined; readonly matches: readonly Match[]; readonly backends: readonly Backend[] }[];
}
export interface Match { readonly path: { readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression'; readonly value: string }; readonly headers: readonly { readonly name: string; readonly type: 'Exact' | 'RegularExpression'; readonly value: string }[] }
export interface Backend extends Reference { readonly port: number | undefined }

export interface ReferenceGrant extends Named { readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[]; readonly to: readonly { readonly group: string; readonly kind: string; readonly name: string | undefined }[] }
/** trust-manager's: the ConfigMaps of its name have what its source has. */
export interface Bundle { readonly name: string; readonly source: { readonly kind: string; readonly name: string } }


export const gatewayGroup = 'gateway.networking.k8s.io', envoyGroup = 'gateway.envoyproxy.io';
