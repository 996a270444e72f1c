export * from './check/index.ts';
export * from './declare/index.ts';
export * from './platform/index.ts';
