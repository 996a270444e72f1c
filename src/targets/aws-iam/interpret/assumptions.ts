import type { Assumption } from '#spec';

export const assumptions: readonly Assumption[] = Object.freeze([]);
