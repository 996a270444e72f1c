import { createRequire } from 'node:module';
import type * as dynamodb from '@pulumi/aws/dynamodb/index.js';
import type * as eks from '@pulumi/aws/eks/index.js';
import type * as iam from '@pulumi/aws/iam/index.js';
import type * as kms from '@pulumi/aws/kms/index.js';
import type * as rolesanywhere from '@pulumi/aws/rolesanywhere/index.js';
import type * as s3 from '@pulumi/aws/s3/index.js';
import type * as secretsmanager from '@pulumi/aws/secretsmanager/index.js';
import type * as sns from '@pulumi/aws/sns/index.js';
import type * as sqs from '@pulumi/aws/sqs/index.js';
import { diagnose, type Diagnostic } from '#diagnostics';

/** The parts of `@pulumi/aws` that targets emit resources of. */
export interface AwsModules {
  readonly dynamodb: typeof dynamodb;
  readonly eks: typeof eks;
  readonly iam: typeof iam;
  readonly kms: typeof kms;
  readonly rolesanywhere: typeof rolesanywhere;
  readonly s3: typeof s3;
  readonly secretsmanager: typeof secretsmanager;
  readonly sns: typeof sns;
  readonly sqs: typeof sqs;
}

/**
 * Loads a part of the package, the first time that it is asked for. A program whose policy has nothing of AWS asks for none, and so
 * neither pays for the package nor needs it. Synchronous, as a component's constructor is.
 */
export type LoadAws = <M extends keyof AwsModules>(module: M) => AwsModules[M];
const here = createRequire(import.meta.url);
export const loadAws: LoadAws = (module) => here(`@pulumi/aws/${module}/index.js`) as AwsModules[typeof module];

/** What stands against the use of these parts: that there is no such package. Any other fault in loading it is its own. */
export function withoutPackage(modules: Iterable<keyof AwsModules>, load: LoadAws = loadAws): readonly Diagnostic[] {
  try {
    for (const module of modules) load(module);
    return [];
  } catch (fault) {
    if ((fault as { readonly code?: unknown }).code !== 'MODULE_NOT_FOUND' || !String((fault as Error).message).includes('@pulumi/aws')) throw fault;
    return [diagnose('CS5051', { message: 'the policy needs resources of AWS, and the package `@pulumi/aws` is not installed', help: 'install it: `npm install @pulumi/aws`' })];
  }
}
