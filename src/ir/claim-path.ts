/**
 * The way to a claim in a token's payload: `realm_access.roles` is nested, a name that is a URI
 * (`https://example.com/roles`, as collision-resistant names are: RFC 7519, section 4.2) is one key.
 */
export const claimPath = (claim: string): readonly string[] => (claim.includes('://') ? [claim] : claim.split('.'));

/** Claims whose text is a list, its members set apart by spaces (RFC 8693, section 4.2). Every other text is one value. */
export const spaceDelimitedClaims: readonly string[] = ['scope'];
