import {
  cloudServiceFacts, cloudServices, grants, isCloudApi, verbOf, type CloudAction, type CloudApi, type CloudOperation, type Grant, type Policy, type Workload,
} from '#ir';
import type { Context, Destination, Peer, Request } from '#spec';
import type { Estate } from './estate.ts';
import { random, type Random } from './random.ts';

/** What a request to the cloud was made to be. Not what it must be answered. */
export const cloudManners = [
  'granted', 'granted by its actions', 'another caller', 'another action', 'another resource', 'another part', 'through a service', 'in the clear', 'weaker encryption',
  'credentials elsewhere', 'another principal', 'near its end', 'another address', 'forged pod', 'undeclared pod', 'for credentials', 'for the node\'s own',
] as const;
export type CloudManner = (typeof cloudManners)[number];
export interface CloudAttempt { readonly manner: CloudManner; readonly request: Request }

/** Requests to an estate's resources and to who hands out credentials, of every manner in turn; the same seed makes the same ones. What an estate can't be asked is left out. */
export function cloudAttempts(estate: Estate, seed: number, count: number): readonly CloudAttempt[] {
  const rng = random(seed), asker = new Asker(estate, rng), found: CloudAttempt[] = [];
  for (let index = 0; index < count; index++) {
    const manner = cloudManners[index % cloudManners.length]!, request = asker.ask(manner);
    if (request !== undefined) found.push({ manner, request });
  }
  return found;
}

type Action = Extract<Destination, { readonly kind: 'action' }>;
/** A grant on a resource, with the verb's action that is asked and its caller. */
interface Chance { readonly grant: Grant; readonly api: CloudApi; readonly operation: CloudOperation; readonly action: CloudAction; readonly caller: Workload }

/** Of services' own that no verb has: what administrators do, and what is near to something that a verb has. */
const strange: Readonly<Record<string, readonly string[]>> = {
  s3: ['s3:GetObjectAcl', 's3:PutObjectAcl', 's3:DeleteObjectVersion', 's3:PutBucketPolicy'], dynamodb: ['dynamodb:PartiQLSelect', 'dynamodb:DeleteTable'], kms: ['kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:ReEncryptFrom', 'kms:ScheduleKeyDeletion'],
  sqs: ['sqs:SetQueueAttributes', 'sqs:ListQueueTags'], sns: ['sns:SetTopicAttributes', 'sns:Unsubscribe'], secretsmanager: ['secretsmanager:RotateSecret', 'secretsmanager:DeleteSecret'],
  lambda: ['lambda:UpdateFunctionCode'], sts: ['sts:TagSession', 'sts:SetSourceIdentity'], 'rds-db': ['rds-db:disconnect'],
};
const insides = ['10.244.3.7', '10.244.130.9', '10.244.127.255', '192.168.0.9'] as const, outsides = ['203.0.113.9', '198.51.100.77', '2001:db8::9'] as const;

class Asker {
  readonly #rng: Random;
  readonly #policy: Policy;
  readonly #noon: string;
  readonly #all: readonly { readonly grant: Grant; readonly api: CloudApi; readonly operation: CloudOperation; readonly caller: Workload }[];
  readonly #cloud: readonly CloudApi[];
  readonly #principals: readonly string[];

  constructor({ asOf, platform, policy }: Estate, rng: Random) {
    this.#rng = rng;
    this.#policy = policy;
    this.#noon = `${asOf}T12:00:00Z`;
    this.#cloud = policy.apis.filter(isCloudApi);
    this.#all = grants(policy).flatMap((grant) => {
      const { api, from, operation } = grant, caller = policy.workloads.find(({ name }) => from.kind === 'workload' && name === from.name);
      return isCloudApi(api) && operation.kind === 'cloud' && caller !== undefined ? [{ grant, api, operation, caller }] : [];
    });
    const account = platform.aws?.accountId ?? '111122223333', partition = platform.aws?.administrators?.deployer.split(':')[1] ?? 'aws';
    this.#principals = [...Object.values(platform.aws?.administrators ?? {}), `arn:${partition}:iam::${account}:role/somebody`, `arn:${partition}:iam::${account}:user/alice`, `arn:${partition}:iam::${account}:root`];
  }

  ask(manner: CloudManner): Request | undefined {
    const rng = this.#rng, chance = this.#chance();
    if (manner === 'for credentials' || manner === 'for the node\'s own') return this.#builtin(manner === 'for credentials' ? 'cloudCredentials' : 'instanceMetadata');
    if (chance === undefined) return this.#wildly();
    const { caller } = chance, peer = this.#peer(caller), to = this.#action(chance), context = this.#context(chance);
    switch (manner) {
      case 'granted': return asked(peer, { kind: 'operation', api: chance.api.name, operation: chance.operation.name }, context);
      case 'granted by its actions': return asked(peer, to, context);
      case 'another caller': { const other = rng.pick(this.#policy.workloads); return asked(this.#peer(other), rng.chance(0.5) ? to : this.#operation(), context); }
      case 'another action': {
        const { service } = chance.api.servedBy, theirs = rng.chance(0.5) ? [...cloudServiceFacts[service].management, ...strange[service] ?? []] : chance.api.operations.flatMap((one) => (one.kind === 'cloud' ? verbOf(chance.api, one)?.actions ?? [] : [])).map(({ action }) => action);
        const { within: _of, ...whole } = to, action = rng.pick(theirs.length === 0 ? [to.action] : theirs);
        return asked(peer, rng.chance(0.7) ? { ...to, action } : { ...whole, action }, context);
      }
      case 'another resource': { const other = rng.chance(0.5) ? this.#operation() : { ...to, api: rng.pick(this.#cloud).name }; return asked(peer, other, context); }
      case 'another part': {
        const divided = this.#all.filter(({ api, operation }) => verbOf(api, operation)?.narrowed === 'may'), one = divided.length > 0 && rng.chance(0.8) ? this.#chance(divided)! : chance;
        const { within: _mine, ...whole } = this.#action(one);
        return asked(this.#peer(one.caller), { ...whole, ...this.#part(one.api) }, this.#context(one));
      }
      case 'through a service': return this.#throughService(context);
      case 'in the clear': return asked(peer, to, { ...context, inTheClear: rng.chance(0.8) });
      case 'weaker encryption': {
        const written = this.#all.filter(({ api, operation }) => verbOf(api, operation)?.actions[0].action === 's3:PutObject'), sealed = written.filter(({ api }) => api.servedBy.encryptedBy !== undefined);
        const writes = sealed.length > 0 && rng.chance(0.8) ? sealed : written, one = writes.length > 0 ? this.#chance(writes)! : chance;
        return asked(this.#peer(one.caller), rng.chance(0.5) ? this.#action(one) : { kind: 'operation', api: one.api.name, operation: one.operation.name }, { ...this.#context(one), weakerEncryption: rng.chance(0.8) });
      }
      case 'credentials elsewhere': return asked({ kind: 'credentials', of: caller.name }, to, { ...context, ...(rng.chance(0.5) ? { sourceAddress: rng.pick([...outsides, ...insides]) } : {}) });
      case 'another principal': {
        const { service } = chance.api.servedBy, action = rng.chance(0.4) ? rng.pick([...cloudServiceFacts[service].management, to.action]) : to.action, { within, ...whole } = to;
        return asked({ kind: 'principal', arn: rng.pick(this.#principals) }, { ...whole, action, ...(within === undefined || action !== to.action ? {} : { within }) }, { ...context, ...(rng.chance(0.5) ? { mfa: rng.chance(0.5) } : {}) });
      }
      case 'near its end': {
        const ending = this.#all.filter(({ grant }) => grant.until !== undefined), one = ending.length > 0 ? this.#chance(ending)! : chance, last = one.grant.until ?? '2026-12-10', next = new Date(Date.parse(`${last}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
        return asked(this.#peer(one.caller), this.#action(one), { ...this.#context(one), time: rng.pick([`${last}T00:00:00Z`, `${last}T23:59:59Z`, `${next}T00:00:00Z`, `${next}T00:00:01Z`, `${next}T00:30:00+01:00`, '2030-01-01T00:00:00Z']) });
      }
      case 'another address': {
        const conditioned = this.#all.filter(({ grant }) => grant.offer.when.length > 0), one = conditioned.length > 0 ? this.#chance(conditioned)! : chance, { sourceAddress: _stated, ...rest } = this.#context(one), address = rng.pick([undefined, ...insides, ...outsides]);
        return asked(this.#peer(one.caller), this.#action(one), { ...rest, ...(address === undefined ? {} : { sourceAddress: address }) });
      }
      case 'forged pod': {
        const facts = caller.kubernetes, account = rng.pick(['default', 'thief', rng.pick(this.#policy.workloads).kubernetes?.serviceAccount ?? 'none']);
        if (facts === undefined) return asked({ kind: 'pod', namespace: 'outside', labels: {}, serviceAccount: caller.name }, to, context);
        return asked({ kind: 'pod', namespace: rng.chance(0.7) ? facts.namespace : 'unrelated', labels: facts.selector, serviceAccount: rng.chance(0.4) ? facts.serviceAccount! : account }, to, context);
      }
      case 'undeclared pod': return asked({ kind: 'pod', namespace: caller.kubernetes?.namespace ?? 'unrelated', labels: { stray: 'pod' }, ...(rng.chance(0.5) ? { serviceAccount: 'default' } : {}) }, to, context);
      default: return manner satisfies never;
    }
  }

  #chance(among = this.#all): Chance | undefined {
    if (among.length === 0) return undefined;
    const one = this.#rng.pick(among), actions = verbOf(one.api, one.operation)?.actions;
    return actions === undefined ? undefined : { ...one, action: this.#rng.pick(actions) };
  }

  /** A part of the resource that the grant is about. */
  #action({ action, api, operation }: Chance): Action {
    const rng = this.#rng, { within } = operation;
    if (action.on === 'object') return { kind: 'action', api: api.name, action: action.action, within: `${within ?? ''}${rng.pick(['object-1', '7.jpg', 'raw/7', 'o'])}` };
    if (action.prefixKey !== undefined) { const listed = rng.pick([within, within === undefined ? undefined : `${within}2026`, `${within ?? ''}deep/`]); return { kind: 'action', api: api.name, action: action.action, ...(listed === undefined ? {} : { within: listed }) }; }
    return { kind: 'action', api: api.name, action: action.action, ...(within === undefined ? {} : { within }) };
  }

  /** Of a bucket or a table, somebody else's, or nobody's. */
  #part({ operations, servedBy: { service } }: CloudApi): { readonly within?: string } {
    const parts = operations.flatMap((one) => (one.kind === 'cloud' && one.within !== undefined ? [one.within] : []));
    const part = this.#rng.pick<string | undefined>(service === 's3' ? ['secret/7', 'thumbs', 'Thumbs/7', 'o', 'other/7', ...parts.map((one) => `${one}7`), ...parts.map((one) => `x${one}`), ...parts.map((one) => one.slice(0, -1))].filter((one) => one !== '')
      : service === 'dynamodb' ? ['byCustomer', 'byDay', 'byNobody', undefined, ...parts] : [undefined, 'part']);
    return part === undefined ? {} : { within: part };
  }

  /** A key by way of what it encrypts: the right service or another, an action that is needed there or one that is not. */
  #throughService(context: Context): Request | undefined {
    const rng = this.#rng, keys = this.#cloud.filter(({ servedBy }) => servedBy.service === 'kms'), sealed = this.#all.filter(({ api }) => api.servedBy.encryptedBy !== undefined);
    if (keys.length === 0) return undefined;
    const one = sealed.length > 0 ? rng.pick(sealed) : undefined, key = one !== undefined && rng.chance(0.85) ? one.api.servedBy.encryptedBy! : rng.pick(keys).name;
    const needed = one === undefined ? [] : verbOf(one.api, one.operation)?.keyActions ?? [], caller = one !== undefined && rng.chance(0.8) ? one.caller : rng.pick(this.#policy.workloads);
    const action = needed.length > 0 && rng.chance(0.75) ? rng.pick(needed) : rng.pick(['kms:Decrypt', 'kms:GenerateDataKey', 'kms:Encrypt', 'kms:CreateGrant']);
    const via = one !== undefined && rng.chance(0.8) ? one.api.servedBy.service : rng.pick(cloudServices);
    const peer = rng.chance(0.05) ? { kind: 'principal', arn: rng.pick(this.#principals) } as const : this.#peer(caller);
    return asked(peer, { kind: 'action', api: key, action, ...(rng.chance(0.9) ? { via } : {}) }, context);
  }

  #operation(): Destination {
    const api = this.#rng.pick(this.#cloud);
    return { kind: 'operation', api: api.name, operation: this.#rng.pick(api.operations).name };
  }

  #builtin(name: 'cloudCredentials' | 'instanceMetadata'): Request | undefined {
    const all = [...this.#policy.workloads, ...this.#all.map(({ caller }) => caller)];
    return all.length === 0 ? undefined : asked(this.#peer(this.#rng.pick(all)), { kind: 'builtin', name }, { time: this.#noon });
  }

  /** Where nothing is granted. */
  #wildly(): Request | undefined {
    return this.#cloud.length === 0 || this.#policy.workloads.length === 0 ? undefined : asked(this.#peer(this.#rng.pick(this.#policy.workloads)), this.#operation(), { time: this.#noon });
  }

  #peer({ kubernetes: facts, name }: Workload): Peer {
    if (facts === undefined || this.#rng.chance(0.7)) return { kind: 'workload', name };
    return { kind: 'pod', namespace: facts.namespace, labels: { ...facts.selector, more: 'labels' }, ...(facts.serviceAccount === undefined || this.#rng.chance(0.3) ? {} : { serviceAccount: facts.serviceAccount }) };
  }

  /** From an address that the grant's own conditions name, if there is one. */
  #context({ grant: { offer } }: Chance): Context {
    const range = offer.when.flatMap((one) => (one.kind === 'from' ? one.cidrs : []))[0];
    const address = range === undefined ? this.#rng.pick([insides[0], insides[1]]) : range === '10.244.0.0/17' ? insides[0] : insides[1];
    return { time: this.#noon, sourceAddress: address };
  }
}

const asked = (peer: Peer, to: Destination, context: Context): Request => ({ peer, throughExposure: false, to, context });
