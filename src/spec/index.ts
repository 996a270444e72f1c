export { accepted, everyOperation } from './accepted.ts';
export { crossing, someoneOutside } from './crossing.ts';
export { inRange } from './address.ts';
export { clockSkewSeconds } from './conditions.ts';
export { decide } from './decide.ts';
export { exampleOf } from './example.ts';
export * from './hop.ts';
export * from './request.ts';
export { conditionsFor, satisfying, type Atom } from './satisfying.ts';
