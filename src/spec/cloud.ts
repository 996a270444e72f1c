import { cloudVerbs, isCloudApi, verbOf, type Api, type CloudApi, type CloudOperation, type Policy, type ResourceForm } from '#ir';
import type { Destination, Request } from './request.ts';

/** An operation, and the resource of the cloud that it is one of. */
interface Carrier { readonly api: CloudApi; readonly operation: CloudOperation }
type Action = Extract<Destination, { kind: 'action' }>;

/**
 * What a request asks of IAM. An operation that is named stands for its verb's own action, on an example of what it is
 * about; an object that is not named, for one that no prefix has. Undefined where IAM is not asked.
 */
export function actionAsked(api: CloudApi, to: Destination): Action | undefined {
  if (to.kind === 'action') return formOf(to.action) === 'object' && to.within === undefined ? { ...to, within: exampleKey(api, '') } : to;
  const operation = to.kind === 'operation' ? api.operations.find(({ name }) => name === to.operation) : undefined;
  const own = operation?.kind === 'cloud' ? verbOf(api, operation)?.actions[0] : undefined;
  if (operation?.kind !== 'cloud' || own === undefined) return undefined;
  const within = formOf(own.action) === 'object' ? exampleKey(api, operation.within ?? '') : operation.within;
  return { kind: 'action', api: api.name, action: own.action, ...(within === undefined ? {} : { within }) };
}

/** A key with this prefix, and with no longer one that the bucket's operations name. */
function exampleKey(api: CloudApi, prefix: string): string {
  const longer = api.operations.flatMap((operation) => (operation.kind === 'cloud' && operation.within !== undefined && operation.within.length > prefix.length ? [operation.within] : []));
  const keys = ['object-1', ...'abcdefghijklmnopqrstuvwxyz0123456789'].map((name) => `${prefix}${name}`);
  return keys.find((key) => !longer.some((one) => key.startsWith(one))) ?? keys[0]!;
}

/**
 * The operations that carry an action: those whose verb has it, about that part of the resource. Of a key that a service
 * uses in the caller's name: those on what that service holds and the key encrypts, if they need the action of the key.
 */
export function carryingAction(policy: Policy, api: CloudApi, { action, via, within }: Action): readonly Carrier[] {
  if (via === undefined) return carriers(api, (operation) => (verbOf(api, operation)?.actions ?? []).some((one) => one.action === action && reaches(operation.within, one.prefixKey === undefined ? one.on : 'object', within)));
  return policy.apis.filter(isCloudApi).filter(({ servedBy }) => servedBy.encryptedBy === api.name && servedBy.service === via)
    .flatMap((encrypted) => carriers(encrypted, (operation) => (verbOf(encrypted, operation)?.keyActions ?? []).includes(action)));
}

const carriers = (api: CloudApi, carries: (operation: CloudOperation) => boolean): readonly Carrier[] =>
  api.operations.flatMap((operation) => (operation.kind === 'cloud' && carries(operation) ? [{ api, operation }] : []));

/** A prefix holds the keys that begin so; an index is one thing, and the table itself another. */
function reaches(granted: string | undefined, form: ResourceForm, asked: string | undefined): boolean {
  switch (form) {
    case 'object': return (asked ?? '').startsWith(granted ?? '');
    case 'index': return asked === granted;
    case 'resource': return asked === undefined;
    default: return form satisfies never;
  }
}

/** Nothing is granted in the clear; nor is a write that asks for other encryption than the bucket was declared with. */
export function isUnprotected({ context, to }: Request, api: Api): boolean {
  if (!isCloudApi(api)) return false;
  return context.inTheClear === true
    || (context.weakerEncryption === true && api.servedBy.encryptedBy !== undefined && actionAsked(api, to)?.action === 's3:PutObject');
}

/** What an action of the table is about. Undefined of every other action. */
export function formOf(action: string): ResourceForm | 'listing' | undefined {
  for (const { actions } of cloudVerbs) {
    const found = actions.find((one) => one.action === action);
    if (found !== undefined) return found.prefixKey === undefined ? found.on : 'listing';
  }
  return undefined;
}
