export * from './verify/verify.ts';
