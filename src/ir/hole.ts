/** A value that Pulumi fills in. `maxLength` is what splitting by size assumes, in characters. */
export interface Hole { readonly name: string; readonly kind: 'arn'; readonly service: string; readonly maxLength: number }
