import { grants, isCloudApi, verbOf, type CloudAction, type CloudApi, type CloudOperation, type Policy } from '#ir';
import { satisfying, type Request } from '#spec';
import type { Attempt } from './attempt.ts';
import type { ActionDestination } from './cloud-targets.ts';
import type { Varied } from './grants-varied.ts';
import type { PolicyParts } from './policy-part.ts';
import { askText } from './requests.ts';
import { cloudVariantsOf } from './variants.ts';

/**
 * Of every grant to a resource of the cloud that something satisfies: each action that its verb needs, and each that it needs of the
 * key that the resource is encrypted with, by the service; as the grant wants it, and with one thing wrong.
 */
export function variedCloudGrants(policy: Policy, parts: PolicyParts): readonly Varied[] {
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const apis = new Map(policy.apis.map((api, index) => [api.name, { api, index }]));
  return grants(policy).flatMap((grant): readonly Varied[] => {
    const { api, from, offer, operation } = grant, caller = from.kind === 'workload' ? workloads.get(from.name) : undefined;
    if (!isCloudApi(api) || operation.kind !== 'cloud' || caller === undefined) return [];
    const part = parts.ofResource(api, caller), ideal = satisfying(part, grant);
    if (ideal === undefined) return [];
    const pointer = (): string => `/apis/${apis.get(api.name)!.index}/offers/${api.offers.indexOf(offer)}`;
    return asked(api, operation, apis).map(({ api: asks, to }): Varied => {
      const attempt = (request: Request, how: string): Attempt => ({
        request, who: `\`${caller.name}\`${how === '' ? '' : ` ${how}`}`, does: askText(to), place: `cloud ${asks.name}`, pointer, resource: asks, caller,
      });
      let made: readonly Attempt[] | undefined;
      const request = { ...ideal, to };
      return {
        grant, ideal: attempt(request, ''), named: `\`${grant.ref}\` (\`${to.action}\`${to.via === undefined ? '' : ` of \`${asks.name}\` by \`${to.via}\``})`,
        variants: () => (made ??= [...cloudVariantsOf(part, grant, request)].map((one) => attempt(one.request, one.how))),
      };
    });
  });
}

/** Every action that somebody has to be let do to use an operation, each with an example of what it is about. */
function asked(api: CloudApi, operation: CloudOperation, apis: ReadonlyMap<string, { readonly api: Policy['apis'][number] }>): readonly { readonly api: CloudApi; readonly to: ActionDestination }[] {
  const verb = verbOf(api, operation), key = api.servedBy.encryptedBy === undefined ? undefined : apis.get(api.servedBy.encryptedBy)?.api;
  const { service } = api.servedBy;
  return [
    ...(verb?.actions ?? []).map((action) => {
      const within = example(operation, action);
      return { api, to: { kind: 'action', api: api.name, action: action.action, ...(within === undefined ? {} : { within }) } as const };
    }),
    ...(key === undefined || !isCloudApi(key) ? [] : (verb?.keyActions ?? []).map((action) => ({ api: key, to: { kind: 'action', api: key.name, action, via: service } as const }))),
  ];
}

function example({ within }: CloudOperation, { on, prefixKey }: CloudAction): string | undefined {
  switch (on) {
    case 'resource': return prefixKey === undefined ? undefined : within;
    case 'object': return within === undefined ? undefined : `${within}object-1`; // of the whole bucket, the meaning picks one
    case 'index': return within;
    default: return on satisfies never;
  }
}
