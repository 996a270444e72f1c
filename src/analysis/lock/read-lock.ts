import { diagnose, type Checked, type Diagnostic, type Sites } from '#diagnostics';
import { decodeLock, type DecodedLock, type Lock } from '#ir';
import { conflictIn, isConflicted, type Stages } from './conflict.ts';
import { lockedSites } from './locked-place.ts';
import { ledgerDigest, platformDigest, policyDigest } from './make-lock.ts';

/** A lock that holds what its digests say. */
export interface ReadLock {
  readonly lock: Lock;
  /** Of pointers into its policy; files from the lock's own folder. */
  readonly sites: Sites;
  /** Where its own parts stand in its text. */
  readonly where: DecodedLock['where'];
}

/**
 * Reads a lock, strictly. `stages` are the versions that version control still has of one that could not be merged. Bad
 * input: CS5061 (conflict markers), CS5062, CS5063, CS5064 (a part is not what its digest says), CS5065.
 */
export function readLock(input: string | Uint8Array, path: string, stages: Stages = {}): Checked<ReadLock> {
  if (isConflicted(input)) return { ok: false, diagnostics: [conflictIn(input, path, stages)] };
  const decoded = decodeLock(input, path);
  if (!decoded.ok) return decoded;
  const { lock, where } = decoded.value;
  const edited = editedParts(lock).map(({ pointer, what }): Diagnostic => diagnose('CS5064', {
    message: `${what} in the lock is not what its digest says`, at: { path, span: where().value(pointer) },
    help: 'run `countersign lock`: what is in it comes from the policy and its platforms, and is changed there',
  }));
  return edited.length > 0 ? { ok: false, diagnostics: edited } : { ok: true, value: { lock, sites: lockedSites(lock.sites), where }, diagnostics: [] };
}

/** What was edited, each at the digest that tells. */
function editedParts({ platforms, policy, policyDigest: stated }: Lock): readonly { readonly pointer: string; readonly what: string }[] {
  return [
    ...(policyDigest(policy) === stated ? [] : [{ pointer: '/policyDigest', what: `the policy \`${policy.name}\`` }]),
    ...platforms.flatMap(({ digest, ledger, ledgerDigest: ofLedger, path, platform }, index) => [
      ...(platformDigest(platform) === digest ? [] : [{ pointer: `/platforms/${index}/digest`, what: `the platform \`${path}\`` }]),
      ...(ledgerDigest(ledger) === ofLedger ? [] : [{ pointer: `/platforms/${index}/ledgerDigest`, what: `the ledger of \`${path}\`` }]),
    ]),
  ];
}
