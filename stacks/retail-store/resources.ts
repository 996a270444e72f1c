// What the Pulumi program makes for the store: keys, a table and a queue, as the policy declares them. Their policies, and who may
// use them, are Countersign's; what fills the policy's holes is what this returns.
import * as aws from '@pulumi/aws';

export function resources() {
  const keyOf = (name: string) => new aws.kms.Key(name, { description: `What ${name} keeps`, enableKeyRotation: true, deletionWindowInDays: 30 });
  const cartsKey = keyOf('retail-carts'), ordersKey = keyOf('retail-orders');
  const carts = new aws.dynamodb.Table('retail-carts', {
    name: 'retail-carts', billingMode: 'PAY_PER_REQUEST', hashKey: 'id',
    attributes: [{ name: 'id', type: 'S' }, { name: 'customerId', type: 'S' }],
    globalSecondaryIndexes: [{ name: 'idx_global_customerId', hashKey: 'customerId', projectionType: 'ALL' }],
    serverSideEncryption: { enabled: true, kmsKeyArn: cartsKey.arn }, pointInTimeRecovery: { enabled: true },
  });
  const orders = new aws.sqs.Queue('retail-orders', { name: 'retail-orders', kmsMasterKeyId: ordersKey.arn });
  return { 'carts-key': cartsKey.arn, 'orders-key': ordersKey.arn, 'retail-carts': carts.arn, 'retail-orders': orders.arn };
}
