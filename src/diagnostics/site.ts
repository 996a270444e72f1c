import type { Diagnostic, Location } from './diagnostic.ts';

/**
 * Where a thing was declared. `inside` leads from that place into the literal that begins there (`['offers',
 * 'create']`), for whoever can parse the file; without such a reader the place itself serves.
 */
export interface Site { readonly at: Location; readonly inside?: readonly string[] }

/**
 * Declaration sites of a policy or platform, by JSON pointer. Looked up lazily, because finding a call site costs
 * more than the call and most are never asked for. A pointer without a site of its own has that of what encloses it.
 */
export interface Sites { readonly find: (pointer: string) => Site | undefined }

export const noSites: Sites = { find: () => undefined };

/** Reads a position inside a literal; undefined where it can't. */
export type Refine = (site: Site) => Location | undefined;

/** Gives every diagnostic with a pointer its place in the user's file. */
export function locate(diagnostics: readonly Diagnostic[], sites: Sites, refine?: Refine): readonly Diagnostic[] {
  const place = (pointer: string | undefined): Location | undefined => {
    const site = pointer === undefined ? undefined : sites.find(pointer);
    return site === undefined ? undefined : (site.inside === undefined ? undefined : refine?.(site)) ?? site.at;
  };
  return diagnostics.map((diagnostic) => {
    const at = diagnostic.at ?? place(diagnostic.pointer);
    const related = diagnostic.related.map((entry) => {
      const there = entry.at ?? place(entry.pointer);
      return there === undefined ? entry : { ...entry, at: there };
    });
    return { ...diagnostic, related, ...(at === undefined ? {} : { at }) };
  });
}

/** RFC 6901: `~` is `~0` and `/` is `~1`. */
export const escapePointer = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');
