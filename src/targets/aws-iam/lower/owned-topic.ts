import { actionsOf } from '#ir';
import type { PolicyDocument } from '../../target.ts';
import type { Precision } from './owned-denials.ts';
import { wholePolicyOf } from './owned-policy.ts';
import type { OwnedResource } from './owned-resource.ts';

/** All that a topic's policy may name; with any other it is refused (Amazon SNS, "Amazon SNS API permissions: Actions and resources reference"). */
const nameable = [
  'sns:AddPermission', 'sns:DeleteTopic', 'sns:GetDataProtectionPolicy', 'sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:ListTagsForResource',
  'sns:Publish', 'sns:PutDataProtectionPolicy', 'sns:RemovePermission', 'sns:SetTopicAttributes', 'sns:Subscribe',
];

/** Every statement is about the one topic, by its ARN, and names its actions one by one. */
export const topicPolicyOf = (resource: OwnedResource, precision: Precision): PolicyDocument => wholePolicyOf(resource, {
  own: [resource.arn], whole: [resource.arn], all: nameable, management: { actions: nameable.filter((action) => !actionsOf('sns').includes(action)) },
}, precision);
