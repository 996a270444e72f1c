export * from './catalogue.ts';
export * from './diagnose.ts';
export type { CatalogueEntry } from './entry.ts';
export * from './explain.ts';
