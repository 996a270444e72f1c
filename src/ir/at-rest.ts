import type { DataClass } from './segment.ts';

/** What a segment's data asks of the key that it is encrypted with, where a service stores it. Least first. */
export type AtRestKey =
  /** None is named: the service's own encryption, if that. */
  | 'none'
  /** A key that `encryptedBy` names, whoever made it. */
  | 'named'
  /** A named key that is owned, rotates, and lives in a segment that holds the same. */
  | 'ownedAndRotating';

/**
 * What `holds` demands at rest, by class; a weaker declaration does not compile. A resource without a segment counts as
 * `internal`, which segments are where nothing is said.
 */
export const atRestDemands: Readonly<Record<DataClass, { readonly key: AtRestKey; /** In words, for the table. */ readonly demands: string }>> = Object.freeze({
  public: { key: 'none', demands: 'nothing' },
  internal: { key: 'none', demands: 'the service\'s own encryption, which is on unless somebody turns it off' },
  confidential: { key: 'named', demands: '`encryptedBy` a key' },
  restricted: { key: 'ownedAndRotating', demands: '`encryptedBy` an owned key that rotates and lives in a segment that holds `restricted` itself' },
});

/** Of a cloud resource that names no segment. */
export const classWithoutSegment: DataClass = 'internal';
