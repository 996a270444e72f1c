import { describe, expect, test } from 'vitest';
import type { Cni, Platform } from '#ir';
import type { Endpoint, Hop, Verdict } from '#spec';
import { assumptions, interpret } from '../../../src/targets/kubernetes/interpret.ts';
import type { KubernetesArtifact } from '#targets/target';

const conformant: Cni = {
  name: 'conformant', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false,
  ipBlockMatchesNodes: true, ipBlockMatchesPods: true, startsOpen: false,
};
const platform = (cni: Partial<Cni> = {}, rest: Partial<Platform> = {}): Platform => ({
  version: 1, name: 'test', gateways: [], caBundles: [], hosts: [], podCidrs: ['10.244.0.0/16', 'fd00:10:244::/56'], nodeCidrs: ['192.168.0.0/24'],
  cni: { ...conformant, ...cni }, accept: [], ...rest,
});
const artifact = (object: unknown): KubernetesArtifact =>
  ({ kind: 'kubernetes', id: 'x', stage: 0, grants: [], object: object as KubernetesArtifact['object'] });
const policy = (spec: unknown, namespace: string | undefined = 'default'): KubernetesArtifact =>
  artifact({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', ...(namespace === undefined ? {} : { namespace }) }, spec });

const pod = (podLabels: Record<string, string>, namespace = 'default', rest: Partial<Endpoint> = {}): Endpoint =>
  ({ namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, podLabels, ...rest });
const db = pod({ role: 'db' }), frontend = pod({ role: 'frontend' });
const outside = (ip: string): Endpoint => ({ ip });

const hop = (direction: 'ingress' | 'egress', from: Endpoint, to: Endpoint, port = 6379, rest: Partial<Hop> = {}): Hop =>
  ({ enforcer: 'network', direction, from, to, port, protocol: 'TCP', ...rest });
const into = (from: Endpoint, to: Endpoint, port = 6379, rest: Partial<Hop> = {}): Hop => hop('ingress', from, to, port, rest);
const outOf = (from: Endpoint, to: Endpoint, port = 6379, rest: Partial<Hop> = {}): Hop => hop('egress', from, to, port, rest);

type Row = readonly [claim: string, hop: Hop, verdict: Verdict];
const table = (title: string, artifacts: readonly KubernetesArtifact[], rows: readonly Row[], on: Platform = platform()): void => {
  describe(title, () => {
    const decide = interpret(artifacts, on);
    test.each(rows)('%s', (_claim, asked, verdict) => { expect(decide(asked)).toBe(verdict); });
  });
};

/** The concept page's first example, word for word as data. */
const documented = policy({
  podSelector: { matchLabels: { role: 'db' } },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [{
    from: [
      { ipBlock: { cidr: '172.17.0.0/16', except: ['172.17.1.0/24'] } },
      { namespaceSelector: { matchLabels: { project: 'myproject' } } },
      { podSelector: { matchLabels: { role: 'frontend' } } },
    ],
    ports: [{ protocol: 'TCP', port: 6379 }],
  }],
  egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/24' } }], ports: [{ protocol: 'TCP', port: 5978 }] }],
});

table('the example of the concept page', [documented], [
  ['admits role=frontend of the same namespace', into(frontend, db), 'allow'],
  ['denies role=frontend of another namespace', into(pod({ role: 'frontend' }, 'other'), db), 'deny'],
  ['denies another pod of the same namespace', into(pod({ role: 'batch' }), db), 'deny'],
  ['admits any pod of a namespace of the project', into(pod({}, 'team', { namespaceLabels: { project: 'myproject' } }), db), 'allow'],
  ['admits an address inside the block', into(outside('172.17.0.9'), db), 'allow'],
  ['admits an address after the hole in the block', into(outside('172.17.2.0'), db), 'allow'],
  ['denies an address inside the hole', into(outside('172.17.1.255'), db), 'deny'],
  ['denies an address outside of the block', into(outside('172.18.0.0'), db), 'deny'],
  ['denies another port', into(frontend, db, 6380), 'deny'],
  ['denies the same port of UDP', into(frontend, db, 6379, { protocol: 'UDP' }), 'deny'],
  ['lets the selected pods out to the block', outOf(db, outside('10.0.0.255'), 5978), 'allow'],
  ['and nowhere else', outOf(db, outside('10.0.1.0'), 5978), 'deny'],
  ['nor to another port there', outOf(db, outside('10.0.0.1'), 5979), 'deny'],
  ['nor to a pod', outOf(db, frontend, 5978), 'deny'],
  ['leaves unselected pods open', into(db, frontend), 'allow'],
  ['leaves unselected pods open outwards', outOf(frontend, db), 'allow'],
  ['leaves the same labels in another namespace open', into(frontend, pod({ role: 'db' }, 'other')), 'allow'],
]);

describe('a single item with both selectors is a conjunction, two items are a disjunction', () => {
  const alice = { matchLabels: { user: 'alice' } }, client = { matchLabels: { role: 'client' } };
  const stranger = pod({}, 'a', { namespaceLabels: { user: 'alice' } }), friend = pod({ role: 'client' }, 'a', { namespaceLabels: { user: 'alice' } });
  table('both in one item', [policy({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: alice, podSelector: client }] }] })], [
    ['admits client pods of alice', into(friend, db), 'allow'],
    ['denies other pods of alice', into(stranger, db), 'deny'],
    ['denies client pods of the policy\'s own namespace', into(pod({ role: 'client' }), db), 'deny'],
  ]);
  table('two items', [policy({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: alice }, { podSelector: client }] }] })], [
    ['admits client pods of alice', into(friend, db), 'allow'],
    ['admits any pod of alice', into(stranger, db), 'allow'],
    ['admits client pods of the policy\'s own namespace', into(pod({ role: 'client' }), db), 'allow'],
    ['denies client pods of a third namespace', into(pod({ role: 'client' }, 'c'), db), 'deny'],
  ]);
});

describe('default policies', () => {
  table('deny all ingress', [policy({ podSelector: {}, policyTypes: ['Ingress'] })], [
    ['denies ingress', into(frontend, db), 'deny'], ['leaves egress alone', outOf(frontend, db), 'allow'],
    ['leaves other namespaces alone', into(frontend, pod({}, 'other')), 'allow'],
  ]);
  table('allow all ingress', [policy({ podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] })], [
    ['admits a pod', into(frontend, db), 'allow'], ['admits an outsider', into(outside('203.0.113.9'), db), 'allow'],
  ]);
  table('deny all egress', [policy({ podSelector: {}, policyTypes: ['Egress'] })], [
    ['denies egress', outOf(frontend, db), 'deny'], ['leaves ingress alone', into(frontend, db), 'allow'],
  ]);
  table('allow all egress', [policy({ podSelector: {}, egress: [{}], policyTypes: ['Egress'] })], [
    ['admits a pod', outOf(frontend, db), 'allow'], ['admits an outsider', outOf(frontend, outside('203.0.113.9')), 'allow'],
  ]);
  table('deny all both ways', [policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })], [
    ['denies ingress', into(frontend, db), 'deny'], ['denies egress', outOf(frontend, db), 'deny'],
  ]);
  table('allow all beside deny all', [policy({ podSelector: {}, policyTypes: ['Ingress'] }), policy({ podSelector: {}, ingress: [{}] })], [
    ['adds up to allow', into(frontend, db), 'allow'],
  ]);
});

describe('policy types', () => {
  const open = [{}];
  table('nothing said, no egress rules', [policy({ podSelector: {} })], [
    ['isolates ingress', into(frontend, db), 'deny'], ['not egress', outOf(frontend, db), 'allow'],
  ]);
  table('nothing said, an empty list of egress rules', [policy({ podSelector: {}, policyTypes: [], egress: [] })], [
    ['isolates ingress', into(frontend, db), 'deny'], ['not egress', outOf(frontend, db), 'allow'],
  ]);
  table('nothing said, egress rules', [policy({ podSelector: {}, egress: [{ to: [{ podSelector: { matchLabels: { role: 'db' } } }] }] })], [
    ['isolates ingress', into(frontend, db), 'deny'], ['admits the egress', outOf(frontend, db), 'allow'], ['isolates egress', outOf(frontend, frontend), 'deny'],
  ]);
  table('Egress only', [policy({ podSelector: {}, policyTypes: ['Egress'], ingress: open })], [
    ['does not isolate ingress', into(frontend, db), 'allow'], ['isolates egress', outOf(frontend, db), 'deny'],
  ]);
  table('Ingress only, with egress rules', [policy({ podSelector: {}, policyTypes: ['Ingress'], egress: open })], [
    ['isolates ingress', into(frontend, db), 'deny'], ['does not isolate egress', outOf(frontend, db), 'allow'],
  ]);
});

describe('empty and absent lists', () => {
  const from = (peers: unknown, ports?: unknown) => [policy({ podSelector: {}, ingress: [{ from: peers, ...(ports === undefined ? {} : { ports }) }] })];
  const everyone: Row[] = [['admits a pod', into(frontend, db), 'allow'], ['admits an outsider', into(outside('203.0.113.9'), db), 'allow']];
  table('an empty `from` is everyone', from([]), everyone);
  table('a null `from` is everyone', from(null), everyone);
  table('empty `ports` are all ports', from([{ podSelector: {} }], []), [
    ['of TCP', into(frontend, db, 1), 'allow'], ['of SCTP', into(frontend, db, 9, { protocol: 'SCTP' }), 'allow'],
    ['for the peers of the rule', into(outside('203.0.113.9'), db), 'deny'],
  ]);
  table('an empty list of rules admits nothing', [policy({ podSelector: {}, ingress: [] })], [['denies', into(frontend, db), 'deny']]);
  table('an empty pod selector is every pod of the namespace', from([{ podSelector: {} }]), [
    ['of the policy', into(frontend, db), 'allow'], ['only', into(pod({}, 'other'), db), 'deny'], ['and no address', into(outside('203.0.113.9'), db), 'deny'],
  ]);
  table('an empty namespace selector is every namespace', from([{ namespaceSelector: {} }]), [
    ['the own', into(frontend, db), 'allow'], ['another', into(pod({}, 'other'), db), 'allow'], ['and no address', into(outside('203.0.113.9'), db), 'deny'],
  ]);
  table('an absent pod selector of the policy selects every pod', [policy({ policyTypes: ['Ingress'] })], [['denies', into(frontend, db), 'deny']]);
});

describe('label selectors', () => {
  const by = (selector: unknown) => [policy({ podSelector: selector, policyTypes: ['Ingress'] })];
  const selected = (title: string, selector: unknown, rows: readonly (readonly [Record<string, string>, boolean])[]): void =>
    table(title, by(selector), rows.map(([labels, yes]) => [`${yes ? 'selects' : 'does not select'} ${JSON.stringify(labels)}`, into(frontend, pod(labels)), yes ? 'deny' : 'allow']));
  selected('pairs are all demanded', { matchLabels: { a: '1', b: '2' } }, [[{ a: '1', b: '2', c: '3' }, true], [{ a: '1' }, false], [{ a: '1', b: '3' }, false], [{ A: '1', b: '2' }, false]]);
  selected('In', { matchExpressions: [{ key: 'a', operator: 'In', values: ['1', '2'] }] }, [[{ a: '2' }, true], [{ a: '3' }, false], [{}, false]]);
  selected('NotIn selects what lacks the key', { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] }, [[{ a: '2' }, true], [{ a: '1' }, false], [{}, true]]);
  selected('Exists', { matchExpressions: [{ key: 'a', operator: 'Exists' }] }, [[{ a: '' }, true], [{ b: '1' }, false]]);
  selected('DoesNotExist', { matchExpressions: [{ key: 'a', operator: 'DoesNotExist', values: [] }] }, [[{ a: '' }, false], [{ b: '1' }, true]]);
  selected('pairs and expressions together', { matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'Exists' }] }, [[{ a: '1', b: '' }, true], [{ a: '1' }, false], [{ b: '' }, false]]);
  selected('an empty value', { matchLabels: { a: '' } }, [[{ a: '' }, true], [{}, false]]);
  selected('a key that every object inherits', { matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, [[{}, false], [{ constructor: 'x' }, true]]);

  const named = policy({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'team' } } }] }] });
  table('a namespace bears its name as a label', [named], [
    ['whether the hop shows it or not', into(pod({}, 'team', { namespaceLabels: {} }), db), 'allow'],
    ['even where its labels were not seen', into({ namespace: 'team', podLabels: {} }, db), 'allow'],
    ['and no other name', into(pod({}, 'other', { namespaceLabels: { 'kubernetes.io/metadata.name': 'team' } }), db), 'deny'],
  ]);
  table('what was not seen can\'t be told', [documented], [
    ['a peer without labels', into({ namespace: 'default' }, db), 'unknown'],
    ['a governed pod without labels', into(frontend, { namespace: 'default' }), 'unknown'],
    ['a namespace without labels', into({ namespace: 'x', podLabels: {} }, db), 'unknown'],
    ['an end of which nothing is known', into({}, db), 'unknown'],
    ['though not where nothing is admitted on that port', into({ namespace: 'default' }, db, 1), 'deny'],
  ]);
});

describe('ports', () => {
  const ports = (...list: unknown[]) => [policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{ ports: list }], egress: [{ ports: list }] })];
  table('a protocol that is not said is TCP', ports({ port: 53 }), [
    ['admits TCP', into(frontend, db, 53), 'allow'], ['denies UDP', into(frontend, db, 53, { protocol: 'UDP' }), 'deny'],
  ]);
  table('a port that is not said is every port of the protocol', ports({ protocol: 'UDP' }), [
    ['admits UDP', into(frontend, db, 999, { protocol: 'UDP' }), 'allow'], ['denies TCP', into(frontend, db, 999), 'deny'],
  ]);
  table('SCTP', ports({ protocol: 'SCTP', port: 7777 }), [
    ['admits SCTP', into(frontend, db, 7777, { protocol: 'SCTP' }), 'allow'], ['denies TCP', into(frontend, db, 7777), 'deny'],
  ]);
  table('a range', ports({ port: 32000, endPort: 32768 }), [
    ['begins at its port', into(frontend, db, 32000), 'allow'], ['ends at its end port', into(frontend, db, 32768), 'allow'],
    ['not before', into(frontend, db, 31999), 'deny'], ['not after', into(frontend, db, 32769), 'deny'],
  ]);
  table('ports are alternatives', ports({ port: 1 }, { port: 2 }), [['the second', into(frontend, db, 2), 'allow'], ['neither', into(frontend, db, 3), 'deny']]);
  table('a name is a container port of the destination', ports({ port: 'http' }), [
    ['inwards', into(frontend, db, 8080, { portName: 'http' }), 'allow'], ['outwards', outOf(frontend, db, 9090, { portName: 'http' }), 'allow'],
    ['another name', into(frontend, db, 8080, { portName: 'admin' }), 'deny'], ['no name', into(frontend, db, 8080), 'deny'],
    ['an outside end has no names', outOf(frontend, outside('203.0.113.9'), 80, { portName: 'http' }), 'deny'],
    ['of the protocol', into(frontend, db, 8080, { portName: 'http', protocol: 'UDP' }), 'deny'],
  ]);
});

describe('address blocks', () => {
  const block = (cidr: string, ...except: string[]) => [policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ ipBlock: { cidr, except } }] }], egress: [{ to: [{ ipBlock: { cidr, except } }] }] })];
  const at = (ip: string) => pod({}, 'default', { ip });
  table('IPv4 with holes', block('0.0.0.0/0', '10.0.0.0/8', '169.254.169.254/32'), [
    ['an address', outOf(db, outside('203.0.113.9')), 'allow'], ['one hole', outOf(db, outside('10.255.255.255')), 'deny'],
    ['the other hole', outOf(db, outside('169.254.169.254')), 'deny'], ['beside it', outOf(db, outside('169.254.169.253')), 'allow'],
    ['never IPv6', outOf(db, outside('2001:db8::1')), 'deny'],
  ]);
  table('IPv6 with holes', block('2001:db8::/32', '2001:db8:1::/48'), [
    ['an address', into(outside('2001:db8::1'), db), 'allow'], ['written otherwise', into(outside('2001:0DB8:0:0:0:0:0:1'), db), 'allow'],
    ['inside the hole', into(outside('2001:db8:1:ffff::'), db), 'deny'], ['after the hole', into(outside('2001:db8:2::'), db), 'allow'],
    ['never IPv4', into(outside('203.0.113.9'), db), 'deny'],
  ]);
  table('an address that can\'t be read can\'t be told', block('10.0.0.0/8'), [
    ['a word', into(outside('localhost'), db), 'unknown'], ['leading zeros', into(outside('010.0.0.1'), db), 'unknown'], ['too many groups', into(outside('1:2:3:4:5:6:7:8:9'), db), 'unknown'],
  ]);
  table('host bits are cleared', block('10.1.2.3/8'), [['the whole range', into(outside('10.200.0.1'), db), 'allow']]);
  table('pods and nodes, where blocks match them', block('10.244.0.0/15', '10.244.1.0/24'), [
    ['a pod inside', into(at('10.244.0.7'), pod({}, 'default', { ip: '10.244.0.8' })), 'allow'], ['a pod in the hole', into(at('10.244.1.7'), db), 'deny'],
    ['a pod whose address is not known', into(frontend, db), 'unknown'],
  ]);
  table('a pod whose address is not known', block('0.0.0.0/0', '10.244.0.0/16'), [
    ['may have any of the platform\'s pod addresses', into(frontend, db), 'deny'],
  ], platform({}, { podCidrs: ['10.244.0.0/16'] }));
  table('a node, where blocks match nodes', block('192.168.0.0/16'), [
    ['by its address', into(outside('192.168.0.4'), db), 'allow'], ['by its ranges', into({ hostNetwork: true }, db), 'allow'],
  ]);
  table('pods, where blocks do not match them', block('0.0.0.0/0'), [
    ['a pod', into(at('10.244.0.7'), db), 'deny'], ['an address of the pod ranges', into(outside('10.244.3.4'), db), 'deny'],
    ['an outsider', into(outside('203.0.113.9'), db), 'allow'], ['a node', into(outside('192.168.0.4'), db), 'allow'],
  ], platform({ ipBlockMatchesPods: false }));
  table('nodes, where blocks do not match them', block('0.0.0.0/0'), [
    ['a node', into(outside('192.168.0.4'), db), 'deny'], ['a node without an address', into({ hostNetwork: true }, db), 'deny'], ['an outsider', into(outside('203.0.113.9'), db), 'allow'],
  ], platform({ ipBlockMatchesNodes: false }));
  table('ranges of pods and nodes that overlap', block('0.0.0.0/0'), [
    ['a node or a pod', into(outside('10.244.9.9'), db), 'unknown'],
  ], platform({ ipBlockMatchesPods: false }, { nodeCidrs: ['10.244.8.0/22'] }));
  table('an address of the pod ranges is some pod', [policy({ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { role: 'frontend' } } }] }] })], [
    ['which may be the selected one', into(outside('10.244.3.4'), db), 'unknown'], ['an outsider is none', into(outside('203.0.113.9'), db), 'deny'],
  ]);
});

describe('pods on their node\'s network', () => {
  const onNode = pod({ role: 'frontend' }, 'default', { hostNetwork: true, ip: '192.168.0.4' });
  table('as peers', [documented], [
    ['their labels may not be seen', into(onNode, db), 'unknown'], ['what nobody may do, they may not', into(onNode, db, 1), 'deny'],
  ]);
  table('where both ways of seeing them agree', [policy({ podSelector: {}, ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: '192.168.0.0/24' } }] }] })], [
    ['the verdict stands', into(onNode, db), 'allow'],
  ]);
  table('as the governed end', [policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })], [
    ['policies may not apply', into(db, onNode), 'unknown'], ['nor outwards', outOf(onNode, db), 'unknown'],
  ]);
  table('as the governed end that nothing selects', [], [['is open', into(db, onNode), 'allow']]);
  table('a node itself is no pod', [policy({ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] })], [['so selectors miss it', into({ hostNetwork: true, ip: '192.168.0.4' }, db), 'deny']]);
});

describe('ends and enforcers that NetworkPolicy does not see', () => {
  table('with everything denied', [policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })], [
    ['abstains on what an outsider sends', outOf(outside('203.0.113.9'), db), 'abstain'],
    ['abstains on what an outsider accepts', into(db, outside('203.0.113.9')), 'abstain'],
    ['abstains on another plane', { ...into(frontend, db), enforcer: 'mesh' }, 'abstain'],
    ['a pod can\'t be kept from itself', into(pod({ role: 'db' }, 'default', { ip: '10.244.0.1' }), pod({ role: 'db' }, 'default', { ip: '10.244.0.1' })), 'allow'],
    ['another pod with the same labels is not itself', into(db, db), 'deny'],
  ]);
  table('without any policy', [], [['a pod is open inwards', into(frontend, db), 'allow'], ['and outwards', outOf(frontend, db), 'allow']]);
});

describe('where plugins differ', () => {
  const closed = policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  table('a plugin that enforces nothing', [closed, policy({ podSelector: 5 })], [['admits everything', into(frontend, db), 'allow'], ['outwards too', outOf(frontend, db), 'allow']], platform({ networkPolicy: 'absent' }));
  const rule = { ports: [{ port: 8080 }] }, mismatch = { serviceAddress: { name: 'db', port: 80 } }, match = { serviceAddress: { name: 'db', port: 8080 } };
  const aws = platform({ servicePortMustEqualContainerPort: true, maxPortsPerPeer: 2 });
  const both = [policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [rule], egress: [rule] })];
  table('a Service port must equal the container\'s: rules on another do not match', both, [
    ['the pod itself', outOf(frontend, db, 8080), 'allow'], ['an equal port', outOf(frontend, db, 8080, match), 'allow'],
    ['another port outwards', outOf(frontend, db, 8080, mismatch), 'deny'], ['another port inwards', into(frontend, db, 8080, mismatch), 'deny'],
  ], aws);
  table('a rule on all ports is not a rule on that port', [policy({ podSelector: {}, ingress: [{}] })], [['admits', into(frontend, db, 8080, mismatch), 'allow']], aws);
  table('a name must be the Service\'s too, which is not seen', [policy({ podSelector: {}, ingress: [{ ports: [{ port: 'http' }] }] })], [
    ['through a Service', into(frontend, db, 8080, { ...match, portName: 'http' }), 'unknown'], ['not through one', into(frontend, db, 8080, { portName: 'http' }), 'allow'],
  ], aws);
  table('a Service port that differs is nothing elsewhere', both, [['admits', outOf(frontend, db, 8080, mismatch), 'allow']]);
  table('more ports than the plugin keeps', [policy({ podSelector: {}, ingress: [{ ports: [{ port: 1 }, { port: 2 }, { port: 3 }] }] })], [
    ['can\'t be told', into(frontend, db, 2), 'unknown'], ['what is not listed stays denied', into(frontend, db, 4), 'deny'],
  ], aws);
});

describe('namespaces', () => {
  table('a policy governs its own namespace only', [policy({ podSelector: {}, policyTypes: ['Ingress'] }, 'other')], [['not this one', into(frontend, db), 'allow']]);
  table('a policy without a namespace is in `default`', [policy({ podSelector: {}, policyTypes: ['Ingress'] }, undefined)], [['governs there', into(frontend, db), 'deny'], ['only', into(frontend, pod({}, 'other')), 'allow']]);
  table('a policy of the wrong namespace admits nobody', [policy({ podSelector: {}, policyTypes: ['Ingress'] }), policy({ podSelector: {}, ingress: [{}] }, 'other')], [['denied', into(frontend, db), 'deny']]);
});

describe('objects that can\'t be read', () => {
  const rule = (fields: unknown) => ({ podSelector: {}, ingress: [fields] });
  const peer = (fields: unknown) => rule({ from: [fields] }), port = (fields: unknown) => rule({ ports: [fields] });
  const unreadable: readonly (readonly [string, unknown])[] = [
    ['a spec that is a word', 'deny'], ['a spec that is a list', []], ['an unknown field of the spec', { podSelector: {}, ingres: [] }],
    ['rules that are no list', { podSelector: {}, ingress: {} }], ['a rule that is nothing', rule(null)], ['an unknown field of a rule', rule({ form: [] })],
    ['`to` in an ingress rule', rule({ to: [] })], ['peers that are no list', rule({ from: {} })], ['a peer of nothing', peer({})], ['a peer of nulls', peer({ podSelector: null })],
    ['a peer that is a word', peer('everyone')], ['a block beside a selector', peer({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} })],
    ['a block without a CIDR', peer({ ipBlock: {} })], ['a CIDR without a length', peer({ ipBlock: { cidr: '10.0.0.0' } })], ['a CIDR too long', peer({ ipBlock: { cidr: '10.0.0.0/33' } })],
    ['a CIDR of letters', peer({ ipBlock: { cidr: '10.0.0.x/8' } })], ['IPv4 inside IPv6', peer({ ipBlock: { cidr: '::ffff:10.0.0.0/104' } })],
    ['an exception outside of its block', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } })],
    ['an exception that is the block', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } })],
    ['an exception of the other family', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['2001:db8::/64'] } })],
    ['port 0', port({ port: 0 })], ['port 65536', port({ port: 65536 })], ['half a port', port({ port: 80.5 })], ['a number as a word', port({ port: '80' })], ['a name in capitals', port({ port: 'HTTP' })],
    ['an end port before its port', port({ port: 90, endPort: 80 })], ['an end port alone', port({ endPort: 80 })], ['an end port after a name', port({ port: 'http', endPort: 80 })],
    ['another protocol', port({ protocol: 'ICMP' })], ['a protocol in small letters', port({ protocol: 'tcp', port: 80 })],
    ['In without values', peer({ podSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: [] }] } })],
    ['Exists with values', peer({ podSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['1'] }] } })],
    ['another operator', peer({ podSelector: { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] } })],
    ['labels that are no words', peer({ podSelector: { matchLabels: { a: 1 } } })], ['labels that are a list', peer({ podSelector: { matchLabels: ['a'] } })], ['a label key with a space', peer({ podSelector: { matchLabels: { 'a b': '1' } } })],
    ['another policy type', { podSelector: {}, policyTypes: ['Both'] }], ['three policy types', { podSelector: {}, policyTypes: ['Ingress', 'Egress', 'Ingress'] }],
    ['a pod selector that is a word', { podSelector: 'db', policyTypes: ['Ingress'] }],
  ];
  test.each(unreadable)('%s leaves the verdict unknown', (_what, spec) => {
    expect(interpret([policy(spec)], platform())(into(frontend, db))).toBe('unknown');
    const closed = policy({ podSelector: {}, policyTypes: ['Ingress'] }), open = policy({ podSelector: {}, ingress: [{}] });
    expect(interpret([closed, policy(spec)], platform())(into(frontend, db)), 'it may admit what others deny').toBe('unknown');
    expect(interpret([closed, open, policy(spec)], platform())(into(frontend, db)), 'it can\'t take away what another admits').toBe('allow');
    expect(interpret([policy(spec)], platform())(into(frontend, pod({}, 'other'))), 'it is about its own namespace').toBe('allow');
  });
  test('only the pods that it selects are in doubt', () => {
    const decide = interpret([policy({ podSelector: { matchLabels: { role: 'db' } }, policyTypes: ['Ingress'], ingress: [{ from: 'x' }] })], platform());
    expect(decide(into(frontend, db))).toBe('unknown');
    expect(decide(into(db, frontend))).toBe('allow');
    expect(decide(outOf(db, frontend))).toBe('allow');
  });
  test.each([['no object', undefined], ['a word', 'NetworkPolicy'], ['no metadata', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }], ['a namespace that is a number', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace: 5 } }], ['a list of objects', { apiVersion: 'v1', kind: 'List', items: [] }], ['no kind', {}]])(
    '%s leaves every namespace in doubt', (_what, object) => { expect(interpret([artifact(object)], platform())(into(frontend, pod({}, 'other')))).toBe('unknown'); });
  test.each([['CiliumNetworkPolicy', 'cilium.io/v2', 'default'], ['ClusterNetworkPolicy', 'policy.networking.k8s.io/v1alpha2', undefined], ['NetworkPolicy', 'crd.projectcalico.org/v1', 'default']])(
    'a %s of another API may overrule, so nothing can be told', (kind, apiVersion, namespace) => {
      const decide = interpret([policy({ podSelector: {}, ingress: [{}] }), artifact({ kind, apiVersion, metadata: { name: 'x', ...(namespace === undefined ? {} : { namespace }) } })], platform());
      expect(decide(into(frontend, db))).toBe('unknown');
      expect(decide(into(frontend, pod({}, 'other')))).toBe(namespace === undefined ? 'unknown' : 'allow');
    });
  test('objects that decide nothing are passed over', () => {
    expect(interpret([artifact({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'x', namespace: 'default' } })], platform())(into(frontend, db))).toBe('allow');
  });
});

describe('assumptions', () => {
  const covering = (asked: Hop): readonly string[] => assumptions.filter(({ covers }) => covers(asked)).map(({ name }) => name);
  test('traffic of a node is covered, and nothing else is', () => {
    expect(covering(into({ hostNetwork: true, ip: '192.168.0.4' }, db))).toEqual(['own-node']);
    expect(covering(outOf(db, { hostNetwork: true }))).toEqual(['own-node']);
    expect(covering(into(frontend, db))).toEqual([]);
    expect(covering(into(outside('203.0.113.9'), db))).toEqual([]);
    expect(covering(outOf(pod({}, 'default', { hostNetwork: true }), db))).toEqual([]);
  });
  test('names are stable', () => {
    expect(assumptions.map(({ name }) => name)).toEqual(['own-node', 'labels-unforged', 'policies-arrived', 'owners-enforced', 'strangers-off-node-ports', 'control-planes-found', 'proxies-let-out', 'nothing-else-selects']);
  });
});

test('125,000 connections among 1,000 workloads are each judged at both ends', () => {
  const size = 1_000, selector = (i: number) => ({ matchLabels: { app: `app-${i}`, 'app.kubernetes.io/part-of': 'shop' } });
  const other = (i: number, step: number): number => (i + step * 97) % size;
  const item = (i: number) => ({ podSelector: selector(i), namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': `ns-${i % 10}` } } });
  const objects = Array.from({ length: size }, (_, i) => policy({
    podSelector: selector(i), policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [1, 2, 3, 4, 5].map((step) => item(other(i, size - step))), ports: [{ port: 8080 }] }],
    egress: [{ to: [1, 2, 3, 4, 5].map((step) => item(other(i, step))), ports: [{ port: 8080 }] }],
  }, `ns-${i % 10}`));
  const pods = Array.from({ length: size }, (_, i) => pod(Object.freeze({ app: `app-${i}`, 'app.kubernetes.io/part-of': 'shop', hash: 'x' }), `ns-${i % 10}`));
  const decide = interpret(objects, platform());
  let allowed = 0;
  for (let i = 0; i < 125_000; i++) {
    const from = pods[i % size]!, to = pods[(i % size + Math.floor(i / size) * 97) % size]!;
    const out = decide({ enforcer: 'network', direction: 'egress', from, to, port: 8080, protocol: 'TCP' });
    const inwards = decide({ enforcer: 'network', direction: 'ingress', from, to, port: 8080, protocol: 'TCP' });
    if (out === 'allow' && inwards === 'allow') allowed++;
  }
  expect(allowed).toBe(5 * size);
});
