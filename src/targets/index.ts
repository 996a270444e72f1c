import { awsIam } from './aws-iam/target.ts';
import { gateway } from './gateway/target.ts';
import { istio } from './istio/target.ts';
import { kubernetes } from './kubernetes/target.ts';
import type { Target } from './target.ts';

export * from './target.ts';
export { awsIam, gateway, istio, kubernetes };

/** The built-in targets, in the order in which they lower and report. */
export const builtinTargets: readonly Target[] = Object.freeze([kubernetes, istio, gateway, awsIam]);
