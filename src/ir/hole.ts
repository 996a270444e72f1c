import type { CloudService } from './cloud/service.ts';

/** A value that Pulumi fills in: the ARN of a resource of that service. `maxLength` is what splitting by size assumes, in characters. */
export interface Hole { readonly name: string; readonly kind: 'arn'; readonly service: CloudService; readonly maxLength: number }
