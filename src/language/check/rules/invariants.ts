import { diagnose, type Diagnostic, type Related } from '#diagnostics';
import type { Invariant } from '#ir';
import { mostWays } from '#spec';
import type { PolicyContext } from '../policy-context.ts';
import { reached, type Undecided, type Violation } from '../reach.ts';

/** CS1022 and CS1059: every `never` holds, or here is a request that breaks it; what can't be decided is not let pass. */
export function invariants(context: PolicyContext): readonly Diagnostic[] {
  const { undecided, violations } = reached(context);
  return [
    ...violations.map((violation) => {
      const { value, pointer } = violation.invariant;
      return diagnose('CS1022', {
        message: `${violationText(violation)}, which a \`never\` forbids${reasonText(value)}`,
        pointer,
        related: violation.causes,
        help: `take the grant back, in the offer or in the request, or change the invariant${value.owner === undefined ? '' : ` with ${value.owner}`}`,
        witness: violation.request,
      });
    }),
    ...undecided.map((one) => undecidedInvariant(one, one.invariant.pointer, [{ message: 'it is offered', pointer: one.pointer }])),
  ];
}

export const undecidedInvariant = ({ invariant, what, who }: Undecided, pointer: string, related: readonly Related[]): Diagnostic => diagnose('CS1059', {
  message: `whether ${who} can reach ${what}, which a \`never\` forbids${reasonText(invariant.value)}, can't be decided: the conditions have more than ${mostWays} ways to hold`,
  pointer, related, help: 'ask for fewer alternatives: one `claim` of several values, or one `from` of several ranges, is one way',
});

/** `` `ui` can reach `orders.list` with GET /orders, and 3 more calls are open ``. */
export function violationText({ who, what, request, more }: Violation): string {
  const wire = request.to.kind === 'http' ? ` with ${request.to.method} ${request.to.path}` : '';
  return `${who} can reach ${what}${wire}${more === 0 ? '' : more === 1 ? ' (and one more call)' : ` (and ${more} more calls)`}`;
}

export const reasonText = ({ because }: Invariant): string => (because.trim() === '' ? '' : ` (${because.trim()})`);
