import { kubernetes } from './kubernetes/target.ts';
import type { Target } from './target.ts';

export * from './target.ts';
export { kubernetes };

/** The built-in targets, in the order in which they lower and report. */
export const builtinTargets: readonly Target[] = Object.freeze([kubernetes]);
