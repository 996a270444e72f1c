import { expect, it } from 'vitest';
import { type IdentityRef, type Operation } from '#ir';
import { describeWithRealFiles, realFile } from '../real-files.ts';
import { checkedEstate } from './checked-estate.ts';

const estate = 'retail-store';
const { policy, grants } = checkedEstate();

/** As `calls.tsv` writes it. */
function what(operation: Operation): string {
  switch (operation.kind) {
    case 'http': return `${operation.method} ${operation.path}`;
    case 'tcp': return `tcp ${operation.port}`;
    case 'cloud': return operation.within === undefined ? operation.verb : `${operation.verb} the index`;
    default: throw new Error(`nothing of this estate is called by ${operation.kind}`);
  }
}
/** Who makes the connection: the shopper whose token `ui` carries does not. */
const caller = (from: IdentityRef): string | undefined => (from.kind === 'workload' ? from.name : undefined);

describeWithRealFiles(estate, 'the grants of the retail store', () => {
  const calls = realFile(`${estate}/calls.tsv`).split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('\t') as [string, string, string]);
  const ofCloud = ([, callee]: readonly [string, string, string]): boolean => /^(sqs|dynamodb):/.test(callee);
  const inside = calls.filter((call) => call[0] !== 'internet' && !ofCloud(call));

  it('between workloads are the calls that its services really make, each once, and no others', () => {
    const granted = grants.filter(({ api }) => api.servedBy.kind === 'workload').flatMap(({ api, from, operation }) => (caller(from) === undefined ? [] : [`${caller(from)} calls ${api.name}: ${what(operation)}`])).sort();
    const real = inside.map(([from, to, operation]) => `${from} calls ${to}: ${operation}`).sort();
    expect(granted).toEqual(real);
    expect(real.length).toBe(15);
  });

  it('to the cloud are the verbs that its services really use, on the resources that they name', () => {
    expect(calls.filter(ofCloud).map(([from, to, verbs]) => `${from} calls ${to}: ${verbs}`)).toEqual([
      'orders calls sqs:retail-orders: send', 'carts calls dynamodb:retail-carts: get, put, update, delete an item; query the table and its index',
    ]);
    const granted = grants.flatMap(({ api, from, operation }) => (api.servedBy.kind === 'cloud' ? [`${caller(from)} calls ${api.servedBy.service}:${api.name}: ${what(operation)}`] : []));
    expect(granted.sort()).toEqual([
      ...['get', 'put', 'query', 'query the index', 'remove', 'update'].map((verb) => `carts calls dynamodb:retail-carts: ${verb}`), 'orders calls sqs:retail-orders: send',
    ]);
  });

  it('from outside are the shop\'s pages but for the actuator, and what was added to the sample: a desk and a reseller', () => {
    expect(calls.filter(([from]) => from === 'internet').map(([, to, operation]) => `${to}: ${operation}`)).toEqual(['ui: everything but /actuator/**, as a browser\'s session']);
    expect(grants.filter(({ from }) => caller(from) === undefined).map(({ ref }) => ref)).toEqual([
      'acme → catalog.getCatalogProducts', 'acme → catalog.getCatalogProductsById', 'support → orders.listOrders', 'shoppers → ui.shop',
    ]);
  });

  it('have no offer that nobody asks for, and say why on both sides', () => {
    expect(policy.apis.flatMap(({ offers }) => offers.flatMap(({ to }) => to)).length).toBe(grants.length);
    expect(grants.filter(({ ask, offer }) => offer.because === undefined || (ask !== undefined && ask.because === undefined)).map(({ ref }) => ref)).toEqual([]);
    expect(policy.apis.filter(({ owner }) => owner === undefined).map(({ name }) => name)).toEqual([]);
  });

  it('leave what nobody calls declared and denied', () => {
    const unoffered = policy.apis.flatMap(({ name, offers, operations }) => operations.filter((operation) => !offers.some((offer) => offer.operation === operation.name)).map((operation) => `${name}.${operation.name}`));
    expect(unoffered.filter((name) => !/^(retail-|(carts|orders)-key)/.test(name))).toEqual(['carts.getItem', 'carts.getItems', 'carts.mergeCarts', 'carts.updateItem', 'catalog.getCatalogSearch', 'ui.actuator', 'ui.manage']);
  });
});
