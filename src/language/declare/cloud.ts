import { diagnose } from '#diagnostics';
import { longestArnOf, verbsOf, type CloudService } from '#ir';
import { apiHandle, insideApi, lowerOffers, type AnyApi, type CheckOffers, type DeclaredApi, type OfferOptions, type Refused } from './api.ts';
import { callSite, type CallSite } from './call-site.ts';
import type { DeclaredCondition } from './condition.ts';
import { declaration, defined, isFields, isOutput, nameIn, plainForm, shown, type Declaration, type Fields, type Form, type Lowering } from './declaration.ts';
import type { WorkloadIdentity } from './identity.ts';
import type { OperationShape } from './operation.ts';
import type { DeclaredSegment } from './segment.ts';

/** A value that is known only when the policy is deployed; `new Countersign(…, { values })` fills it in. */
export interface DeclaredHole<N extends string = string> { readonly kind: 'hole'; readonly name: N; readonly [declaration]: Declaration }
export interface HoleOptions {
  readonly kind: 'arn';
  /** Of whose resource it is the ARN. */
  readonly service: CloudService;
  /** Longest value expected, in characters; the longest that the service has where nothing is said. Policies are split by it. */
  readonly maxLength?: number | undefined;
}

const holeForm: Form = {
  ...plainForm('holes'),
  lower: ({ name, options }) => (isFields(options) ? { name, maxLength: longestArnOf(options['service']), ...defined(options) } : options),
};

/** Stands for the ARN of a resource that the same Pulumi program makes. Its name is a key of `values`. */
export function hole<const N extends string>(name: N, options: HoleOptions): DeclaredHole<N> {
  return Object.freeze({ kind: 'hole', name, [declaration]: { form: holeForm, name, options, site: callSite(hole), ref: Object.freeze({ hole: name }) } });
}

/** An offer of a verb. Workloads have to ask as well, and nobody else can call a resource of the cloud. */
export interface CloudOfferOptions extends Omit<OfferOptions, 'to' | 'when'> {
  readonly to: readonly WorkloadIdentity[];
  /** All of which must hold. Of a workload's request, IAM knows where it comes from. */
  readonly when?: readonly DeclaredCondition<'anything'>[] | undefined;
}
/** Everybody that an offer can name may stand here, so that the sentence below is what the error says. */
type CloudOffers<V extends string> = { readonly [K in V]?: OfferOptions | readonly OfferOptions[] | undefined };
type CheckCloudOffers<V extends string, Offers> = CheckOffers<Verbs<V>, Offers> & { readonly [K in keyof Offers]: CheckCallers<Offers[K]> };
type CheckCallers<G> = G extends readonly unknown[] ? { readonly [I in keyof G]: CheckCaller<G[I]> } : CheckCaller<G>;
type CheckCaller<O> = O extends { readonly to: readonly (infer I)[] }
  ? [Exclude<I, WorkloadIdentity>] extends [never] ? unknown : { readonly to: Refused<'only a workload calls a resource of the cloud, and there it acts for nobody'> }
  : unknown;

interface ResourceOptions<V extends string, Offers> {
  readonly owner?: string | undefined;
  /** Whose data it is: decides how it has to be encrypted, and what its callers have to meet. `internal` without one. */
  readonly segment?: DeclaredSegment | undefined;
  /** By verb: one offer, or a list of them where reasons or ends differ. */
  readonly offers?: (Offers & CheckCloudOffers<V, Offers>) | undefined;
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
type MadeKeyOptions<Offers> = ResourceOptions<KeyVerb, Offers> & {
  readonly arn?: undefined;
  readonly owned?: true | undefined;
  /** Days between two rotations, 90 to 2560; 365 where nothing is said. */
  readonly rotationDays?: number | undefined;
};
type NamedKeyOptions<Offers, H extends string> = CloudOptions<KeyVerb, Offers, H> & OwnableResource & { readonly rotationDays?: undefined };

type Verbs<V extends string> = { readonly [K in V]: OperationShape };
interface CloudDeclaration<S extends CloudService, H extends string> { readonly service: S; readonly hole?: H | undefined }
/** An API whose operations are the cloud's own verbs. `H` is the hole that it brings, if any. */
export type DeclaredCloudApi<N extends string, V extends string, Offers, H extends string, S extends CloudService = CloudService> =
  DeclaredApi<N, Verbs<V>, Offers> & { readonly [declaration]: CloudDeclaration<S, H> };
/** A key, whatever it is called. */
export interface AnyKey extends AnyApi { readonly [declaration]: AnyApi[typeof declaration] & { readonly service: 'kms' } }
export type DeclaredKey<N extends string, Offers, H extends string> = DeclaredCloudApi<N, KeyVerb, Offers, H, 'kms'>;

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
): DeclaredCloudApi<N, QueueVerb, Offers, H, 'sqs'> {
  return cloudApi('sqs', name, options, callSite(queue)) as DeclaredCloudApi<N, QueueVerb, Offers, H, 'sqs'>;
}

/** A DynamoDB table. Its verbs are about the table itself; each of `indexes`, by a name of yours, adds `query…` and `scan…` on that index alone. */
export function table<const N extends string, const I extends Readonly<Record<string, string>> = {}, const Offers extends CloudOffers<TableOperation<I>> = {}, const H extends string = never>(
  name: N, options: StoreOptions<TableOperation<I>, Offers, H> & { /** Names of its indexes, each under a name of yours: `{ byCustomer: 'idx_customer' }` adds `queryByCustomer`. */ readonly indexes?: I | undefined },
): DeclaredCloudApi<N, TableOperation<I>, Offers, H, 'dynamodb'> {
  return cloudApi('dynamodb', name, options, callSite(table), 'indexes') as DeclaredCloudApi<N, TableOperation<I>, Offers, H, 'dynamodb'>;
}

/** An S3 bucket. With `prefixes`, by a name of yours, there are operations on the keys that begin so, and none on the whole. */
export function bucket<const N extends string, const P extends Readonly<Record<string, string>> = {}, const Offers extends CloudOffers<BucketOperation<P>> = {}, const H extends string = never>(
  name: N, options: StoreOptions<BucketOperation<P>, Offers, H> & { /** What keys begin with, each under a name of yours: `{ thumbs: 'thumbs/' }` makes `readThumbs`. None may begin another. */ readonly prefixes?: P | undefined },
): DeclaredCloudApi<N, BucketOperation<P>, Offers, H, 's3'> {
  return cloudApi('s3', name, options, callSite(bucket), 'prefixes') as DeclaredCloudApi<N, BucketOperation<P>, Offers, H, 's3'>;
}

/** A secret of Secrets Manager, by its whole ARN, the six random characters at its end included. */
export function secretValue<const N extends string, const Offers extends CloudOffers<SecretVerb> = {}, const H extends string = never>(
  name: N, options: StoreOptions<SecretVerb, Offers, H>,
): DeclaredCloudApi<N, SecretVerb, Offers, H, 'secretsmanager'> {
  return cloudApi('secretsmanager', name, options, callSite(secretValue)) as DeclaredCloudApi<N, SecretVerb, Offers, H, 'secretsmanager'>;
}

/** An SNS topic. */
export function topic<const N extends string, const Offers extends CloudOffers<TopicVerb> = {}, const H extends string = never>(
  name: N, options: StoreOptions<TopicVerb, Offers, H>,
): DeclaredCloudApi<N, TopicVerb, Offers, H, 'sns'> {
  return cloudApi('sns', name, options, callSite(topic)) as DeclaredCloudApi<N, TopicVerb, Offers, H, 'sns'>;
}

/**
 * A KMS key. Without an ARN it is made along with the policy, rotated every `rotationDays` (365 where nothing is said),
 * and owned. It needs no offers to encrypt what names it in `encryptedBy`.
 */
export function key<const N extends string, const Offers extends CloudOffers<KeyVerb> = {}, const H extends string = never>(
  name: N, options: MadeKeyOptions<Offers> | NamedKeyOptions<Offers, H> = {},
): DeclaredKey<N, Offers, H> {
  const made = isFields(options) && options['arn'] === undefined ? { owned: true, rotationDays: 365, ...defined(options) } : options;
  return cloudApi('kms', name, made, callSite(key)) as DeclaredKey<N, Offers, H>;
}

/** A database of RDS that a workload logs in to with its role; its ARN is that of the database user. */
export function database<const N extends string, const Offers extends CloudOffers<'connect'> = {}, const H extends string = never>(
  name: N, options: CloudOptions<'connect', Offers, H> & StoringResource & { /** Where it answers, as 5432. */ readonly port: number },
): DeclaredCloudApi<N, 'connect', Offers, H, 'rds-db'> {
  return cloudApi('rds-db', name, options, callSite(database)) as DeclaredCloudApi<N, 'connect', Offers, H, 'rds-db'>;
}

/** A Lambda function. */
export function lambda<const N extends string, const Offers extends CloudOffers<'invoke'> = {}, const H extends string = never>(
  name: N, options: CloudOptions<'invoke', Offers, H>,
): DeclaredCloudApi<N, 'invoke', Offers, H, 'lambda'> {
  return cloudApi('lambda', name, options, callSite(lambda)) as DeclaredCloudApi<N, 'invoke', Offers, H, 'lambda'>;
}

/** A role of IAM that a workload takes on, by STS. What that role may do is its own affair. */
export function role<const N extends string, const Offers extends CloudOffers<'assume'> = {}, const H extends string = never>(
  name: N, options: CloudOptions<'assume', Offers, H>,
): DeclaredCloudApi<N, 'assume', Offers, H, 'sts'> {
  return cloudApi('sts', name, options, callSite(role)) as DeclaredCloudApi<N, 'assume', Offers, H, 'sts'>;
}

/** An operation, and the name in `indexes` or `prefixes` that it comes from, if any. */
interface PlacedOperation { readonly operation: { readonly name: string; readonly kind: 'cloud'; readonly verb: string; readonly within?: unknown }; readonly part?: string }

/** The operations of a resource: every verb of its service; for what it is narrowed to, those that can be. */
function operationsOf(service: CloudService, parts: unknown): readonly PlacedOperation[] {
  const named = isFields(parts) ? Object.entries(defined(parts)) : [];
  const sound = named.filter(([, within]) => typeof within === 'string'); // another one is said once, of the first verb that it would narrow
  const whole = service !== 's3' || named.length === 0, verbs = verbsOf(service), first = verbs.find(({ narrowed }) => narrowed === 'may');
  return verbs.flatMap(({ narrowed, verb }): readonly PlacedOperation[] => [
    ...(whole ? [{ operation: { name: verb, kind: 'cloud', verb } } as const] : []),
    ...(narrowed === 'may' ? (verb === first?.verb ? named : sound).map(([part, within]) => ({ operation: { name: `${verb}${part.slice(0, 1).toUpperCase()}${part.slice(1)}`, kind: 'cloud', verb, within }, part } as const)) : []),
  ]);
}

/** What of its options says which parts it has. */
type Parts = 'indexes' | 'prefixes';
interface Resource extends Declaration { readonly service: CloudService; readonly parts: Parts | undefined }

function cloudApi(service: CloudService, name: unknown, options: unknown, site: CallSite, parts?: Parts): object {
  const declared: Resource = { form: cloudForm, name, options, site, ref: Object.freeze({ kind: 'api', name }), service, parts };
  return apiHandle(name, declared, placedOf(declared).map(({ operation }) => operation.name));
}

const placedOf = ({ options, parts, service }: Resource): readonly PlacedOperation[] => operationsOf(service, parts !== undefined && isFields(options) ? options[parts] : undefined);

const cloudForm: Form = {
  list: 'apis',
  lower(declared, lowering) {
    const { name, options, parts, service } = declared as Resource;
    if (!isFields(options)) return options;
    const { arn, owned = false, segment, encryptedBy, port, rotationDays, offers = {}, ...rest } = defined(options);
    if (parts !== undefined) {
      sayParts(parts, rest[parts], lowering);
      delete rest[parts];
    }
    return {
      name, ...rest,
      servedBy: {
        kind: 'cloud', service, ...(arn === undefined ? {} : { arn: named(lowering.refer(arn)) }), owned,
        ...(segment === undefined ? {} : { segment: nameIn(lowering.refer(segment)) }), ...(encryptedBy === undefined ? {} : { encryptedBy: nameIn(lowering.refer(encryptedBy)) }),
        ...(port === undefined ? {} : { port }), ...(rotationDays === undefined ? {} : { rotationDays }),
      },
      operations: placedOf(declared as Resource).map(({ operation }) => operation),
      offers: lowerOffers(offers, lowering.below('offers')),
    };
  },
  inside(declared, tokens) {
    const { parts } = declared as Resource;
    if (tokens[0] !== 'operations') return insideApi(declared, tokens);
    if (tokens[1] === undefined) return parts === undefined ? [] : [parts];
    const part = placedOf(declared as Resource)[Number(tokens[1])]?.part;
    return parts === undefined || part === undefined ? [] : [parts, part];
  },
};

/** What refers to something else than a hole is a text that is no ARN, so that it is said once. */
const named = (arn: unknown): unknown => (isFields(arn) && 'kind' in arn && !('hole' in arn) ? `${shown(arn['kind'])}:${shown(arn['name'])}` : arn);

/** Indexes and prefixes have no place of their own in the IR: what is no record of them would be none. */
function sayParts(parts: Parts, value: unknown, { pointer, say }: Lowering): void {
  if (value === undefined || isFields(value)) return;
  const at = `${pointer}/operations`;
  say(isOutput(value)
    ? diagnose('CS1032', { message: `\`${parts}\` is a Pulumi \`Output\`, whose value is not known while the policy is checked`, pointer: at, help: 'write the names themselves' })
    : diagnose('CS1033', { message: `\`${parts}\` is ${Array.isArray(value) ? 'a list' : `\`${shown(value)}\``}, where a record of names belongs`, pointer: at, help: parts === 'indexes' ? 'write `indexes: { byCustomer: \'idx_customer\' }`' : 'write `prefixes: { thumbs: \'thumbs/\' }`' }));
}
