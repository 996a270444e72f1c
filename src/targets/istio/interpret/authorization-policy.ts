import type { Labels, Platform } from '#ir';
import { fieldsOf, isFields, labelsOf, listOf, textOf, type Fields } from './reading.ts';
import { ruleTest, type Reader, type RuleTest, type View } from './rule-tests.ts';
import { no, perhaps, some, type Truth } from '../../truth.ts';

/** What a policy is attached to, of AuthorizationPolicy and RequestAuthentication alike. */
export type Attachment =
  | { readonly kind: 'selector'; /** Empty: every pod. */ readonly labels: Labels }
  | { readonly kind: 'targets'; readonly refs: readonly { readonly group: string; readonly kind: string; readonly name: string }[] }
  /** Can't be read: it may concern anything of its namespace. */
  | { readonly kind: 'unknown' };

export function readAttachment(spec: Fields): Attachment {
  const refs = spec['targetRefs'] !== undefined ? listOf(spec['targetRefs']) : spec['targetRef'] === undefined ? [] : isFields(spec['targetRef']) ? [spec['targetRef']] : undefined;
  if (refs === undefined || (refs.length > 0 && spec['selector'] !== undefined)) return { kind: 'unknown' };
  if (refs.length > 0) {
    const read = refs.map(({ group, kind, name, namespace }) => (typeof kind === 'string' && typeof name === 'string' && namespace === undefined ? { group: textOf(group) ?? '', kind, name } : undefined));
    return read.every((ref) => ref !== undefined) ? { kind: 'targets', refs: read } : { kind: 'unknown' };
  }
  const labels = spec['selector'] === undefined || spec['selector'] === null ? {} : labelsOf(spec['selector']);
  return labels === undefined ? { kind: 'unknown' } : { kind: 'selector', labels };
}

export interface AuthorizationPolicy {
  readonly namespace: string;
  readonly attachment: Attachment;
  readonly action: 'ALLOW' | 'DENY' | 'CUSTOM' | 'none';
  /** Does some rule match? */
  readonly matches: Readonly<Record<Reader, (view: View) => Truth>>;
}

export function readAuthorizationPolicy(object: Fields, platform: Platform): AuthorizationPolicy {
  const metadata = fieldsOf(object['metadata']), spec = fieldsOf(object['spec']);
  const namespace = textOf(metadata['namespace']) ?? 'default';
  const given = spec['action'] ?? 'ALLOW', rules = listOf(spec['rules']);
  const action = given === 'ALLOW' || given === 'DENY' || given === 'CUSTOM' ? given : 'none'; // AUDIT writes down, and decides nothing
  // Nothing enforces a dry run (Istio, "Dry Run"), but that of CUSTOM (Istio's source of 1.30: placed among the rules).
  const dry = ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(textOf(fieldsOf(metadata['annotations'])['istio.io/dry-run']) ?? '');
  const matching = (reader: Reader): ((view: View) => Truth) => {
    if (rules === undefined || action === 'none') return () => perhaps;
    const tests: readonly RuleTest[] = rules.map((rule) => ruleTest(rule, { reader, action, namespace, platform }));
    return (view) => (tests.length === 0 ? no : some(tests, (test) => test(view)));
  };
  return {
    namespace, attachment: readAttachment(spec), action: dry && action !== 'CUSTOM' ? 'none' : action,
    matches: { envoy: matching('envoy'), ztunnel: matching('ztunnel') },
  };
}
