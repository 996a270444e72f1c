// Online Boutique, declared in full: GoogleCloudPlatform/microservices-demo at 34ffea9 (Apache-2.0). Every call that its
// services make is offered by one team and asked for by another; everything else is denied.
import { anyIdentity, anyone, flow, never, policy, reach } from 'countersign';
import { redisApi } from './data.ts';
import { asks as ordersAsks, checkoutApi, emailApi, shippingApi } from './orders.ts';
import { paymentApi } from './payments.ts';
import { data, orders, payments, shop, storefront } from './segments.ts';
import { adApi, asks as shopAsks, cartApi, catalogApi, currencyApi, recommendationApi } from './shop.ts';
import { asks as storefrontAsks, frontendApi } from './storefront.ts';
import { cartservice, checkoutservice, loadgenerator } from './workloads.ts';

export default policy('online-boutique', {
  apis: [frontendApi, catalogApi, currencyApi, recommendationApi, adApi, cartApi, checkoutApi, shippingApi, emailApi, paymentApi, redisApi],
  asks: [storefrontAsks, shopAsks, ordersAsks],
  never: [
    never(reach(anyone, data), { because: 'carts are personal: no stranger reads one', owner: 'team-shop' }),
    never(reach(anyone, orders), { because: 'orders carry names and addresses', owner: 'team-orders' }),
    never(reach(anyone, payments), { because: 'PCI scope', owner: 'team-payments' }),
    never(reach(storefront, payments), { because: 'PCI scope: what is open to the internet never charges a card itself', owner: 'team-payments' }),
    never(reach(loadgenerator, payments), { because: 'no test charges a card but through the front door', owner: 'team-payments' }),
    never(reach(loadgenerator, shop), { because: 'load tests measure what shoppers meet', owner: 'team-shop' }),
    never(reach(anyIdentity.except(checkoutservice), paymentApi), { because: 'PCI scope: one caller', owner: 'team-payments' }),
    never(flow(shop, payments), { because: 'PCI scope: nothing that shows, recommends or keeps what is for sale gets a charge under way', owner: 'team-payments' }),
    never(flow(anyone, redisApi, { through: [recommendationApi] }), { because: 'what is recommended is no way to a cart', owner: 'team-shop' }),
    never(reach(anyIdentity.except(cartservice), redisApi), { because: 'whoever connects to Redis may read and write every cart', owner: 'team-shop' }),
  ],
});
