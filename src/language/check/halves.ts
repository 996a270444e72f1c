import { identityText, type IdentityRef } from '#ir';

/** One identity's halves of grants on one operation. */
interface Entry<T> { readonly identity: IdentityRef; readonly values: T[] }
/** Past a few, entries are found by their text as well. */
interface Bucket<T> { readonly entries: Entry<T>[]; byText?: Map<string, Entry<T>> }
const few = 12;

/**
 * Halves of grants, offers or requests, found by what they have in common with the other half. Nested by name instead
 * of by one joined key: that would be half of the time of a check.
 */
export class Halves<T> {
  readonly #byApi = new Map<string, Map<string, Bucket<T>>>();

  add(identity: IdentityRef, api: string, operation: string, value: T): void {
    let byOperation = this.#byApi.get(api);
    if (byOperation === undefined) this.#byApi.set(api, byOperation = new Map());
    let bucket = byOperation.get(operation);
    if (bucket === undefined) byOperation.set(operation, bucket = { entries: [] });
    const known = find(bucket, identity);
    if (known !== undefined) { known.values.push(value); return; }
    const entry: Entry<T> = { identity, values: [value] };
    bucket.entries.push(entry);
    bucket.byText?.set(identityText(identity), entry);
  }

  get(identity: IdentityRef, api: string, operation: string): readonly T[] {
    const bucket = this.#byApi.get(api)?.get(operation);
    return bucket === undefined ? none : find(bucket, identity)?.values ?? none;
  }

  /** What was added for one identity and operation, together. */
  *groups(): Iterable<readonly T[]> {
    for (const byOperation of this.#byApi.values()) for (const { entries } of byOperation.values()) for (const { values } of entries) yield values;
  }
}

const none: readonly never[] = Object.freeze([]);

function find<T>(bucket: Bucket<T>, identity: IdentityRef): Entry<T> | undefined {
  if (bucket.entries.length <= few) return bucket.entries.find((entry) => sameIdentity(entry.identity, identity));
  bucket.byText ??= new Map(bucket.entries.map((entry) => [identityText(entry.identity), entry]));
  return bucket.byText.get(identityText(identity));
}

function sameIdentity(a: IdentityRef, b: IdentityRef): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'workload' && b.kind === 'workload') return a.name === b.name && a.actingFor === b.actingFor;
  return identityText(a) === identityText(b);
}
