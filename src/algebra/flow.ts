export { Carried, type Named } from './flow/carried.ts';
export type { Chain, Flows, FlowQuestion, FlowStep, Onto } from './flow/chain.ts';
export { flowsIn, type FlowOptions } from './flow/flows-in.ts';
export type { FlowAccess } from './flow/graph.ts';
