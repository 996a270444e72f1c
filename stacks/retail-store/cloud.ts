// What the store keeps in AWS: the carts in a DynamoDB table, new orders in an SQS queue, each encrypted with a key of its own.
// Names, verbs and the index: the source code and configuration of aws-containers/retail-store-sample-app at 1a28474 (Apache-2.0).
// All four are made by the Pulumi program (`resources.ts`), so that their ARNs are holes here; their policies are ours.
import { hole, key, queue, table } from 'countersign';
import { data } from './segments.ts';
import { carts, orders } from './workloads.ts';

export const cartsKey = key('carts-key', { arn: hole('carts-key', { kind: 'arn', service: 'kms' }), owned: true, segment: data, owner: 'team-data' });
export const ordersKey = key('orders-key', { arn: hole('orders-key', { kind: 'arn', service: 'kms' }), owned: true, segment: data, owner: 'team-data' });

export const cartsTable = table('retail-carts', {
  arn: hole('retail-carts', { kind: 'arn', service: 'dynamodb' }), owned: true, encryptedBy: cartsKey, segment: data, owner: 'team-commerce',
  indexes: { byCustomer: 'idx_global_customerId' },
  offers: {
    get: { to: [carts], because: 'a cart is shown' },
    put: { to: [carts], because: 'something goes into a cart' },
    update: { to: [carts], because: 'a quantity changes' },
    remove: { to: [carts], because: 'something is taken out, or bought' },
    query: { to: [carts], because: 'the items of one cart' },
    queryByCustomer: { to: [carts], because: 'the cart of one customer' },
  },
});

export const ordersQueue = queue('retail-orders', {
  arn: hole('retail-orders', { kind: 'arn', service: 'sqs' }), owned: true, encryptedBy: ordersKey, segment: data, owner: 'team-orders',
  offers: { send: { to: [orders], because: 'whoever ships and bills hears of a new order' } },
});

export const asks = [
  carts.calls([cartsTable.get, cartsTable.put, cartsTable.update, cartsTable.remove, cartsTable.query, cartsTable.queryByCustomer], { because: 'keep carts' }),
  orders.sends(ordersQueue, { because: 'tell of a new order' }),
];
