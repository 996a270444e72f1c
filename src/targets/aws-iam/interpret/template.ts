import { anyCharacter, anyText, codeUnits, patternOf, unknownText, type Pattern } from './wildcard.ts';
import type { Context } from './context.ts';

/** A value of a policy: text, or text with variables, which each request replaces. `text` is how it was written. */
export interface Template { readonly text: string; readonly constant?: Pattern; readonly parts?: readonly Part[]; readonly wildcards: boolean }
type Part = { readonly literal: Pattern } | { readonly key: string; readonly otherwise?: string };

/** `${aws:PrincipalTag/team, 'none'}`; `${*}`, `${?}` and `${$}` are those characters (IAM, "IAM policy elements: Variables and tags"). */
const variable = /\$\{([^{}]*)\}/g;

/** `variables` is false for documents of the old version, which have none: there `${…}` is text. */
export function readTemplate(text: string, { variables, wildcards }: { readonly variables: boolean; readonly wildcards: boolean }): Template {
  if (!variables || !text.includes('${')) return { text, wildcards, constant: patternOf(text, wildcards) };
  const parts: Part[] = [];
  let at = 0;
  for (const found of text.matchAll(variable)) {
    if (found.index > at) parts.push({ literal: patternOf(text.slice(at, found.index), wildcards) });
    const [name = '', ...more] = found[1]!.split(', '), otherwise = /^'(.*)'$/.exec(more.join(', '))?.[1];
    parts.push(name === '*' || name === '?' || name === '$' ? { literal: codeUnits(name) } : { key: name.trim().toLowerCase(), ...(otherwise === undefined ? {} : { otherwise }) });
    at = found.index + found[0].length;
  }
  if (at < text.length) parts.push({ literal: patternOf(text.slice(at), wildcards) });
  return parts.every((part) => 'literal' in part) ? { text, wildcards, constant: parts.flatMap((part) => ('literal' in part ? part.literal : [])) } : { text, wildcards, parts };
}

/** Undefined where a variable has no value: then nothing is like it ("Policy variables with no value"). What replaces a variable has no wildcards. */
export function resolve(template: Template, context: Context): Pattern | undefined {
  if (template.constant !== undefined) return template.constant;
  const resolved: (Pattern[number])[] = [];
  for (const part of template.parts ?? []) {
    if ('literal' in part) { resolved.push(...part.literal); continue; }
    const fact = context(part.key);
    switch (fact.kind) {
      case 'absent':
        if (part.otherwise === undefined) return undefined;
        resolved.push(...codeUnits(part.otherwise));
        break;
      case 'is':
        if (fact.values.length === 1 && fact.multivalued !== true) resolved.push(...codeUnits(fact.values[0]!)); else resolved.push(unknownText);
        break;
      case 'present': case 'unknown': case 'either': resolved.push(unknownText); break;
      default: fact satisfies never;
    }
  }
  return resolved;
}

/** Text that can be told beforehand: no variable, and nothing in it stands for anything else. */
export const plainText = ({ constant, text }: Template): string | undefined =>
  (constant === undefined || constant.includes(anyText) || constant.includes(anyCharacter) ? undefined : constant.length === text.length ? text : String.fromCharCode(...constant));
