import type { Code } from '../diagnostic.ts';
import { cloudEntries } from './cloud.ts';
import { edgeEntries } from './edges.ts';
import type { CatalogueEntry } from './entry.ts';
import { gatewayLossEntries } from './gateway-loss.ts';
import { iamLossEntries } from './iam-loss.ts';
import { languageEntries } from './language.ts';
import { lockEntries } from './lock.ts';
import { lossEntries } from './loss.ts';
import { meshLossEntries } from './mesh-loss.ts';
import { ownedLossEntries } from './owned-loss.ts';
import { peopleEntries } from './people.ts';
import { questionEntries } from './questions.ts';
import { verifyEntries } from './verify.ts';
import { yamlEntries } from './yaml.ts';

const entries = [...languageEntries, ...peopleEntries, ...cloudEntries, ...lossEntries, ...meshLossEntries, ...gatewayLossEntries, ...iamLossEntries, ...ownedLossEntries, ...verifyEntries, ...edgeEntries, ...yamlEntries, ...lockEntries, ...questionEntries] as const;

/** A code that has an entry. A diagnostic with any other does not build. */
export type CatalogueCode = (typeof entries)[number]['code'];

/** Every code, in order. */
export const catalogue: readonly CatalogueEntry[] = entries;

const byCode: ReadonlyMap<string, CatalogueEntry> = new Map(catalogue.map((entry) => [entry.code, entry]));

/** The entry of a code; undefined for a code that does not exist. */
export function catalogued(code: CatalogueCode): CatalogueEntry;
export function catalogued(code: Code | string): CatalogueEntry | undefined;
export function catalogued(code: string): CatalogueEntry | undefined {
  return byCode.get(code);
}
