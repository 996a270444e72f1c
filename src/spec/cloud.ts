import { cloudVerbs, isCloudApi, verbOf, type Api, type CloudApi, type CloudOperation, type Policy, type ResourceForm } from '#ir';
import type { Destination, Request } from './request.ts';

type Action = Extract<Destination, { kind: 'action' }>;

/** The operations of a resource that would carry an action: those whose verb has it, about that part of the resource. */
export function carryingAction(api: Api, { action, within }: Pick<Action, 'action' | 'within'>): readonly CloudOperation[] {
  if (!isCloudApi(api)) return [];
  return api.operations.filter((operation): operation is CloudOperation => operation.kind === 'cloud'
    && (verbOf(api, operation)?.actions ?? []).some((one) => one.action === action && reaches(operation.within, one.prefixKey === undefined ? one.on : 'object', within)));
}

/** A prefix holds the keys that begin so; an index is one thing, and the table itself another. */
function reaches(granted: string | undefined, form: ResourceForm, asked: string | undefined): boolean {
  switch (form) {
    case 'object': return (asked ?? '').startsWith(granted ?? '');
    case 'index': return asked === granted;
    case 'resource': return asked === undefined;
    default: return form satisfies never;
  }
}

/**
 * Who may use a key through a service may so because of what is encrypted with it: the operations on that service's
 * resources that need the action of the key. Directly, a key is asked like any other resource.
 */
export function usingKey(policy: Policy, { action, api, via }: Action): readonly { readonly api: CloudApi; readonly operation: CloudOperation }[] {
  return policy.apis.filter(isCloudApi).filter(({ servedBy }) => servedBy.encryptedBy === api && servedBy.service === via)
    .flatMap((encrypted) => encrypted.operations
      .filter((operation): operation is CloudOperation => operation.kind === 'cloud' && (verbOf(encrypted, operation)?.keyActions ?? []).includes(action))
      .map((operation) => ({ api: encrypted, operation })));
}

/** Nothing is granted in the clear; nor is a write that asks for other encryption than the bucket was declared with. */
export function isUnprotected({ context, to }: Request, api: Api): boolean {
  if (!isCloudApi(api)) return false;
  const writes = to.kind === 'action' ? to.action === 's3:PutObject'
    : to.kind === 'operation' && api.operations.some((operation) => operation.kind === 'cloud' && operation.name === to.operation && verbOf(api, operation)?.actions[0].action === 's3:PutObject');
  return context.inTheClear === true || (context.weakerEncryption === true && writes && api.servedBy.encryptedBy !== undefined);
}

/** What an action of a service is about; what no verb has is about the resource. */
export function formOf(action: string): ResourceForm | 'listing' {
  for (const { actions } of cloudVerbs) {
    const found = actions.find((one) => one.action === action);
    if (found !== undefined) return found.prefixKey === undefined ? found.on : 'listing';
  }
  return 'resource';
}
