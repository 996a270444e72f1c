/** A row of table.mjs, as far as the cache is concerned. */
export interface CachedEngine {
  readonly name: string;
  readonly version: string;
  inputs(): readonly (readonly [label: string, bytes: string | Uint8Array])[];
}
export interface Place {
  readonly folder: string;
  readonly binary: string;
  readonly manifest: string;
}
export function cacheRoot(environment?: Readonly<Record<string, string | undefined>>): string;
export function placeOf(engine: CachedEngine, root?: string): Place;
export function isCached(place: Place): boolean;
export function isSound(place: Place): Promise<boolean>;
export function install(engine: CachedEngine, place: Place, make: (path: string) => Promise<object>): Promise<void>;
export function withLock<T>(place: Place, onWait: () => void, work: () => Promise<T>): Promise<T>;
