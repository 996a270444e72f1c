export { Countersign, type CountersignArgs } from './component.ts';
