import { diagnosticsShape } from './diagnostics-shape.ts';
import { schemaIds } from './encode.ts';
import { documentSchema, jsonSchema } from './json-schema.ts';
import { ledgerShape } from './ledger-shape.ts';
import { lockShape } from './lock-shape.ts';
import { platformShape } from './platform-shape.ts';
import { policyShape } from './policy-shape.ts';
import { decisionShape, requestShape } from './request-shape.ts';

/** What others may rely on: `schemas/<name>.v1.json`. */
export const publishedSchemas = () => ({
  policy: documentSchema(schemaIds.policy, policyShape),
  platform: documentSchema(schemaIds.platform, platformShape),
  diagnostics: jsonSchema(schemaIds.diagnostics, diagnosticsShape),
  request: jsonSchema(schemaIds.request, requestShape),
  decision: jsonSchema(schemaIds.decision, decisionShape),
  ledger: jsonSchema(schemaIds.ledger, ledgerShape),
  lock: documentSchema(schemaIds.lock, lockShape),
});

/** What is compiled to `validate-<name>.generated.js`. */
export const validatorSchemas = () => ({
  policy: documentSchema(schemaIds.policy, policyShape, { annotate: false }),
  platform: documentSchema(schemaIds.platform, platformShape, { annotate: false }),
  lock: documentSchema(schemaIds.lock, lockShape, { annotate: false }),
});
