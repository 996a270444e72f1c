export { platformShape, policyShape, type ShapeNode } from '#ir';
