export { accepted, everyOperation } from './accepted.ts';
export { crossing, someoneOutside } from './crossing.ts';
export { decide } from './decide.ts';
export * from './hop.ts';
export * from './request.ts';
