import type { SchemaError } from './violations.ts';

/** A validator as `npm run schemas` makes it: it stops, by throwing, at enough errors. */
export type Validator = { (data: unknown): boolean; readonly errors?: readonly SchemaError[] | null };

/** What a validator has to say of a document, into which it fills the defaults. */
export function schemaErrors(validate: Validator, document: unknown): readonly SchemaError[] {
  try {
    return validate(document) ? [] : validate.errors ?? [];
  } catch (thrown) {
    if (typeof thrown === 'object' && thrown !== null && 'enough' in thrown) return (thrown as { readonly enough: readonly SchemaError[] }).enough;
    throw thrown;
  }
}
