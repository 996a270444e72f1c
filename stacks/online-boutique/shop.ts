// Browsing and filling a cart: catalogue, prices, recommendations, ads, carts.
// Operations: demo.proto of GoogleCloudPlatform/microservices-demo at 34ffea9 (Apache-2.0), imported. What is not
// offered below, such as SearchProducts, is declared and denied.
import { api } from 'countersign';
import { redisApi } from './data.ts';
import { adService, cartService, currencyService, productCatalogService, recommendationService } from './demo.ts';
import {
  adservice, cartservice, checkoutservice, currencyservice, frontend, productcatalogservice, recommendationservice,
} from './workloads.ts';

export const catalogApi = api('productcatalogservice', {
  servedBy: productcatalogservice, port: 3550, owner: 'team-shop',
  operations: productCatalogService,
  offers: {
    ListProducts: { to: [frontend, recommendationservice], because: 'the home page, and what there is to recommend' },
    GetProduct: { to: [frontend, checkoutservice], because: 'product pages, and the price that an order is made at' },
  },
});

export const currencyApi = api('currencyservice', {
  servedBy: currencyservice, port: 7000, owner: 'team-shop',
  operations: currencyService,
  offers: {
    GetSupportedCurrencies: { to: [frontend], because: 'the currency menu' },
    Convert: { to: [frontend, checkoutservice], because: 'prices are shown and charged in the shopper\'s currency' },
  },
});

export const recommendationApi = api('recommendationservice', {
  servedBy: recommendationservice, port: 8080, owner: 'team-shop',
  operations: recommendationService,
  offers: { ListRecommendations: { to: [frontend], because: '"you may also like"' } },
});

export const adApi = api('adservice', {
  servedBy: adservice, port: 9555, owner: 'team-shop',
  operations: adService,
  offers: { GetAds: { to: [frontend], because: 'one ad on every page' } },
});

export const cartApi = api('cartservice', {
  servedBy: cartservice, port: 7070, owner: 'team-shop',
  operations: cartService,
  offers: {
    AddItem: { to: [frontend], because: 'shoppers fill their cart' },
    GetCart: { to: [frontend, checkoutservice], because: 'shoppers see their cart, and an order is made of it' },
    EmptyCart: { to: [frontend, checkoutservice], because: 'shoppers empty their cart, and so does an order' },
  },
});

export const asks = [
  recommendationservice.calls(catalogApi.ListProducts, { because: 'recommendations are drawn from the catalogue' }),
  cartservice.calls(redisApi.connect, { because: 'carts outlive the process' }),
];
