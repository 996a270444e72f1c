import type { HttpOperation } from '#ir';

const segmentsOf = (path: string): readonly string[] => (path === '/' ? [] : path.slice(1).split('/'));
const isRest = (segment: string | undefined): boolean => segment?.endsWith('**}') === true;
const isParameter = (segment: string): boolean => segment.startsWith('{');

/** Is there a path that both templates match? A rest takes one segment or more, and at the root also none. */
export function overlapping(a: string, b: string): boolean {
  const [left, right] = [segmentsOf(a), segmentsOf(b)];
  for (let index = 0; ; index++) {
    const [one, other] = [left[index], right[index]];
    if (one === undefined && other === undefined) return true;
    if (isRest(one)) return other !== undefined || index === 0;
    if (isRest(other)) return one !== undefined || index === 0;
    if (one === undefined || other === undefined) return false;
    if (!isParameter(one) && !isParameter(other) && one !== other) return false;
  }
}

/** Of two operations whose templates overlap, does the first own what both match? Literal before `{p}` before `{rest**}`, then the named method. */
export function isMoreSpecific(a: HttpOperation, b: HttpOperation): boolean {
  const rank = (segment: string): string => (!isParameter(segment) ? 'a' : isRest(segment) ? 'c' : 'b');
  const key = ({ method, path }: HttpOperation): string => segmentsOf(path).map(rank).join('') + (method === 'ANY' ? '+z' : '+a');
  return key(a) < key(b);
}
