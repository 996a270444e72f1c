import { spiffeId, type Api, type Platform, type Workload } from '#ir';
import { crossing, decide, type Decision, type Hop, type Peer, type Request, type Verdict } from '#spec';
import { selfSigned, type Identity } from '../../../engines/envoy/certificates.ts';
import { serveIstio, type Inwards, type ServedIstio } from '../../../engines/envoy/serve-istio.ts';
import { asking, type Outcome } from './asking.ts';
import type { Deployed } from './deployed.ts';
import type { Question } from './questions.ts';
import type { Caller, Wallet } from './shown.ts';

/** Who connects: what the meaning knows it as, and the certificate that it shows. */
export interface Connected {
  readonly name: string;
  readonly peer: Peer;
  /** Another certificate than that of its own account, or none; no hop says whose it is. */
  readonly shows?: 'another trust domain' | 'an expired one' | 'one it signed itself' | 'none';
}

export interface MeshAsked extends Question {
  readonly api: Api;
  readonly by: Connected;
  readonly who: Caller;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: 'request' | 'http2' | 'grpc';
}

/** What an ordinary hop does not say is absent from `read`: who has shown no identity of the mesh has not got as far as a rule. */
export interface MeshAnswer { readonly outcome: Outcome; readonly request: Request; readonly meant: Decision['decision']; readonly hop: Hop; readonly read: Verdict }

/** The proxy in front of a workload, in a real Envoy: the waypoint of its namespace, or its own sidecar. */
export interface MeshProxy {
  readonly served: ServedIstio;
  ask(asked: MeshAsked): Promise<MeshAnswer>;
  /** A connection to a port whose bytes nobody reads. What is sent on it happens to be HTTP, for the echo server's sake. */
  connect(by: Connected, api: Api): Promise<Omit<MeshAnswer, 'request'>>;
  /** A request as it is, from whoever has that account, to the Service or port that serves the API. */
  forward(account: string, api: Api, request: Question & { readonly host: string; readonly headers: Readonly<Record<string, string | readonly string[]>> }): Promise<Outcome>;
  stop(): Promise<void>;
}

export const meshConfigOf = ({ mesh }: Platform) => ({
  trustDomain: mesh!.trustDomain, pathNormalization: { normalization: mesh!.pathNormalization }, meshMTLS: { minProtocolVersion: mesh!.minTls === '1.3' ? 'TLSV1_3' : 'TLSV1_2' },
});

export async function meshProxy({ emitted, platform, policy, read, services }: Deployed, { kubernetes, name }: Workload, purse: Wallet): Promise<MeshProxy> {
  const mesh = platform.mesh!, facts = kubernetes!, waypoint = mesh.dataPlane === 'ambient';
  const served = await serveIstio({
    dataPlane: waypoint ? 'waypoint' : 'sidecar', objects: [...services, ...emitted.mesh], meshConfig: meshConfigOf(platform), jwks: purse.keySets, believesAddresses: true,
    workload: waypoint ? { namespace: facts.namespace, name: mesh.waypoint }
      : { namespace: facts.namespace, name: `${name}-1`, labels: facts.selector, ...(facts.serviceAccount === undefined ? {} : { serviceAccount: facts.serviceAccount }) },
  });
  const identities = new Map<string, Promise<Identity>>();
  const identityOf = (uri: string, shows: Exclude<Connected['shows'], 'none'>): Promise<Identity> => {
    const names = { uris: [shows === 'another trust domain' ? uri.replace(mesh.trustDomain, 'another.example.com') : uri] }, key = `${uri} ${shows ?? ''}`;
    const known = identities.get(key) ?? (shows === 'one it signed itself' ? selfSigned(names) : served.authority.issue({ ...names, ...(shows === 'an expired one' ? { validity: 'expired' } : {}) }));
    identities.set(key, known);
    return known;
  };
  const inwards = (as: Inwards['as'], api: Api): Inwards => {
    const port = api.servedBy.kind === 'workload' ? api.servedBy.port : 0, number = facts.ports.find((each) => each.name === port)?.number ?? Number(port);
    const service = facts.services.find(({ targetPort }) => targetPort === port || targetPort === number)!;
    return waypoint ? { as, service: `${facts.namespace}/${service.name}`, port: service.port } : { as, port: number };
  };
  const from = async (by: Connected, request: Request): Promise<{ readonly as: Inwards['as']; readonly hop: Hop }> => {
    const found = crossing(policy, platform, request).intended.find(({ proxy }) => proxy === (waypoint ? 'waypoint' : 'sidecar'));
    if (found?.peer === undefined) throw new Error(`${by.name} has no way to ${name} through this proxy`);
    const { peer, ...rest } = found;
    return {
      hop: { ...rest, ...(by.shows === undefined ? { peer } : by.shows === 'another trust domain' ? { peer: peer.replace(mesh.trustDomain, 'another.example.com') } : {}) },
      as: by.shows === 'none' ? 'plain text' : await identityOf(peer, by.shows),
    };
  };
  return {
    served,
    async ask({ api, by, headers = {}, method, path, protocol = 'request', who }) {
      const { authorization, subject, token } = await purse.show(who);
      const request: Request = {
        peer: by.peer, throughExposure: false, context: { time: new Date().toISOString() }, to: { kind: 'http', api: api.name, method, path: path.replace(/\?.*$/, '') },
        ...(subject === undefined ? {} : { subject }),
      };
      const { as, hop: { token: _verified, ...bare } } = await from(by, request);
      const hop: Hop = { ...bare, ...(token === undefined ? {} : { token }) };
      const outcome = await asking(served.echoes, (marked) => served[protocol]({
        ...inwards(as, api), host: `${api.name}.example`, method, path, headers: { ...(authorization === undefined ? {} : { authorization }), ...headers, ...marked },
      }));
      return { outcome, request, meant: decide(policy, request).decision, hop, read: read.mesh(hop) };
    },
    async connect(by, api) {
      const request: Request = { peer: by.peer, throughExposure: false, context: { time: new Date().toISOString() }, to: { kind: 'operation', api: api.name, operation: 'connect' } };
      const { as, hop } = await from(by, request);
      const outcome = await asking(served.echoes, (marked) => served.request({ ...inwards(as, api), host: `${api.name}.example`, headers: marked }));
      return { outcome, hop, meant: decide(policy, request).decision, read: read.mesh(hop) };
    },
    async forward(account, api, { headers, host, method, path }) {
      const [namespace = '', serviceAccount = ''] = account.split('/');
      const as = await identityOf(spiffeId(mesh.trustDomain, namespace, serviceAccount), undefined);
      const sent = Object.fromEntries(Object.entries(headers).filter(([each]) => !hopByHop.includes(each)));
      return asking(served.echoes, (marked) => served.request({ ...inwards(as, api), host, method, path, headers: { ...sent, ...marked } }));
    },
    stop: () => served.stop(),
  };
}

/** Said of a connection and not of a request, or said by whoever sends. */
const hopByHop = ['connection', 'content-length', 'host', 'transfer-encoding', ':authority'];
