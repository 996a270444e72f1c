// For the tests: where an engine is, if it has been built from what this checkout says.
import { isCached, placeOf } from './cache.mjs';
import { engines } from './table.mjs';

/** The path of the engine's binary; undefined while it has not been built. */
export function cachedEngine(name) {
  const engine = engines.find((row) => row.name === name);
  if (engine === undefined) throw new Error(`\`${name}\` is not an engine; see scripts/engines/table.mjs`);
  const place = placeOf(engine);
  return isCached(place) ? place.binary : undefined;
}
