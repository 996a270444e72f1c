// What must not compile. Each comment that expects an error says, after `says:`, what the error has to tell.
import {
  bucket, database, hole, irsa, key, lambda, role, table, type DeclaredHole,
  acceptWeaker, all, anyone, anyOf, api, authenticatedWithin, calico, certManager, claim, clusterDns, configMap, device, during, envoyGateway, failedAuthentication, from, get, istioAmbient, istioSidecar, kubernetes, maxTokenAge, mfa,
  never, partner, people, policy, prometheus, queue, reach, rpc, secret, segment, upstreamTls, workload, xForwardedFor, type DeclaredPolicy, type KubernetesFacts,
} from 'countersign';
import { acme, asks, cartApi, checkout, closedApi, commerce, ledger, madeKey, media, orders, ordersApi, ordersKey, settlements, shoppers, staff, support, twin, ui } from './estate.js';
import retail from './estate.js';

/** As `@pulumi/pulumi` marks its outputs, reduced to what tells them apart. */
interface Output<T> { readonly __pulumiOutput: true; apply<U>(map: (value: T) => U): Output<U>; toString(): string }
declare const name: Output<string>;
declare const port: Output<number>;
declare const names: Output<string[]>;
declare const facts: Output<KubernetesFacts>;
declare const labels: Output<Record<string, string>>;

// ---- countersigning
// @ts-expect-error says: `orders.list` is not offered to `workload:checkout`
checkout.calls(ordersApi.list, { because: 'show past orders' });
// @ts-expect-error says: `orders.create` is not offered to `workload:orders`
orders.calls(ordersApi.create);
// @ts-expect-error says: `closed.open` is not offered to `workload:ui`
ui.calls(closedApi.open);
// @ts-expect-error says: `orders.cancel` is not offered to `workload:ui`
ui.calls(ordersApi.cancel);
// @ts-expect-error says: `orders.list` is not offered to `workload:ui`
ui.calls([ordersApi.create, ordersApi.list]);
// @ts-expect-error says: `orders.constructor` is not offered to `workload:checkout`
checkout.calls(ordersApi.constructor);
// @ts-expect-error says: Property 'crate' does not exist
checkout.calls(ordersApi.crate);
// @ts-expect-error says: (v: PropertyKey) => boolean
checkout.calls(ordersApi.hasOwnProperty);
// @ts-expect-error says: `orders.list` is not offered to `workload:support-leads`
twin.calls(ordersApi.list);
// @ts-expect-error says: `orders.read` is not offered to `workload:ui`
ui.calls(ordersApi.read);
// @ts-expect-error says: `orders.create` is not offered to `workload:ui+people:shoppers`
ui.actingFor(shoppers).calls(ordersApi.create);
// @ts-expect-error says: `orders.read` is not offered to `workload:ui+people:support-leads`
ui.actingFor(support).calls(ordersApi.read);
// @ts-expect-error says: `settlements.send` is not offered to `workload:ui`
ui.sends(settlements);
// @ts-expect-error says: `settlements.receive` is not offered to `workload:orders`
orders.receives(settlements);
// @ts-expect-error says: `ledger.put` is not offered to `workload:orders`
orders.calls(ledger.put);
// @ts-expect-error says: `ledger.query` is not offered to `workload:orders`
orders.calls([ledger.get, ledger.query]);
// @ts-expect-error says: `ledger.get` is not offered to `workload:checkout`
checkout.calls([ledger.queryByCustomer, ledger.get]);
// @ts-expect-error says: Property 'queryByDate' does not exist
orders.calls(ledger.queryByDate);
// @ts-expect-error says: Property 'read' does not exist
ui.calls(media.read);
// @ts-expect-error says: `media.writeThumbs` is not offered to `workload:ui`
ui.calls(media.writeThumbs);
// @ts-expect-error says: `made-key.decrypt` is not offered to `workload:orders`
orders.calls(madeKey.decrypt);
// @ts-expect-error says: Property 'send' is missing
orders.sends(ledger);
// @ts-expect-error says: not assignable
checkout.calls(ordersApi);
// @ts-expect-error says: not assignable
checkout.calls('orders.create');

// ---- those who do not ask
// @ts-expect-error says: Property 'calls' does not exist
support.calls(ordersApi.list);
// @ts-expect-error says: Property 'calls' does not exist
acme.calls(ordersApi.export);
// @ts-expect-error says: Property 'calls' does not exist
anyone.calls(ordersApi.peek);
// @ts-expect-error says: Property 'calls' does not exist
clusterDns.calls(ordersApi.peek);
// @ts-expect-error says: not assignable
ui.actingFor(checkout);

// ---- offers
const served = { servedBy: orders, port: 8080, operations: { list: get('/orders') } } as const;
// @ts-expect-error says: Did you mean to write 'list'?
api('a', { ...served, offers: { lst: { to: [checkout] } } });
// @ts-expect-error says: an offer has no `untill`
api('a', { ...served, offers: { list: { to: [checkout], untill: '2027-06-30' } } });
// @ts-expect-error says: an offer has no `untill`
api('a', { ...served, offers: { list: [{ to: [checkout] }, { to: [ui], untill: '2027-06-30' }] } });
// @ts-expect-error says: '{ because: string; }' is not assignable
api('a', { ...served, offers: { list: { because: 'nobody' } } });
// @ts-expect-error says: not assignable
api('a', { ...served, offers: { list: { to: ['checkout'] } } });
// @ts-expect-error says: not assignable
api('a', { ...served, offers: { list: { to: [ordersApi] } } });
// @ts-expect-error says: not assignable
api('a', { ...served, servedBy: support });
// @ts-expect-error says: not assignable
api('a', { ...served, servedBy: ui.actingFor(shoppers) });
// @ts-expect-error says: not assignable
api('a', { ...served, exposedAt: { service: 'external', gateway: 'edge', host: 'api.example.com' } });
// @ts-expect-error says: host
api('a', { ...served, exposedAt: { gateway: 'edge' } });
// @ts-expect-error says: not assignable
api('a', { ...served, operations: { list: 'GET /orders' } });
// @ts-expect-error says: ownr
api('a', { servedBy: orders, port: 8080, operations: {}, ownr: 'team' });
// @ts-expect-error says: not assignable
rpc('CartService.AddItem');

// ---- reasons
// @ts-expect-error says: because
api('a', { ...served, offers: { list: { to: [anyone] } } });
// @ts-expect-error says: because
api('a', { ...served, offers: { list: { to: [checkout, acme] } } });
// @ts-expect-error says: because
api('a', { ...served, offers: { list: [{ to: [checkout] }, { to: [anyone] }] } });
// @ts-expect-error says: because
never(reach(anyone, commerce), {});
// @ts-expect-error says: Expected 2 arguments
never(reach(anyone, commerce));
// @ts-expect-error says: because
workload('a', { callsApiServer: {} });
// @ts-expect-error says: because
acceptWeaker({ grants: 'all', feature: 'port', plane: 'network', owner: 'platform', until: '2027-01-01' });
// @ts-expect-error says: until
acceptWeaker({ grants: 'all', feature: 'port', plane: 'network', because: 'soon', owner: 'platform' });
// @ts-expect-error says: owner
acceptWeaker({ grants: 'all', feature: 'port', plane: 'network', because: 'soon', until: '2027-01-01' });
// @ts-expect-error says: operation.htp
acceptWeaker({ grants: 'all', feature: 'operation.htp', plane: 'network', because: 'soon', owner: 'platform', until: '2027-01-01' });

// ---- conditions that make no sense for an identity
// @ts-expect-error says: "people"
api('a', { ...served, offers: { list: { to: [checkout], when: [mfa({ within: '15m' })] } } });
// @ts-expect-error says: "people"
api('a', { ...served, offers: { list: { to: [checkout], when: [maxTokenAge('1h')] } } });
// @ts-expect-error says: "people"
api('a', { ...served, offers: { list: { to: [checkout], when: [authenticatedWithin('1h')] } } });
// @ts-expect-error says: "people"
api('a', { ...served, offers: { list: { to: [checkout], when: [device('managed')] } } });
// @ts-expect-error says: "people"
api('a', { ...served, offers: { list: { to: [checkout], when: [claim('groups').includes('a')] } } });
// @ts-expect-error says: "people"
api('a', { ...served, offers: { list: { to: [support, checkout], when: [mfa()] } } });
// @ts-expect-error says: "people"
api('a', { ...served, offers: { list: [{ to: [support] }, { to: [checkout], when: [anyOf(all(mfa()))] }] } });
// @ts-expect-error says: "people"
api('a', { ...served, offers: { list: { to: [anyone], when: [mfa()], because: 'public' } } });
// @ts-expect-error says: "people"
api('a', { ...served, offers: { list: { to: [acme], when: [mfa()], because: 'partner' } } });
// @ts-expect-error says: "people"
segment('a', { requires: { workloads: [mfa()] } });
// @ts-expect-error says: "people"
segment('a', { requires: { partners: [maxTokenAge('1h')] } });

// @ts-expect-error says: "people"
api('a', { ...served, offers: { list: { to: [ui.actingFor(shoppers), ui], when: [mfa()] } } });
// @ts-expect-error says: "people"
people('a', { via: staff, where: from('10.0.0.0/8') });
// @ts-expect-error says: "people"
people('a', { via: staff, where: during({ days: ['mon'], start: '08:00', end: '18:00', timeZone: 'UTC' }) });

// ---- resources of the cloud
const arn = 'arn:aws:sqs:eu-west-1:123456789012:a';
// @ts-expect-error says: only a workload calls a resource of the cloud
queue('a', { arn, offers: { send: { to: [support] } } });
// @ts-expect-error says: only a workload calls a resource of the cloud
queue('a', { arn, offers: { send: { to: [orders, ui.actingFor(shoppers)] } } });
// @ts-expect-error says: only a workload calls a resource of the cloud
queue('a', { arn, offers: { send: [{ to: [orders] }, { to: [anyone], because: 'x' }] } });
// @ts-expect-error says: "people"
queue('a', { arn, offers: { send: { to: [orders], when: [mfa()] } } });
// @ts-expect-error says: 'sned'
queue('a', { arn, offers: { sned: { to: [orders] } } });
// @ts-expect-error says: an offer has no `untill`
queue('a', { arn, offers: { send: { to: [orders], untill: '2027-06-30' } } });
// @ts-expect-error says: 'queryByDate'
table('a', { arn, indexes: { byCustomer: 'idx' }, offers: { queryByDate: { to: [orders] } } });
// @ts-expect-error says: 'read'
bucket('a', { arn, prefixes: { thumbs: 'thumbs/' }, offers: { read: { to: [orders] } } });
// @ts-expect-error says: not assignable
queue('a', { arn, encryptedBy: settlements });
// @ts-expect-error says: not assignable
queue('a', { arn, encryptedBy: ordersApi });
// @ts-expect-error says: not assignable
queue('a', { arn, encryptedBy: 'orders-key' });
// @ts-expect-error says: not assignable
queue('a', { arn, segment: 'commerce' });
// @ts-expect-error says: arn
queue('a', { owned: true });
// @ts-expect-error says: 'exposedAt' does not exist
queue('a', { arn, exposedAt: { service: 'a' } });
// @ts-expect-error says: 'owned' does not exist
lambda('a', { arn, owned: true });
// @ts-expect-error says: 'owned' does not exist
role('a', { arn, owned: true });
// @ts-expect-error says: 'owned' does not exist
database('a', { arn, port: 5432, owned: true });
// @ts-expect-error says: port
database('a', { arn });
// @ts-expect-error says: 'encryptedBy' does not exist
lambda('a', { arn, encryptedBy: ordersKey });
// @ts-expect-error says: not assignable
key('a', { arn, rotationDays: 90 });
// @ts-expect-error says: not assignable
key('a', { owned: false });
// @ts-expect-error says: "sqss"
hole('a', { kind: 'arn', service: 'sqss' });
// @ts-expect-error says: Property 'san' is missing
workload('a', { host: { trustAnchor: 'datacentre' } });
// @ts-expect-error says: "settlements"
export const fewer: DeclaredPolicy<'settlements'> = retail;
// @ts-expect-error says: not assignable
export const misnamed: DeclaredHole<'a'> = hole('b', { kind: 'arn', service: 'sqs' });

// ---- platforms
const cluster = { cni: calico(), podCidrs: ['10.0.0.0/18'] } as const;
const edge = { namespace: 'edge', certificate: secret('edge', 'tls') } as const;
// @ts-expect-error says: trustDomain
istioAmbient({ pathNormalization: 'BASE' });
// @ts-expect-error says: "DECODE"
istioAmbient({ trustDomain: 'a', pathNormalization: 'DECODE' });
// @ts-expect-error says: waypoint
istioSidecar({ trustDomain: 'a', waypoint: 'w' });
// @ts-expect-error says: certificate
envoyGateway({ namespace: 'edge' });
// @ts-expect-error says: not assignable
envoyGateway({ namespace: 'edge', certificate: 'api-tls' });
// @ts-expect-error says: clientAdress
envoyGateway({ ...edge, clientAdress: xForwardedFor({ trustedHops: 1 }) });
// @ts-expect-error says: not assignable
envoyGateway({ ...edge, clientAddress: 'connection' });
// @ts-expect-error says: trustedHops
xForwardedFor({});
// @ts-expect-error says: caBundle
upstreamTls({});
// @ts-expect-error says: Expected 2 arguments
secret('edge');
// @ts-expect-error says: serviceAccount
prometheus({ namespace: 'monitoring' });
// @ts-expect-error says: not assignable
certManager({ issuer: 'a', duration: 'a month' });
// @ts-expect-error says: Type 'Cni' is missing
kubernetes({ ...cluster, mesh: calico() });
// @ts-expect-error says: not assignable
kubernetes({ ...cluster, gateways: [envoyGateway(edge)] });
// @ts-expect-error says: not assignable
kubernetes({ ...cluster, gateways: { edge: istioAmbient({ trustDomain: 'a' }) } });
// @ts-expect-error says: not assignable
kubernetes({ ...cluster, caBundles: { acme: 'acme-ca' } });
// @ts-expect-error says: not assignable
kubernetes({ ...cluster, caBundles: [configMap('edge', 'acme-ca')] });
// @ts-expect-error says: not assignable
kubernetes({ ...cluster, hosts: { 'login.example.com': '203.0.113.0/24' } });
// @ts-expect-error says: accountId
kubernetes({ ...cluster, aws: { region: 'eu-west-1' } });
// @ts-expect-error says: 'sqss'
kubernetes({ ...cluster, aws: { accountId: '1', region: 'a', endpoints: { sqss: [] } } });
// @ts-expect-error says: breakGlass
kubernetes({ ...cluster, aws: { accountId: '1', region: 'a', administrators: { deployer: 'a' } } });
// @ts-expect-error says: issuer
kubernetes({ ...cluster, aws: { accountId: '1', region: 'a', identity: irsa({}) } });
// @ts-expect-error says: Output<string>
kubernetes({ ...cluster, aws: { accountId: name, region: 'a' } });
// @ts-expect-error says: Output<string[]>
kubernetes({ ...cluster, hosts: { 'login.example.com': names } });
// @ts-expect-error says: Output<string>
istioAmbient({ trustDomain: name });
// @ts-expect-error says: Output<string>
secret('edge', name);

// ---- Pulumi outputs
// @ts-expect-error says: Output<string>
workload(name);
// @ts-expect-error says: Output<KubernetesFacts>
workload('a', { kubernetes: facts });
// @ts-expect-error says: Output<string>
workload('a', { kubernetes: { namespace: name, selector: { app: 'a' } } });
// @ts-expect-error says: Output<string>
workload('a', { kubernetes: { namespace: 'a', selector: { app: name } } });
// @ts-expect-error says: Output<Record<string, string>>
workload('a', { kubernetes: { namespace: 'a', selector: labels } });
// @ts-expect-error says: Output<number>
workload('a', { kubernetes: { namespace: 'a', selector: { app: 'a' }, ports: [{ number: port }] } });
// @ts-expect-error says: Output<KubernetesFacts>
workload('a', facts);
// @ts-expect-error says: Output<string>
segment('a', name);
// @ts-expect-error says: Output<string>
segment('a', { owner: name });
// @ts-expect-error says: Output<number>
api('a', { ...served, port });
// @ts-expect-error says: Output<string>
api('a', { ...served, offers: { list: { to: [checkout], because: name } } });
// @ts-expect-error says: Output<string>
api('a', { ...served, offers: { list: { to: [checkout], until: name } } });
// @ts-expect-error says: Output<string>
api('a', { ...served, exposedAt: { service: name } });
// @ts-expect-error says: Output<string[]>
api('a', { ...served, offers: { list: { to: names } } });
// @ts-expect-error says: Output<string>
get(name);
// @ts-expect-error says: Output<string>
checkout.calls(ordersApi.create, { because: name });
// @ts-expect-error says: Output<string>
checkout.calls(ordersApi.create, name);
// @ts-expect-error says: Output<string>
queue('a', { arn: name });
// @ts-expect-error says: Output<string>
people('a', { via: staff, where: claim('groups').includes(name) });
// @ts-expect-error says: Output<string>
partner('a', { certificate: { ca: name, san: 'uri:a' } });
// @ts-expect-error says: Output<string>
policy(name, { apis: [ordersApi] });
// @ts-expect-error says: Output<string[]>
kubernetes({ cni: calico(), podCidrs: names });

// ---- the rest of the vocabulary
// @ts-expect-error says: "secret"
segment('a', { holds: 'secret' });
// @ts-expect-error says: fifteen minutes
mfa({ within: 'fifteen minutes' });
// @ts-expect-error says: often
failedAuthentication({ above: 'often' });
// @ts-expect-error says: "tcp"
workload('a', { kubernetes: { namespace: 'a', selector: {}, ports: [{ number: 1, protocol: 'tcp' }] } });
// @ts-expect-error says: htp
workload('a', { kubernetes: { namespace: 'a', selector: {}, probes: { liveness: { htp: { port: 1, path: '/' } } } } });
// @ts-expect-error says: DeclaredSegment
workload('a', { segment: 'commerce' });
// @ts-expect-error says: not assignable
policy('a', { apis: [checkout] });
// @ts-expect-error says: not assignable
policy('a', { apis: [ordersApi], asks: [cartApi.AddItem] });
// @ts-expect-error says: not assignable
policy('a', { apis: [ordersApi], never: asks });
// @ts-expect-error says: not assignable
never(reach(anyone, support), { because: 'people are not reached' });
// @ts-expect-error says: podCidrs
kubernetes({ cni: calico() });
// @ts-expect-error says: "settlements"
export const otherHoles: DeclaredPolicy<'invoices'> = retail;
