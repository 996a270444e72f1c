import { diagnose, type Diagnostic } from '#diagnostics';
import type { Invariant } from '#ir';
import { flowing, type Flowing } from '../flow.ts';
import type { PolicyContext } from '../policy-context.ts';
import { proverOf } from '../prover.ts';
import { reached, type Violation } from '../reach.ts';
import { counted, quoted } from '../wording.ts';

/** CS1022: every `never` holds, or here is the smallest request, or chain of them, that breaks it. */
export function invariants(context: PolicyContext): readonly Diagnostic[] {
  const prover = proverOf(context);
  if (prover === undefined) return [];
  const broken = ({ invariant: { pointer, value }, causes }: Violation | Flowing, text: string, help: string, witness: unknown): Diagnostic => diagnose('CS1022', {
    message: `${text}, which a \`never\` forbids${reasonText(value)}`, pointer, related: causes,
    help: `${help}, or change the invariant${value.owner === undefined ? '' : ` with ${value.owner}`}`, witness,
  });
  return [
    ...reached(prover).map((violation) => broken(violation, violationText(violation), 'take the grant back, in the offer or in the request', violation.request)),
    ...flowing(prover).map((found) => broken(found, flowText(found), found.steps.length === 1 ? 'take the grant back, in the offer or in the request' : 'take one of these grants back, in the offer or in the request', { steps: found.steps })),
  ];
}

/** `` `ui` can reach `orders.list` with GET /orders, and 3 more calls are open ``. */
export function violationText({ who, what, request, more }: Violation): string {
  const wire = request.to.kind === 'http' ? ` with ${request.to.method} ${request.to.path}` : '';
  return `${who} can reach ${what}${wire}${more === 0 ? '' : more === 1 ? ' (and one more call)' : ` (and ${more} more calls)`}`;
}

/** `` something of `batch` can get to `database.connect` in 2 steps, `batch → orders.create`, then `orders → database.connect` ``. */
export const flowText = ({ steps, what, who }: Flowing): string =>
  `something of ${who} can get to ${what} in ${steps.length === 1 ? 'one step' : counted(steps.length, 'step')}, ${steps.map(({ grant }) => quoted(grant)).join(', then ')}`;

export const reasonText = ({ because }: Invariant): string => (because.trim() === '' ? '' : ` (${because.trim()})`);
