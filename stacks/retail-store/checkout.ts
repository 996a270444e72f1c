// From a full cart to an order. Operations: the OpenAPI document of aws-containers/retail-store-sample-app at 1a28474 (Apache-2.0), imported.
import { api } from 'countersign';
import { shoppers } from './identities.ts';
import { operations } from './imported/checkout.openapi.ts';
import { ordersApi } from './orders.ts';
import { checkout, ui } from './workloads.ts';

const uiForShoppers = ui.actingFor(shoppers);

export const checkoutApi = api('checkout', {
  servedBy: checkout, port: 'http', owner: 'team-commerce',
  operations,
  offers: {
    checkoutControllerGetCheckout: { to: [uiForShoppers], because: 'shoppers see what they are about to buy' },
    checkoutControllerUpdateCheckout: { to: [uiForShoppers], because: 'shoppers say where it goes' },
    checkoutControllerSubmitCheckout: { to: [uiForShoppers], because: 'shoppers buy it' },
  },
});

export const asks = [
  checkout.calls(ordersApi.createOrder, { because: 'what was bought becomes an order' }),
];
