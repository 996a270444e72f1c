import type { Condition, Gateway, Platform, Policy, TlsVersion } from '#ir';
import { policyName } from '../../object-name.ts';
import type { ListenerPlan, SanPlan } from '../plan.ts';
import type { Exposed } from './exposures.ts';

/**
 * What a server may take for the method, the path, the address or the caller of a request. `x-forwarded-proto` too: where
 * `X-Forwarded-For` is believed, Envoy leaves what it finds (Envoy, "HTTP header manipulation").
 */
const spoofable: readonly string[] = [
  'x-http-method', 'x-http-method-override', 'x-method-override', 'x-original-method', 'x-forwarded-method',
  'x-original-url', 'x-rewrite-url', 'x-forwarded-uri', 'x-forwarded-path', 'x-forwarded-prefix', 'x-script-name',
  'x-forwarded-host', 'x-original-host', 'x-forwarded-port', 'x-forwarded-proto', 'x-forwarded-scheme', 'x-forwarded-ssl', 'x-forwarded-server',
  'forwarded', 'x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'true-client-ip',
  'x-forwarded-client-cert', 'x-forwarded-user', 'x-forwarded-email', 'x-forwarded-groups', 'x-remote-user', 'x-jwt-payload',
];
/** Set by the proxies in front where the platform says that they do. */
const forwardedFor = 'x-forwarded-for';

/** Hosts in order, each with what its APIs demand of every connection. */
export function listenersOf(policy: Policy, platform: Platform, gateway: Gateway, exposed: readonly Exposed[]): readonly ListenerPlan[] {
  const hosts = [...new Set(exposed.map(({ host }) => host))];
  const stripped = [...new Set([...spoofable, ...(gateway.clientAddress?.kind === 'xForwardedFor' ? [] : [forwardedFor]), ...trustedHeaders(policy)])].sort();
  return hosts.map((host): ListenerPlan => {
    const here = exposed.filter((one) => one.host === host);
    const requirements = here.flatMap(({ segment }) => segment?.requires ?? []);
    const lifetimes = requirements.flatMap(({ reauthenticateEvery }) => reauthenticateEvery ?? []);
    const tls: TlsVersion = requirements.some(({ transport }) => transport?.tls === '1.3') ? '1.3' : '1.2';
    const clients = clientsOf(policy, platform, here);
    return {
      host, policyName: policyName(`${gateway.name}.${host}`), minTls: tls, stripped,
      alpn: alpnOf(here, hosts.length === 1),
      ...(lifetimes.length === 0 ? {} : { lifetime: Math.min(...lifetimes) }),
      ...(gateway.clientAddress === undefined ? {} : { clientAddress: { ...gateway.clientAddress } }),
      ...(clients === undefined ? {} : { clients }),
      grants: [...new Set(here.flatMap(({ grants }) => grants.map(({ ref }) => ref)))].sort(),
    };
  });
}

/**
 * One certificate stands for all hosts, so that a browser may send requests for one host over its HTTP/2 connection to
 * another, whose listener does not know them (Gateway API, GEP-3567). So HTTP/2 is for a host that is alone and
 * for gRPC, which needs it and whose clients share no connections.
 */
function alpnOf(here: readonly Exposed[], alone: boolean): readonly string[] {
  const grpc = here.some(({ api }) => api.operations.some(({ kind }) => kind === 'grpc'));
  return alone || grpc ? ['h2', 'http/1.1'] : ['http/1.1'];
}

function clientsOf(policy: Policy, { caBundles }: Platform, here: readonly Exposed[]): ListenerPlan['clients'] {
  const names = new Set(here.flatMap(({ grants }) => grants.flatMap(({ from }) => (from.kind === 'partner' ? [from.name] : []))));
  const partners = policy.partners.filter(({ name }) => names.has(name));
  const bundle = caBundles.find(({ name }) => name === partners[0]?.certificate.ca);
  if (bundle === undefined) return undefined;
  const sans = partners.flatMap(({ certificate }) => sanOf(certificate.san) ?? []);
  return { caBundle: { ...bundle.ref }, sans: [...new Map(sans.map((san) => [`${san.kind}:${san.value}`, san])).entries()].sort().map(([, san]) => ({ ...san })) };
}

/** Of `uri:…` and `dns:…`; of another kind nothing, since Envoy tells an expression of no other. */
export function sanOf(text: string): SanPlan | undefined {
  const [, kind, value] = /^(uri|dns):(.+)$/s.exec(text) ?? [];
  return kind === undefined || value === undefined ? undefined : { kind: kind as SanPlan['kind'], value };
}

/** The headers that conditions believe: whoever sets them, it is nobody outside. */
function trustedHeaders(policy: Policy): readonly string[] {
  const of = (condition: Condition): readonly string[] =>
    (condition.kind === 'header' ? [condition.name.toLowerCase()] : condition.kind === 'all' || condition.kind === 'any' ? condition.of.flatMap(of) : []);
  return [
    ...policy.apis.flatMap(({ offers }) => offers.flatMap(({ when }) => when)),
    ...policy.segments.flatMap(({ requires }) => [...requires.people, ...requires.workloads, ...requires.partners]),
    ...policy.people.flatMap(({ where }) => where ?? []),
  ].flatMap(of);
}
