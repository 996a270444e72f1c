import type { Workload } from '#ir';
import { settled } from '../../../engines/envoy/mesh-objects.ts';
import { translateIstio, type ZtunnelAuthorization } from '../../../engines/envoy/translate-istio.ts';
import type { Deployed } from './deployed.ts';
import { meshConfigOf } from './mesh-proxy.ts';

/** A connection as a ztunnel sees it. `peer` is absent without a certificate. */
export interface Connection { readonly to: Workload; readonly port: number; readonly peer?: string; readonly ip: string }

type Match = Readonly<Record<string, readonly unknown[] | undefined>>;
interface Authorization { readonly name: string; readonly namespace?: string; readonly scope?: string; readonly action?: string; readonly groups?: readonly { readonly rules?: readonly { readonly matches?: readonly Match[] }[] }[] }
interface Told { readonly name: string; readonly namespace: string; readonly authorizationPolicies?: readonly string[] }

/**
 * What pilot tells ztunnels of the estate, and what that says of a connection by the words of its own definition
 * (Istio, `authorization.proto`: groups are OR-ed, rules AND-ed; values of one type OR-ed, types AND-ed). No ztunnel runs.
 */
export async function ztunnelTold({ emitted, platform, pods, services }: Deployed, keySets: Readonly<Record<string, unknown>>): Promise<{ readonly complaints: readonly string[]; admits(connection: Connection): boolean }> {
  const { refused, ztunnel } = await translateIstio({ ambient: true, objects: settled([...services, ...pods, ...emitted.mesh], keySets), meshConfig: meshConfigOf(platform) });
  const { addresses = [], authorizations = [] } = ztunnel ?? {};
  const told = addresses.flatMap(({ workload }) => (workload === undefined ? [] : [workload as Told]));
  const of = ({ kubernetes, name }: Workload): readonly Authorization[] => {
    const found = told.find((one) => one.namespace === kubernetes!.namespace && one.name === `${name}-1`);
    if (found === undefined) throw new Error(`ztunnels are told nothing of ${name}`);
    const own = new Set(found.authorizationPolicies);
    return authorizations.flatMap(({ authorization }) => (authorization === undefined ? [] : [authorization as unknown as Authorization])).filter(({ name: policy, namespace = '', scope = 'GLOBAL' }) =>
      (scope === 'WORKLOAD_SELECTOR' ? own.has(`${namespace}/${policy}`) : scope === 'GLOBAL' || namespace === found.namespace));
  };
  return {
    complaints: [...refused.map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`), ...authorizations.flatMap(({ message, source }: ZtunnelAuthorization) => (message === undefined ? [] : [`${source}: ${message}`]))],
    admits(connection) {
      const concerned = of(connection.to), by = (action: string): readonly Authorization[] => concerned.filter((one) => (one.action ?? 'ALLOW') === action);
      return !by('DENY').some((one) => applies(one, connection)) && (by('ALLOW').length === 0 || by('ALLOW').some((one) => applies(one, connection)));
    },
  };
}

/** An empty match is none; a rule without matches holds. */
function applies({ groups = [] }: Authorization, connection: Connection): boolean {
  return groups.some(({ rules = [] }) => rules.every(({ matches = [] }) => matches.length === 0 || matches.some((match) => Object.keys(match).length > 0 && Object.entries(match).every(([field, values = []]) => {
    const any = (which: string): boolean => values.some((value) => says(which, value, connection));
    return values.length === 0 || (field.startsWith('not') ? !any(`${field.charAt(3).toLowerCase()}${field.slice(4)}`) : any(field));
  }))));
}

function says(field: string, value: unknown, { ip, peer, port }: Connection): boolean {
  switch (field) {
    case 'destinationPorts': return value === port;
    case 'principals': return peer?.startsWith('spiffe://') === true && textIs(value as Text, peer.slice('spiffe://'.length));
    case 'namespaces': return textIs(value as Text, /\/ns\/([^/]+)\//.exec(peer ?? '')?.[1] ?? '');
    case 'sourceIps': {
      const { address, length = 0 } = value as { readonly address: string; readonly length?: number };
      const bits = (bytes: Iterable<number>): string => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('').slice(0, length);
      return bits(Buffer.from(address, 'base64')) === bits(ip.split('.').map(Number));
    }
    default: throw new Error(`ztunnels are told of ${field}, which this test does not know`);
  }
}

interface Text { readonly exact?: string; readonly prefix?: string; readonly suffix?: string; readonly presence?: object }
function textIs({ exact, prefix, presence, suffix }: Text, text: string): boolean {
  if (exact !== undefined) return text === exact;
  if (prefix !== undefined) return text.startsWith(prefix);
  if (suffix !== undefined) return text.endsWith(suffix);
  return presence !== undefined && text !== '';
}
