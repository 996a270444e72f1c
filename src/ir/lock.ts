import type { Ledger } from './ledger.ts';
import type { Platform } from './platform.ts';
import type { Policy } from './policy.ts';

/** `sha256:` and 64 hexadecimal digits. */
export type Digest = `sha256:${string}`;

/**
 * What a checkout's policy comes to, kept beside it: `countersign.lock.json`, `schemas/lock.v1.json`. Whoever compares two
 * versions of a policy reads the older one from here, without running it or what it imports. Outside every digest are the
 * sites, which move with each blank line, and the tool's version.
 */
export interface Lock {
  readonly version: 1;
  /** Version of the Countersign that wrote it. */
  readonly tool: string;
  /** Canonical. */
  readonly policy: Policy;
  /** Of the bytes that `countersign export` prints. */
  readonly policyDigest: Digest;
  /** By path. */
  readonly platforms: readonly LockedPlatform[];
  /** By pointer into `policy`; see `lockedPlace`. */
  readonly sites: Readonly<Record<string, string>>;
}

/** One place that the policy is compiled for. */
export interface LockedPlatform {
  /** Its file, from the lock's own folder, with `/`. */
  readonly path: string;
  /** Canonical. */
  readonly platform: Platform;
  /** Of its canonical JSON. */
  readonly digest: Digest;
  readonly ledger: Ledger;
  /** Of the bytes that `countersign ledger --format json` prints. */
  readonly ledgerDigest: Digest;
}
