// The shop's pages, of aws-containers/retail-store-sample-app at 1a28474 (Apache-2.0): everything but what Spring's actuator serves, which is for
// the node's probes and the scraper alone.
import { any, api } from 'countersign';
import { cartsApi } from './carts.ts';
import { catalogApi } from './catalog.ts';
import { checkoutApi } from './checkout.ts';
import { shoppers } from './identities.ts';
import { ui } from './workloads.ts';

export const uiApi = api('ui', {
  servedBy: ui, port: 'http', owner: 'team-storefront',
  operations: { shop: any('/{page**}'), actuator: any('/actuator'), manage: any('/actuator/{endpoint**}') },
  exposedAt: { gateway: 'edge', host: 'shop.example.com' },
  offers: { shop: { to: [shoppers], because: 'shoppers browse and buy' } },
});

const uiForShoppers = ui.actingFor(shoppers);

export const asks = [
  ui.calls([catalogApi.getCatalogProducts, catalogApi.getCatalogProductsById, catalogApi.getCatalogSize, catalogApi.getCatalogTags], { because: 'show what there is to buy' }),
  uiForShoppers.calls([cartsApi.getCart, cartsApi.deleteCart, cartsApi.addItem, cartsApi.deleteItem], { because: 'keep the shopper\'s cart' }),
  uiForShoppers.calls(
    [checkoutApi.checkoutControllerGetCheckout, checkoutApi.checkoutControllerUpdateCheckout, checkoutApi.checkoutControllerSubmitCheckout],
    { because: 'take the shopper through checkout' },
  ),
];
