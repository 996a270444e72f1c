/** A path template (`#ir`, `HttpOperation`), taken apart once. */
export interface Template {
  readonly text: string;
  readonly segments: readonly Segment[];
  /** Orders as text: of two templates that overlap, the one that owns what they share comes first. */
  readonly rank: string;
}
type Segment = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'parameter' } | { readonly kind: 'rest' };

export function templateOf(text: string): Template {
  const segments = text === '/' ? [] : text.slice(1).split('/').map((each): Segment =>
    (!each.startsWith('{') ? { kind: 'literal', text: each } : { kind: each.endsWith('**}') ? 'rest' : 'parameter' }));
  const ranks = { literal: 'a', parameter: 'b', rest: 'c' } as const;
  return { text, segments, rank: segments.map(({ kind }) => ranks[kind]).join('') };
}

/**
 * One character of a canonical segment (`#spec`, `isCanonicalPath`): what may stand plainly, or an encoding of what may
 * not and is harmless. Nothing else: a character that could have stood plainly would be another spelling of a path.
 */
const character = "(?:[-\\w.~!$&'()*+,=:@]|%(?:2[0235]|3[BCEF]|5[BDE]|60|7[BCD]|[89A-F][\\dA-F]))";
const canonical = { segment: `${character}+`, rest: `${character}+(?:/${character}+)*`, all: `(?:${character}+(?:/${character}+)*)?` };
/** For a route, which only chooses who judges: what is no canonical spelling is denied there. */
const any = { segment: '[^/]+', rest: '.+', all: '.*' };

export const isLiteral = ({ segments }: Template): boolean => segments.every(({ kind }) => kind === 'literal');

/** The canonical paths of a template with any query, as an RE2 expression: an authorization rule sees both at once, and matches the whole. */
export const judgedBy = (template: Template): string => `${expression(template, canonical)}(?:\\?.*)?`;
/** At least the paths of a template, as an RE2 expression: a route sees the path alone. Equal for templates that differ in the names of parameters only. */
export const routedBy = (template: Template): string => expression(template, any);

function expression({ segments }: Template, { all, rest, segment }: typeof any): string {
  if (segments.length === 0) return '/';
  if (segments.length === 1 && segments[0]!.kind === 'rest') return `/${all}`; // at the root also none
  return segments.map((each) => `/${each.kind === 'literal' ? quoted(each.text) : each.kind === 'parameter' ? segment : rest}`).join('');
}

const quoted = (text: string): string => text.replace(/[.+*?()|[\]{}^$\\]/g, '\\$&');

/** Is there a path that both templates fit? */
export function overlap({ segments: left }: Template, { segments: right }: Template): boolean {
  for (let index = 0; ; index++) {
    const [one, other] = [left[index], right[index]];
    if (one === undefined && other === undefined) return true;
    if (index === 0 && (one?.kind === 'rest' || other?.kind === 'rest')) return true;
    if (one === undefined || other === undefined) return false;
    if (one.kind === 'rest' || other.kind === 'rest') return true;
    if (one.kind === 'literal' && other.kind === 'literal' && one.text !== other.text) return false;
  }
}
