export { fieldValue } from './ledger/field-value.ts';
export { ledger, type LedgerInput, type Reported } from './ledger/ledger.ts';
export * from './verify/verify.ts';
