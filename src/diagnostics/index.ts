export * from './checked.ts';
export * from './diagnostic.ts';
export * from './site.ts';
export * from './declared.ts';
export * from './catalogue/index.ts';
export * from './nearest.ts';
export * from './render/json.ts';
export * from './render/text.ts';
