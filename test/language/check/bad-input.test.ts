import { describe, expect, test } from 'vitest';
import type { Policy } from '#ir';
import { check } from '../../../src/language/check/index.ts';
import {
  api, ask, asOf, facts, http, never, offer, policy, port, rpc, segment, service, shop, tcp, who, workload, written,
} from './draft.ts';
import { errorsOf, isRefused, type Refusal as Case } from './refusal.ts';

const replace = <T>(list: readonly T[], index: number, by: T): readonly T[] => list.map((member, at) => (at === index ? by : member));
const withWorkload = (changed: Policy['workloads'][number], index = 2): Policy => shop({ workloads: replace(shop().workloads, index, changed) });
const withApi = (changed: Policy['apis'][number], index = 2): Policy => shop({ apis: replace(shop().apis, index, changed) });
const plus = (parts: Partial<Policy>): Policy => shop(Object.fromEntries(Object.entries(parts).map(([key, members]) =>
  [key, [...(shop()[key as keyof Policy] as unknown as unknown[]), ...(members as unknown[])]])) as Partial<Policy>);
const served = (name: string, kubernetes: Parameters<typeof workload>[1], operations: Parameters<typeof api>[1], more: Parameters<typeof api>[3] = {}): Policy =>
  plus({ workloads: [workload(name, kubernetes)], apis: [api(name, operations, [], more)] });
const identity = (name: string) => ({ kind: 'workload', name } as const);

const cases: readonly Case[] = [
  // names
  { claim: 'an unknown workload, with the nearest', draft: plus({ asks: [ask('chekcout', 'orders.create')] }), code: 'CS1001', line: '"name": "chekcout"', says: '`chekcout` is not a workload of this policy', advises: 'write `checkout`', related: ['`checkout` is declared'] },
  { claim: 'an unknown operation, with the nearest', draft: plus({ asks: [ask('ui', 'orders.creat')] }), code: 'CS1001', line: '"operation": "creat"', says: '`orders` has no operation `creat`', advises: 'write `create`' },
  { claim: 'an unknown operation, with all there are', draft: plus({ asks: [ask('ui', 'orders.zzzzzzzz')] }), code: 'CS1001', line: '"operation": "zzzzzzzz"', says: '`orders` has no operation `zzzzzzzz`', advises: '`create`, `export`, `read`' },
  { claim: 'an unknown API', draft: plus({ asks: [ask('ui', 'order.create')] }), code: 'CS1001', line: '"to": { "api": "order"', says: '`order` is not an API of this policy', advises: 'write `orders`' },
  { claim: 'an unknown segment', draft: withWorkload(workload('orders', {}, { segment: 'comerce' })), code: 'CS1001', line: '"segment": "comerce"', says: '`comerce` is not a segment', advises: 'write `commerce`' },
  { claim: 'an unknown server', draft: withApi({ ...shop().apis[2]!, servedBy: { kind: 'workload', workload: 'ordrs', port: 'http' } }), code: 'CS1001', line: '"workload": "ordrs"', says: '`ordrs` is not a workload', advises: 'write `orders`' },
  { claim: 'an offer of an unknown operation', draft: withApi(api('orders', [http('create', '/orders', 'POST'), http('read', '/orders/{id}')], [offer('raed', ['ui']), offer('create', ['checkout']), offer('read', ['checkout', 'ui'])])), code: 'CS1001', line: '{ "operation": "raed"', says: 'no operation `raed`', advises: 'write `read`' },
  { claim: 'a name of another kind', draft: plus({ never: [never(who('ui'), { kind: 'segment', name: 'orders' })] }), code: 'CS1001', line: '"name": "orders"', says: '`orders` is not a segment of this policy, but a workload', advises: 'declare a segment called `orders`' },
  { claim: 'an unknown name in the exceptions of a `never`', draft: plus({ never: [never({ kind: 'anyIdentity', except: [identity('chekout'), identity('ui'), identity('checkout')] }, { kind: 'api', name: 'orders' })] }), code: 'CS1001', line: '"name": "chekout"', says: '`chekout` is not a workload', advises: 'write `checkout`' },
  { claim: 'a workload twice', draft: plus({ workloads: [workload('orders', { selector: { app: 'other' }, serviceAccount: 'other', services: [] })] }), code: 'CS1002', line: '{ "name": "orders"', says: 'two workloads are called `orders`', advises: 'rename one of them', related: ['the first one is declared'] },
  { claim: 'an API twice', draft: plus({ apis: [api('orders', [http('x', '/x')], [])] }), code: 'CS1002', line: '{ "name": "orders"', says: 'two APIs are called `orders`', advises: 'rename' },
  { claim: 'an operation twice', draft: withApi(api('orders', [...shop().apis[2]!.operations, http('read', '/read')], shop().apis[2]!.offers)), code: 'CS1002', line: '{ "name": "read"', says: 'two operations are called `read` in `orders`', advises: 'rename' },
  { claim: 'one gRPC method under two names', draft: served('pay', {}, [rpc('Charge', 'shop.Pay'), { name: 'again', kind: 'grpc', service: 'shop.Pay', method: 'Charge' }]), code: 'CS1002', line: '{ "name": "again"', says: '`pay.again` and `pay.Charge` are the same call', advises: 'keep one' },
  { claim: 'an offer to one identity twice', draft: withApi({ ...shop().apis[2]!, offers: [...shop().apis[2]!.offers, offer('create', ['checkout'], { until: '2027-01-31' })] }), code: 'CS1002', line: '{ "kind": "workload"', says: '`orders.create` is offered to `checkout` twice', advises: 'keep one of the two offers' },
  { claim: 'a request twice, with different ends', draft: plus({ asks: [ask('checkout', 'orders.create', { until: '2027-01-31' })] }), code: 'CS1002', line: '{', says: '`checkout` asks for `orders.create` twice', advises: 'keep one of the two requests' },
  { claim: 'a container port twice', draft: withWorkload(workload('orders', { ports: [port(8080, { name: 'http' }), port(9000, { name: 'http' })] })), code: 'CS1002', line: '{ "number": 9000', says: '`orders` declares a port called `http` twice', advises: 'keep one' },
  { claim: 'one Service of two workloads', draft: withWorkload(workload('orders', { services: [service('orders'), service('checkout')] }, { segment: 'commerce' })), code: 'CS1002', line: '{ "name": "checkout"', says: 'both have a Service called `checkout` in the namespace `shop`', advises: 'give the Service to the workload that it selects' },
  { claim: 'a name with capitals', draft: plus({ workloads: [workload('Billing_Job', { serviceAccount: 'billing', selector: { app: 'billing' }, services: [] })] }), code: 'CS1003', line: '{ "name": "Billing_Job"', says: 'the name `Billing_Job` of this workload is not made of lower-case letters', advises: 'write `billing-job`' },
  { claim: 'an over-long name', draft: plus({ segments: [segment('x'.repeat(64))] }), code: 'CS1003', line: `{ "name": "${'x'.repeat(64)}"`, says: 'has 64 characters, and it can have at most 63', advises: 'choose a short name' },
  { claim: 'an empty name', draft: shop({ name: '' }), code: 'CS1003', line: '"name": ""', says: 'a policy has an empty name', advises: 'choose a short name' },
  { claim: 'the reserved name of everybody', draft: plus({ workloads: [workload('anyone')] }), code: 'CS1003', line: '{ "name": "anyone"', says: 'is what a policy calls whoever arrives from outside', advises: 'choose' },
  { claim: 'the operation that stands for a whole port', draft: served('pay', {}, [http('*', '/x')]), code: 'CS1003', line: '{ "name": "*"', says: 'the name `*` of this operation', advises: 'such as `create`' },

  // paths
  ...([
    ['orders', 'does not begin with `/`', 'write `/orders`'],
    ['/orders/', 'ends with `/`', 'write `/orders`'],
    ['/a//b', 'has an empty segment', 'write `/a/b`'],
    ['/a/../b', 'has the segment `..`', 'canonical path'],
    ['/a?b=c', 'has a query', 'write `/a`'],
    ['/a;v=1', 'has a `;`', 'canonical path'],
    ['/a%2Fb', 'has `%2F`', 'canonical path'],
    ['/a%41', 'encodes `A`, which needs no encoding', 'canonical path'],
    ['/a%e2', 'with lower-case digits, where canonical is `%E2`', 'canonical path'],
    ['/caf\u00e9', 'has the character `\u00e9`, which a canonical path spells `%C3%A9`', 'canonical path'],
    ['/a/{id', 'a parameter is a whole segment', 'canonical path'],
    ['/a/x{id}', 'a parameter is a whole segment', 'canonical path'],
    ['/{rest**}/a', 'has `{rest**}` before its end', 'canonical path'],
    ['/{id}/{id}', 'has two parameters called `id`', 'canonical path'],
    ['/files/*', '`*` is not a wildcard here', 'canonical path'],
  ] as const).map(([path, says, advises]): Case => ({ claim: `the path ${path}`, draft: served('pay', {}, [http('x', path)]), code: 'CS1004', line: `"path": ${JSON.stringify(path)}`, says, advises })),
  { claim: 'a gRPC service that is none', draft: served('pay', {}, [{ name: 'Charge', kind: 'grpc', service: 'shop/Pay', method: 'Charge' }]), code: 'CS1004', line: '"service": "shop/Pay"', says: '`shop/Pay` of `pay.Charge` is not a full name', advises: '.proto' },
  { claim: 'templates of which neither contains the other', draft: served('pay', {}, [http('a', '/{shop}/orders'), http('b', '/acme/{thing}')]), code: 'CS1009', line: '{ "name": "b"', says: '`pay.b` (GET /acme/{thing}) and `pay.a` (GET /{shop}/orders) both match GET /acme/orders', advises: '`/acme/orders`' },
  { claim: 'templates that differ in the names of parameters', draft: served('pay', {}, [http('a', '/x/{a}'), http('b', '/x/{b}')]), code: 'CS1009', line: '{ "name": "b"', says: 'both match GET /x/x', advises: 'keep one of the two operations' },
  { claim: 'templates that overlap under ANY', draft: served('pay', {}, [http('a', '/{a}/x', 'ANY'), http('b', '/y/{b**}', 'POST')]), code: 'CS1009', line: '{ "name": "b"', says: 'both match POST /y/x', advises: '`/y/x`' },
  { claim: 'a template on a gRPC path', draft: served('pay', {}, [rpc('Charge', 'shop.Pay'), http('b', '/shop.Pay/Charge', 'POST')]), code: 'CS1009', line: '{ "name": "b"', says: 'both match POST /shop.Pay/Charge', advises: 'make one template contain the other' },

  // dates, ports, addresses
  { claim: 'a day that no calendar has', draft: withApi({ ...shop().apis[2]!, offers: [offer('create', ['checkout'], { until: '2027-02-30' }), offer('read', ['checkout', 'ui'])] }), code: 'CS1007', line: '"until": "2027-02-30"', says: 'February 2027 has 28 days', advises: 'write `2027-02-28`' },
  { claim: 'a day in another notation', draft: plus({ asks: [ask('ui', 'orders.create', { until: '30.6.2027' })] }), code: 'CS1007', line: '"until": "30.6.2027"', says: 'is not a day written `YYYY-MM-DD`', advises: '`2027-06-30`' },
  { claim: 'a port above 65535', draft: served('db', { ports: [port(70000)], services: [] }, [tcp(70000)], { servedBy: { kind: 'workload', workload: 'db', port: 70000 } }), code: 'CS1008', line: '{ "number": 70000', says: 'a container port of `db`, `70000`, is not a number from 1 to 65535', advises: 'the number of the port' },
  { claim: 'a port 0', draft: withWorkload(workload('orders', { services: [service('orders', { port: 0 })] })), code: 'CS1008', line: '"port": 0', says: 'the port of the Service `orders`, `0`', advises: 'the number' },
  { claim: 'a port name without a letter', draft: served('db', { ports: [port(80, { name: '8080' })], services: [] }, []), code: 'CS1008', line: '"name": "8080"', says: 'has no letter', advises: 'the name that the container declares' },
  { claim: 'a port name that is too long', draft: served('db', { ports: [port(80, { name: 'administration-x' })], services: [] }, []), code: 'CS1008', line: '"name": "administration-x"', says: 'has 16 characters, and it can have at most 15', advises: 'the name' },
  { claim: 'a host that is a URL', draft: withApi(api('ui', shop().apis[0]!.operations, [], { exposedAt: { kind: 'gateway', gateway: 'edge', host: 'https://api.example.com:8443/x' } }), 0), code: 'CS1006', line: '"host": "https://api.example.com:8443/x"', says: 'is a URL', advises: 'write `api.example.com`' },
  { claim: 'a host with a wildcard', draft: withApi(api('ui', shop().apis[0]!.operations, [], { exposedAt: { kind: 'gateway', gateway: 'edge', host: '*.example.com' } }), 0), code: 'CS1006', line: '"host": "*.example.com"', says: 'has a wildcard', advises: 'one host name' },
  { claim: 'a range of a condition', draft: withApi({ ...shop().apis[2]!, offers: [offer('create', ['checkout'], { when: [{ kind: 'from', cidrs: ['10.0.0.1/8'] }] })] }), code: 'CS1005', line: '"10.0.0.1/8"', says: 'has bits set below its prefix of 8', advises: 'write `10.0.0.0/8`' },

  // countersigning and expiry
  { claim: 'a request that is not offered', draft: plus({ asks: [ask('ui', 'orders.create')] }), code: 'CS1012', line: '{', says: '`ui` asks for `orders.create`, which is not offered to it', advises: 'ask team-orders to offer it, or call `orders.read`, which is offered to `ui`', related: ['offered to `checkout`'] },
  { claim: 'a request that is offered to nobody', draft: plus({ asks: [ask('ui', 'orders.export')] }), code: 'CS1012', line: '{', says: 'which is not offered to anybody', advises: 'ask team-orders to offer it', related: ['`orders.export` is declared'] },
  { claim: 'an offer nobody asks for', draft: withApi({ ...shop().apis[2]!, offers: [...shop().apis[2]!.offers, offer('export', ['ui', 'checkout'])] }), code: 'CS1020', line: '{ "operation": "export"', says: '`orders.export` is offered to `checkout` and `ui`, which do not ask for it', advises: 'remove the offer' },
  { claim: 'an expired offer', draft: withApi({ ...shop().apis[2]!, offers: [offer('create', ['checkout'], { until: '2026-11-23' }), offer('read', ['checkout', 'ui'])] }), code: 'CS1010', line: '"until": "2026-11-23"', says: 'the offer of `orders.create` to `checkout` ended on 2026-11-23', advises: 'ask team-orders to renew it' },
  { claim: 'an expired request', draft: shop({ asks: replace(shop().asks, 0, ask('ui', 'checkout.submit', { until: '2026-01-31', owner: 'team-ui' })) }), code: 'CS1010', line: '"until": "2026-01-31"', says: '`ui → checkout.submit`', advises: 'ask team-ui to renew it' },
  { claim: 'a request that ends soon', draft: shop({ asks: replace(shop().asks, 0, ask('ui', 'checkout.submit', { until: '2026-12-01' })) }), code: 'CS1011', line: '"until": "2026-12-01"', says: 'ends on 2026-12-01, in 8 days', advises: 'renew' },
  { claim: 'an offer to nobody', draft: withApi({ ...shop().apis[2]!, offers: [...shop().apis[2]!.offers, offer('export', [])] }), code: 'CS1033', line: '"to": [', says: 'the offer of `orders.export` is to nobody', advises: 'name who may call it' },
  { claim: 'a request from anyone', draft: plus({ asks: [ask('anyone', 'ui.home')] }), code: 'CS1033', line: '"from": { "kind": "anyone"', says: 'only workloads write requests', advises: 'the offer stands alone' },
  { claim: 'pods by label as an identity', draft: withApi({ ...shop().apis[2]!, offers: [...shop().apis[2]!.offers, { operation: 'export', to: [{ kind: 'pods', namespace: '*', labels: {} }], when: [] }] }), code: 'CS1033', line: '{ "kind": "pods"', says: 'labels are not authenticated', advises: 'declare a workload' },

  // workloads
  { claim: 'an empty selector', draft: withWorkload(workload('orders', { selector: {} })), code: 'CS1013', line: '"selector": {', says: 'the selector of `orders` is empty, which means every pod of the namespace `shop`', advises: 'select by the labels' },
  { claim: 'selectors that can match one pod', draft: withWorkload(workload('orders', { selector: { tier: 'back' } })), code: 'CS1014', line: '"selector": { "tier": "back"', says: '`orders` (tier=back) and `ui` (app=ui) can match one pod', advises: '`app` is demanded by one of them only' },
  { claim: 'the same selector twice', draft: withWorkload(workload('orders', { selector: { app: 'ui' } })), code: 'CS1014', line: '"selector": { "app": "ui"', says: '`orders` (app=ui) and `ui` (app=ui)', advises: 'a label in which their pods differ' },
  { claim: 'a shared ServiceAccount', draft: withWorkload(workload('orders', { serviceAccount: 'ui' })), code: 'CS1015', line: '"serviceAccount": "ui"', says: '`orders` and `ui` both run as the ServiceAccount `ui`', advises: 'give `orders` a ServiceAccount of its own' },
  { claim: 'a caller without a ServiceAccount', draft: shop({ workloads: replace(shop().workloads, 1, { name: 'checkout', segment: 'commerce', kubernetes: (({ serviceAccount: _, ...rest }) => rest)(facts('checkout')) }) }), code: 'CS1016', line: '"kubernetes": { "namespace": "shop"', says: '`checkout` calls `orders.create` and 1 more, and has no ServiceAccount', advises: 'create a ServiceAccount for it, such as `checkout`', related: ['the call is declared'] },
  { claim: 'a workload without Kubernetes facts', draft: withWorkload({ name: 'orders' }), code: 'CS1035', line: '{ "name": "orders"', says: '`orders` has no Kubernetes facts', advises: 'countersign import manifests' },
  { claim: 'a namespace that Kubernetes refuses', draft: withWorkload(workload('orders', { namespace: 'Shop' })), code: 'CS1034', line: '"kubernetes": { "namespace": "Shop"', says: 'the namespace of `orders`, `Shop`', advises: 'write `shop`' },
  { claim: 'a label value that Kubernetes refuses', draft: withWorkload(workload('orders', { selector: { app: 'orders service' } })), code: 'CS1034', line: '"selector": { "app": "orders service"', says: 'the value of `app` in the selector of `orders`', advises: 'write `orders-service`, if that is how it stands in the cluster' },
  { claim: 'a label key with two slashes', draft: withWorkload(workload('orders', { selector: { 'a/b/c': 'x', app: 'orders' } })), code: 'CS1034', line: '"selector": { "a/b/c": "x"', says: 'has more than one `/`', advises: 'cluster' },
  { claim: 'a Service name that begins with a digit', draft: withWorkload(workload('orders', { services: [service('1orders')] })), code: 'CS1034', line: '{ "name": "1orders"', says: 'a Service of `orders`, `1orders`', advises: 'cluster' },
  { claim: 'an API at its Service\'s port', draft: withApi({ ...shop().apis[2]!, servedBy: { kind: 'workload', workload: 'orders', port: 80 } }), code: 'CS1027', line: '"port": 80', says: '`orders` is served at the port `80`, which no container of `orders` declares', advises: 'write `http`: 80 is the port of its Service' },
  { claim: 'an API at a port name that is misspelt', draft: withApi({ ...shop().apis[2]!, servedBy: { kind: 'workload', workload: 'orders', port: 'htpp' } }), code: 'CS1027', line: '"port": "htpp"', says: '`htpp`, which no container of `orders` declares', advises: 'write `http`' },
  { claim: 'a Service at an undeclared port name', draft: withWorkload(workload('orders', { services: [service('orders', { targetPort: 'web' })] })), code: 'CS1027', line: '"targetPort": "web"', says: 'the Service `orders` refers to the port `web`', advises: 'write `http`' },
  { claim: 'an API at a UDP port', draft: withWorkload(workload('orders', { ports: [port(8080, { name: 'http', protocol: 'UDP' })], services: [] })), code: 'CS1027', line: '"port": "http"', says: 'declares for UDP and not for TCP', advises: 'declare the port' },
  { claim: 'a tcp operation on another port', draft: served('db', { ports: [port(6379)], services: [] }, [tcp(6380)], { servedBy: { kind: 'workload', workload: 'db', port: 6379 } }), code: 'CS1026', line: '"port": 6380', says: '`db.connect` is on port 6380, and `db` is served at port 6379', advises: 'write `tcp(6379)`' },
  { claim: 'a tcp operation of another name', draft: served('db', { ports: [port(6379)], services: [] }, [tcp(6379, 'get')], { servedBy: { kind: 'workload', workload: 'db', port: 6379 } }), code: 'CS1026', line: '{ "name": "get"', says: 'is not called `connect`', advises: 'call it `connect`' },
  { claim: 'a tcp operation beside others', draft: served('pay', {}, [tcp(8080), http('x', '/x')]), code: 'CS1026', line: '{ "name": "connect"', says: '`pay` has the `tcp` operation `connect` beside `x`', advises: 'alone' },

  // exposure
  { claim: 'anyone without an exposure', draft: withApi({ ...shop().apis[2]!, offers: [...shop().apis[2]!.offers, offer('export', ['anyone'], { because: 'open data' })] }), code: 'CS1017', line: '{ "kind": "anyone"', says: '`orders.export` is offered to `anyone`, and `orders` has no exposure', advises: 'state `exposedAt` in `orders`' },
  { claim: 'anyone into restricted', draft: shop({ segments: [segment('front', { holds: 'restricted' }), segment('commerce')] }), code: 'CS1018', line: '{ "kind": "anyone"', says: '`ui.home` is offered to `anyone`, and its segment `front` holds `restricted` data', advises: 'named identities', related: ['`front` is declared', '`ui` is in it'] },
  { claim: 'a load balancer that no exposure declares', draft: withWorkload(workload('orders', { services: [service('orders', { type: 'LoadBalancer' })] })), code: 'CS1025', line: '{ "name": "orders"', says: 'port 80 of the LoadBalancer Service `orders` leads to `orders` from outside', advises: 'make `orders` a ClusterIP Service' },
  { claim: 'a second port of an exposed load balancer', draft: withWorkload(workload('ui', { ports: [port(8080, { name: 'http' }), port(9090, { name: 'admin' })], services: [service('ui', { type: 'LoadBalancer' }), service('ui', { type: 'LoadBalancer', port: 9090, targetPort: 'admin' })] }, { segment: 'front' }), 0), code: 'CS1025', line: '{ "name": "ui"', says: 'port 9090 of the LoadBalancer Service `ui`', advises: 'ClusterIP' },
  { claim: 'an exposure at a Service that does not exist', draft: withApi({ ...shop().apis[0]!, exposedAt: { kind: 'service', service: 'ui-external' } }, 0), code: 'CS1028', line: '"service": "ui-external"', says: 'exposed at the Service `ui-external`, which `ui` does not have', advises: 'write `ui`' },
  { claim: 'an exposure at a ClusterIP Service', draft: withWorkload(workload('ui', { services: [service('ui')] }, { segment: 'front' }), 0), code: 'CS1028', line: '"service": "ui"', says: 'which is of type ClusterIP and not open to the outside', advises: 'declare a LoadBalancer or NodePort Service of `ui`' },
  { claim: 'an exposure that leads to another port', draft: withWorkload(workload('ui', { ports: [port(8080, { name: 'http' }), port(9090, { name: 'admin' })], services: [service('ui', { type: 'NodePort', targetPort: 'admin' })] }, { segment: 'front' }), 0), code: 'CS1028', line: '"service": "ui"', says: 'which does not lead to its port 8080 (`http`)', advises: 'declare a LoadBalancer or NodePort Service', related: ['port 80 leads to `admin`'] },

  // reasons
  { claim: 'an offer to anyone without a reason', draft: withApi({ ...shop().apis[0]!, offers: [offer('home', ['anyone'])] }, 0), code: 'CS1019', line: '{ "operation": "home"', says: '`ui.home` is offered to `anyone` without a reason', advises: 'add `because`' },
  { claim: 'an offer into restricted without a reason', draft: shop({ segments: [segment('front'), segment('commerce', { holds: 'restricted' })] }), code: 'CS1019', line: '{ "operation": "submit"', says: '`checkout.submit` is offered without a reason, and its segment `commerce` holds `restricted` data', advises: 'add `because`' },
  { claim: 'a `never` without a reason', draft: plus({ never: [never({ kind: 'anyone' }, { kind: 'api', name: 'orders' }, { because: ' ' })] }), code: 'CS1019', line: '{ "kind": "reach"', says: 'a `never` has no reason', advises: 'add `because`' },
  { claim: 'a call of the API server without a reason', draft: withWorkload(workload('orders', {}, { callsApiServer: { because: '' } })), code: 'CS1019', line: '"callsApiServer": { "because": ""', says: '`orders` calls the API server without a reason', advises: 'add `because`' },

  // invariants
  { claim: 'a `never` that a grant breaks', draft: plus({ never: [never(who('ui'), { kind: 'api', name: 'orders' }, { owner: 'security' })] }), code: 'CS1022', line: '{ "kind": "reach"', says: '`ui` can reach `orders.read` with GET /orders/1, which a `never` forbids (PCI scope)', advises: 'change the invariant with security', related: ['`orders.read` is offered to `ui`', '`ui` asks for `orders.read`'] },
  { claim: 'a `never` of a segment that a grant breaks', draft: plus({ never: [never({ kind: 'segment', name: 'front' }, { kind: 'segment', name: 'commerce' })] }), code: 'CS1022', line: '{ "kind": "reach"', says: '`ui` can reach `orders.read` with GET /orders/1 (and one more call)', advises: 'take the grant back' },
  { claim: 'a `never` of a chain that grants make', draft: plus({ never: [never({ kind: 'anyone' }, { kind: 'api', name: 'orders' }, { kind: 'flow', through: [{ kind: 'api', name: 'checkout' }] })] }), code: 'CS1022', line: '{ "kind": "flow"', says: 'something of an unauthenticated client can get to `orders.create` in 3 steps, `anyone → ui.home`, then `ui → checkout.submit`, then `checkout → orders.create`, which a `never` forbids (PCI scope)', advises: 'take one of these grants back', related: ['step 1: `ui.home` is offered to `anyone`', 'step 2: `checkout.submit` is offered to `ui`', 'step 2: `ui` asks for `checkout.submit`', 'step 3: `orders.create` is offered to `checkout`', 'step 3: `checkout` asks for `orders.create`'] },
  { claim: 'a `never` of anyone that the exposure breaks', draft: plus({ never: [never({ kind: 'anyone' }, { kind: 'segment', name: 'front' })] }), code: 'CS1022', line: '{ "kind": "reach"', says: 'an unauthenticated client can reach `ui.home` with GET /', advises: 'take the grant back', related: ['`ui.home` is offered to `anyone`'] },
  { claim: 'a `never` of all but one', draft: plus({ never: [never({ kind: 'anyIdentity', except: [identity('checkout')] }, { kind: 'operation', api: 'orders', operation: 'read' })] }), code: 'CS1022', line: '{ "kind": "reach"', says: '`ui` can reach `orders.read`', advises: 'take' },

  // not yet
  ...([
    ['a risk score', withApi({ ...shop().apis[2]!, offers: [offer('create', ['checkout'], { when: [{ kind: 'any', of: [{ kind: 'from', cidrs: ['10.0.0.0/8'] }, { kind: 'risk', below: 5 }] }] })] }), '{ "kind": "risk"', 'the offer of `orders.create` uses a risk score', 'a decision point outside'],
    ['a risk score of a segment', shop({ segments: [segment('front'), segment('commerce', { requires: { people: [], workloads: [{ kind: 'risk', below: 5 }], partners: [] } })] }), '{ "kind": "risk"', 'the segment `commerce` uses a risk score', 'a decision point outside'],
    ['alerts', shop({ segments: [segment('front', { alerts: [{ kind: 'unusualCaller' }] }), segment('commerce')] }), '"alerts": [', 'the segment `front` uses alerts'],
    ['staged segments', shop({ segments: [segment('front', { managed: 'staged' }), segment('commerce')] }), '"managed": "staged"', 'uses the state `staged`'],
    ['built-in peers as callers', withApi({ ...shop().apis[2]!, offers: [...shop().apis[2]!.offers, { operation: 'export', to: [{ kind: 'builtin', name: 'metricsScraper' }], when: [] }] }), '{ "kind": "builtin"', 'the built-in peer `metricsScraper` as a caller', 'derived from the workload, `kubernetes.metrics: { port, path }`'],
  ] as const).map(([what, draft, line, says, advises = '']): Case => ({ claim: `${what}, which no target has yet`, draft, code: 'CS1021', line, says, advises })),
];

describe('bad input is refused at its own line, with advice', () => {
  test.each(cases)('$code: $claim', isRefused);
});

test('the shop that the table breaks is sound', () => {
  const result = check(written(shop()), { asOf });
  expect(result.diagnostics).toEqual([]);
  expect(result.ok).toBe(true);
});

/** Cases whose mistake needs no other: it is the only error. */
test.each(cases.filter(({ code }) => ['CS1003', 'CS1004', 'CS1009', 'CS1010', 'CS1012', 'CS1013', 'CS1014', 'CS1015', 'CS1016', 'CS1017', 'CS1019', 'CS1022', 'CS1025', 'CS1026'].includes(code)))('$code: $claim: says nothing else', ({ draft, code }) => {
  expect(errorsOf(draft)).toEqual([code]);
});

test('says everything at once', () => {
  const draft = policy({
    segments: [segment('front', { holds: 'restricted' })],
    workloads: [workload('a', { selector: {} }, { segment: 'fornt' }), workload('b', { serviceAccount: 'a', services: [service('b', { type: 'NodePort' })] })],
    apis: [api('a', [http('x', '/x/'), http('y', '/y')], [offer('y', ['anyone', 'b'], { until: '2026-01-01' })])],
    asks: [ask('b', 'a.z'), ask('b', 'c.x')],
    never: [never(who('b'), { kind: 'api', name: 'a' })],
  });
  const codes = new Set(check(written(draft), { asOf }).diagnostics.map(({ code }) => code));
  expect([...codes].sort()).toEqual(['CS1001', 'CS1004', 'CS1010', 'CS1013', 'CS1015', 'CS1017', 'CS1019', 'CS1020', 'CS1025']);
});

