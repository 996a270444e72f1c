import { diagnose, type Diagnostic, type Location, type Related } from '#diagnostics';
import type { Ledger, Lock, LockedPlatform, Platform } from '#ir';
import { readPlace } from './locked-place.ts';
import { policyChanges } from './policy-changes.ts';
import type { ReadLock } from './read-lock.ts';

export interface StalenessInput {
  readonly before: ReadLock;
  /** What the checkout comes to now. */
  readonly now: Lock;
  /** The lock's own path. */
  readonly path: string;
  /** From a file as the lock names it to its path. */
  readonly fileOf: (file: string) => string;
  /** Places and the tool's version count as well. */
  readonly strict?: boolean;
}

/** Most changes that are told of one thing. */
const most = 20;
const help = 'run `countersign lock`, and commit what it writes';

/** Everything in which a lock is not what the checkout comes to, in words. Places and the tool's version are notes, unless `strict`. */
export function staleness({ before: { lock, where }, fileOf, now, path, strict = false }: StalenessInput): readonly Diagnostic[] {
  const at = (pointer: string): Location => ({ path, span: where().value(pointer) });
  const stale = (message: string, pointer: string, related: readonly Related[] = []): Diagnostic => diagnose('CS5060', { message, at: at(pointer), related, help });
  const milder = strict ? { severity: 'error' as const } : {};
  const samePolicy = lock.policyDigest === now.policyDigest;
  const found: Diagnostic[] = [];

  if (!samePolicy) {
    const changes = policyChanges(lock.policy, now.policy);
    const told = changes.slice(0, most).map(({ does, pointer, what }): Related => {
      const there = does === 'removed' ? undefined : placeIn(now, pointer, fileOf);
      return { message: `${does}: ${what}`, ...(there === undefined ? {} : { at: there }) };
    });
    found.push(stale(`the policy has changed since it was locked: ${counts(changes)}`, '/policyDigest', [...told, ...(changes.length > most ? [{ message: `and ${changes.length - most} more` }] : [])]));
  }
  const paths = new Set([...lock.platforms, ...now.platforms].map((one) => one.path));
  for (const file of [...paths].sort()) {
    const index = lock.platforms.findIndex((one) => one.path === file);
    const [was, is] = [lock.platforms[index], now.platforms.find((one) => one.path === file)];
    if (was === undefined) found.push(stale(`the platform \`${file}\` is not in the lock`, '/platforms'));
    else if (is === undefined) found.push(stale(`the lock holds the platform \`${file}\`, which is no longer there, or was not given`, `/platforms/${index}/path`));
    else if (was.digest !== is.digest) found.push(stale(`the platform \`${file}\` has changed since it was locked: ${changedFacts(was.platform, is.platform).map((fact) => `\`${fact}\``).join(', ')}`, `/platforms/${index}/digest`, otherwiseEnforced(was, is)));
    else if (samePolicy && was.ledgerDigest !== is.ledgerDigest) found.push(stale(
      `what grants rest on for \`${file}\` has changed, though neither the policy nor the platform has`, `/platforms/${index}/ledgerDigest`,
      [...otherwiseEnforced(was, is), ...(lock.tool === now.tool ? [] : [{ message: `it was written by Countersign ${lock.tool}, and this is ${now.tool}` }])],
    ));
  }
  const moved = samePolicy ? movedPlaces(lock, now) : [];
  if (moved.length > 0) found.push(diagnose('CS5067', {
    ...milder, message: `the policy is what was locked; ${moved.length === 1 ? '1 declaration stands' : `${moved.length} declarations stand`} at another place: ${moved.slice(0, 3).join(', ')}${moved.length > 3 ? ', …' : ''}`,
    at: at('/sites'), help,
  }));
  if (lock.tool !== now.tool) found.push(diagnose('CS5068', { ...milder, message: `the lock was written by Countersign ${lock.tool}, and this is ${now.tool}`, at: at('/tool'), help }));
  return found;
}

function counts(changes: readonly { readonly does: string }[]): string {
  const words = (['added', 'removed', 'changed'] as const).flatMap((does) => {
    const count = changes.filter((change) => change.does === does).length;
    return count === 0 ? [] : [`${count} ${does}`];
  });
  return words.length === 0 ? 'its declarations are written in another way' : words.join(', ');
}

function changedFacts(before: Platform, after: Platform): readonly string[] {
  const [was, is] = [before, after].map((platform) => new Map(Object.entries(platform).map(([fact, value]) => [fact, JSON.stringify(value)])));
  return [...new Set([...was!.keys(), ...is!.keys()])].filter((fact) => was!.get(fact) !== is!.get(fact)).sort();
}

/** Grants that both ledgers have and that rest on something else now. */
function otherwiseEnforced(was: LockedPlatform, is: LockedPlatform): readonly Related[] {
  const texts = ({ grants }: Ledger): ReadonlyMap<string, string> => new Map(grants.map((one) => [one.grant, JSON.stringify(one)]));
  const [before, after] = [texts(was.ledger), texts(is.ledger)];
  const grants = [...after].flatMap(([grant, text]) => (before.has(grant) && before.get(grant) !== text ? [grant] : []));
  return [
    ...grants.slice(0, most).map((grant) => ({ message: `\`${grant}\` rests on something else now` })),
    ...(grants.length > most ? [{ message: `and ${grants.length - most} more grants` }] : []),
  ];
}

function placeIn({ sites }: Lock, pointer: string, fileOf: (file: string) => string): Location | undefined {
  const place = Object.hasOwn(sites, pointer) ? readPlace(sites[pointer]!) : undefined;
  return place === undefined ? undefined : { ...place, path: fileOf(place.path) };
}

const movedPlaces = (lock: Lock, now: Lock): readonly string[] =>
  [...new Set([...Object.keys(lock.sites), ...Object.keys(now.sites)])].filter((pointer) => lock.sites[pointer] !== now.sites[pointer])
    .map((pointer) => now.sites[pointer] ?? lock.sites[pointer]!);
