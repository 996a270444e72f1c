import type { Api } from '#ir';
import { crossing, decide, someoneOutside, type Decision, type Hop, type Request, type Verdict } from '#spec';
import { certificateAuthority } from '../../../engines/envoy/certificates.ts';
import { serveGateway, type ServedGateway } from '../../../engines/envoy/serve-gateway.ts';
import { asking, type Outcome } from './asking.ts';
import type { Deployed } from './deployed.ts';
import type { Question } from './questions.ts';
import { wallet, type Caller, type Shown, type Wallet } from './shown.ts';

export interface Asked extends Question {
  readonly api: Api;
  readonly who: Caller;
  readonly headers?: Readonly<Record<string, string>>;
  readonly upgrade?: 'websocket';
}

/** The estate's gateway in a real Envoy, and what the meaning and our reading say of the very same request. */
export interface Edge {
  readonly served: ServedGateway;
  readonly wallet: Wallet;
  /** The request as the meaning sees it, at this moment. */
  request(asked: Asked, shown: Shown): Request;
  ask(asked: Asked): Promise<{ readonly outcome: Outcome; readonly request: Request; readonly meant: Decision['decision']; readonly read: Verdict }>;
  stop(): Promise<void>;
}

/** The platform's balancer stands in front (`xForwardedFor({ trustedHops: 1 })`): after whatever a client says, it writes whose connection it was. */
export const behindBalancer = (headers: Readonly<Record<string, string | readonly string[]>> = {}): Readonly<Record<string, string | readonly string[]>> => {
  const said = headers['x-forwarded-for'];
  return { ...headers, 'x-forwarded-for': [...(said === undefined ? [] : [said].flat()), someoneOutside.ipv4].join(', ') };
};

const handshake = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==', 'sec-websocket-version': '13' };

export async function edge({ emitted, platform, policy, read, services }: Deployed): Promise<Edge> {
  const [gateway] = platform.gateways, [bundle] = platform.caBundles;
  const purse = await wallet(policy, bundle!.ref);
  const hosts = policy.apis.flatMap((api) => hostOf(api) ?? []);
  const own = await certificateAuthority('edge');
  const served = await serveGateway({
    objects: [...emitted.gateway, ...services],
    certificates: { [`${gateway!.certificate.namespace}/${gateway!.certificate.name}`]: await own.issue({ dns: hosts, usage: 'server' }) },
    authorities: { [`${bundle!.ref.namespace}/${bundle!.ref.name}`]: purse.authority.certificate },
    jwks: purse.keySets,
  });
  const request = ({ api, headers, method, path, upgrade }: Asked, { partner, subject }: Shown): Request => ({
    throughExposure: true, context: { time: new Date().toISOString(), ...(headers === undefined ? {} : { headers }) },
    to: { kind: 'http', api: api.name, method, path: path.replace(/\?.*$/, ''), ...(upgrade === undefined ? {} : { upgrade }) },
    ...(subject === undefined ? {} : { subject }), ...(partner === undefined ? {} : { client: { partner } }),
  });
  return {
    served, wallet: purse, request,
    async ask(asked) {
      const { api, headers, method, path, upgrade, who } = asked;
      const shown = await purse.show(who), meaning = request(asked, shown);
      const outcome = await asking(served.echoes, (marked) => served.request({
        host: hostOf(api)!, method, path, tls: shown.client === undefined ? {} : { client: shown.client },
        headers: behindBalancer({ ...(upgrade === undefined ? {} : handshake), ...(shown.authorization === undefined ? {} : { authorization: shown.authorization }), ...headers, ...marked }),
      }));
      const hop = crossing(policy, platform, meaning).intended.find(({ enforcer }) => enforcer === 'gateway');
      if (hop === undefined) throw new Error(`${api.name} has no way through a gateway`);
      const { certificate: _none, ...rest } = hop; // another name than a partner's is no fact of the meaning's, but one of the wire's
      const seen: Hop = shown.certificate === undefined ? rest : { ...rest, certificate: shown.certificate };
      return { outcome, request: meaning, meant: decide(policy, meaning).decision, read: read.gateway(seen) };
    },
    stop: () => served.stop(),
  };
}

export const hostOf = ({ exposedAt }: Api): string | undefined => (exposedAt?.kind === 'gateway' ? exposedAt.host : undefined);
