import type { PolicyDocument } from '../../target.ts';
import type { Precision } from './owned-denials.ts';
import { scopeOf, wholePolicyOf } from './owned-policy.ts';
import type { OwnedResource } from './owned-resource.ts';
import { denial } from './owned-statement.ts';

/** The key that a change asks for; absent where it asks for none and the secret keeps its own. */
const keyArn = 'secretsmanager:KmsKeyArn';

/** In a secret's policy `*` is the secret that it is attached to (AWS Secrets Manager, "Resource-based policies"). */
export const secretPolicyOf = (resource: OwnedResource, precision: Precision): PolicyDocument => wholePolicyOf(resource, scopeOf('secretsmanager', ['*']), precision, resource.key === undefined ? [] : [
  denial('DenyOtherKey', { actions: ['secretsmanager:UpdateSecret'], resource: ['*'], when: { Null: { [keyArn]: ['false'] }, StringNotEquals: { [keyArn]: [resource.key] } } }),
]);
