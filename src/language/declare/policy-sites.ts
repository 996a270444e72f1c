import type { Location, Site, Sites } from '#diagnostics';
import { locationOf, type CallSite } from './call-site.ts';
import { declaration, isHandle, type DraftList } from './declaration.ts';

/** Sites of a draft: of the declaration that a pointer leads into, else of the call of `policy` itself. */
export function policySites(site: CallSite, lists: Readonly<Record<DraftList, { readonly members: readonly unknown[] }>>): Sites {
  return {
    find(pointer) {
      const [list, index, ...rest] = tokensOf(pointer);
      const member = list !== undefined && index !== undefined && Object.hasOwn(lists, list) ? lists[list as DraftList].members[Number(index)] : undefined;
      if (isHandle(member)) {
        const declared = member[declaration];
        const found = siteAt(declared.site, declared.form.inside(declared, rest));
        if (found !== undefined) return found;
      }
      return siteAt(site, tokensOf(pointer));
    },
  };
}

/** Of a bare call, `inside` is empty and not absent, so that whoever reads the file finds how far the call goes. */
export function siteAt(site: CallSite, inside: readonly string[]): Site | undefined {
  const at = locationOf(site);
  return at === undefined ? undefined : { at, inside };
}

/** RFC 6901. */
export const tokensOf = (pointer: string): readonly string[] =>
  pointer.split('/').slice(1).map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

/**
 * The same sites in other files: for a program that was bundled, from places in the bundle to where they were written
 * (`mapFrame` of a source map). A place that maps to nothing stays as it is.
 */
export const mapSites = (sites: Sites, mapFrame: (at: Location) => Location | undefined): Sites => ({
  find(pointer) {
    const site = sites.find(pointer);
    return site === undefined ? undefined : { ...site, at: mapFrame(site.at) ?? site.at };
  },
});
