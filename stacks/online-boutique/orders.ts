// From a full cart to a parcel: checkout, shipping, the confirmation.
// Operations: demo.proto of GoogleCloudPlatform/microservices-demo at 34ffea9 (Apache-2.0), imported.
import { api } from 'countersign';
import { checkoutService, emailService, shippingService } from './demo.ts';
import { paymentApi } from './payments.ts';
import { cartApi, catalogApi, currencyApi } from './shop.ts';
import { checkoutservice, emailservice, frontend, shippingservice } from './workloads.ts';

export const checkoutApi = api('checkoutservice', {
  servedBy: checkoutservice, port: 5050, owner: 'team-orders',
  operations: checkoutService,
  offers: { PlaceOrder: { to: [frontend], because: 'shoppers order what is in their cart' } },
});

export const shippingApi = api('shippingservice', {
  servedBy: shippingservice, port: 50051, owner: 'team-orders',
  operations: shippingService,
  offers: {
    GetQuote: { to: [frontend, checkoutservice], because: 'the cart shows what shipping costs, and an order charges it' },
    ShipOrder: { to: [checkoutservice], because: 'an order that is paid is sent' },
  },
});

export const emailApi = api('emailservice', {
  servedBy: emailservice, port: 8080, owner: 'team-orders',
  operations: emailService,
  offers: { SendOrderConfirmation: { to: [checkoutservice], because: 'shoppers are told that their order is on its way' } },
});

export const asks = [
  checkoutservice.calls([cartApi.GetCart, catalogApi.GetProduct, currencyApi.Convert, shippingApi.GetQuote], { because: 'work out what the order costs' }),
  checkoutservice.calls(paymentApi.Charge, { because: 'take the money' }),
  checkoutservice.calls([shippingApi.ShipOrder, cartApi.EmptyCart, emailApi.SendOrderConfirmation], { because: 'fulfil what was paid' }),
];
