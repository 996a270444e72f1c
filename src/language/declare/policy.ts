import type { Declared, Diagnostic } from '#diagnostics';
import type { Policy } from '#ir';
import type { AnyApi } from './api.ts';
import type { DeclaredAsk } from './ask.ts';
import { callSite } from './call-site.ts';
import { declaration, defined, draftLists, isFields, isHandle, Lowering, shown, type DraftList } from './declaration.ts';
import { flat, type Nested } from './nested.ts';
import type { DeclaredInvariant } from './never.ts';
import { policySites } from './policy-sites.ts';
import type { DeclaredSegment } from './segment.ts';
import type { DeclaredWorkload } from './workload.ts';

export interface PolicyOptions<A> {
  /** Every API of the estate. A request to one that is not listed leads nowhere, and is an error. */
  readonly apis: A;
  readonly asks?: Nested<DeclaredAsk> | undefined;
  readonly never?: Nested<DeclaredInvariant> | undefined;
  /** Workloads that neither serve nor ask: they are known, and denied everything. Others come in by reference. */
  readonly workloads?: Nested<DeclaredWorkload> | undefined;
  /** Segments that nothing refers to. */
  readonly segments?: Nested<DeclaredSegment> | undefined;
}

declare const holes: unique symbol;
/** A policy as it was written. `Holes` are the names of the values that Pulumi has to fill in. */
export interface DeclaredPolicy<Holes extends string = string> extends Declared<Policy> { readonly [holes]?: Holes }
type HolesOf<A> = A extends readonly (infer One)[] ? HolesOf<One> : A extends { readonly [declaration]: { readonly hole?: infer H } } ? Extract<H, string> : never;

/**
 * Puts a policy together; the default export of a policy file. Identities and segments come in by reference. One
 * object listed twice is one declaration; two of one name stay two, for `check` to report.
 */
export function policy<const A extends Nested<AnyApi>>(name: string, options: PolicyOptions<A>): DeclaredPolicy<HolesOf<A>> {
  const site = callSite(policy);
  const diagnostics: Diagnostic[] = [];
  const lists = Object.fromEntries(draftLists.map((list) => [list, new Roster()])) as Record<DraftList, Roster>;

  const refer = (value: unknown): unknown => {
    if (!isHandle(value)) return value;
    const declared = value[declaration];
    const { list } = declared.form;
    if (list === undefined) declared.form.lower(declared, lowering); // takes in what it stands for, if anything
    else if (!(listedOnly as readonly DraftList[]).includes(list)) lists[list].add(value);
    return declared.ref ?? value;
  };
  const lowering = new Lowering(refer, (diagnostic) => diagnostics.push(diagnostic));

  // An object that is not one is handed on as the list of APIs, where `check` says what it is.
  const { apis, asks = [], never = [], workloads = [], segments = [], ...rest } = isFields(options) ? defined(options) : { apis: options as unknown };
  const draft: Record<string, unknown> = { version: 1, name, ...rest };
  const given: Partial<Record<DraftList, unknown>> = { apis, asks, never, workloads, segments };
  // Each list may refer to what the lists after it hold, and none to what is before it.
  for (const list of draftLists) {
    const listed = flat(given[list] === undefined ? [] : given[list]);
    if (Array.isArray(listed)) for (const member of listed) lists[list].add(member);
    const here = lowering.below(list);
    draft[list] = Array.isArray(listed) ? lists[list].members.map((member, index) => lower(member, list, index, here)) : listed;
  }
  if (apis === undefined) delete draft['apis'];
  return { draft: draft as unknown as Policy, sites: policySites(site, lists), diagnostics };
}

/** What does not come in by reference: a request to an API that the policy does not list leads nowhere. */
const listedOnly = ['apis', 'asks', 'never'] as const satisfies readonly DraftList[];

/** Members in the order in which they were met, each object once; what is no object, as often as it was written. */
class Roster {
  readonly members: unknown[] = [];
  readonly #known = new Set<unknown>();
  add(member: unknown): void {
    if (typeof member === 'object' && member !== null) {
      if (this.#known.has(member)) return;
      this.#known.add(member);
    }
    this.members.push(member);
  }
}

/** A declaration of another kind (a workload among the APIs) is handed on as a text, which fits no list: to be said once. */
function lower(member: unknown, list: DraftList, index: number, lowering: Lowering): unknown {
  if (!isHandle(member)) return member;
  const declared = member[declaration];
  if (declared.form.list === list) return declared.form.lower(declared, lowering.below(index));
  return `one of ${declared.form.list ?? 'the parts of a declaration'}: ${shown(declared.name)}`;
}
