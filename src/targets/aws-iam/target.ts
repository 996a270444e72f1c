import { defineTarget } from '../target.ts';
import { capabilities } from './capabilities.ts';
import { emit } from './emit.ts';
import { interpret } from './interpret.ts';
import { assumptions } from './interpret/assumptions.ts';
import { lower } from './lower.ts';

/** AWS IAM: a role for each workload, and the policies of what is owned. */
export const awsIam = defineTarget({
  id: 'aws-iam', plane: 'cloud', present: ({ aws }) => aws !== undefined,
  capabilities, lower, emit, interpret, evidence: ({ evidence }) => evidence, assumptions,
});
