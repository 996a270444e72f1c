import type { Evidence } from '../target.ts';
import type { GatewayPlan } from './plan.ts';

/** What each object does for each grant that it serves. */
export function* evidence(_plan: GatewayPlan): Generator<Evidence> {}
