export * from './arn.ts';
export * from './hole-values.ts';
export * from './resource.ts';
export * from './service.ts';
export * from './token.ts';
export * from './verb.ts';
export * from './verbs.ts';
