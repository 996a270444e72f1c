export { platformShape } from '../../ir/codec/platform-shape.ts';
export { policyShape } from '../../ir/codec/policy-shape.ts';
export type { Node as ShapeNode } from '../../ir/codec/shape.ts';
