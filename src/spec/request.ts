import type { BuiltinPeer, CloudService, Labels, ProbeName, Protocol } from '#ir';

/**
 * One attempt, as the meaning sees it. `peer` is who the connection comes from; `subject` a person's token, its
 * signature good, and `client` a partner's certificate, where there is one. Absent means not presented.
 */
export interface Request {
  readonly peer?: Peer;
  readonly subject?: { readonly provider: string; readonly claims: Readonly<Record<string, unknown>> };
  readonly client?: { readonly partner: string };
  /** True for a request that came from outside, through the API's declared exposure. */
  readonly throughExposure: boolean;
  readonly to: Destination;
  readonly context: Context;
}

export type Peer =
  | { readonly kind: 'workload'; readonly name: string }
  /** A pod as the cluster sees it, declared or not. `serviceAccount` absent: its identity was not looked at. */
  | { readonly kind: 'pod'; readonly namespace: string; readonly labels: Labels; readonly serviceAccount?: string }
  | { readonly kind: 'builtin'; readonly name: BuiltinPeer }
  /** Somebody, somewhere else, who has got hold of the cloud credentials that a workload was given. */
  | { readonly kind: 'credentials'; readonly of: string }
  /** Another principal of the cloud: a role or a user that this policy did not make. */
  | { readonly kind: 'principal'; readonly arn: string };

export type Destination =
  | { readonly kind: 'operation'; readonly api: string; readonly operation: string }
  /** `path` is taken as canonical; any other spelling is denied. */
  | { readonly kind: 'http'; readonly api: string; readonly method: string; readonly path: string; readonly upgrade?: 'websocket' }
  /** The projection to ports: is *some* operation served there allowed? `port` is the container's. */
  | { readonly kind: 'port'; readonly workload: string; readonly port: number; readonly protocol: Protocol }
  | { readonly kind: 'probe'; readonly workload: string; readonly probe: ProbeName }
  | { readonly kind: 'builtin'; readonly name: BuiltinPeer | CloudBuiltin }
  /**
   * An action of IAM on a resource of the cloud. `within`: the index of a table; of a bucket, the key of the object, or
   * what a listing is narrowed to. `via`: the service that asks a key in the caller's name, to read or write what is encrypted with it.
   */
  | { readonly kind: 'action'; readonly api: string; readonly action: string; readonly within?: string; readonly via?: CloudService };

/** What every cluster on AWS has: whoever gives pods their credentials, and the instance's own, which are nobody's. */
export const cloudBuiltins = ['cloudCredentials', 'instanceMetadata'] as const;
export type CloudBuiltin = (typeof cloudBuiltins)[number];

/**
 * `time` is an RFC 3339 instant. Every input but the time may be absent, and then denies what needs it. Ages, factors and
 * devices that are not stated here are read off the token, as its provider's `asserts` say.
 */
export interface Context {
  readonly time: string;
  readonly sourceAddress?: string;
  readonly tokenAgeSeconds?: number;
  readonly authenticationAgeSeconds?: number;
  readonly mfa?: boolean;
  readonly device?: string;
  readonly risk?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** To the cloud, in the clear. Nothing is granted that way. */
  readonly inTheClear?: boolean;
  /** It asks a bucket to encrypt what it writes otherwise than the bucket's declaration says. */
  readonly weakerEncryption?: boolean;
}

/** Why. For an allow, every grant that admitted it; for a denial, what is missing from the nearest one. */
export type Because =
  | { readonly grant: string }
  | { readonly missing: 'offer' | 'request' | 'condition' | 'identity'; readonly nearest?: string; /** The first one that does not hold. */ readonly condition?: string };
export interface Decision { readonly decision: 'allow' | 'deny'; readonly because: readonly Because[] }
