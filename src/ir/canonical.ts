import { platformShape } from './codec/platform-shape.ts';
import { policyShape } from './codec/policy-shape.ts';
import type { ListNode, Node, RecordNode } from './codec/shape.ts';
import type { Platform } from './platform.ts';
import type { Policy } from './policy.ts';

/** Maps a JSON pointer into the canonical form, however deep, to the pointer of the same thing in the draft. */
export type Origin = (pointer: string) => string;

/**
 * The one form of a policy: recursively frozen, whatever is a set in code-unit order of a total key, exact duplicates
 * in a set collapsed to the first of them (but never two things of one name, which is a mistake that `check` reports).
 * Two drafts that differ only in the order of sets have the same canonical form. Linear, but for the sorting.
 */
export function canonicalize(policy: Policy): { readonly policy: Policy; readonly origin: Origin } {
  const { value, origin } = canonical(policyShape, policy);
  return { policy: value, origin };
}

/** The one form of a platform; as `canonicalize`. */
export function canonicalizePlatform(platform: Platform): { readonly platform: Platform; readonly origin: Origin } {
  const { value, origin } = canonical(platformShape, platform);
  return { platform: value, origin };
}

/** What `canonical` has made, so that making it again costs nothing. */
const made = new WeakSet<object>();

function canonical<T extends object>(shape: Node, draft: T): { readonly value: T; readonly origin: Origin } {
  if (made.has(draft)) return { value: draft, origin: (pointer) => pointer };
  const moves: Moves = new Map();
  const value = order(shape, draft, moves) as T;
  made.add(value);
  return { value, origin: (pointer) => originOf(value, pointer, moves) };
}

/** For every list that is not as the draft had it: each member's index there. */
type Moves = Map<readonly unknown[], readonly number[]>;

function order(node: Node, value: unknown, moves: Moves): unknown {
  switch (node.node) {
    case 'text': case 'integer': case 'number': case 'boolean': case 'literal': case 'anything': case 'alternatives': return value;
    case 'named': return order(node.get(), value, moves);
    case 'either': return typeof value === 'string' ? value : order(node.other, value, moves);
    case 'record': return orderRecord(node, value as Readonly<Record<string, unknown>>, moves);
    case 'union': {
      const { kind } = value as { readonly kind: string };
      const member = node.members.get(kind);
      if (member === undefined) throw new Error(`no shape for kind ${kind}`);
      return orderRecord(member, value as Readonly<Record<string, unknown>>, moves);
    }
    // fromEntries defines properties, so that a key `__proto__` is a key like any other
    case 'map': return Object.freeze(Object.fromEntries(Object.keys(value as object).sort().map((key) => [key, order(node.of, (value as Readonly<Record<string, unknown>>)[key], moves)])));
    case 'list': return node.order === 'set' ? orderSet(node, value as readonly unknown[], moves) : Object.freeze((value as readonly unknown[]).map((member) => order(node.of, member, moves)));
    default: return node satisfies never;
  }
}

function orderRecord({ fields }: RecordNode, value: Readonly<Record<string, unknown>>, moves: Moves): unknown {
  const result: Record<string, unknown> = {};
  for (const field of fields) {
    const draft = value[field.name];
    if (draft !== undefined) result[field.name] = order(field.node, draft, moves);
  }
  return Object.freeze(result);
}

const empty: readonly never[] = Object.freeze([]);

interface Member { readonly value: unknown; readonly key: string; readonly index: number }

function orderSet({ of, key, duplicates }: ListNode, draft: readonly unknown[], moves: Moves): readonly unknown[] {
  if (draft.length === 0) return empty;
  if (draft.length === 1) return Object.freeze([order(of, draft[0], moves)]);
  // keys are read off canonical members: sets inside them are in order already
  const members = draft.map((member, index): Member => {
    const value = order(of, member, moves);
    return { value, key: key === undefined ? memberText(value) : key(value as never), index };
  });
  // a key decides nearly always; only a tie costs the whole text, and only equal texts fall back on the writing order
  if (!members.every((member, index) => index === 0 || members[index - 1]!.key < member.key)) members.sort(compare);
  const kept = duplicates === 'keep' ? members : members.filter((member, index) => index === 0 || !same(members[index - 1]!, member));
  const value = Object.freeze(kept.map((member) => member.value));
  if (kept.length !== draft.length || kept.some(({ index }, at) => index !== at)) moves.set(value, kept.map(({ index }) => index));
  return value;
}

function compare(a: Member, b: Member): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  const left = memberText(a.value);
  const right = memberText(b.value);
  return left < right ? -1 : left > right ? 1 : a.index - b.index;
}
const same = (a: Member, b: Member): boolean => a.key === b.key && memberText(a.value) === memberText(b.value);
/** Total and injective, because the properties of a canonical member stand in one order. */
const memberText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function originOf(value: unknown, pointer: string, moves: Moves): string {
  let here: unknown = value;
  return pointer.split('/').map((token, position) => {
    if (position === 0) return token;
    const moved = Array.isArray(here) ? moves.get(here)?.[Number(token)] : undefined;
    here = typeof here === 'object' && here !== null ? (here as Readonly<Record<string, unknown>>)[token.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
    return moved === undefined ? token : String(moved);
  }).join('/');
}
