import type { Api, Platform, Policy } from '#ir';
import type { Decision, Hop, Request, Verdict } from '#spec';
import { decide } from '#spec';
import { certificateAuthority, type Authority, type Identity } from '../../engines/envoy/certificates.ts';
import type { Manifest } from '../../engines/envoy/manifest.ts';
import type { Answer } from '../../engines/envoy/send.ts';
import { serveGateway, type ServedGateway } from '../../engines/envoy/serve-gateway.ts';
import { tampered, tokenIssuer, type TokenIssuer } from '../../engines/envoy/tokens.ts';
import { interpret } from '../../../src/targets/gateway/interpret.ts';
import type { KubernetesArtifact } from '../../../src/targets/target.ts';
import { worldOf, type World } from './world.ts';

/** A token as it is sent. `good`: by the provider's key; the others are tried with the same claims. */
export interface Shown {
  readonly token?: { readonly provider: string; readonly claims?: Readonly<Record<string, unknown>>; readonly made?: 'good' | 'by a stranger' | 'unsigned' | 'with the public key' | 'tampered' };
  /** Names in a certificate, of the partners' authorities unless said. */
  readonly certificate?: { readonly uris?: readonly string[]; readonly dns?: readonly string[]; readonly by?: 'partners' | 'impostor'; readonly validity?: 'expired' };
}

export interface Wire extends Shown {
  readonly host: string;
  /** SNI, where it is not the host. */
  readonly serverName?: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly upgrade?: 'websocket';
  readonly from?: string;
}

/** `at`: the Service that received the request, by its name; undefined if none did. */
export interface Asked extends Answer { readonly at?: string }

export interface RealGateway {
  readonly world: World;
  readonly served: ServedGateway;
  ask(wire: Wire): Promise<Asked>;
  /** Of gRPC, on its own connection. */
  call(wire: Wire): Promise<Asked>;
  /** What is read from the objects, for the Service of an API. */
  read(api: Api, wire: Wire): Verdict;
  /** What the policy means. */
  meant(api: Api, wire: Wire): Decision['decision'];
  stop(): Promise<void>;
}

const websocket = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==', 'sec-websocket-version': '13' };

/** What is emitted for a policy, in Envoy Gateway's own translation and a real Envoy. */
export async function realGateway(policy: Policy, platform: Platform, more: { readonly grpc?: readonly string[]; readonly sabotage?: (artifacts: readonly KubernetesArtifact[]) => readonly KubernetesArtifact[] } = {}): Promise<RealGateway> {
  const sound = worldOf(policy, platform), artifacts = more.sabotage?.(sound.artifacts) ?? sound.artifacts;
  const world: World = { ...sound, artifacts, decider: interpret(artifacts, platform) };
  const [gateway] = platform.gateways;
  const issuers = new Map<string, TokenIssuer>(await Promise.all(policy.identityProviders.map(async ({ issuer, name }) => [name, await tokenIssuer({ issuer })] as const)));
  const authorities: Record<string, Authority> = { own: await certificateAuthority('gateway'), partners: await certificateAuthority('partners'), impostor: await certificateAuthority('partners') };
  const hosts = [...new Set(policy.apis.flatMap(({ exposedAt }) => (exposedAt?.kind === 'gateway' ? [exposedAt.host] : [])))];
  const emitted = world.artifacts.map(({ object }) => JSON.parse(JSON.stringify(object)) as Manifest);
  const known = await serveGateway({
    objects: [...emitted.filter(({ apiVersion }) => apiVersion.startsWith('gateway.')), ...servicesOf(policy, more.grpc ?? [])],
    certificates: { [`${gateway!.certificate.namespace}/${gateway!.certificate.name}`]: await authorities['own']!.issue({ dns: hosts }) },
    authorities: Object.fromEntries(platform.caBundles.map(({ ref }) => [`${ref.namespace}/${ref.name}`, authorities['partners']!.certificate])),
    despiteProblems: more.sabotage !== undefined,
    jwks: Object.fromEntries(policy.identityProviders.map(({ jwksUri, name }) => [jwksUri, issuers.get(name)!.jwks])),
  });
  const identities = new Map<string, Promise<Identity>>();
  const identityOf = (shown: NonNullable<Shown['certificate']>): Promise<Identity> => {
    const key = JSON.stringify(shown);
    const { by = 'partners', dns, uris, validity } = shown;
    if (!identities.has(key)) identities.set(key, authorities[by]!.issue({ commonName: 'client', ...(dns === undefined ? {} : { dns }), ...(uris === undefined ? {} : { uris }), ...(validity === undefined ? {} : { validity }) }));
    return identities.get(key)!;
  };

  const arrivals = (): ReadonlyMap<string, number> => new Map(Object.values(known.echoes).map(({ arrived, name }) => [name, arrived.length]));
  /** By what the servers have seen: an answer to HEAD has no body to say it. */
  async function observed(send: () => Promise<Answer>): Promise<Asked> {
    const before = arrivals(), answer = await send(), after = arrivals();
    const [at] = [...after].filter(([name, count]) => count !== before.get(name)).map(([name]) => name.split('/')[1]!);
    return { ...answer, ...(at === undefined ? {} : { at }) };
  }
  async function sent({ certificate, from, headers = {}, host, method = 'GET', path, serverName, token, upgrade }: Wire): Promise<Parameters<ServedGateway['request']>[0]> {
    const client = certificate === undefined ? undefined : await identityOf(certificate);
    return {
      host, method, path, ...(from === undefined ? {} : { from }),
      tls: { ...(serverName === undefined ? {} : { serverName }), ...(client === undefined ? {} : { client }) },
      headers: { ...(upgrade === undefined ? {} : websocket), ...(token === undefined ? {} : { authorization: `Bearer ${await written(issuers.get(token.provider)!, token)}` }), ...headers },
    };
  }

  return {
    world, served: known,
    ask: async (wire) => { const request = await sent(wire); return observed(() => known.request(request)); },
    call: async (wire) => { const request = await sent(wire); return observed(() => known.grpc(request)); },
    read: (api, wire) => world.decider(hopOf(policy, platform, api, wire)),
    meant: (api, wire) => decide(policy, requestOf(policy, api, wire)).decision,
    stop: () => known.stop(),
  };
}

function servicesOf({ workloads }: Policy, grpc: readonly string[]): readonly Manifest[] {
  return workloads.flatMap(({ kubernetes }) => (kubernetes?.services ?? []).map(({ name, port }): Manifest => ({
    apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: kubernetes!.namespace },
    spec: { ports: [{ port, targetPort: 8080, ...(grpc.includes(name) ? { appProtocol: 'kubernetes.io/h2c' } : {}) }] },
  })));
}

async function written(issuer: TokenIssuer, { claims = {}, made = 'good' }: NonNullable<Shown['token']>): Promise<string> {
  switch (made) {
    case 'good': return issuer.sign(claims);
    case 'by a stranger': return issuer.signedByStranger(claims);
    case 'unsigned': return issuer.unsigned(claims);
    case 'with the public key': return issuer.signedWithPublicKey(claims);
    case 'tampered': return tampered(await issuer.sign({ ...claims, sub: 'mallory' }), { claims: { sub: 'alice' } });
    default: return made satisfies never;
  }
}

function claimsOf(issuer: string, claims: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1000);
  return Object.fromEntries(Object.entries({ iss: issuer, iat: now, exp: now + 300, ...claims }).filter(([, value]) => value !== undefined));
}

function hopOf(policy: Policy, platform: Platform, api: Api, { certificate, from = '127.0.0.1', headers = {}, host, method = 'GET', path, serverName = host, token, upgrade }: Wire): Hop {
  const { kubernetes } = policy.workloads.find(({ name }) => api.servedBy.kind === 'workload' && name === api.servedBy.workload)!;
  const provider = policy.identityProviders.find(({ name }) => name === token?.provider);
  const [service] = kubernetes!.services;
  return {
    enforcer: 'gateway', proxy: 'envoyGateway', direction: 'ingress', from: { ip: from }, to: { namespace: kubernetes!.namespace, podLabels: kubernetes!.selector }, port: platform.gateways[0]!.port, protocol: 'TCP',
    serviceAddress: { name: service!.name, port: service!.port }, serverName, time: new Date().toISOString(),
    http: { method, path: path.replace(/\?.*$/, ''), host, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])), ...(upgrade === undefined ? {} : { upgrade }) },
    ...(token === undefined || provider === undefined || (token.made ?? 'good') !== 'good' ? {} : { token: { jwksUri: provider.jwksUri, claims: claimsOf(provider.issuer, token.claims) } }),
    ...(certificate === undefined || certificate.by === 'impostor' || certificate.validity === 'expired' ? {} : { certificate: { caBundle: platform.caBundles[0]!.ref, sans: [...(certificate.uris ?? []).map((uri) => `uri:${uri}`), ...(certificate.dns ?? []).map((dns) => `dns:${dns}`)] } }),
  };
}

function requestOf(policy: Policy, api: Api, { certificate, from = '127.0.0.1', method = 'GET', path, token, upgrade }: Wire): Request {
  const provider = policy.identityProviders.find(({ name }) => name === token?.provider);
  const names = [...(certificate?.uris ?? []).map((uri) => `uri:${uri}`), ...(certificate?.dns ?? []).map((dns) => `dns:${dns}`)];
  const partner = certificate?.by === 'impostor' || certificate?.validity === 'expired' ? undefined : policy.partners.find((each) => names.includes(each.certificate.san));
  return {
    throughExposure: true, context: { time: new Date().toISOString(), sourceAddress: from },
    to: { kind: 'http', api: api.name, method, path: path.replace(/\?.*$/, ''), ...(upgrade === undefined ? {} : { upgrade }) },
    ...(token === undefined || provider === undefined || (token.made ?? 'good') !== 'good' ? {} : { subject: { provider: provider.name, claims: { aud: [], ...claimsOf(provider.issuer, token.claims) } } }),
    ...(partner === undefined ? {} : { client: { partner: partner.name } }),
  };
}
