export { createConditions } from './condition/create-conditions.ts';
export type { Atom, Reading } from './condition/atom.ts';
export type { Conditions, Facts, Node, Standing } from './condition/conditions.ts';
export { accessOf } from './access.ts';
export type { Access, AccessGrant, Row } from './space.ts';
export { Carried, flowsIn, type Chain, type FlowAccess, type Flows, type FlowOptions, type FlowQuestion, type FlowStep, type Named, type Onto } from './flow.ts';
export { proofAssumptions, type ProofAssumption } from './proof-assumptions.ts';
