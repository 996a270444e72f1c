import { grants, type Grant, type Policy } from '#ir';
import { exampleOf, satisfying, type Destination, type Request } from '#spec';

/**
 * A request that a grant admits, as it looks on the wire: its caller, with a token that says what is asked of people, at
 * an address and an instant that the conditions name, for an example of the operation. Undefined where nothing satisfies
 * the conditions together.
 */
export function idealRequest(policy: Policy, grant: Grant, from?: string): Request | undefined {
  const request = satisfying(policy, grant, from);
  return request === undefined ? undefined : { ...request, to: wireOf(grant) };
}

/** Of every grant that has one. */
export function* idealRequests(policy: Policy, from?: string): Generator<{ readonly grant: Grant; readonly request: Request }> {
  for (const grant of grants(policy)) {
    const request = idealRequest(policy, grant, from);
    if (request !== undefined) yield { grant, request };
  }
}

/** What has no method and path, or leaves none of its own to its siblings, is asked for by name. */
function wireOf({ api, operation }: Grant): Destination {
  const example = exampleOf(api, operation);
  return example === undefined ? { kind: 'operation', api: api.name, operation: operation.name } : { kind: 'http', api: api.name, ...example };
}
