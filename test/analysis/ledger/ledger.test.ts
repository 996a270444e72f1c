import { describe, expect, test } from 'vitest';
import { ledger, type LedgerInput, type Reported } from '#analysis';
import type { Acceptance, Duty, Feature, Ledger, LedgerCell, Plane, Platform, Policy } from '#ir';
import type { Evidence } from '#targets/target';
import { ambient, desk, offer, people } from '../../spec/desk.ts';
import { host, onAws, resource } from '../../targets/kubernetes/cloud-estate.ts';
import { policy as policyOf, segment, workload } from '../../targets/kubernetes/estate.ts';
import { exactEnforcers } from '../verify/exact-enforcers.ts';

const object = (name: string): string => `networking.k8s.io/v1/NetworkPolicy/tickets/countersign-${name}`;
const says = (grant: string, feature: Feature, does: Evidence['does'], name = 'tickets', more: Partial<Evidence> = {}): Evidence =>
  ({ grant, feature, does, artifact: object(name), field: `spec.${name}`, rule: `the page of ${name}`, ...more });
const target = (id: string, plane: Plane, evidence: readonly Evidence[] = [], assumptions: Reported['assumptions'] = []): Reported => ({ id, plane, assumptions, evidence: () => evidence });
const duty = (grant: string, feature: Feature, plane: Plane, fidelity: Duty['fidelity'] = 'exact', accepted?: Acceptance): Duty =>
  ({ grant, feature, plane, target: `the ${plane}`, fidelity, ...(accepted === undefined ? {} : { accepted }) });

const lists = 'leads → tickets.list';
const coverage = { exhaustive: true, cells: 9, of: 9, bypasses: { podAddress: 3 } };
const of = (input: Partial<LedgerInput> = {}): Ledger => ledger({ policy: desk, platform: ambient, placement: { duties: [] }, targets: [target('the network', 'network'), target('the mesh', 'mesh'), target('the gateway', 'gateway')], coverage, ...input });
const grant = (found: Ledger, ref: string) => found.grants.find((one) => one.grant === ref)!;
const cell = (found: Ledger, ref: string, feature: Feature, plane: Plane): LedgerCell | undefined => grant(found, ref).lines.find((line) => line.feature === feature)?.cells.find((one) => one.plane === plane);
const asked = (found: Ledger, ref: string): readonly string[] => grant(found, ref).lines.map(({ asks, feature }) => `${feature}: ${asks}`);

describe('what the ledger has lines for', () => {
  test('is each thing that a grant needs, in the words of the policy', () => {
    expect(asked(of(), lists)).toEqual([
      'identity.person: token of login, claim groups includes support-leads', 'operation.http: GET /tickets', 'port: port 8080', 'exposure: from outside, at desk.example.com',
      'condition.mfa: mfa within 15m: a factor', 'condition.authenticatedWithin: mfa within 15m: its age',
    ]);
    expect(asked(of(), 'staff → tickets.feed')[1]).toBe('operation.http: websocket /feed');
    expect(asked(of(), 'acme → catalog.list')[0]).toBe('identity.partner: certificate uri:spiffe://acme.example/billing');
    expect(asked(of(), 'ui acting for shoppers → carts.read')).toEqual(['identity.workload: identity', 'identity.person: token of shop', 'operation.http: GET /carts/{id}', 'port: port 8080']);
  });

  test('says of alternatives that they are ones, and of several conditions of a kind each', () => {
    const policy: Policy = { ...desk, apis: desk.apis.map((api) => (api.name !== 'tickets' ? api : { ...api, offers: [offer('read', [people('staff')], [
      { kind: 'any', of: [{ kind: 'mfa' }, { kind: 'device', anyOf: ['managed'] }] }, { kind: 'claim', claim: 'a', anyOf: ['x'] }, { kind: 'claim', claim: 'b', anyOf: ['y'] },
    ])] })) };
    expect(asked(of({ policy }), 'staff → tickets.read').slice(4)).toEqual(['condition.claim: claim a includes x, claim b includes y', 'condition.mfa: (mfa or device managed)', 'condition.device: (mfa or device managed)']);
  });

  test('has what the segment asks of connections', () => {
    const policy: Policy = {
      ...desk, segments: [{ name: 'inner', holds: 'internal', managed: 'managed', requires: { people: [], workloads: [], partners: [], transport: { tls: '1.3' }, reauthenticateEvery: 1800 }, alerts: [] }],
      workloads: desk.workloads.map((workload) => ({ ...workload, segment: 'inner' })),
    };
    expect(asked(of({ policy }), 'ui acting for shoppers → carts.read').slice(4)).toEqual(['transport.tls: TLS 1.3', 'transport.lifetime: authorised again within 30m']);
  });

  test('has what is derived from workloads\' own facts, last, and says so', () => {
    const found = of();
    expect(found.grants.at(-1)).toMatchObject({ grant: 'metricsScraper → tickets.metrics', kind: 'derived' });
    expect(asked(found, 'metricsScraper → tickets.metrics')).toEqual(['identity.workload: identity', 'operation.http: GET /metrics', 'port: port 8080']);
    expect(found.grants.slice(0, -1).every(({ kind }) => kind === 'granted')).toBe(true);
  });

  test('has the end of a grant', () => {
    const policy: Policy = { ...desk, apis: desk.apis.map((api) => ({ ...api, offers: api.offers.map((one) => ({ ...one, until: '2027-06-30' })) })) };
    expect(grant(of({ policy }), lists).until).toBe('2027-06-30');
    expect(grant(of(), lists)).not.toHaveProperty('until');
  });

  test('claims nothing of what leads into an unmanaged segment', () => {
    const policy: Policy = {
      ...desk, segments: [{ name: 'old', holds: 'internal', managed: 'unmanaged', requires: { people: [], workloads: [], partners: [] }, alerts: [] }],
      workloads: desk.workloads.map((workload) => (workload.name === 'tickets' ? { ...workload, segment: 'old' } : workload)),
    };
    expect(grant(of({ policy }), lists)).toEqual({ grant: lists, kind: 'granted', unmanaged: true, lines: [] });
    expect(grant(of({ policy }), 'acme → catalog.list')).not.toHaveProperty('unmanaged');
  });
});

describe('a cell', () => {
  test('is there for each plane on the way on which the platform has an enforcer', () => {
    const planesOf = (found: Ledger, ref: string) => grant(found, ref).lines[0]!.cells.map(({ plane }) => plane);
    expect([planesOf(of(), lists), planesOf(of(), 'ui acting for shoppers → carts.read')]).toEqual([['network', 'mesh', 'gateway'], ['network', 'mesh']]);
    const targets = [target('the network', 'network')];
    expect([of({ targets }).planes, planesOf(of({ targets }), lists)]).toEqual([['network'], ['network']]);
  });

  test('says what an object does, by which field and rule', () => {
    const targets = [target('the gateway', 'gateway', [says(lists, 'operation.http', 'exact', 'list')])];
    expect(cell(of({ targets }), lists, 'operation.http', 'gateway')).toEqual({ plane: 'gateway', does: 'exact', by: [{ artifact: object('list'), field: 'spec.list', rule: 'the page of list' }] });
  });

  test('says who answers, and whose word it rests on', () => {
    const accepted: Acceptance = { grants: 'all', feature: 'condition.mfa', plane: 'mesh', because: 'later', owner: 'platform', until: '2027-01-01' };
    const placement = { duties: [duty(lists, 'operation.http', 'gateway'), duty(lists, 'condition.mfa', 'mesh', 'absent', accepted)] };
    const found = of({ placement });
    expect(cell(found, lists, 'operation.http', 'gateway')).toMatchObject({ does: 'exact', answers: 'the gateway' });
    expect(cell(found, lists, 'condition.mfa', 'mesh')).toEqual({ plane: 'mesh', does: 'absent', answers: 'the mesh', accepted: { because: 'later', owner: 'platform', until: '2027-01-01' }, by: [] });
    expect(cell(found, lists, 'condition.mfa', 'gateway')).toEqual({ plane: 'gateway', does: 'absent', by: [] });
  });

  test('says to which plane it is delegated', () => {
    const targets = [target('the mesh', 'mesh', [says('acme → catalog.list', 'identity.partner', 'delegated', 'catalog', { to: 'gateway' })])];
    expect(cell(of({ targets }), 'acme → catalog.list', 'identity.partner', 'mesh')).toMatchObject({ does: 'delegated', to: 'gateway' });
  });

  test.each<readonly [readonly Evidence['does'][], LedgerCell['does']]>([
    [['exact', 'exact'], 'exact'], [['exact', 'wider'], 'wider'], [['wider', 'exact'], 'wider'], [['exact', 'delegated'], 'exact'], [['delegated', 'delegated'], 'delegated'],
    [['exact', 'narrower'], 'narrower'], [['delegated', 'wider'], 'wider'], [['exact', 'absent'], 'absent'],
  ])('of objects that do %j is %s: somebody may come past all but one', (does, together) => {
    const targets = [target('the mesh', 'mesh', does.map((one, index) => says(lists, 'port', one, `n${index}`)))];
    const found = cell(of({ targets }), lists, 'port', 'mesh')!;
    expect([found.does, found.by.length]).toEqual([together, does.length]);
  });

  test('rests on objects before placement, which only supposes', () => {
    const targets = [target('the mesh', 'mesh', [says(lists, 'port', 'wider')])];
    expect(cell(of({ targets, placement: { duties: [duty(lists, 'port', 'mesh', 'exact')] } }), lists, 'port', 'mesh')).toMatchObject({ does: 'wider', answers: 'the mesh' });
  });
});

describe('the ledger as a whole', () => {
  test('lists every acceptance of the platform, and how many grants rest on each', () => {
    const word = (feature: Feature, grants: Acceptance['grants']): Acceptance => ({ grants, feature, plane: 'mesh', because: feature, owner: 'platform', until: '2027-01-01' });
    const [all, one, idle] = [word('operation.http', 'all'), word('condition.mfa', [lists]), word('port', 'all')];
    const platform: Platform = { ...ambient, accept: [all!, one!, idle!] };
    const placement = { duties: [duty(lists, 'operation.http', 'mesh', 'wider', all), duty('staff → tickets.read', 'operation.http', 'mesh', 'wider', all), duty(lists, 'condition.mfa', 'mesh', 'absent', one)] };
    expect(of({ platform, placement }).acceptances.map(({ because, used }) => [because, used])).toEqual([['operation.http', 2], ['condition.mfa', 1], ['port', 0]]);
  });

  test('lists the assumptions of all targets, one that two make once', () => {
    const assumption = (name: string, sentence: string) => ({ name, sentence, covers: () => false });
    const targets = [
      target('a', 'network', [], [assumption('own-node', 'Nodes are trusted.')]), target('b', 'mesh', [], [assumption('own-node', 'Nodes are trusted.'), assumption('enrolled', 'All are in.')]),
      target('c', 'gateway', [], [assumption('own-node', 'Nodes are not.')]),
    ];
    expect(of({ targets }).assumptions).toEqual([
      { name: 'own-node', sentence: 'Nodes are trusted.', targets: ['a', 'b'] }, { name: 'enrolled', sentence: 'All are in.', targets: ['b'] }, { name: 'own-node', sentence: 'Nodes are not.', targets: ['c'] },
    ]);
  });

  test('says what was read back, by-passes by kind', () => {
    expect(of().readBack).toEqual(coverage);
  });

  test('has every cell of ten thousand grants', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `w${index}`);
    const [like] = desk.workloads, api = desk.apis.find(({ name }) => name === 'carts')!;
    const policy: Policy = {
      ...desk, workloads: names.map((name) => ({ name, kubernetes: { ...like!.kubernetes!, namespace: name, selector: { app: name } } })),
      apis: names.map((name, index) => ({ ...api, name, servedBy: { kind: 'workload', workload: name, port: 'http' } as const, offers: [offer('read', Array.from({ length: 10 }, (_, step) => ({ kind: 'workload', name: names[(index + step + 1) % 1_000]! })))] })),
      asks: names.flatMap((name, index) => Array.from({ length: 10 }, (_, step) => ({ from: { kind: 'workload', name: names[(index + step + 1) % 1_000]! } as const, to: { api: name, operation: 'read' } }))),
    };
    const refs = names.flatMap((name, index) => Array.from({ length: 10 }, (_, step) => `${names[(index + step + 1) % 1_000]!} → ${name}.read`));
    const evidence = refs.flatMap((ref) => (['identity.workload', 'operation.http', 'port'] as const).map((feature) => says(ref, feature, 'exact')));
    const placement = { duties: refs.flatMap((ref) => (['identity.workload', 'operation.http', 'port'] as const).map((feature) => duty(ref, feature, 'mesh'))) };
    const found = of({ policy, placement, targets: [target('the network', 'network', evidence), target('the mesh', 'mesh', evidence)] });
    expect([found.grants.length, found.grants.every(({ lines }) => lines.every(({ cells }) => cells.every(({ does }) => does === 'exact')))]).toEqual([10_000, true]);
  });
});

test('evidence of enforcers that say nothing leaves only what placement supposes', () => {
  const reported = exactEnforcers(desk, ambient).map(({ target: { assumptions, id, plane } }): Reported => ({ id, plane, assumptions, evidence: () => [] }));
  const found = of({ targets: reported, placement: { duties: [duty(lists, 'port', 'network')] } });
  expect(cell(found, lists, 'port', 'network')).toEqual({ plane: 'network', does: 'exact', answers: 'the network', by: [] });
});

describe('a grant of something in the cloud', () => {
  const platform = onAws();
  const cloud = policyOf([workload('orders'), workload('old', { namespace: 'old' }, { segment: 'old' }), host('batch')], [
    resource('jobs', 'sqs', ['send'], ['orders', 'batch'], { owned: true, encryptedBy: 'jobs-key' }), resource('jobs-key', 'kms', ['decrypt'], [], { owned: true }),
    resource('log', 'sqs', ['send'], ['orders', 'old']), { ...resource('attic', 'sqs', ['send'], ['orders']), servedBy: { kind: 'cloud', service: 'sqs', arn: 'arn:aws:sqs:eu-west-1:111122223333:attic', owned: false, segment: 'old' } },
  ], { segments: [segment('old', { managed: 'unmanaged' })] });
  const inCloud = (evidence: readonly Evidence[] = [], duties: readonly Duty[] = []): Ledger =>
    of({ policy: cloud, platform, placement: { duties }, targets: [target('the network', 'network', evidence.filter(({ artifact }) => !artifact.startsWith('aws/'))), target('iam', 'cloud', evidence.filter(({ artifact }) => artifact.startsWith('aws/')))] });

  test('crosses the network and the cloud', () => {
    expect(grant(inCloud(), 'orders → jobs.send').lines.map(({ asks, cells, feature }) => [feature, asks, cells.map(({ plane }) => plane)])).toEqual([
      ['identity.workload', 'identity', ['network', 'cloud']], ['operation.cloud', 'send', ['network', 'cloud']], ['endpoint', 'the endpoint of sqs', ['network', 'cloud']], ['atRest', 'encrypted with jobs-key', ['network', 'cloud']],
    ]);
    const found = inCloud([says('orders → jobs.send', 'endpoint', 'exact', 'orders'), says('orders → jobs.send', 'operation.cloud', 'exact', 'x', { artifact: 'aws/iam/RolePolicy/case-orders/grants', field: 'policy.Statement[0].Action' })], [duty('orders → jobs.send', 'endpoint', 'network'), duty('orders → jobs.send', 'operation.cloud', 'cloud')]);
    expect(cell(found, 'orders → jobs.send', 'endpoint', 'network')).toMatchObject({ does: 'exact', answers: 'the network', by: [{ field: 'spec.orders' }] });
    expect(cell(found, 'orders → jobs.send', 'operation.cloud', 'cloud')).toMatchObject({ does: 'exact', answers: 'the cloud', by: [{ artifact: 'aws/iam/RolePolicy/case-orders/grants', field: 'policy.Statement[0].Action' }] });
  });

  test('needs no endpoint of us where its caller is a host outside, or not ours to hold', () => {
    const features = (ref: string) => grant(inCloud(), ref).lines.map(({ feature }) => feature);
    expect([features('batch → jobs.send'), features('old → log.send')]).toEqual([['identity.workload', 'operation.cloud', 'atRest'], ['identity.workload', 'operation.cloud']]);
  });

  test('is the caller\'s side only where the resource is not owned', () => {
    expect(inCloud().grants.map(({ callersSideOnly, grant: ref }) => [ref, callersSideOnly])).toEqual([
      ['orders → jobs.send', undefined], ['batch → jobs.send', undefined], ['orders → log.send', true], ['old → log.send', true], ['orders → attic.send', true],
    ]);
  });

  test('is not claimed at all where the resource is in an unmanaged segment', () => {
    expect(grant(inCloud(), 'orders → attic.send')).toEqual({ grant: 'orders → attic.send', kind: 'granted', unmanaged: true, callersSideOnly: true, lines: [] });
  });
});
