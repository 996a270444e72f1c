import type { Condition, IdentityProvider } from '#ir';

/** How one policy reads tokens: its identity providers. Interned by content, so that two policies which read alike share it. */
export interface Reading { readonly id: number; readonly providers: readonly IdentityProvider[] }

/** A question about one request that is answered yes or no, and that no other atom of the same key answers. */
export type Atom =
  /** The request arrives at the declared exposure (`Request.throughExposure`). */
  | { readonly kind: 'throughExposure' }
  /** A certificate of this partner was shown. */
  | { readonly kind: 'client'; readonly partner: string }
  /** A good token of this provider was shown: in force, and meant for it. */
  | { readonly kind: 'bearer'; readonly reading: Reading; readonly provider: string }
  | { readonly kind: 'claim'; readonly reading: Reading; readonly claim: string; readonly anyOf: readonly string[] }
  /** A strong factor, of whatever age. `mfa within` is this and `authenticatedWithin`. */
  | { readonly kind: 'mfa'; readonly reading: Reading }
  | { readonly kind: 'authenticatedWithin'; readonly reading: Reading; readonly seconds: number }
  | { readonly kind: 'maxTokenAge'; readonly reading: Reading; readonly seconds: number }
  | { readonly kind: 'device'; readonly reading: Reading; readonly anyOf: readonly string[] }
  | { readonly kind: 'from'; readonly cidrs: readonly string[] }
  | Extract<Condition, { kind: 'during' }>
  | { readonly kind: 'risk'; readonly below: number }
  /** The header has one of these values; whether whoever set it is trusted is said apart (`throughExposure`, or who the peer is). */
  | { readonly kind: 'header'; readonly name: string; readonly anyOf: readonly string[] }
  /** The request is made before this instant, in milliseconds since 1970: what `until` comes to. */
  | { readonly kind: 'before'; readonly instant: number }
  /** To the cloud, in the clear. */
  | { readonly kind: 'inTheClear' }
  /** It asks a bucket for other encryption than was declared. */
  | { readonly kind: 'weakerEncryption' };
