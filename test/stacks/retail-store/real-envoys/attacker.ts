import { expect } from 'vitest';
import { decide, type Request } from '#spec';
import type { Arrived } from '../../../engines/envoy/echo.ts';
import { asking, type Outcome } from './asking.ts';
import { aHelper, acmeItself, aShopper } from './callers.ts';
import type { Deployed } from './deployed.ts';
import { behindBalancer, edge, hostOf, type Edge } from './edge.ts';
import type { Caller } from './shown.ts';

export const shop = 'shop.example.com', desk = 'api.example.com', reseller = 'partners.example.com';

export interface Wire {
  readonly host: string;
  /** SNI, where it is not the host. */
  readonly serverName?: string;
  readonly who?: Caller;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** What each honest caller does. */
export const shopping: Wire = { host: shop, path: '/cart', who: aShopper };
export const reading: Wire = { host: desk, path: '/orders', who: aHelper };
export const listing: Wire = { host: reseller, path: '/catalog/products', who: acmeItself };

/** A client of the gateway that holds to no rule. */
export interface Attacker {
  readonly real: Edge;
  send(wire: Wire, by?: 'request' | 'http2' | 'grpc'): Promise<Outcome>;
  raw(host: string | undefined, requestLine: string, headerLines: readonly string[], body?: string): Promise<Outcome>;
  /** `Bearer …`, of a good token. */
  bearer(who: Caller): Promise<string>;
  /** What an honest caller does in the attacker's place: without it, a gateway that lets nothing through would pass. */
  honest(wire: Wire): Promise<Arrived>;
  /** Nothing has arrived; or an operation that the caller is granted, in its own spelling. */
  harmless(outcome: Outcome, host: string, who?: Caller): Promise<Arrived | undefined>;
}

export async function attacker(estate: Deployed): Promise<Attacker> {
  const real = await edge(estate), { policy } = estate;
  const shown = (who: Caller | undefined) => real.wallet.show(who ?? { name: 'nobody' });
  const send: Attacker['send'] = async ({ headers = {}, host, method = 'GET', path, serverName, who }, by = 'request') => {
    const { authorization, client } = await shown(who);
    return asking(real.served.echoes, (marked) => real.served[by]({
      host, method, path, tls: { ...(serverName === undefined ? {} : { serverName }), ...(client === undefined ? {} : { client }) },
      headers: behindBalancer({ ...(authorization === undefined ? {} : { authorization }), ...headers, ...marked }),
    }));
  };
  return {
    real, send,
    raw: (host, requestLine, headerLines, body = '') => asking(real.served.echoes, (marked) =>
      real.served.raw({ ...(host === undefined ? {} : { host }), requestLine, headerLines: [...headerLines, ...Object.entries(marked).map(([name, value]) => `${name}: ${value}`)], body })),
    bearer: async (who) => (await shown(who)).authorization!,
    async honest(wire) {
      const { arrived, refused, status } = await send(wire);
      expect(arrived, `the honest request is ${refused ?? status}`).toMatchObject({ method: wire.method ?? 'GET', path: wire.path });
      return arrived!;
    },
    async harmless({ arrived }, host, who) {
      if (arrived === undefined) return undefined;
      const { partner, subject } = await shown(who);
      const api = policy.apis.find((each) => hostOf(each) === host)!;
      const request: Request = {
        throughExposure: true, context: { time: new Date().toISOString() }, to: { kind: 'http', api: api.name, method: arrived.method, path: arrived.path.replace(/\?.*$/, '') },
        ...(subject === undefined ? {} : { subject }), ...(partner === undefined ? {} : { client: { partner } }),
      };
      expect(decide(policy, request), `${arrived.method} ${arrived.path} has arrived`).toMatchObject({ decision: 'allow' });
      return arrived;
    },
  };
}
