import { describe, expect, it } from 'vitest';
import { inlineAggregate, managedPolicy } from '../../../../src/targets/aws-iam/lower/documents.ts';
import type { AwsArtifact } from '../../../../src/targets/target.ts';
import { account, allowing, arns, codes, estate, hole, lowered, onAws, resource, restricted, sizeOf, triplesOf } from './estate.ts';

/** Queues that one role sends to: one statement with a resource for each. `name` decides how long they are. */
const sending = (count: number, name: (index: number) => string = (index) => `queue-${String(index).padStart(4, '0')}`) =>
  estate(Array.from({ length: count }, (_, index) => resource('sqs', name(index), { send: ['orders'] })));
/** As `sending`, each under a date of its own, so that nothing can be merged. */
const dated = (count: number) => estate(Array.from({ length: count }, (_, index) =>
  resource('sqs', `queue-${String(index).padStart(4, '0')}`, { send: { to: ['orders'], until: new Date(Date.UTC(2027, 0, 1 + index)).toISOString().slice(0, 10) } })));
const documents = (objects: readonly AwsArtifact[]) => allowing(objects).map(({ document, id }) => [id.slice('aws/iam/'.length), sizeOf(document)] as const);
const everything = (objects: readonly AwsArtifact[]) => triplesOf(allowing(objects).flatMap(({ document }) => document.Statement));

describe('the inline policies of a role', () => {
  // One more character in the name of one queue than fits.
  const most = (() => {
    const padded = (extra: number) => sending(200, (index) => (index === 0 ? `z${'x'.repeat(extra)}` : `q${index}`));
    const base = sizeOf(allowing(lowered(padded(0)).plan.objects)[0]!.document);
    return { padded, extra: inlineAggregate - base, base };
  })();
  it('hold 10,240 characters', () => {
    expect(most.base).toBeLessThan(inlineAggregate);
    expect(documents(lowered(most.padded(most.extra)).plan.objects)).toEqual([['RolePolicy/retail-orders/grants', inlineAggregate]]);
  });
  it('hold not one more: what is last goes into a managed policy that is attached', () => {
    const { losses, plan } = lowered(most.padded(most.extra + 1));
    expect(losses).toEqual([]);
    expect(documents(plan.objects).map(([id]) => id)).toEqual(['RolePolicy/retail-orders/grants', 'Policy/retail-orders-grants-1']);
    expect(plan.objects.find(({ id }) => id.includes('RolePolicyAttachment'))).toEqual({
      kind: 'aws', id: 'aws/iam/RolePolicyAttachment/retail-orders/retail-orders-grants-1', stage: 4, type: 'iam/rolePolicyAttachment:RolePolicyAttachment',
      properties: { role: 'retail-orders', policyArn: `arn:aws:iam::${account}:policy/retail-orders-grants-1` }, documents: {}, grants: expect.any(Array) as string[],
    });
    expect(everything(plan.objects).size).toBe(200 * 3);
  });
  it('hold denials and what is allowed together', () => {
    const never = [{ kind: 'reach' as const, from: { kind: 'workload' as const, name: 'orders' }, to: { kind: 'segment' as const, name: 'payments' }, because: 'the case needs it' }];
    const forbidden = Array.from({ length: 30 }, (_, index) => resource('sqs', `forbidden-${index}`, {}, { segment: 'payments' }));
    const { apis, ...rest } = most.padded(most.extra);
    const { plan } = lowered({ ...rest, apis: [...apis, ...forbidden], never, segments: [restricted('payments', {})] });
    const inline = plan.objects.filter(({ type }) => type === 'iam/rolePolicy:RolePolicy');
    expect(inline.map(({ id }) => id)).toEqual(['aws/iam/RolePolicy/retail-orders/never', 'aws/iam/RolePolicy/retail-orders/grants']);
    const sum = inline.reduce((total, { documents: { policy } }) => total + sizeOf(policy!), 0);
    expect(sum).toBeLessThanOrEqual(inlineAggregate);
    expect(sum).toBeGreaterThan(inlineAggregate - 300);
    expect(plan.objects.some(({ id }) => id === 'aws/iam/Policy/retail-orders-grants-1')).toBe(true);
  });
});

describe('managed policies', () => {
  it.each([[200, 1], [500, 2], [1000, 10]])('hold 6,144 characters each, and all that %i grants allow', (count, managed) => {
    const { losses, plan } = lowered(sending(count), onAws({ managedPoliciesPerRole: Math.max(managed, 10) }));
    expect(losses).toEqual([]);
    for (const [id, size] of documents(plan.objects)) expect(size, id).toBeLessThanOrEqual(id.startsWith('Policy') ? managedPolicy : inlineAggregate);
    expect(everything(plan.objects).size).toBe(count * 3);
  });
  it('are as many as the platform says, and what is left over is a loss that says what to do (CS3303)', () => {
    const fits = (count: number, managedPoliciesPerRole: number) => lowered(sending(count), onAws({ managedPoliciesPerRole }));
    let most = 100;
    while (fits(most, 1).losses.length === 0) most += 1;
    const { losses, plan } = fits(most, 1);
    expect(losses).toMatchObject([{ code: 'CS3303', severity: 'error', pointer: '/workloads/0', witness: { role: 'retail-orders', left: 1, managedPolicies: 1 }, help: expect.stringContaining('managedPoliciesPerRole') as string }]);
    const [inline, managed] = documents(plan.objects).map(([, size]) => size) as [number, number];
    expect(managed).toBeGreaterThan(managedPolicy - 60); // less than one more queue
    expect(inline).toBeGreaterThan(inlineAggregate - 60);
    expect(fits(most, 2).losses).toEqual([]);
  });
  it('hold statements that can\'t be merged, too', () => {
    const { losses, plan } = lowered(dated(180));
    expect(losses).toEqual([]);
    expect(allowing(plan.objects).flatMap(({ document }) => document.Statement)).toHaveLength(180);
    for (const [id, size] of documents(plan.objects)) expect(size, id).toBeLessThanOrEqual(id.startsWith('Policy') ? managedPolicy : inlineAggregate);
  });
  it('have each name of a statement once, though one statement is in several', () => {
    for (const { document } of allowing(lowered(sending(500)).plan.objects)) expect(new Set(document.Statement.map(({ Sid }) => Sid)).size).toBe(document.Statement.length);
  });
});

describe('a hole', () => {
  const of = (maxLength: number, count: number) => estate(
    Array.from({ length: count }, (_, index) => resource('sqs', `q${index}`, { send: ['orders'] }, { arn: { hole: `queue-${index}` } })), { holes: Array.from({ length: count }, (_, index) => hole(`queue-${index}`, 'sqs', maxLength)) },
  );
  it('counts as long as it may become, and not as long as its token', () => {
    const { plan } = lowered(of(2_000, 8));
    const filled = allowing(plan.objects).map(({ document, id }) => [id, JSON.stringify(document).replaceAll(/\{\{queue-\d\}\}/g, 'x'.repeat(2_000)).length] as const);
    expect(filled.map(([id]) => id)).toEqual(['aws/iam/RolePolicy/retail-orders/grants', 'aws/iam/Policy/retail-orders-grants-1', 'aws/iam/Policy/retail-orders-grants-2']); // four, two and two
    for (const [id, size] of filled) expect(size, id).toBeLessThanOrEqual(id.includes('Policy/retail-orders-grants') ? managedPolicy : inlineAggregate);
  });
  it('that is stated shorter lets all of them into one', () => {
    expect(allowing(lowered(of(100, 8)).plan.objects)).toHaveLength(1);
  });
  it('that a key is encrypted with counts in conditions as well', () => {
    const key = resource('kms', 'media-key', {}, { arn: { hole: 'media-key' } });
    const buckets = (maxLength: number) => estate([key, ...Array.from({ length: 5 }, (_, index) => resource('s3', `bucket-${index}`, { write: { to: ['orders'], until: `2027-06-0${index + 1}` } }, { encryptedBy: 'media-key' }))], { holes: [hole('media-key', 'kms', maxLength)] });
    expect(allowing(lowered(buckets(80)).plan.objects)).toHaveLength(1);
    const filled = allowing(lowered(buckets(1_500)).plan.objects).map(({ document, id }) => [id, JSON.stringify(document).replaceAll('{{media-key}}', 'x'.repeat(1_500)).length] as const);
    expect(filled.length).toBeGreaterThan(1);
    for (const [id, size] of filled) expect(size, id).toBeLessThanOrEqual(id.includes('RolePolicy') ? inlineAggregate : managedPolicy);
  });
});

describe('one statement', () => {
  const ranges = (count: number) => estate([resource('sqs', 'settlements', { send: { to: ['orders'], when: [{ kind: 'from', cidrs: Array.from({ length: count }, (_, index) => `10.${Math.floor(index / 128)}.${(index % 128) * 2}.0/24`) }] } })]);
  const on = (managedPoliciesPerRole = 10) => onAws({ managedPoliciesPerRole, endpoints: [{ service: 'sqs', cidrs: [], vpcEndpoint: 'vpce-0d1e2f3a4b5c60001' }] });
  it('that is larger than a managed policy fits among the inline ones', () => {
    const { losses, plan } = lowered(ranges(400), on());
    expect(losses).toEqual([]);
    expect(sizeOf(allowing(plan.objects)[0]!.document)).toBeGreaterThan(managedPolicy);
  });
  it('that fits nowhere is a loss of its own (CS3304)', () => {
    const { losses } = lowered(ranges(800), on());
    expect(losses).toMatchObject([{ code: 'CS3304', severity: 'error', pointer: '/workloads/0', message: expect.stringContaining('orders → settlements.send') as string }]);
  });
});

describe('where statements are', () => {
  const places = (of: ReturnType<typeof sending>) => new Map(allowing(lowered(of).plan.objects).flatMap(({ document, id }) => document.Statement.flatMap(({ Resource = [] }) => Resource.map((one) => [one, id] as const))));
  /** How many of what both have are in another document. */
  const moved = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): number => [...before].filter(([one, id]) => after.has(one) && after.get(one) !== id).length;
  it.each([3, 250, 499])('hardly changes when the %i-th grant of 500 goes', (gone) => {
    const all = sending(500), without = { ...all, apis: all.apis.filter((_, index) => index !== gone) };
    expect(new Set(places(all).values()).size).toBe(4);
    expect(moved(places(all), places(without))).toBeLessThanOrEqual(3); // one for each boundary between documents
  });
  it('does not change with what a statement is called', () => {
    const received = Array.from({ length: 150 }, (_, index) => resource('sqs', `received-${String(index).padStart(4, '0')}`, { receive: ['orders'] }));
    const { apis, ...rest } = sending(150, (index) => `sent-${String(index).padStart(4, '0')}`);
    const of = (...more: readonly ReturnType<typeof resource>[]) => { const all = [...apis, ...received, ...more]; return { ...estate(all), workloads: rest.workloads }; };
    const before = places(of()), after = places(of(resource('sqs', 'a-first', { send: ['orders'] }))); // now `AFirstSendAnd150More`
    expect(new Set(before.values()).size).toBe(2);
    expect(moved(before, after)).toBeLessThanOrEqual(2);
  });
  it('hardly changes when one of many statements comes', () => {
    const before = places(dated(180)), after = places(dated(181));
    expect(new Set(before.values()).size).toBeGreaterThan(3);
    expect(moved(before, after)).toBeLessThanOrEqual(8);
  });
});

describe('order of declaration', () => {
  it('changes nothing', () => {
    const of = dated(60), other = { ...of, apis: [...of.apis].reverse(), workloads: [...of.workloads].reverse(), asks: [...of.asks].reverse() };
    expect(JSON.stringify(lowered(other).plan.objects)).toBe(JSON.stringify(lowered(of).plan.objects));
    expect(codes(lowered(other).losses)).toEqual(codes(lowered(of).losses));
  });
  it('is code units in what is printed', () => {
    const { plan } = lowered(estate([resource('sqs', 'b', { send: ['orders'] }), resource('sqs', 'B', { send: ['orders'] }), resource('sqs', 'a', { send: ['orders'] })]));
    expect(allowing(plan.objects)[0]!.document.Statement[0]!.Resource).toEqual([arns.sqs('B'), arns.sqs('a'), arns.sqs('b')]);
  });
});
