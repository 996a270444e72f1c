// Charging cards. One operation, one caller; a second one needs a conversation, and breaks an invariant of policy.ts.
// Operations: demo.proto of GoogleCloudPlatform/microservices-demo at 34ffea9 (Apache-2.0), imported.
import { api } from 'countersign';
import { paymentService } from './demo.ts';
import { checkoutservice, paymentservice } from './workloads.ts';

export const paymentApi = api('paymentservice', {
  servedBy: paymentservice, port: 50051, owner: 'team-payments',
  operations: paymentService,
  offers: { Charge: { to: [checkoutservice], because: 'checkout charges the card when the order is placed' } },
});
