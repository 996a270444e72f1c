// Carts. Operations: the OpenAPI document of aws-containers/retail-store-sample-app at 1a28474 (Apache-2.0), imported.
// A cart is a shopper's: the shop's pages reach it with that shopper's token in hand, and never by themselves.
import { api } from 'countersign';
import { shoppers } from './identities.ts';
import { operations } from './imported/carts.openapi.ts';
import { carts, ui } from './workloads.ts';

const uiForShoppers = ui.actingFor(shoppers);

export const cartsApi = api('carts', {
  servedBy: carts, port: 'http', owner: 'team-commerce',
  operations,
  offers: {
    getCart: { to: [uiForShoppers], because: 'shoppers see their cart' },
    deleteCart: { to: [uiForShoppers], because: 'shoppers empty their cart' },
    addItem: { to: [uiForShoppers], because: 'shoppers fill their cart' },
    deleteItem: { to: [uiForShoppers], because: 'shoppers change their mind' },
  },
});
