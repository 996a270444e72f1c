import type { Location, Sites } from '#diagnostics';
import { digest, encodePlatform, encodePolicy, type Digest, type Ledger, type Lock, type Platform, type Policy } from '#ir';
import { lockedPointers, placeText } from './locked-place.ts';

export interface LockInput {
  readonly tool: string;
  /** Canonical. */
  readonly policy: Policy;
  /** Where a pointer into it was declared: the file from the lock's own folder. */
  readonly place: (pointer: string) => Location | undefined;
  readonly platforms: readonly { readonly path: string; readonly platform: Platform; readonly ledger: Ledger }[];
}

/** What a checkout comes to. Equal policies, platforms and places give equal locks, in whatever order they were declared or given. */
export function makeLock({ place, platforms, policy, tool }: LockInput): Lock {
  const sites = lockedPointers(policy).flatMap((pointer): readonly (readonly [string, string])[] => {
    const at = place(pointer);
    return at === undefined ? [] : [[pointer, placeText(at)]];
  });
  return {
    version: 1, tool, policy, policyDigest: policyDigest(policy),
    platforms: [...platforms].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ ledger, path, platform }) =>
      ({ path, platform, digest: platformDigest(platform), ledger, ledgerDigest: ledgerDigest(ledger) })),
    sites: Object.fromEntries(sites),
  };
}

export const policyDigest = (policy: Policy): Digest => digest(encodePolicy(policy));
export const platformDigest = (platform: Platform): Digest => digest(encodePlatform(platform));
export const ledgerDigest = (ledger: Ledger): Digest => digest(`${JSON.stringify(ledger, null, 2)}\n`);

/** The places of a policy's declarations; `refine` finds those inside literals, `spell` says files from the lock's folder. */
export function placesOf(sites: Sites, refine: ((site: NonNullable<ReturnType<Sites['find']>>) => Location | undefined) | undefined, spell: (path: string) => string): LockInput['place'] {
  return (pointer) => {
    const site = sites.find(pointer);
    if (site === undefined) return undefined;
    const at = (site.inside === undefined ? undefined : refine?.(site)) ?? site.at;
    return { ...at, path: spell(at.path) };
  };
}
