export { fieldValue } from './ledger/field-value.ts';
export { assumptionsOf, ledger, type LedgerInput, type Reported } from './ledger/ledger.ts';
export * from './verify/verify.ts';
export { idealRequest, idealRequests } from './verify/ideal-request.ts';
export { variantsOf, type Others, type Variant } from './verify/variants.ts';
