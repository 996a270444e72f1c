import { diagnose, noSites, type Diagnostic } from '#diagnostics';
import { builtinGrants, offerPointer, type Acceptance, type Api, type GrantRef, type Policy } from '#ir';
import { accepted, decide } from '#spec';
import { flowing, type Flowing } from '../../flow.ts';
import type { Located } from '../../located.ts';
import type { PlatformContext, PlatformEstate } from '../../platform-context.ts';
import { policyContext } from '../../policy-context.ts';
import { proverOf, type Prover } from '../../prover.ts';
import { reached, type Violation } from '../../reach.ts';
import { listed, quoted } from '../../wording.ts';
import { flowText, reasonText, violationText } from '../invariants.ts';

/**
 * CS1023: every `never` holds on the policy as accepted, too. The policy itself has been checked, so that whatever
 * breaks an invariant here was let in by an acceptance.
 */
export function acceptedInvariants(context: PlatformContext): readonly Diagnostic[] {
  const { accept, estate } = context;
  if (estate === undefined || estate.policy.never.length === 0 || accept.length === 0) return [];
  const prover = widened(context, estate.policy, accept);
  return prover === undefined ? [] : [
    ...reached(prover).flatMap((violation) => responsible(context, estate, violation).map((one) => broken(estate, violation, violationText(violation), one, violation.request))),
    ...flowing(prover).map((found) => broken(estate, found, flowText(found), responsibleForChain(context, estate, found), { steps: found.steps })),
  ];

  function broken({ inPolicy }: PlatformEstate, { invariant }: Pick<Violation, 'invariant'>, text: string, { acceptance, leading, together }: Responsible, witness: unknown): Diagnostic {
    return diagnose('CS1023', {
      message: `with a weaker ${quoted(acceptance.value.feature)} accepted, ${text}, which a \`never\` forbids${reasonText(invariant.value)}`,
      pointer: acceptance.pointer,
      related: [
        inPolicy('the invariant is declared', invariant.pointer),
        ...leading.map(({ pointer, ref }) => inPolicy(`${quoted(ref)} leads there: it is ${pointer.endsWith('/metrics') ? 'derived' : 'offered'}`, pointer)),
        ...together.map(({ value, pointer }) => ({ message: `it takes the acceptance of a weaker ${quoted(value.feature)} as well`, pointer })),
      ],
      help: `accept it for grants other than ${listed(leading.map(({ ref }) => ref))}, serve what must not be reached on a port of its own, or enforce the feature exactly`,
      witness,
    });
  }
}

/** What there is to prove on the policy as these acceptances leave it. */
const widened = ({ now, platform }: PlatformContext, policy: Policy, accept: readonly Located<Acceptance>[]): Prover | undefined =>
  proverOf(policyContext(accepted(policy, { ...platform, accept: accept.map(({ value }) => value) }), { now, sites: noSites, malformed: [] }));

/** The acceptances that a chain needs, as few as leaving one out after the other leaves; and the policy's own grants among those that they are for and that lie on its way. */
function responsibleForChain(context: PlatformContext, { grants, policy }: PlatformEstate, { grants: chain, invariant }: Flowing): Responsible {
  const only: Policy = { ...policy, never: policy.never.filter((one) => one === invariant.value) };
  const opens = (some: readonly Located<Acceptance>[]): boolean => { const prover = widened(context, only, some); return prover !== undefined && flowing(prover).length > 0; };
  let needed = context.accept;
  for (const acceptance of context.accept) {
    const without = needed.filter((other) => other !== acceptance);
    if (opens(without)) needed = without;
  }
  const [acceptance, ...together] = needed as readonly [Located<Acceptance>, ...Located<Acceptance>[]];
  // what was let in goes by the operation, or the server, of a grant that it was accepted for
  const places = new Set(chain.map(({ api }) => serverOf(api)));
  const leading = grants.filter((grant) => places.has(serverOf(grant.api)) && needed.some(({ value }) => value.grants === 'all' || value.grants.includes(grant.ref)))
    .map((grant) => ({ ref: grant.ref, pointer: offerPointer(policy, grant) }));
  return { acceptance, together, leading };
}

interface Responsible {
  readonly acceptance: Located<Acceptance>;
  /** What it breaks the invariant with only together. */
  readonly together: readonly Located<Acceptance>[];
  /** The grants that it widens so, with the place in the policy of what each comes from. */
  readonly leading: readonly Leading[];
}

interface Leading { readonly ref: GrantRef; readonly pointer: string }

/** The acceptances that break it alone; where only several together do, the first of them with the others. */
function responsible({ platform, accept }: PlatformContext, { policy, grants }: PlatformEstate, { request, api }: Violation): readonly Responsible[] {
  const server = serverOf(api.value);
  const around = surroundings(policy, server);
  const opens = (some: readonly Acceptance[]): boolean => decide(accepted(around, { ...platform, accept: some }), request).decision === 'allow';
  const leading = (some: readonly Acceptance[]): readonly Leading[] => {
    const there: readonly Leading[] = [
      ...grants.filter((grant) => serverOf(grant.api) === server).map((grant) => ({ ref: grant.ref, pointer: offerPointer(policy, grant) })),
      ...builtinGrants(policy).filter(({ workload }) => workload.name === server).map(({ ref, workload }) => ({ ref, pointer: `/workloads/${policy.workloads.indexOf(workload)}/kubernetes/metrics` })),
    ];
    const alone = there.filter(({ ref }) => opens(some.flatMap((acceptance) => (acceptance.grants === 'all' || acceptance.grants.includes(ref) ? [{ ...acceptance, grants: [ref] }] : []))));
    return alone.length > 0 ? alone : there;
  };
  const alone = accept.filter(({ value }) => opens([value]));
  if (alone.length > 0) return alone.map((acceptance) => ({ acceptance, together: [], leading: leading([acceptance.value]) }));
  let needed = accept;
  for (const acceptance of accept) {
    const without = needed.filter((other) => other !== acceptance);
    if (opens(without.map(({ value }) => value))) needed = without;
  }
  const [first, ...together] = needed;
  return first === undefined ? [] : [{ acceptance: first, together, leading: leading(needed.map(({ value }) => value)) }];
}

/** A resource of the cloud answers by itself: no workload is called like that, with a space. */
const serverOf = ({ name, servedBy }: Api): string => (servedBy.kind === 'workload' ? servedBy.workload : `resource ${name}`);

/** The part of the policy that a request to this server is judged by. */
function surroundings(policy: Policy, server: string): Policy {
  const apis = policy.apis.filter((api) => serverOf(api) === server);
  const names = new Set(apis.map(({ name }) => name));
  return { ...policy, apis, asks: policy.asks.filter(({ to }) => names.has(to.api)) };
}

