import { grants, isUnmanaged, resolvePort, type Grant, type Policy, type Workload } from '#ir';
import type { Request } from '#spec';
import type { Attempt } from './attempt.ts';
import { idealRequest } from './ideal-request.ts';
import type { PolicyParts } from './policy-part.ts';
import { askText } from './requests.ts';
import { variantsOf, type Others } from './variants.ts';

/** A grant's ideal request, and every one that differs from it in one thing. */
export interface Varied {
  readonly grant: Grant;
  readonly ideal: Attempt;
  /** What the ideal request is called, where it is one of several of its grant. */
  readonly named?: string;
  readonly variants: () => readonly Attempt[];
}

/** Of every grant to a managed server that something satisfies. Linear in grants; variants are made once, when they are looked at. */
export function variedGrants(policy: Policy, parts: PolicyParts): readonly Varied[] {
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const others: Others = { workloads, besides: besides(policy) };
  const apis = new Map(policy.apis.map((api, index) => [api, index]));
  return grants(policy).flatMap((grant): readonly Varied[] => {
    const { api, from, offer, operation } = grant;
    const server = api.servedBy.kind === 'workload' ? workloads.get(api.servedBy.workload) : undefined;
    if (server?.kubernetes === undefined || api.servedBy.kind !== 'workload' || isUnmanaged(policy, server)) return [];
    const caller = from.kind === 'workload' ? workloads.get(from.name) : undefined;
    const part = parts.about(server, caller), ideal = idealRequest(part, grant);
    if (ideal === undefined) return [];
    const port = resolvePort(server.kubernetes, api.servedBy.port, 'TCP')?.number;
    const name = from.kind === 'workload' ? `\`${from.name}\`${from.actingFor === undefined ? '' : ` with a token of \`${from.actingFor}\``}` : `\`${grant.ref.slice(0, grant.ref.indexOf(' → '))}\``;
    const attempt = (request: Request, how: string): Attempt => {
      const acting = request.peer?.kind === 'workload' ? workloads.get(request.peer.name) : caller;
      return {
        request, who: `${name}${how === '' ? '' : ` ${how}`}`, does: askText(request.to, operation), place: `${server.name} TCP ${port ?? api.servedBy.kind}`,
        pointer: () => `/apis/${apis.get(api) ?? 0}/offers/${api.offers.indexOf(offer)}`, server, ...(acting === undefined ? {} : { caller: acting }),
      };
    };
    let made: readonly Attempt[] | undefined;
    return [{ grant, ideal: attempt(ideal, ''), variants: () => (made ??= [...variantsOf(part, grant, ideal, others)].map(({ how, request }) => attempt(request, how))) }];
  });
}

/** The next workload with an identity of its own. */
function besides({ workloads }: Policy): Others['besides'] {
  const able = workloads.filter(({ kubernetes }) => kubernetes?.serviceAccount !== undefined);
  const account = ({ kubernetes }: Workload): string => `${kubernetes!.namespace}/${kubernetes!.serviceAccount}`;
  const position = new Map(able.map(({ name }, index) => [name, index]));
  return (workload) => {
    const start = position.get(workload);
    if (start === undefined) return able[0]?.name;
    const mine = account(able[start]!);
    for (let step = 1; step < able.length; step++) {
      const other = able[(start + step) % able.length]!;
      if (account(other) !== mine) return other.name;
    }
    return undefined;
  };
}
