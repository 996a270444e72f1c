import { parseArn } from '#ir';
import type { CloudFacts } from '#spec';
import { absent, always, ifStated, is, present, unknown, type Context, type Fact } from './context.ts';
import type { Caller } from './principal.ts';

/** Who asks, and what they bring into the context of whatever they ask. */
export interface Session {
  readonly caller: Caller;
  /** The ARN that `aws:PrincipalArn` holds; of a session, its role's. Undefined: not known. */
  readonly principalArn?: string;
  /** `aws:PrincipalTag/…`, by key in lower case: of the role and of the session. */
  readonly tag: (key: string) => Fact;
  readonly mfa: Fact;
  readonly federatedProvider: Fact;
  readonly sourceIdentity: Fact;
}

/** What is asked, beside who asks. `account`: whose the resource is, where that is known. */
export interface Setting { readonly cloud: CloudFacts; readonly time?: string; readonly account?: string }

/**
 * What AWS puts into the context of a request (IAM, "AWS global condition context keys", each key's "Availability"; for a
 * service's own keys its page of the Service Authorization Reference). Whatever is not here is `unknown`.
 */
export function requestContext({ account, cloud, time }: Setting, session: Session): Context {
  const { caller } = session;
  return (key) => {
    const known = globalKeys[key];
    if (known !== undefined) return known({ cloud, session, ...(time === undefined ? {} : { time }), ...(account === undefined ? {} : { account }) });
    if (key.startsWith('aws:principaltag/')) return session.tag(key.slice('aws:principaltag/'.length));
    const stated = Object.entries(cloud.keys ?? {}).find(([name]) => name.toLowerCase() === key);
    if (stated !== undefined) return is(stated[1]);
    switch (key) {
      case 'kms:viaservice': return cloud.action.startsWith('kms:') ? ifStated(cloud.viaService) : unknown;
      case 'kms:calleraccount': return cloud.action.startsWith('kms:') && 'account' in caller ? is(caller.account) : unknown;
      case 's3:resourceaccount': return cloud.action.startsWith('s3:') ? always(account) : unknown;
      case 's3:tlsversion': return cloud.action.startsWith('s3:') && cloud.secureTransport ? always(cloud.tlsVersion) : unknown; // of a request in the clear the page says nothing
      default: return setByRequest.has(key) && cloud.action.toLowerCase().startsWith(key.slice(0, key.indexOf(':') + 1)) ? absent : unknown;
    }
  };
}

/** Keys that hold a header or a parameter of the request, so that they are there only where it sets them (Amazon S3, "Bucket policy examples using condition keys"; AWS STS: `sts:ExternalId`; AWS Secrets Manager: "the KMS key in the request"). */
const setByRequest: ReadonlySet<string> = new Set([
  's3:prefix', 's3:delimiter', 's3:versionid', 's3:x-amz-acl', 's3:x-amz-copy-source', 's3:x-amz-metadata-directive', 's3:x-amz-server-side-encryption', 's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:x-amz-server-side-encryption-customer-algorithm', 's3:x-amz-storage-class', 's3:x-amz-website-redirect-location',
  's3:x-amz-grant-full-control', 's3:x-amz-grant-read', 's3:x-amz-grant-read-acp', 's3:x-amz-grant-write', 's3:x-amz-grant-write-acp',
  'sts:externalid', 'secretsmanager:kmskeyarn', 'secretsmanager:kmskeyid',
]);

interface Asking { readonly cloud: CloudFacts; readonly time?: string; readonly account?: string; readonly session: Session }
const globalKeys: Readonly<Record<string, (asking: Asking) => Fact>> = {
  'aws:securetransport': ({ cloud }) => is(String(cloud.secureTransport)), // "always included in the request context"
  'aws:currenttime': ({ time }) => always(time),
  'aws:epochtime': ({ time }) => always(time === undefined || Number.isNaN(Date.parse(time)) ? undefined : String(Math.floor(Date.parse(time) / 1000))),
  // "included in the request context, except when the requester uses a VPC endpoint", and the other way round; of a service that asks in the caller's name, not said.
  'aws:sourceip': ({ cloud }) => (cloud.viaService !== undefined ? unknown : isThroughEndpoint(cloud) ? absent : always(cloud.sourceAddress)),
  'aws:vpcsourceip': ({ cloud }) => (cloud.viaService !== undefined ? unknown : isThroughEndpoint(cloud) ? always(cloud.sourceAddress) : absent),
  'aws:sourcevpc': ({ cloud }) => (cloud.viaService !== undefined ? unknown : isThroughEndpoint(cloud) ? always(cloud.sourceVpc) : absent),
  'aws:sourcevpce': ({ cloud }) => (cloud.viaService !== undefined ? unknown : isThroughEndpoint(cloud) ? always(cloud.sourceVpce) : absent),
  'aws:viaawsservice': ({ cloud }) => is(String(cloud.viaService !== undefined)),
  'aws:calledvia': ({ cloud }) => (cloud.viaService === undefined ? absent : unknown),
  'aws:calledviafirst': ({ cloud }) => (cloud.viaService === undefined ? absent : unknown),
  'aws:calledvialast': ({ cloud }) => (cloud.viaService === undefined ? absent : unknown),
  'aws:principalarn': ({ session }) => always(session.principalArn),
  'aws:principalaccount': ({ session: { caller } }) => ('account' in caller ? is(caller.account) : unknown),
  'aws:principaltype': ({ session: { caller } }) => (caller.kind === 'role' ? is('AssumedRole') : caller.kind === 'user' ? is('User') : caller.kind === 'root' ? is('Account') : unknown),
  'aws:principalisawsservice': () => is('false'), // also where a service uses the credentials of a principal
  'aws:principalservicename': () => absent,
  'aws:principalservicenameslist': () => absent,
  'aws:sourcearn': () => absent, // only where a service asks for a resource's sake
  'aws:sourceaccount': () => absent,
  'aws:userid': () => present,
  'aws:username': ({ session: { caller } }) => (caller.kind === 'user' ? is(caller.arn.slice(caller.arn.lastIndexOf('/') + 1)) : absent),
  'aws:multifactorauthpresent': ({ session }) => session.mfa,
  'aws:multifactorauthage': ({ session: { mfa } }) => (mfa.kind === 'is' && mfa.values[0] === 'true' ? present : mfa.kind === 'unknown' ? unknown : absent),
  'aws:tokenissuetime': ({ session: { caller } }) => (caller.kind === 'role' ? present : caller.kind === 'user' ? unknown : absent),
  'aws:federatedprovider': ({ session }) => session.federatedProvider,
  'aws:sourceidentity': ({ session }) => session.sourceIdentity,
  'aws:resourceaccount': ({ account }) => always(account),
  'aws:requestedregion': ({ cloud }) => always(parseArn(cloud.resource)?.region || undefined),
};

const isThroughEndpoint = ({ sourceVpc, sourceVpce }: CloudFacts): boolean => sourceVpc !== undefined || sourceVpce !== undefined;
