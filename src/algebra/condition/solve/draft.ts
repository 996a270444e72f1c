/** What a claim is said to be. An age counts back from the request, in seconds. */
export type Said = { readonly texts: readonly string[] } | { readonly text: string } | { readonly age: number } | { readonly value: true };

/** What is to be said, before it is known at which instant. Absent: nothing. */
export interface Draft {
  throughExposure?: boolean;
  partner?: string;
  /** In milliseconds since 1970. */
  instant?: number;
  sourceAddress?: string;
  risk?: number;
  headers?: Record<string, string>;
  inTheClear?: boolean;
  weakerEncryption?: boolean;
  mfa?: boolean;
  device?: string;
  tokenAgeSeconds?: number;
  authenticationAgeSeconds?: number;
  token?: { readonly provider: string; readonly claims: readonly (readonly [path: readonly string[], said: Said])[] };
}
