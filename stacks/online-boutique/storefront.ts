// The shop's pages: the routes of the frontend of GoogleCloudPlatform/microservices-demo at 34ffea9 (Apache-2.0).
// `/_healthz` is a probe of the node's, not an operation: nobody else gets it.
import { anyone, api, get, post } from 'countersign';
import { checkoutApi, shippingApi } from './orders.ts';
import { adApi, cartApi, catalogApi, currencyApi, recommendationApi } from './shop.ts';
import { frontend, loadgenerator } from './workloads.ts';

export const frontendApi = api('frontend', {
  servedBy: frontend, port: 8080, owner: 'team-storefront',
  exposedAt: { service: 'frontend-external' },
  operations: {
    home: get('/'),
    viewProduct: get('/product/{id}'),
    describeProducts: get('/product-meta/{ids}'),
    viewCart: get('/cart'),
    addToCart: post('/cart'),
    emptyCart: post('/cart/empty'),
    placeOrder: post('/cart/checkout'),
    setCurrency: post('/setCurrency'),
    logOut: get('/logout'),
    readAsset: get('/static/{file**}'),
    readRobots: get('/robots.txt'),
  },
  offers: {
    home: { to: [anyone, loadgenerator], because: 'the shop window is public, and load tests start at it' },
    viewProduct: { to: [anyone, loadgenerator], because: 'products are public, and load tests browse them' },
    describeProducts: { to: [anyone], because: 'pages fetch the details of what they show' },
    viewCart: { to: [anyone, loadgenerator], because: 'shoppers need no account, and load tests act like them' },
    addToCart: { to: [anyone, loadgenerator], because: 'shoppers need no account, and load tests act like them' },
    emptyCart: { to: [anyone], because: 'shoppers need no account' },
    placeOrder: { to: [anyone, loadgenerator], because: 'guests may order, and load tests go all the way' },
    setCurrency: { to: [anyone, loadgenerator], because: 'prices in the shopper\'s own currency' },
    logOut: { to: [anyone], because: 'shoppers leave their session behind' },
    readAsset: { to: [anyone], because: 'pages have pictures and styles' },
    readRobots: { to: [anyone], because: 'crawlers ask before they read' },
  },
});

const { home, viewProduct, viewCart, addToCart, placeOrder, setCurrency } = frontendApi;

export const asks = [
  loadgenerator.calls([home, setCurrency, viewProduct, viewCart, addToCart, placeOrder], { because: 'shop as a shopper would, to measure the shop under load' }),

  frontend.calls([catalogApi.ListProducts, catalogApi.GetProduct], { because: 'show products' }),
  frontend.calls([currencyApi.GetSupportedCurrencies, currencyApi.Convert], { because: 'show prices' }),
  frontend.calls([recommendationApi.ListRecommendations, adApi.GetAds], { because: 'show what else there is' }),
  frontend.calls([cartApi.AddItem, cartApi.GetCart, cartApi.EmptyCart], { because: 'keep the shopper\'s cart' }),
  frontend.calls(shippingApi.GetQuote, { because: 'show what shipping costs' }),
  frontend.calls(checkoutApi.PlaceOrder, { because: 'place the shopper\'s order' }),
];
