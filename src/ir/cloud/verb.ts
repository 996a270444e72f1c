import type { CloudService } from './service.ts';

/**
 * The ARN that an action is about: the resource's own; of a bucket, an object in it (`…/<prefix>*`); of a table, an index
 * of it where the operation is narrowed to one, else the table itself.
 */
export type ResourceForm = 'resource' | 'object' | 'index';

/** One IAM action that a verb needs. */
export interface CloudAction {
  readonly action: string;
  readonly on: ResourceForm;
  /** Of a bucket's listing: the request key that holds what is listed, which must begin with the prefix. */
  readonly prefixKey?: 's3:prefix';
}

/**
 * What a verb does with what a resource keeps: `puts` something there, `takes` out what somebody has put, or both. What is
 * put passes to whoever takes: `flow` goes through the resource. Whatever a verb can be made to answer counts, not only what it is for.
 */
export type CloudEffect = 'puts' | 'takes' | 'both' | 'neither';

/** A verb of a cloud resource: what the SDKs need for it, and nothing more. */
export interface CloudVerb {
  readonly service: CloudService;
  readonly verb: string;
  /** In words, for the table: `put messages into the queue`. */
  readonly does: string;
  readonly effect: CloudEffect;
  /** The first is the verb's own: no other verb of the service has it. */
  readonly actions: readonly [CloudAction, ...CloudAction[]];
  /** Whether the verb can be narrowed to an index or a prefix; `only`: it makes no sense otherwise. */
  readonly narrowed: 'never' | 'may';
  /** What it needs of the key that the resource is encrypted with, through the service and never directly. */
  readonly keyActions: readonly string[];
  /** Condition keys of the service's own that a role's statement on it may read, beside those that every request has. In code-unit order. */
  readonly conditionKeys: readonly string[];
  /** The vendor's page that lists its actions; of what it needs of the key, another. */
  readonly page: VendorPage;
  readonly keyPage?: VendorPage;
}

/** A page of the vendor's, by title and address. */
export interface VendorPage { readonly title: string; readonly url: string }
