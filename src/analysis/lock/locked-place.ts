import type { Location, Site, Sites } from '#diagnostics';
import type { Policy } from '#ir';

/** What messages and reports speak of: each of these has its place in the lock, and what is in it has the place of the whole. */
export function lockedPointers(policy: Policy): readonly string[] {
  const members = (list: string, of: readonly unknown[]): readonly string[] => of.map((_, index) => `/${list}/${index}`);
  return [
    ...policy.apis.flatMap(({ offers, operations }, index) => {
      const here = `/apis/${index}`;
      return [here, ...members(`apis/${index}/operations`, operations), ...offers.flatMap(({ to }, offer) => [`${here}/offers/${offer}`, ...members(`apis/${index}/offers/${offer}/to`, to)])];
    }),
    ...(['asks', 'holes', 'identityProviders', 'never', 'partners', 'people', 'segments', 'workloads'] as const).flatMap((list) => members(list, policy[list])),
  ];
}

/** `orders.ts:21:5-48`: a file, a line, the first column and the one after the last, as far as they are known. */
export function placeText({ path, span }: Location): string {
  if (span === undefined) return `${path}:1`;
  const oneLine = span.endColumn !== undefined && (span.endLine ?? span.line) === span.line;
  return `${path}:${span.line}:${span.column}${oneLine ? `-${span.endColumn}` : ''}`;
}

/** The place that `placeText` wrote. */
export function readPlace(text: string): Location | undefined {
  const [, path, line, column, endColumn] = /^(.+?):(\d+)(?::(\d+)(?:-(\d+))?)?$/.exec(text) ?? [];
  if (path === undefined) return undefined;
  if (column === undefined) return { path };
  return { path, span: { line: Number(line), column: Number(column), ...(endColumn === undefined ? {} : { endLine: Number(line), endColumn: Number(endColumn) }) } };
}

/** Places as a lock has them, for whoever points at the user's lines; what has none has that of what encloses it. */
export function lockedSites(places: Readonly<Record<string, string>>): Sites {
  return {
    find(pointer): Site | undefined {
      for (let here = pointer; here !== ''; here = here.slice(0, here.lastIndexOf('/'))) {
        const at = Object.hasOwn(places, here) ? readPlace(places[here]!) : undefined;
        if (at !== undefined) return { at };
      }
      return undefined;
    },
  };
}
