// Who runs: the Deployments and StatefulSets of aws-containers/retail-store-sample-app at 1a28474 (Apache-2.0), each in its segment.
// What the cluster knows them by (labels, ports, Services, probes, metrics) is imported: see imported/.
import { workload } from 'countersign';
import * as cartsManifests from './imported/carts.kubernetes.ts';
import * as catalogManifests from './imported/catalog.kubernetes.ts';
import * as checkoutManifests from './imported/checkout.kubernetes.ts';
import * as ordersManifests from './imported/orders.kubernetes.ts';
import * as uiManifests from './imported/ui.kubernetes.ts';
import { catalogue, commerce, data, orders as ordersSegment, storefront } from './segments.ts';

export const ui = workload('ui', { segment: storefront, kubernetes: uiManifests.ui });
export const catalog = workload('catalog', { segment: catalogue, kubernetes: catalogManifests.catalog });
export const carts = workload('carts', { segment: commerce, kubernetes: cartsManifests.carts });
export const checkout = workload('checkout', { segment: commerce, kubernetes: checkoutManifests.checkout });
export const orders = workload('orders', { segment: ordersSegment, kubernetes: ordersManifests.orders });

/** The stores have no ServiceAccount: they serve, and can't call. */
export const catalogMysql = workload('catalog-mysql', { segment: data, kubernetes: catalogManifests.catalogMysql });
export const checkoutRedis = workload('checkout-redis', { segment: data, kubernetes: checkoutManifests.checkoutRedis });
export const ordersPostgresql = workload('orders-postgresql', { segment: data, kubernetes: ordersManifests.ordersPostgresql });
