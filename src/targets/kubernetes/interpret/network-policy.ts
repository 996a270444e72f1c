import type { Protocol } from '#ir';
import { holdsRange, readRange, type Range } from './range.ts';
import { readSelector, type Selector } from './label-selector.ts';
import { fields, list, Malformed, refuse, text, type Fields } from '../../reading.ts';

export interface Block { readonly range: Range; readonly except: readonly Range[] }

/** One item of `from` or `to`. `everyone` stands for the list itself being absent or empty. */
export type Peer =
  | { readonly kind: 'everyone' }
  /** Without a namespace selector: pods of the policy's own namespace. */
  | { readonly kind: 'pods'; readonly pods?: Selector; readonly namespaces?: Selector }
  | { readonly kind: 'block'; readonly block: Block };

/** Without `port`, every port of the protocol. */
export interface PortMatch { readonly protocol: Protocol; readonly port?: string | { readonly first: number; readonly last: number } }

/** One way in or out: a peer, and the ports that are open to it; no ports are all ports. */
export interface Admission { readonly peer: Peer; readonly ports: readonly PortMatch[] }
export type Direction = 'ingress' | 'egress';

/** A NetworkPolicy as its documentation reads it. A direction is absent where the policy does not isolate for it. */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly pods: Selector;
  readonly ingress?: readonly Admission[];
  readonly egress?: readonly Admission[];
}

/** What is left of a policy that can't be read: whom it may be about, as far as that is known. */
export interface UnreadablePolicy { readonly unreadable: true; readonly namespace?: string; readonly pods?: Selector; readonly directions: readonly Direction[] }

/** Reads a `NetworkPolicy v1 networking.k8s.io` by its API reference. Never throws. */
export function readNetworkPolicy(object: unknown): NetworkPolicy | UnreadablePolicy {
  const policy = (typeof object === 'object' && object !== null ? object : {}) as Fields;
  // ObjectMeta: "An empty namespace is equivalent to the "default" namespace".
  const namespace = attempt(() => {
    const metadata = policy['metadata'];
    if (typeof metadata !== 'object' || metadata === null) return refuse('no metadata');
    return text((metadata as Fields)['namespace'] ?? 'default') || 'default';
  });
  const spec = attempt(() => fields(policy['spec'] ?? {}, ['podSelector', 'ingress', 'egress', 'policyTypes']));
  const loose = (typeof policy['spec'] === 'object' && policy['spec'] !== null ? policy['spec'] : {}) as Fields;
  const pods = attempt(() => readSelector(loose['podSelector'] ?? {}));
  const directions = attempt(() => readDirections(loose));
  const ingress = attempt(() => list(loose['ingress']).flatMap((rule) => readRule(rule, 'from')));
  const egress = attempt(() => list(loose['egress']).flatMap((rule) => readRule(rule, 'to')));
  // A server takes a policy whole or not at all, so a fault in one rule leaves the others in doubt as well.
  if (namespace === undefined || spec === undefined || pods === undefined || directions === undefined || ingress === undefined || egress === undefined) {
    return {
      unreadable: true, directions: directions ?? ['ingress', 'egress'],
      ...(namespace === undefined ? {} : { namespace }), ...(pods === undefined ? {} : { pods }),
    };
  }
  return {
    namespace, pods,
    ...(directions.includes('ingress') ? { ingress } : {}), ...(directions.includes('egress') ? { egress } : {}),
  };
}

/** Absent or empty: Ingress always, and Egress where there are egress rules. */
function readDirections(spec: Fields): readonly Direction[] {
  const types = list(spec['policyTypes']);
  if (types.length > 2) refuse('too many policy types');
  if (types.length > 0) return types.map((type) => (type === 'Ingress' ? 'ingress' : type === 'Egress' ? 'egress' : refuse('unknown policy type')));
  return list(spec['egress']).length > 0 ? ['ingress', 'egress'] : ['ingress'];
}

function readRule(value: unknown, side: 'from' | 'to'): readonly Admission[] {
  const rule = fields(value, [side, 'ports']);
  const ports = list(rule['ports']).map(readPort), peers = list(rule[side]).map(readPeer);
  return (peers.length === 0 ? [{ kind: 'everyone' } as const] : peers).map((peer) => ({ peer, ports }));
}

function readPeer(value: unknown): Peer {
  const { podSelector, namespaceSelector, ipBlock } = fields(value, ['podSelector', 'namespaceSelector', 'ipBlock']) as Record<string, unknown>;
  const absent = (field: unknown): boolean => field === undefined || field === null;
  if (!absent(ipBlock)) {
    return absent(podSelector) && absent(namespaceSelector) ? { kind: 'block', block: readBlock(ipBlock) } : refuse('ipBlock beside a selector');
  }
  if (absent(podSelector) && absent(namespaceSelector)) refuse('no peer');
  return {
    kind: 'pods',
    ...(absent(podSelector) ? {} : { pods: readSelector(podSelector) }),
    ...(absent(namespaceSelector) ? {} : { namespaces: readSelector(namespaceSelector) }),
  };
}

function readBlock(value: unknown): Block {
  const block = fields(value, ['cidr', 'except']);
  const range = readRange(text(block['cidr'])) ?? refuse('not a CIDR');
  const except = list(block['except']).map((inner) => readRange(text(inner)) ?? refuse('not a CIDR'));
  // API reference, IPBlock: "Except values will be rejected if they are outside the cidr range".
  if (!except.every((inner) => holdsRange(range, inner) && !holdsRange(inner, range))) refuse('except outside of cidr');
  return { range, except };
}

/** IANA_SVC_NAME: at most 15 of `[a-z0-9-]`, with a letter, no hyphen at an end or beside another. */
const portName = /^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/;

function readPort(value: unknown): PortMatch {
  const entry = fields(value, ['protocol', 'port', 'endPort']);
  const protocol = entry['protocol'] ?? 'TCP';
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') refuse('unknown protocol');
  const port = entry['port'] ?? undefined, endPort = entry['endPort'] ?? undefined;
  if (port === undefined) return endPort === undefined ? { protocol } : refuse('endPort without port');
  if (typeof port === 'string') return endPort === undefined && portName.test(port) ? { protocol, port } : refuse('not a port name');
  const first = portNumber(port), last = endPort === undefined ? first : portNumber(endPort);
  return last >= first ? { protocol, port: { first, last } } : refuse('endPort before port');
}

function portNumber(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535 ? value : refuse('not a port');
}

function attempt<T>(read: () => T): T | undefined {
  try { return read(); } catch (fault) {
    if (fault instanceof Malformed) return undefined;
    throw fault;
  }
}
