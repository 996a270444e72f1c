// Who runs: the Deployments of GoogleCloudPlatform/microservices-demo at 34ffea9 (Apache-2.0), each in its segment.
// What the cluster knows them by (labels, ports, Services, probes) is imported: see kubernetes.ts.
import { workload } from 'countersign';
import * as manifests from './kubernetes.ts';
import { data, orders, payments, shop, storefront, testing } from './segments.ts';

export const frontend = workload('frontend', { segment: storefront, kubernetes: manifests.frontend });
export const loadgenerator = workload('loadgenerator', { segment: testing, kubernetes: manifests.loadgenerator });

export const adservice = workload('adservice', { segment: shop, kubernetes: manifests.adservice });
export const cartservice = workload('cartservice', { segment: shop, kubernetes: manifests.cartservice });
export const currencyservice = workload('currencyservice', { segment: shop, kubernetes: manifests.currencyservice });
export const productcatalogservice = workload('productcatalogservice', { segment: shop, kubernetes: manifests.productcatalogservice });
export const recommendationservice = workload('recommendationservice', { segment: shop, kubernetes: manifests.recommendationservice });

export const checkoutservice = workload('checkoutservice', { segment: orders, kubernetes: manifests.checkoutservice });
export const emailservice = workload('emailservice', { segment: orders, kubernetes: manifests.emailservice });
export const shippingservice = workload('shippingservice', { segment: orders, kubernetes: manifests.shippingservice });

export const paymentservice = workload('paymentservice', { segment: payments, kubernetes: manifests.paymentservice });

/** Has no ServiceAccount: it serves, and can't call. */
export const redisCart = workload('redis-cart', { segment: data, kubernetes: manifests.redisCart });
