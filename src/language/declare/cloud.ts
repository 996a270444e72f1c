import { apiHandle, insideApi, lowerOffers, lowerOperations, type ApiOptions, type DeclaredApi, type OfferOptions } from './api.ts';
import { callSite, type CallSite } from './call-site.ts';
import { declaration, defined, isFields, plainForm, type Declaration, type Form } from './declaration.ts';
import { cloudVerb, type OperationShape } from './operation.ts';

/** A value that is known only when the policy is deployed; `new Countersign(…, { values })` fills it in. */
export interface DeclaredHole<N extends string = string> { readonly kind: 'hole'; readonly name: N; readonly [declaration]: Declaration }

/** Longest ARN that AWS documents: an IAM ARN has at most 2048 characters, and no service's is longer. */
const longestArn = 2048;

const holeForm: Form = {
  ...plainForm('holes'),
  lower: ({ name, options }) => (isFields(options) ? { name, maxLength: longestArn, ...defined(options) } : options),
};

export function hole<const N extends string>(name: N, options: { readonly kind: 'arn'; readonly service: string; /** Longest value expected, in characters. */ readonly maxLength?: number | undefined }): DeclaredHole<N> {
  return Object.freeze({ kind: 'hole', name, [declaration]: { form: holeForm, name, options, site: callSite(hole), ref: Object.freeze({ hole: name }) } });
}

interface CloudOptions<Ops extends Readonly<Record<string, OperationShape>>, Offers, H extends string> extends Pick<ApiOptions<Ops, Offers>, 'offers' | 'owner'> {
  /** The resource: its ARN, or the hole that stands for it. */
  readonly arn: string | DeclaredHole<H>;
  /** Its whole resource policy is ours to write. */
  readonly owned?: boolean | undefined;
}
type Verbs<V extends string> = { readonly [K in V]: OperationShape };
type CloudOffers<V extends string> = { readonly [K in V]?: OfferOptions | readonly OfferOptions[] | undefined };
/** An API whose operations are the cloud's own verbs, and the hole that it brings, if any. */
export type DeclaredCloudApi<N extends string, V extends string, Offers, H extends string> = DeclaredApi<N, Verbs<V>, Offers> & { readonly [declaration]: { readonly hole?: H | undefined } };

const queueVerbs = { send: cloudVerb('send'), receive: cloudVerb('receive') };
const tableVerbs = { read: cloudVerb('read'), write: cloudVerb('write') };

/** An SQS queue. Sending and receiving are separate grants. */
export function queue<const N extends string, const Offers extends CloudOffers<'send' | 'receive'> = {}, const H extends string = never>(
  name: N, options: CloudOptions<Verbs<'send' | 'receive'>, Offers, H>,
): DeclaredCloudApi<N, 'send' | 'receive', Offers, H> {
  return cloudApi('sqs', queueVerbs, name, options, callSite(queue)) as DeclaredCloudApi<N, 'send' | 'receive', Offers, H>;
}
/** A DynamoDB table. */
export function table<const N extends string, const Offers extends CloudOffers<'read' | 'write'> = {}, const H extends string = never>(
  name: N, options: CloudOptions<Verbs<'read' | 'write'>, Offers, H>,
): DeclaredCloudApi<N, 'read' | 'write', Offers, H> {
  return cloudApi('dynamodb', tableVerbs, name, options, callSite(table)) as DeclaredCloudApi<N, 'read' | 'write', Offers, H>;
}

function cloudApi(service: string, operations: Readonly<Record<string, OperationShape>>, name: unknown, options: unknown, site: CallSite): object {
  const given = isFields(options) ? { ...options, operations, service } : options;
  return apiHandle(name, { form: cloudForm, name, options: given, site, ref: Object.freeze({ kind: 'api', name }) }, given);
}

const cloudForm: Form = {
  list: 'apis',
  lower({ name, options }, lowering) {
    if (!isFields(options)) return options;
    const { service, arn, owned = false, operations, offers = {}, ...rest } = defined(options);
    return {
      name, ...rest,
      servedBy: { kind: 'cloud', service, ...(arn === undefined ? {} : { arn: lowering.refer(arn) }), owned },
      ...lowerOperations(operations),
      offers: lowerOffers(offers, lowering.below('offers')),
    };
  },
  inside: insideApi,
};
