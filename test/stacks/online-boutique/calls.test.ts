import { expect, it } from 'vitest';
import { identityName, type Operation } from '#ir';
import { describeWithRealFiles } from '../real-files.ts';
import { checkedEstate } from './checked-estate.ts';
import { calls, estate } from './manifests.ts';

/** As `calls.tsv` writes it. */
function what(operation: Operation): string {
  switch (operation.kind) {
    case 'http': return `${operation.method} ${operation.path}`;
    case 'grpc': return `${operation.service}/${operation.method}`;
    case 'tcp': return `tcp ${operation.port}`;
    default: throw new Error(`nothing of this estate is called by ${operation.kind}`);
  }
}

describeWithRealFiles(estate, 'the grants of the Online Boutique', () => {
  const { policy, grants } = checkedEstate();
  const granted = grants.map(({ from, api, operation }) => `${identityName(from)} calls ${api.name}: ${what(operation)}`).sort();
  const real = calls().map(({ caller, callee, what: operation }) => `${caller === 'internet' ? 'anyone' : caller} calls ${callee}: ${operation}`).sort();

  it('are the calls that its services really make, each once, and no others', () => {
    expect(granted).toEqual(real);
    expect(new Set(real).size).toBe(real.length);
  });

  it('have no offer that nobody asks for, and no request that nobody offers', () => {
    expect(policy.apis.flatMap(({ offers }) => offers.flatMap(({ to }) => to)).length).toBe(grants.length);
    expect(policy.asks.length).toBe(grants.filter(({ ask }) => ask !== undefined).length);
  });

  it('say why, on both sides', () => {
    expect(grants.filter(({ offer, ask }) => offer.because === undefined || (ask !== undefined && ask.because === undefined)).map(({ ref }) => ref)).toEqual([]);
    expect(policy.apis.filter(({ owner }) => owner === undefined).map(({ name }) => name)).toEqual([]);
  });

  it('name each API like the workload that serves it', () => {
    expect(policy.apis.map(({ name, servedBy }) => [name, servedBy.kind === 'workload' ? servedBy.workload : undefined])).toEqual(policy.apis.map(({ name }) => [name, name]));
  });

  it('leave one method of the real API declared and denied: nothing calls SearchProducts', () => {
    const unoffered = policy.apis.flatMap(({ name, operations, offers }) => operations.filter((operation) => !offers.some((offer) => offer.operation === operation.name)).map((operation) => `${name}.${operation.name}`));
    expect(unoffered).toEqual(['productcatalogservice.SearchProducts']);
  });
});
