import { diagnose, type Diagnostic } from '#diagnostics';
import type { Invariant } from '#ir';
import type { PolicyContext } from '../policy-context.ts';
import { violations, type Violation } from '../reach.ts';

/** CS1022: every `never` holds, or here is a request that breaks it. */
export function invariants(context: PolicyContext): readonly Diagnostic[] {
  return violations(context).map((violation) => {
    const { value, pointer } = violation.invariant;
    return diagnose('CS1022', {
      message: `${violationText(violation)}, which a \`never\` forbids${reasonText(value)}`,
      pointer,
      related: violation.causes,
      help: `take the grant back, in the offer or in the request, or change the invariant${value.owner === undefined ? '' : ` with ${value.owner}`}`,
      witness: violation.request,
    });
  });
}

/** `` `ui` can reach `orders.list` with GET /orders, and 3 more calls are open ``. */
export function violationText({ who, what, request, more }: Violation): string {
  const wire = request.to.kind === 'http' ? ` with ${request.to.method} ${request.to.path}` : '';
  return `${who} can reach ${what}${wire}${more === 0 ? '' : more === 1 ? ' (and one more call)' : ` (and ${more} more calls)`}`;
}

export const reasonText = ({ because }: Invariant): string => (because.trim() === '' ? '' : ` (${because.trim()})`);
