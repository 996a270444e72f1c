// The Pulumi program, with the real `@pulumi/pulumi`.
import { api, get, policy, workload, type Declared, type Policy } from 'countersign';
import { Countersign } from 'countersign/pulumi';
import * as pulumi from '@pulumi/pulumi';
import retail, { platforms } from './estate.js';

declare const queueArn: pulumi.Output<string>;
const values = { settlements: queueArn, 'orders-key': queueArn, media: 'arn:aws:s3:::media', stripe: queueArn, events: queueArn };
const component = new Countersign('retail', { policy: retail, platform: platforms[0]!, values, asOf: '2026-11-24' }, { protect: true });
export const policyDigest: pulumi.Output<string> = component.policyDigest;
declare const namespace: pulumi.Output<string>;
declare const everything: pulumi.Output<{ namespace: string; selector: { app: string } }>;
// @ts-expect-error says: string
workload(namespace);
// @ts-expect-error says: string
workload('a', { kubernetes: { namespace, selector: { app: 'a' } } });
// @ts-expect-error says: string
workload('a', { kubernetes: { namespace: 'a', selector: { app: namespace } } });
// @ts-expect-error says: string
workload('a', { kubernetes: everything });
// @ts-expect-error says: Output
workload('a', namespace);
// @ts-expect-error says: string
api('a', { servedBy: workload('a'), port: 1, operations: { call: get('/') }, offers: { call: { to: [workload('b')], because: namespace } } });
// @ts-expect-error says: Property 'values' is missing
new Countersign('retail', { policy: retail, platform: platforms[0]! });
// @ts-expect-error says: "orders-key"
new Countersign('retail', { policy: retail, platform: platforms[0]!, values: { settlements: queueArn, media: queueArn, stripe: queueArn, events: queueArn } });
// @ts-expect-error says: 'settlement' does not exist
new Countersign('retail', { policy: retail, platform: platforms[0]!, values: { ...values, settlement: queueArn } });
// @ts-expect-error says: platform
new Countersign('retail', { policy: retail, values });
// @ts-expect-error says: draft
new Countersign('retail', { policy: everything, platform: platforms[0]! });

// ---- values: the holes of the policy, no more and no fewer
const platform = platforms[0]!;
declare const aQueue: { readonly arn: pulumi.Output<string> };
declare const read: Declared<Policy>;
const { settlements: _settlements, ...fewer } = values;
const bare = policy('bare', { apis: [] });
new Countersign('retail', { policy: retail, platform, values: (made) => ({ ...values, settlements: made('made') }) });
new Countersign('bare', { policy: bare, platform });
new Countersign('bare', { policy: bare, platform, values: {} });
new Countersign('read', { policy: read, platform });
new Countersign('read', { policy: read, platform, values: { whatever: queueArn, it: 'has' } });
// @ts-expect-error says: 'values' is missing
new Countersign('retail', { policy: retail, platform });
// @ts-expect-error says: settlements
new Countersign('retail', { policy: retail, platform, values: fewer });
// @ts-expect-error says: settlements
new Countersign('retail', { policy: retail, platform, values: () => fewer });
// @ts-expect-error says: 'setlements' does not exist
new Countersign('retail', { policy: retail, platform, values: { ...values, setlements: queueArn } });
// @ts-expect-error says: 'number' is not assignable
new Countersign('retail', { policy: retail, platform, values: { ...values, events: 7 } });
// @ts-expect-error says: not assignable
new Countersign('retail', { policy: retail, platform, values: { ...values, events: aQueue } });
// @ts-expect-error says: 'never'
new Countersign('bare', { policy: bare, platform, values: { settlements: queueArn } });
// @ts-expect-error says: not assignable
new Countersign('read', { policy: read, platform, values: { whatever: 7 } });
