import { arnOf, regionalName, resourceOf, type Aws, type CloudApi, type Feature, type GrantRef } from '#ir';
import { conditionsOf, onBehalf, type Asked, type Conditions, type Test } from './conditions.ts';
import type { CloudGrant } from './estate.ts';

/** One action on one resource under one condition: what a policy of IAM is made of. Allows add up, so that a role may do the union. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly conditions: Conditions;
  /** Spells `conditions`, injectively. */
  readonly conditionsText: string;
  /** Of a listing, what the listed prefix must begin with; absent, any. Asked beside `conditions`. */
  readonly prefix?: string;
  readonly grant: GrantRef;
  /** What it says of the grant, for the statement's name: the API and what is done to it. */
  readonly about: { readonly api: string; readonly does: string };
  /** What of the grant it enforces, and how well, for the ledger. */
  readonly does: readonly Does[];
}

export interface Does { readonly feature: Feature; readonly fidelity: 'exact' | 'wider' }

/** What a grant lets its role do: the actions of its verb, and what these need of the key. */
export function permissionsOf(aws: Aws): (given: CloudGrant, asked: Asked) => readonly Permission[] {
  const spelled = new Map<readonly Test[], Map<string, Spelled>>(); // by what every statement asks, then by what is asked beside it
  const spell = (tests: readonly Test[], beside: string, more: () => readonly Test[]): Spelled => {
    let known = spelled.get(tests);
    if (known === undefined) spelled.set(tests, known = new Map());
    let found = known.get(beside);
    if (found === undefined) {
      const conditions = conditionsOf([...tests, ...more()]);
      known.set(beside, found = { conditions, conditionsText: JSON.stringify(conditions) });
    }
    return found;
  };
  return ({ api, grant, key, operation, verb }, { accepted, tests }) => {
    const { service } = api.servedBy, about = { api: api.name, does: operation.name };
    const writes = service === 's3' && key !== undefined && verb.actions[0].action === 's3:PutObject';
    // A key is asked directly by grants on it, and through a service by what is granted there: the one never stands for the other.
    const own = service === 'kms' ? spell(tests, 'direct', () => [['Null', 'kms:ViaService', ['true']]])
      : writes ? spell(tests, arnOf(key), () => encryptedWith(key)) : spell(tests, '', () => []);
    const found: Permission[] = verb.actions.map((action) => ({
      action: action.action, resource: resourceOf(api, operation, action), ...own, ...(action.prefixKey === undefined || operation.within === undefined ? {} : { prefix: operation.within }),
      grant: grant.ref, about, does: doesFor(accepted, writes),
    }));
    if (key === undefined || verb.keyActions.length === 0) return found;
    const through = spell(none, `${service} ${grant.until ?? ''}`, () => [...onBehalf(grant.until), ['StringEquals', 'kms:ViaService', [regionalName(service, aws.region)]]]);
    return [...found, ...verb.keyActions.map((action) => ({ action, resource: arnOf(key), ...through, grant: grant.ref, about: { api: key.name, does: `via ${service}` }, does: atRest }))];
  };
}

interface Spelled { readonly conditions: Conditions; readonly conditionsText: string }
const none: readonly Test[] = [];

const exactly = (...features: readonly Feature[]): readonly Does[] => features.map((feature) => ({ feature, fidelity: 'exact' }));
const atRest = exactly('atRest'), usual = exactly('operation.cloud', 'transport.tls', 'transport.lifetime', 'condition.from'), writing = [...usual, ...atRest];
/** `condition.from` is there where the statement asks for an address, which its conditions tell. */
const doesFor = (accepted: readonly Feature[], writes: boolean): readonly Does[] => {
  const all = writes ? writing : usual;
  return accepted.length === 0 ? all : all.map(({ feature, fidelity }) => ({ feature, fidelity: accepted.includes(feature) ? 'wider' : fidelity }));
};

/**
 * A write may say how it is encrypted, and then only as the bucket was declared; what says nothing is encrypted as the bucket
 * is set (Amazon S3, "Using server-side encryption with AWS KMS keys (SSE-KMS)"). `IfExists` lets pass what is not said; a key
 * of the caller's own must not be (Amazon S3, "Using server-side encryption with customer-provided keys (SSE-C)").
 */
const encryptedWith = (key: CloudApi): readonly Test[] => [
  ['StringEqualsIfExists', 's3:x-amz-server-side-encryption', ['aws:kms', 'aws:kms:dsse']],
  ['StringEqualsIfExists', 's3:x-amz-server-side-encryption-aws-kms-key-id', [arnOf(key)]],
  ['Null', 's3:x-amz-server-side-encryption-customer-algorithm', ['true']],
];
