import { cloudVerbs, isCloudApi, verbOf, type CloudApi, type CloudOperation, type CloudService, type Policy, type ResourceForm } from '#ir';
import type { Destination } from '#spec';

/** An action of IAM, and the part of the resource that it is about. */
interface Asked { readonly action: string; readonly within: string | undefined; readonly via: CloudService | undefined }
/** An operation of an API, by their indexes. */
export interface Carrying { readonly api: number; readonly operation: number }
interface Carries extends Carrying { readonly within: string | undefined; readonly form: ResourceForm }

/** What a listing narrows, an object; nothing else stands for an object by itself. */
const objects: ReadonlySet<string> = new Set(cloudVerbs.flatMap(({ actions }) => actions.flatMap(({ action, on, prefixKey }) => (on === 'object' && prefixKey === undefined ? [action] : []))));

/** Which operations of resources of the cloud carry an action. */
export class CloudActions {
  readonly #policy: Policy;
  /** By API and action. */
  readonly #direct = new Map<string, Carries[]>();
  /** By key, service and action of the key: what is encrypted with it. */
  readonly #through = new Map<string, Carrying[]>();

  constructor(policy: Policy) {
    this.#policy = policy;
    policy.apis.forEach((api, index) => {
      if (!isCloudApi(api)) return;
      api.operations.forEach((operation, at) => {
        const verb = operation.kind === 'cloud' ? verbOf(api, operation) : undefined;
        if (verb === undefined || operation.kind !== 'cloud') return;
        for (const { action, on, prefixKey } of verb.actions) add(this.#direct, `${index} ${action}`, { api: index, operation: at, within: operation.within, form: prefixKey === undefined ? on : 'object' });
        const { encryptedBy, service } = api.servedBy;
        if (encryptedBy !== undefined) for (const action of verb.keyActions) add(this.#through, `${encryptedBy} ${service} ${action}`, { api: index, operation: at });
      });
    });
  }

  /** Of a write that asks for other encryption than was declared, nothing is granted. */
  isWrite(index: number, to: Destination): boolean {
    const api = this.#policy.apis[index]!;
    return isCloudApi(api) && api.servedBy.encryptedBy !== undefined && this.#asked(api, to)?.action === 's3:PutObject';
  }

  carrying(index: number, to: Destination): readonly Carrying[] {
    const api = this.#policy.apis[index]!, asked = isCloudApi(api) ? this.#asked(api, to) : undefined;
    if (asked === undefined) return [];
    if (asked.via !== undefined) return this.#through.get(`${api.name} ${asked.via} ${asked.action}`) ?? [];
    return (this.#direct.get(`${index} ${asked.action}`) ?? []).filter(({ form, within }) => takesIn(form, within, asked.within));
  }

  #asked(api: CloudApi, to: Destination): Asked | undefined {
    if (to.kind === 'action') return { action: to.action, via: to.via, within: to.within ?? (objects.has(to.action) ? anyKey(api, '') : undefined) };
    const operation = to.kind === 'operation' ? api.operations.find(({ name }) => name === to.operation) : undefined;
    if (operation?.kind !== 'cloud') return undefined;
    const own = verbOf(api, operation)?.actions[0];
    return own === undefined ? undefined : { action: own.action, via: undefined, within: objects.has(own.action) ? anyKey(api, operation.within ?? '') : operation.within };
  }
}

function takesIn(form: ResourceForm, granted: string | undefined, asked: string | undefined): boolean {
  switch (form) {
    case 'object': return granted === undefined || (asked ?? '').startsWith(granted);
    case 'index': return granted === asked;
    case 'resource': return asked === undefined;
    default: return form satisfies never;
  }
}

/** A key with a prefix, and with no longer one that the bucket has operations for, if there is such a key. */
function anyKey(api: CloudApi, prefix: string): string {
  const longer = api.operations.flatMap((operation) => ((operation as CloudOperation).within ?? '').length > prefix.length ? [(operation as CloudOperation).within!] : []);
  const keys = [`${prefix}object-1`, ...[...'abcdefghijklmnopqrstuvwxyz0123456789'].map((name) => prefix + name)];
  return keys.find((key) => longer.every((one) => !key.startsWith(one))) ?? keys[0]!;
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]); else list.push(value);
}
