import { diagnose, type Diagnostic } from '#diagnostics';
import { isCloudApi, type Invariant } from '#ir';
import { flowingElsewhere, type Foreign } from '../flow.ts';
import type { Located } from '../located.ts';
import { segmentServing, type LocatedApi, type PolicyContext } from '../policy-context.ts';
import { proverOf } from '../prover.ts';
import { quoted } from '../wording.ts';

/** CS1058: where nothing is enforced, nothing is impossible. The grants of this policy do not break the invariant; others might. */
export function unprovedInvariants(context: PolicyContext): readonly Diagnostic[] {
  const spokenOf = context.never.flatMap((invariant) => [...unmanaged(context, invariant), ...notOwned(context, invariant)]);
  const said = new Set(spokenOf.map(({ pointer }) => pointer)), prover = proverOf(context);
  return [...spokenOf, ...(prover === undefined ? [] : flowingElsewhere(prover).filter(({ invariant }) => !said.has(invariant.pointer)).map((found) => onTheWay(context, found)))];
}

/** A chain that somebody else could close: each step that no grant of this policy makes is onto what is not governed here. */
function onTheWay(context: PolicyContext, { chain, invariant, who }: Foreign): Diagnostic {
  const steps = chain.map(({ grant, onto }) => (grant === undefined ? `somebody else onto ${quoted(`${onto.api}.${onto.operation}`)}` : quoted(grant.ref)));
  const foreign = [...new Set(chain.flatMap(({ grant, onto }) => (grant === undefined ? [onto.api] : [])))].sort();
  return diagnose('CS1058', {
    message: `a \`never\` forbids that something of ${who} gets to ${objectText(invariant.value)}, and it could by somebody else's doing, through what is not governed here: ${steps.join(', then ')}`,
    pointer: invariant.pointer,
    related: foreign.flatMap((name) => { const api = context.apiNamed.get(name); return api === undefined ? [] : [{ message: `${quoted(name)} is declared, and this policy keeps nobody out of it`, pointer: api.pointer }]; }),
    help: `let ${foreign.map(quoted).join(' and ')} be governed here (\`owned\`, or in a segment that is managed), or read the invariant as a promise of this policy alone`,
  });
}

/** The API that it speaks of, where it speaks of one. */
const apiIn = (context: PolicyContext, { to }: Invariant): LocatedApi | undefined => (to.kind === 'segment' ? undefined : context.apiNamed.get(to.kind === 'api' ? to.name : to.api));
const objectText = ({ to }: Invariant): string => quoted(to.kind === 'operation' ? `${to.api}.${to.operation}` : to.name);

function unmanaged(context: PolicyContext, { pointer, value: invariant }: Located<Invariant>): readonly Diagnostic[] {
  const api = apiIn(context, invariant);
  const segment = invariant.to.kind === 'segment' ? context.segmentNamed.get(invariant.to.name) : api === undefined ? undefined : segmentServing(context, api);
  return segment?.value.managed !== 'unmanaged' ? [] : [diagnose('CS1058', {
    message: `a \`never\` speaks of ${objectText(invariant)}, and the segment ${quoted(segment.value.name)} is unmanaged: no grant of this policy leads there, and nothing keeps others out`,
    pointer, related: [{ message: `${quoted(segment.value.name)} is declared`, pointer: segment.pointer }],
    help: `let ${quoted(segment.value.name)} be \`managed\`, or read the invariant as a promise of this policy alone`,
  })];
}

/** Of a resource that is not owned only the callers' side is written: whoever another policy of its account admits gets there. */
function notOwned(context: PolicyContext, { pointer, value: invariant }: Located<Invariant>): readonly Diagnostic[] {
  const named = apiIn(context, invariant), { to } = invariant;
  const spokenOf = to.kind !== 'segment' ? (named === undefined ? [] : [named]) : context.apis.filter(({ value }) => isCloudApi(value) && value.servedBy.segment === to.name);
  const [first, ...more] = spokenOf.filter(({ value }) => isCloudApi(value) && !value.servedBy.owned).sort((a, b) => (a.value.name < b.value.name ? -1 : 1));
  return first === undefined ? [] : [diagnose('CS1058', {
    message: `a \`never\` speaks of ${objectText(invariant)}, and ${to.kind === 'segment' ? `${quoted(first.value.name)}${more.length === 0 ? '' : ` (and ${more.length} more)`} in it` : quoted(first.value.name)} is not owned: only the callers' side is enforced, and other policies of its account may let others in`,
    pointer, related: [{ message: `${quoted(first.value.name)} is declared`, pointer: first.pointer }],
    help: `let ${quoted(first.value.name)} be \`owned\` where its service has a policy for that, or read the invariant as a promise of this policy alone`,
  })];
}
