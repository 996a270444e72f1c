import type { Digest, Lock, LockedPlatform } from '../lock.ts';
import type { Platform } from '../platform.ts';
import type { Policy } from '../policy.ts';
import { ledgerShape } from './ledger-shape.ts';
import { embedded, literal, map, named, record, required, sequence, text, type Shape } from './shape.ts';

const digest = () => text({ pattern: '^sha256:[0-9a-f]{64}$' }) as Shape<string> as unknown as Shape<Digest>;

const lockedPlatformShape = named<LockedPlatform>('lockedPlatform', 'Locked platform', 'One place that the policy is compiled for, and what it rests on there.', () => record<LockedPlatform>({
  path: required(text({ examples: ['platform.ts'] }), 'Its file, from the folder of the lock.'),
  platform: required(embedded<Platform>('platform.v1.json'), 'Its canonical form.'),
  digest: required(digest(), 'Of its canonical JSON.'),
  ledger: required(ledgerShape, 'What each grant rests on there.'),
  ledgerDigest: required(digest(), 'Of the bytes that `countersign ledger --format json` prints.'),
}));

/** `schemas/lock.v1.json`. */
export const lockShape: Shape<Lock> = named<Lock>('lock', 'Countersign lock', 'What a policy comes to: its canonical form, where its parts are declared, and what it rests on for each platform.', () => record<Lock>({
  version: required(literal(1), 'Version of this format.'),
  tool: required(text({ examples: ['0.1.0'] }), 'Version of the Countersign that wrote it. Outside every digest.'),
  policy: required(embedded<Policy>('policy.v1.json'), 'The policy in its canonical form.'),
  policyDigest: required(digest(), 'Of the bytes that `countersign export` prints.'),
  platforms: required(sequence(lockedPlatformShape), 'What it is compiled for, by path.'),
  sites: required(map(text({ pattern: '^.+:[1-9][0-9]*(:[1-9][0-9]*(-[1-9][0-9]*)?)?$', examples: ['orders.ts:21:5-48'] })), 'Where parts of the policy are declared, by JSON pointer: file (from the folder of the lock), line, first column and the column after the last. Outside every digest.'),
}));
