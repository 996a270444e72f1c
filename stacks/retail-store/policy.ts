// The retail store, declared in full: aws-containers/retail-store-sample-app at 1a28474 (Apache-2.0). Every call that its services make
// is offered by one team and asked for by another; people and a partner come in through the gateway; the rest is denied.
import { anyIdentity, anyone, flow, never, policy, reach } from 'countersign';
import { cartsApi } from './carts.ts';
import { catalogApi } from './catalog.ts';
import { asks as cloudAsks, cartsKey, cartsTable, ordersKey, ordersQueue } from './cloud.ts';
import { asks as checkoutAsks, checkoutApi } from './checkout.ts';
import { asks as dataAsks, mysqlApi, postgresqlApi, redisApi } from './data.ts';
import { acme, shoppers, support } from './identities.ts';
import { ordersApi } from './orders.ts';
import { commerce, data, orders as ordersSegment } from './segments.ts';
import { asks as storefrontAsks, uiApi } from './storefront.ts';
import { carts, checkout, orders, ui } from './workloads.ts';

export default policy('retail-store', {
  apis: [uiApi, catalogApi, cartsApi, checkoutApi, ordersApi, mysqlApi, redisApi, postgresqlApi, cartsTable, ordersQueue, cartsKey, ordersKey],
  asks: [storefrontAsks, checkoutAsks, dataAsks, cloudAsks],
  never: [
    never(reach(anyone, commerce), { because: 'carts are personal: no stranger reads one', owner: 'team-commerce' }),
    never(reach(anyone, ordersSegment), { because: 'orders carry names and addresses', owner: 'team-orders' }),
    never(reach(acme, ordersSegment), { because: 'a reseller never learns who buys from us', owner: 'team-orders' }),
    never(reach(ui, ordersSegment), { because: 'orders are made by checkout, and read by support', owner: 'team-orders' }),
    never(reach(anyIdentity.except(checkout, support), ordersApi), { because: 'names and addresses: two readers and writers, no more', owner: 'team-orders' }),
    never(reach(anyIdentity.except(orders), postgresqlApi), { because: 'whoever connects may read every order', owner: 'team-data' }),
    never(reach(anyIdentity.except(carts), cartsTable), { because: 'carts are personal', owner: 'team-commerce' }),
    never(reach(anyIdentity.except(orders), ordersQueue), { because: 'an order that nobody placed would be shipped', owner: 'team-orders' }),
    never(flow(acme, ordersSegment), { because: 'what a reseller sends never becomes an order, by whatever way', owner: 'team-orders' }),
    never(flow(shoppers, ordersQueue, { through: [catalogApi] }), { because: 'looking at products ships nothing', owner: 'team-orders' }),
    never(flow(ordersSegment, mysqlApi), { because: 'names and addresses never end up beside the products, through the queue or past it', owner: 'team-data' }),
    never(reach(anyone, data), { because: 'stores are for the services that own them', owner: 'team-data' }),
  ],
});
