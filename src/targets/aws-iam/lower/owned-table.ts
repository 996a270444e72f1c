import { actionsOf } from '#ir';
import type { PolicyDocument } from '../../target.ts';
import { denialsToOthers, type Precision } from './owned-denials.ts';
import { circlesOf, policyOf, scopeOf } from './owned-policy.ts';
import type { OwnedResource } from './owned-resource.ts';
import { denial, inOrder } from './owned-statement.ts';

/** Actions that a table's indexes take, too. */
const onIndexes = ['dynamodb:Query', 'dynamodb:Scan'];
/** Ways to the items that no verb has: nobody's, administrators' neither (Amazon DynamoDB, "IAM security policies with PartiQL for DynamoDB"). */
const partiQl = ['dynamodb:PartiQLDelete', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLSelect', 'dynamodb:PartiQLUpdate'];

/**
 * A table and its indexes have one policy, and each statement says which of them it is about (Amazon DynamoDB, "Using
 * resource-based policies for DynamoDB"). An index that nobody declared is denied to whoever holds none; the rest are our own roles, whose policies name theirs.
 */
export function tablePolicyOf(resource: OwnedResource, precision: Precision): PolicyDocument {
  const { arn, held } = resource, anyIndex = `${arn}/index/*`;
  const indexes = inOrder(held.flatMap(({ on, within }) => (on === 'index' && within !== undefined ? [within] : [])));
  const ofIndexes = circlesOf(resource, onIndexes, ({ within }) => within !== undefined);
  const each = indexes.map((index) => ({ index, circles: circlesOf(resource, onIndexes, ({ within }) => within === index) }))
    .map(({ circles, index }) => ({ index, circles: circles.filter(({ principals }, at) => principals.length < ofIndexes[at]!.principals.length) }));
  return policyOf(resource, { ...scopeOf('dynamodb', [arn], [arn, anyIndex]), management: { exceptActions: [...actionsOf('dynamodb'), ...partiQl] } }, [
    ...denialsToOthers(circlesOf(resource, actionsOf('dynamodb'), ({ within }) => within === undefined), [arn], precision),
    ...denialsToOthers(ofIndexes, [anyIndex], precision, 'OnIndexes'),
    ...(precision === 'exact' ? each.flatMap(({ circles, index }, at) => denialsToOthers(circles, [`${arn}/index/${index}`], precision, `OnIndex${at + 1}`)) : []),
    denial('DenyPartiQLToAll', { actions: partiQl, resource: [arn, anyIndex] }),
  ]);
}
