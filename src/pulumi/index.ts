export { Countersign, type CountersignArgs } from './component.ts';
export type { MadeKey, ValuesOf } from './hole-values.ts';
