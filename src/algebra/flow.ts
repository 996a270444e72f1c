export type { Chain, Flows, FlowQuestion, FlowStep, Onto } from './flow/chain.ts';
export { flowsIn, type FlowOptions } from './flow/flows-in.ts';
