import type { Flows } from './flow/chain.ts';
import type { Access } from './space.ts';

export type { Chain, Flows, FlowQuestion, FlowStep, Onto } from './flow/chain.ts';
/** See `flow/`: `flowsIn(access, { from: instant })`. */
export type FlowsIn = (access: Access, options: { readonly from: string }) => Flows;
