import { defineTarget } from '../target.ts';
import { capabilities } from './capabilities.ts';
import { emit } from './emit.ts';
import { evidence } from './evidence.ts';
import { assumptions, interpret } from './interpret.ts';
import { lower } from './lower.ts';

/** Kubernetes NetworkPolicies: who may connect to which port of which pod. */
export const kubernetes = defineTarget({ id: 'kubernetes', plane: 'network', capabilities, lower, emit, interpret, evidence, assumptions });
