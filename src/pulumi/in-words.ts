import * as pulumi from '@pulumi/pulumi';

/**
 * An error that ends the program with `text` and nothing else. It has no stack: none would be shown, and the SDK inspects
 * it in colours, which on Node 20 fills the memory for most of a minute when a frame reads `…/node_modules/@pulumi/resource.ts:…`,
 * as the SDK's own source maps have it.
 */
export function inWords(text: string): pulumi.RunError {
  const error = new pulumi.RunError(text);
  error.stack = `${error.name}: ${text}`;
  return error;
}
