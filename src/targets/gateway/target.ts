import { defineTarget } from '../target.ts';
import { capabilities } from './capabilities.ts';
import { emit } from './emit.ts';
import { evidence } from './evidence.ts';
import { assumptions, interpret } from './interpret.ts';
import { lower } from './lower.ts';

/** Envoy Gateway: who from outside may use which operation, under which name, and how they prove it. */
export const gateway = defineTarget({
  id: 'gateway', plane: 'gateway', present: ({ gateways }) => gateways.length > 0, capabilities, lower, emit, interpret, evidence, assumptions,
});
