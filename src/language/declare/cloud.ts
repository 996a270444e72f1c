import { verbsOf, type CloudService } from '#ir';
import { apiHandle, insideApi, lowerOffers, lowerOperations, type ApiOptions, type DeclaredApi, type OfferOptions } from './api.ts';
import { callSite, type CallSite } from './call-site.ts';
import { declaration, defined, isFields, nameIn, plainForm, type Declaration, type Form } from './declaration.ts';
import { cloudVerb, type OperationShape } from './operation.ts';
import type { DeclaredSegment } from './segment.ts';

/** A value that is known only when the policy is deployed; `new Countersign(…, { values })` fills it in. */
export interface DeclaredHole<N extends string = string> { readonly kind: 'hole'; readonly name: N; readonly [declaration]: Declaration }

/** Longest ARN that AWS documents: an IAM ARN has at most 2048 characters, and no service's is longer. */
const longestArn = 2048;

const holeForm: Form = {
  ...plainForm('holes'),
  lower: ({ name, options }) => (isFields(options) ? { name, maxLength: longestArn, ...defined(options) } : options),
};

export function hole<const N extends string>(name: N, options: { readonly kind: 'arn'; readonly service: CloudService; /** Longest value expected, in characters. */ readonly maxLength?: number | undefined }): DeclaredHole<N> {
  return Object.freeze({ kind: 'hole', name, [declaration]: { form: holeForm, name, options, site: callSite(hole), ref: Object.freeze({ hole: name }) } });
}

interface ResourceOptions<V extends string, Offers> extends Pick<ApiOptions<Verbs<V>, Offers>, 'offers' | 'owner'> {
  /** Whose data it is: decides how it has to be encrypted, and what its callers have to meet. */
  readonly segment?: DeclaredSegment | undefined;
}
interface NamedResource<H extends string> {
  /** The resource: its ARN, or the hole that stands for it. */
  readonly arn: string | DeclaredHole<H>;
}
interface OwnableResource {
  /** Its whole resource policy is ours to write; otherwise only the callers' side is. */
  readonly owned?: boolean | undefined;
}
interface StoringResource {
  /** The key that what it stores is encrypted with. Whoever is granted something of it may use the key through its service. */
  readonly encryptedBy?: AnyKey | undefined;
}
type CloudOptions<V extends string, Offers, H extends string> = ResourceOptions<V, Offers> & NamedResource<H>;
type StoreOptions<V extends string, Offers, H extends string> = CloudOptions<V, Offers, H> & OwnableResource & StoringResource;

type Verbs<V extends string> = { readonly [K in V]: OperationShape };
type CloudOffers<V extends string> = { readonly [K in V]?: OfferOptions | readonly OfferOptions[] | undefined };
/** An API whose operations are the cloud's own verbs, and the hole that it brings, if any. */
export type DeclaredCloudApi<N extends string, V extends string, Offers, H extends string> = DeclaredApi<N, Verbs<V>, Offers> & { readonly [declaration]: { readonly hole?: H | undefined } };
/** A key, whatever it is called. */
export interface AnyKey { readonly [declaration]: Declaration & { readonly api: string; readonly key?: true | undefined } }
export type DeclaredKey<N extends string, Offers, H extends string> = DeclaredCloudApi<N, KeyVerb, Offers, H> & { readonly [declaration]: { readonly key?: true | undefined } };

type QueueVerb = 'send' | 'receive' | 'purge';
type TableVerb = 'get' | 'query' | 'scan' | 'put' | 'update' | 'remove' | 'batchWrite' | 'conditionCheck' | 'describe';
/** `queryByCustomer`, where an index is declared as `byCustomer`. */
type TableOperation<I> = TableVerb | `${'query' | 'scan'}${Capitalize<keyof I & string>}`;
type BucketVerb = 'read' | 'list' | 'write' | 'remove';
/** `readThumbs`, where a prefix is declared as `thumbs`; a bucket with prefixes has no operations on all of it. */
type BucketOperation<P> = [keyof P] extends [never] ? BucketVerb : `${BucketVerb}${Capitalize<keyof P & string>}`;
type SecretVerb = 'read' | 'write';
type KeyVerb = 'encrypt' | 'decrypt' | 'generateDataKey' | 'sign' | 'verify' | 'publicKey' | 'generateMac' | 'verifyMac';
type TopicVerb = 'publish' | 'subscribe';

/** An SQS queue. Sending and receiving are separate grants. */
export function queue<const N extends string, const Offers extends CloudOffers<QueueVerb> = {}, const H extends string = never>(
  name: N, options: StoreOptions<QueueVerb, Offers, H>,
): DeclaredCloudApi<N, QueueVerb, Offers, H> {
  return cloudApi('sqs', name, options, callSite(queue)) as DeclaredCloudApi<N, QueueVerb, Offers, H>;
}

/** A DynamoDB table. `indexes`, by a name of yours: each adds `query…` and `scan…`, which touch that index alone. */
export function table<const N extends string, const I extends Readonly<Record<string, string>> = {}, const Offers extends CloudOffers<TableOperation<I>> = {}, const H extends string = never>(
  name: N, options: StoreOptions<TableOperation<I>, Offers, H> & { readonly indexes?: I | undefined },
): DeclaredCloudApi<N, TableOperation<I>, Offers, H> {
  return cloudApi('dynamodb', name, options, callSite(table), 'indexes') as DeclaredCloudApi<N, TableOperation<I>, Offers, H>;
}

/** An S3 bucket. With `prefixes`, by a name of yours, there are operations on the keys that begin so, and none on the whole. */
export function bucket<const N extends string, const P extends Readonly<Record<string, string>> = {}, const Offers extends CloudOffers<BucketOperation<P>> = {}, const H extends string = never>(
  name: N, options: StoreOptions<BucketOperation<P>, Offers, H> & { readonly prefixes?: P | undefined },
): DeclaredCloudApi<N, BucketOperation<P>, Offers, H> {
  return cloudApi('s3', name, options, callSite(bucket), 'prefixes') as DeclaredCloudApi<N, BucketOperation<P>, Offers, H>;
}

/** A secret of Secrets Manager, by its whole ARN, the six random characters at its end included. */
export function secretValue<const N extends string, const Offers extends CloudOffers<SecretVerb> = {}, const H extends string = never>(
  name: N, options: StoreOptions<SecretVerb, Offers, H>,
): DeclaredCloudApi<N, SecretVerb, Offers, H> {
  return cloudApi('secretsmanager', name, options, callSite(secretValue)) as DeclaredCloudApi<N, SecretVerb, Offers, H>;
}

/** An SNS topic. */
export function topic<const N extends string, const Offers extends CloudOffers<TopicVerb> = {}, const H extends string = never>(
  name: N, options: StoreOptions<TopicVerb, Offers, H>,
): DeclaredCloudApi<N, TopicVerb, Offers, H> {
  return cloudApi('sns', name, options, callSite(topic)) as DeclaredCloudApi<N, TopicVerb, Offers, H>;
}

/**
 * A KMS key. Without an ARN it is made along with the policy, rotated every `rotationDays` (365 where nothing is said),
 * and owned. It needs no offers to encrypt what names it in `encryptedBy`.
 */
export function key<const N extends string, const Offers extends CloudOffers<KeyVerb> = {}, const H extends string = never>(
  name: N, options: ResourceOptions<KeyVerb, Offers> & Partial<NamedResource<H>> & OwnableResource & { readonly rotationDays?: number | undefined } = {},
): DeclaredKey<N, Offers, H> {
  const made = isFields(options) && options['arn'] === undefined ? { owned: true, rotationDays: 365, ...defined(options) } : options;
  return cloudApi('kms', name, made, callSite(key)) as DeclaredKey<N, Offers, H>;
}

/** A database of RDS that a workload logs in to with its role; its ARN is that of the database user. */
export function database<const N extends string, const Offers extends CloudOffers<'connect'> = {}, const H extends string = never>(
  name: N, options: CloudOptions<'connect', Offers, H> & StoringResource & { /** Where it answers, as 5432. */ readonly port: number },
): DeclaredCloudApi<N, 'connect', Offers, H> {
  return cloudApi('rds-db', name, options, callSite(database)) as DeclaredCloudApi<N, 'connect', Offers, H>;
}

/** A Lambda function. */
export function lambda<const N extends string, const Offers extends CloudOffers<'invoke'> = {}, const H extends string = never>(
  name: N, options: CloudOptions<'invoke', Offers, H>,
): DeclaredCloudApi<N, 'invoke', Offers, H> {
  return cloudApi('lambda', name, options, callSite(lambda)) as DeclaredCloudApi<N, 'invoke', Offers, H>;
}

/** A role of IAM that a workload takes on, by STS. What that role may do is its own affair. */
export function role<const N extends string, const Offers extends CloudOffers<'assume'> = {}, const H extends string = never>(
  name: N, options: CloudOptions<'assume', Offers, H>,
): DeclaredCloudApi<N, 'assume', Offers, H> {
  return cloudApi('sts', name, options, callSite(role)) as DeclaredCloudApi<N, 'assume', Offers, H>;
}

/** The operations of a resource: every verb of its service; for what it is narrowed to, those that can be. */
function operationsOf(service: CloudService, parts: unknown): Readonly<Record<string, OperationShape>> {
  const found: Record<string, OperationShape> = {};
  const named = isFields(parts) ? Object.entries(parts) : [];
  const whole = service !== 's3' || named.length === 0;
  for (const { narrowed, verb } of verbsOf(service)) {
    if (whole) found[verb] = cloudVerb(verb);
    if (narrowed === 'may') for (const [part, within] of named) found[`${verb}${part.slice(0, 1).toUpperCase()}${part.slice(1)}`] = cloudVerb(verb, within as string);
  }
  return found;
}

function cloudApi(service: CloudService, name: unknown, options: unknown, site: CallSite, parts?: 'indexes' | 'prefixes'): object {
  const operations = operationsOf(service, parts !== undefined && isFields(options) ? options[parts] : undefined);
  const given = isFields(options) ? { ...options, operations, service, parts } : options;
  return apiHandle(name, { form: cloudForm, name, options: given, site, ref: Object.freeze({ kind: 'api', name }) }, given);
}

const cloudForm: Form = {
  list: 'apis',
  lower({ name, options }, lowering) {
    if (!isFields(options)) return options;
    const { service, arn, owned = false, segment, encryptedBy, port, rotationDays, operations, offers = {}, parts, ...rest } = defined(options);
    if (typeof parts === 'string') delete rest[parts];
    return {
      name, ...rest,
      servedBy: {
        kind: 'cloud', service, ...(arn === undefined ? {} : { arn: lowering.refer(arn) }), owned,
        ...(segment === undefined ? {} : { segment: nameIn(lowering.refer(segment)) }), ...(encryptedBy === undefined ? {} : { encryptedBy: nameIn(lowering.refer(encryptedBy)) }),
        ...(port === undefined ? {} : { port }), ...(rotationDays === undefined ? {} : { rotationDays }),
      },
      ...lowerOperations(operations),
      offers: lowerOffers(offers, lowering.below('offers')),
    };
  },
  inside: insideApi,
};
