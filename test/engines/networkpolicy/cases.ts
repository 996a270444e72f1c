import type { TruthTableInput } from './world.ts';

/**
 * Small policies with their answers, written by hand from the Kubernetes documentation ("Network
 * Policies", and the field descriptions of NetworkPolicySpec). No flag updates an answer.
 */
export interface Case {
  readonly claim: string;
  readonly policies: readonly object[];
  /** `from -> to PROTOCOL/port: allowed | denied on ingress | denied on egress | denied on both` */
  readonly answers: readonly string[];
}

export const world: Omit<TruthTableInput, 'policies'> = {
  namespaces: [
    { name: 'shop', labels: { team: 'retail' } },
    { name: 'bank', labels: { team: 'finance', audited: 'yes' } },
    { name: 'ops', labels: {} },
  ],
  pods: [
    { namespace: 'shop', name: 'web', labels: { app: 'web' }, ip: '10.0.1.1', ports: [{ number: 8080, protocol: 'TCP', name: 'http' }] },
    {
      namespace: 'shop',
      name: 'api',
      labels: { app: 'api', tier: 'backend' },
      ip: '10.0.1.2',
      ports: [
        { number: 8000, protocol: 'TCP', name: 'http' },
        { number: 5353, protocol: 'UDP', name: 'dns' },
      ],
    },
    { namespace: 'bank', name: 'web', labels: { app: 'web' }, ip: '10.0.2.1', ports: [{ number: 8080, protocol: 'TCP', name: 'http' }] },
    { namespace: 'bank', name: 'vault', labels: { app: 'vault', tier: 'backend' }, ip: '10.0.2.2', ports: [{ number: 8443, protocol: 'TCP', name: 'tls' }] },
    { namespace: 'ops', name: 'agent', labels: { app: 'agent', 'on-call': '' }, ip: '10.0.3.1', ports: [] },
  ],
  external: ['203.0.113.7', '203.0.113.200', '198.51.100.9', '2001:db8::7'],
  probes: [
    { protocol: 'TCP', port: 8000 },
    { protocol: 'TCP', port: 8080 },
    { protocol: 'TCP', port: 8443 },
    { protocol: 'TCP', port: 5353 },
    { protocol: 'UDP', port: 5353 },
    { protocol: 'UDP', port: 8080 },
    { protocol: 'SCTP', port: 8080 },
  ],
};

export function policy(namespace: string, name: string, spec: object): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace, name }, spec };
}

const everyPod = {};
const app = (name: string): object => ({ matchLabels: { app: name } });
const team = (name: string): object => ({ matchLabels: { team: name } });
const shopIngress = (...ingress: object[]): object[] => [policy('shop', 'ingress', { podSelector: everyPod, policyTypes: ['Ingress'], ingress })];
const shopEgress = (...egress: object[]): object[] => [policy('shop', 'egress', { podSelector: everyPod, policyTypes: ['Egress'], egress })];

export const isolation: readonly Case[] = [
  {
    claim: 'without a policy everything is allowed',
    policies: [],
    answers: ['shop/web -> bank/vault TCP/8443: allowed', '203.0.113.7 -> shop/web TCP/8080: allowed', 'shop/web -> 203.0.113.7 UDP/5353: allowed'],
  },
  {
    claim: 'a policy without rules denies its direction, to and from everyone, and no other',
    policies: shopIngress(),
    answers: [
      'shop/web -> shop/api TCP/8000: denied on ingress',
      'ops/agent -> shop/web TCP/8080: denied on ingress',
      '203.0.113.7 -> shop/web SCTP/8080: denied on ingress',
      'shop/web -> bank/web TCP/8080: allowed',
    ],
  },
  {
    claim: 'an egress-only policy leaves ingress open',
    policies: shopEgress(),
    answers: [
      'shop/web -> bank/web TCP/8080: denied on egress',
      'shop/web -> 203.0.113.7 TCP/8443: denied on egress',
      'bank/web -> shop/web TCP/8080: allowed',
      '203.0.113.7 -> shop/web TCP/8080: allowed',
    ],
  },
  {
    claim: 'a flow needs the sender\'s egress and the receiver\'s ingress',
    policies: [...shopEgress(), policy('bank', 'ingress', { podSelector: app('web'), policyTypes: ['Ingress'] })],
    answers: [
      'shop/web -> bank/web TCP/8080: denied on both',
      'shop/web -> bank/vault TCP/8443: denied on egress',
      'ops/agent -> bank/web TCP/8080: denied on ingress',
      'ops/agent -> bank/vault TCP/8443: allowed',
    ],
  },
  {
    claim: 'policyTypes left out means ingress, and egress too if there are egress rules',
    policies: [
      policy('shop', 'both', { podSelector: everyPod, egress: [{ to: [{ namespaceSelector: team('finance') }] }] }),
      policy('bank', 'one', { podSelector: app('web') }),
    ],
    answers: [
      'shop/web -> bank/vault TCP/8443: allowed',
      'shop/web -> ops/agent TCP/8443: denied on egress',
      'ops/agent -> shop/web TCP/8080: denied on ingress',
      'bank/web -> ops/agent TCP/8443: allowed',
      'ops/agent -> bank/web TCP/8080: denied on ingress',
    ],
  },
  {
    claim: 'policies add up: what one allows no other denies',
    policies: [...shopIngress(), policy('shop', 'open', { podSelector: app('api'), policyTypes: ['Ingress'], ingress: [{}] })],
    answers: ['ops/agent -> shop/api UDP/8080: allowed', '198.51.100.9 -> shop/api TCP/8000: allowed', 'ops/agent -> shop/web TCP/8080: denied on ingress'],
  },
  {
    claim: 'a policy that selects no pod isolates none',
    policies: [policy('shop', 'nobody', { podSelector: app('ghost'), policyTypes: ['Ingress', 'Egress'] })],
    answers: ['ops/agent -> shop/web TCP/8080: allowed', 'shop/web -> ops/agent TCP/8080: allowed'],
  },
];

export const peers: readonly Case[] = [
  {
    claim: 'an empty `from` is everyone, inside the cluster and out',
    policies: shopIngress({ from: [], ports: [{ port: 8080 }] }),
    answers: ['ops/agent -> shop/web TCP/8080: allowed', '203.0.113.7 -> shop/web TCP/8080: allowed', 'ops/agent -> shop/web TCP/8443: denied on ingress'],
  },
  {
    claim: 'an empty `to` is everyone, inside the cluster and out',
    policies: shopEgress({ to: [], ports: [{ port: 8080 }] }),
    answers: ['shop/web -> ops/agent TCP/8080: allowed', 'shop/web -> 2001:db8::7 TCP/8080: allowed', 'shop/web -> ops/agent TCP/8443: denied on egress'],
  },
  {
    claim: 'a podSelector alone looks in the policy\'s own namespace',
    policies: shopIngress({ from: [{ podSelector: app('web') }] }),
    answers: ['shop/web -> shop/api TCP/8000: allowed', 'bank/web -> shop/api TCP/8000: denied on ingress', '203.0.113.7 -> shop/api TCP/8000: denied on ingress'],
  },
  {
    claim: 'namespaceSelector and podSelector in one peer are both needed',
    policies: shopIngress({ from: [{ namespaceSelector: team('finance'), podSelector: app('web') }] }),
    answers: ['bank/web -> shop/api TCP/8000: allowed', 'bank/vault -> shop/api TCP/8000: denied on ingress', 'shop/web -> shop/api TCP/8000: denied on ingress'],
  },
  {
    claim: 'namespaceSelector and podSelector in two peers are alternatives',
    policies: shopIngress({ from: [{ namespaceSelector: team('finance') }, { podSelector: app('web') }] }),
    answers: ['bank/vault -> shop/api TCP/8000: allowed', 'shop/web -> shop/api TCP/8000: allowed', 'ops/agent -> shop/api TCP/8000: denied on ingress'],
  },
  {
    claim: 'an empty namespaceSelector is every pod and no external address',
    policies: shopIngress({ from: [{ namespaceSelector: {} }] }),
    answers: ['ops/agent -> shop/web TCP/8080: allowed', 'bank/vault -> shop/web UDP/8080: allowed', '203.0.113.7 -> shop/web TCP/8080: denied on ingress'],
  },
  {
    claim: 'an empty podSelector peer is every pod of the namespace',
    policies: shopEgress({ to: [{ podSelector: {} }] }),
    answers: ['shop/web -> shop/api TCP/8000: allowed', 'shop/web -> bank/web TCP/8080: denied on egress'],
  },
  {
    claim: 'a namespace can be selected by the name label that the API server sets',
    policies: shopIngress({ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ops' } } }] }),
    answers: ['ops/agent -> shop/web TCP/8080: allowed', 'bank/web -> shop/web TCP/8080: denied on ingress'],
  },
  {
    claim: 'NotIn and DoesNotExist select what lacks the key, Exists and In what has it',
    policies: [
      policy('shop', 'not-in', { podSelector: app('web'), ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['finance'] }] } }] }] }),
      policy('shop', 'absent', { podSelector: app('api'), ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] } }] }] }),
      policy('bank', 'has', { podSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }, { key: 'app', operator: 'In', values: ['vault', 'safe'] }] } }),
    ],
    answers: [
      'ops/agent -> shop/web TCP/8080: allowed',
      'shop/api -> shop/web TCP/8080: allowed',
      'bank/web -> shop/web TCP/8080: denied on ingress',
      'ops/agent -> shop/api TCP/8000: allowed',
      'bank/vault -> shop/api TCP/8000: denied on ingress',
      'ops/agent -> bank/vault TCP/8443: denied on ingress',
      'ops/agent -> bank/web TCP/8443: allowed',
    ],
  },
  {
    claim: 'a label with an empty value is not an absent label',
    policies: shopIngress({ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'on-call': '' } } }] }),
    answers: ['ops/agent -> shop/web TCP/8080: allowed', 'bank/web -> shop/web TCP/8080: denied on ingress'],
  },
];

export const portsAndAddresses: readonly Case[] = [
  {
    claim: 'a port without a protocol is TCP',
    policies: shopIngress({ ports: [{ port: 5353 }] }),
    answers: ['ops/agent -> shop/api TCP/5353: allowed', 'ops/agent -> shop/api UDP/5353: denied on ingress'],
  },
  {
    claim: 'a protocol without a port is every port of the protocol',
    policies: shopIngress({ ports: [{ protocol: 'UDP' }] }),
    answers: ['ops/agent -> shop/api UDP/5353: allowed', 'ops/agent -> shop/api UDP/8080: allowed', 'ops/agent -> shop/api TCP/8080: denied on ingress', 'ops/agent -> shop/api SCTP/8080: denied on ingress'],
  },
  {
    claim: 'empty `ports` is every port of every protocol',
    policies: shopIngress({ from: [{ namespaceSelector: team('finance') }], ports: [] }),
    answers: ['bank/web -> shop/api SCTP/8080: allowed', 'bank/web -> shop/api UDP/5353: allowed'],
  },
  {
    claim: 'a range holds both its ends',
    policies: shopIngress({ ports: [{ port: 8000, endPort: 8080 }] }),
    answers: ['ops/agent -> shop/api TCP/8000: allowed', 'ops/agent -> shop/api TCP/8080: allowed', 'ops/agent -> shop/api TCP/8443: denied on ingress', 'ops/agent -> shop/api UDP/8080: denied on ingress'],
  },
  {
    claim: 'a named port of an ingress rule is each selected pod\'s own',
    policies: shopIngress({ ports: [{ port: 'http' }] }),
    answers: ['ops/agent -> shop/web TCP/8080: allowed', 'ops/agent -> shop/api TCP/8000: allowed', 'ops/agent -> shop/web TCP/8000: denied on ingress', 'ops/agent -> shop/api TCP/8080: denied on ingress'],
  },
  {
    claim: 'a named port of an egress rule is the receiver\'s, and an external address has none',
    policies: shopEgress({ ports: [{ port: 'http' }] }),
    answers: [
      'shop/web -> shop/api TCP/8000: allowed',
      'shop/api -> bank/web TCP/8080: allowed',
      'shop/api -> bank/web TCP/8000: denied on egress',
      'shop/api -> ops/agent TCP/8080: denied on egress',
      'shop/api -> 203.0.113.7 TCP/8080: denied on egress',
    ],
  },
  {
    claim: 'a named port holds for its own protocol only',
    policies: shopIngress({ ports: [{ port: 'dns', protocol: 'UDP' }, { port: 'dns', protocol: 'TCP' }] }),
    answers: ['ops/agent -> shop/api UDP/5353: allowed', 'ops/agent -> shop/api TCP/5353: denied on ingress'],
  },
  {
    claim: 'an ipBlock is its addresses without its exceptions, on ingress',
    policies: shopIngress({ from: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } }], ports: [{ port: 8080 }] }),
    answers: [
      '203.0.113.7 -> shop/web TCP/8080: allowed',
      '203.0.113.7 -> shop/web TCP/8443: denied on ingress',
      '203.0.113.200 -> shop/web TCP/8080: denied on ingress',
      '198.51.100.9 -> shop/web TCP/8080: denied on ingress',
      'ops/agent -> shop/web TCP/8080: denied on ingress',
    ],
  },
  {
    claim: 'an ipBlock is its addresses without its exceptions, on egress',
    policies: shopEgress({ to: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } }] }),
    answers: ['shop/web -> 203.0.113.7 TCP/8443: allowed', 'shop/web -> 203.0.113.200 TCP/8443: denied on egress', 'shop/web -> ops/agent TCP/8443: denied on egress'],
  },
  {
    claim: 'an exception of one block is no exception of another',
    policies: shopEgress({ to: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } }, { ipBlock: { cidr: '203.0.113.200/32' } }] }),
    answers: ['shop/web -> 203.0.113.200 TCP/8443: allowed', 'shop/web -> 203.0.113.7 TCP/8443: allowed'],
  },
  {
    claim: 'the whole of IPv6 holds no IPv4 address',
    policies: shopIngress({ from: [{ ipBlock: { cidr: '::/0' } }] }),
    answers: ['2001:db8::7 -> shop/web TCP/8080: allowed', '203.0.113.7 -> shop/web TCP/8080: denied on ingress'],
  },
];
