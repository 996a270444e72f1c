/** One segment of a path template (`#ir`, `HttpOperation`). */
type Segment = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'parameter' | 'rest' };

/**
 * One character of a canonical segment (`#spec`, `isCanonicalPath`): what may stand plainly, or an encoding of what may
 * not and is harmless. Nothing else: a character that could have stood plainly would be another spelling of a path.
 */
const character = "(?:[-\\w.~!$&'()*+,=:@]|%(?:2[0235]|3[BCEF]|5[BDE]|60|7[BCD]|[89A-F][\\dA-F]))";
const canonical = { segment: `${character}+`, rest: `${character}+(?:/${character}+)*`, all: `(?:${character}+(?:/${character}+)*)?` };
/** For a route, which only chooses who judges: what is no canonical spelling is denied there. */
const any = { segment: '[^/]+', rest: '.+', all: '.*' };

export const isLiteral = (template: string): boolean => segmentsOf(template).every(({ kind }) => kind === 'literal');

/** The canonical paths of a template with any query, as an RE2 expression: an authorization rule sees both at once, and matches the whole. */
export const judgedBy = (template: string): string => `${expression(template, canonical)}(?:\\?.*)?`;
/** At least the paths of a template, as an RE2 expression: a route sees the path alone. */
export const routedBy = (template: string): string => expression(template, any);
/** Equal for templates that differ in the names of parameters only. */
export const shapeOf = routedBy;

function expression(template: string, { all, rest, segment }: typeof any): string {
  const segments = segmentsOf(template);
  if (segments.length === 0) return '/';
  if (segments.length === 1 && segments[0]!.kind === 'rest') return `/${all}`; // at the root also none
  return segments.map((each) => `/${each.kind === 'literal' ? quoted(each.text) : each.kind === 'parameter' ? segment : rest}`).join('');
}

const quoted = (text: string): string => text.replace(/[.+*?()|[\]{}^$\\]/g, '\\$&');

/** Is there a path that both templates fit? */
export function overlap(a: string, b: string): boolean {
  const [left, right] = [segmentsOf(a), segmentsOf(b)];
  for (let index = 0; ; index++) {
    const [one, other] = [left[index], right[index]];
    if (one === undefined && other === undefined) return true;
    if (index === 0 && (one?.kind === 'rest' || other?.kind === 'rest')) return true;
    if (one === undefined || other === undefined) return false;
    if (one.kind === 'rest' || other.kind === 'rest') return true;
    if (one.kind === 'literal' && other.kind === 'literal' && one.text !== other.text) return false;
  }
}

/** Orders as text: of two templates that overlap, the one that owns what they share comes first. */
export function rankOf(template: string): string {
  const rank = { literal: 'a', parameter: 'b', rest: 'c' } as const;
  return segmentsOf(template).map(({ kind }) => rank[kind]).join('');
}

function segmentsOf(template: string): readonly Segment[] {
  return template === '/' ? [] : template.slice(1).split('/').map((text): Segment =>
    (!text.startsWith('{') ? { kind: 'literal', text } : { kind: text.endsWith('**}') ? 'rest' : 'parameter' }));
}
