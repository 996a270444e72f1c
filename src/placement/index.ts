export * from './place.ts';
export * from './unused-acceptances.ts';
