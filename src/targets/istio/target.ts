import { defineTarget } from '../target.ts';
import { capabilities } from './capabilities.ts';
import { emit } from './emit.ts';
import { evidence } from './evidence.ts';
import { assumptions, interpret } from './interpret.ts';
import { lower } from './lower.ts';

/** Istio, ambient or with sidecars: who calls which operation of which workload, by certificate and token. */
export const istio = defineTarget({
  id: 'istio', plane: 'mesh', present: ({ mesh }) => mesh !== undefined, capabilities, lower, emit, interpret, evidence, assumptions,
});
