// Orders. Operations: the OpenAPI document of aws-containers/retail-store-sample-app at 1a28474 (Apache-2.0), imported.
// Support reads them from its desk, whose pages live at https://desk.example.com; the segment asks for a second factor.
import { api } from 'countersign';
import { support } from './identities.ts';
import { operations } from './imported/orders.openapi.ts';
import { checkout, orders } from './workloads.ts';

export const ordersApi = api('orders', {
  servedBy: orders, port: 'http', owner: 'team-orders',
  operations,
  exposedAt: { gateway: 'edge', host: 'api.example.com', browser: { origins: ['https://desk.example.com'] } },
  offers: {
    createOrder: { to: [checkout], because: 'checkout places orders' },
    listOrders: { to: [support], because: 'refunds and complaints', until: '2027-06-30' },
  },
});
