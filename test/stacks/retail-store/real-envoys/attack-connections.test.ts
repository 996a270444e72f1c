import { connect as connectHttp2 } from 'node:http2';
import { connect, type SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithEngines } from '../../../engines/engine.ts';
import { compiledEstate } from '../compiled-estate.ts';
import { asking } from './asking.ts';
import { attacker, desk, listing, reading, reseller, shop, shopping, type Attacker } from './attacker.ts';
import { acmeItself, aHelper, aShopper, partners } from './callers.ts';
import { deployed } from './deployed.ts';

const estate = deployed(compiledEstate());
const hosts = [shop, desk, reseller], wires = [shopping, reading, listing];
const pairs = hosts.flatMap((one) => hosts.filter((other) => other !== one).map((other) => [one, other] as const));

describeWithEngines(['envoy', 'egxlate'], 'attacks on the retail store\'s gateway with connections', () => {
  let by: Attacker;
  beforeAll(async () => void (by = await attacker(estate)), 120_000);
  afterAll(async () => by?.real.stop());

  describe('names', () => {
    it.each(pairs)('%s in TLS and %s in the request', async (serverName, host) => {
      for (const wire of wires) {
        await by.honest(wire);
        for (const who of [wire.who!, { ...aHelper, certificate: acmeItself.certificate! }, { ...aShopper, certificate: acmeItself.certificate! }]) expect((await by.send({ ...wire, who, serverName, host })).arrived).toBeUndefined();
      }
    });
    it.each(pairs)('a target at %s under %s in the Host header, and in TLS', async (target, host) => {
      const wire = wires.find((one) => one.host === target)!;
      await by.honest(wire);
      expect((await by.send({ ...wire, host, serverName: host, path: `https://${target}${wire.path}` })).arrived).toBeUndefined();
    });
    it.each(['other.example.com', 'SHOP.example.org', 'shop.example.com.', 'shop.example.com@api.example.com', 'shop.example.com,api.example.com', 'xshop.example.com', '127.0.0.1', ''])('Host %j', async (host) => {
      await by.honest(shopping);
      expect((await by.send({ ...shopping, host, serverName: shop })).arrived).toBeUndefined();
    });
    it('two Host headers, in either order', async () => {
      await by.honest(shopping);
      for (const two of [[shop, desk], [desk, shop]]) {
        expect((await by.raw(shop, 'GET /orders HTTP/1.1', [...two.map((host) => `host: ${host}`), `authorization: ${await by.bearer(aHelper)}`])).arrived).toBeUndefined();
        expect((await by.raw(shop, 'GET /cart HTTP/1.1', [...two.map((host) => `host: ${host}`), `authorization: ${await by.bearer(aShopper)}`])).arrived).toBeUndefined();
      }
    });
    it.each(['other.example.com', 'example.com', 'x.shop.example.com', 'shop.example.com.evil.example', 'xshop.example.com'])('%s in TLS has no listener', async (serverName) => {
      await by.honest(shopping);
      expect(await by.send({ ...shopping, serverName })).toMatchObject({ status: 0 });
    });
    it('no name in TLS has no listener', async () => {
      await by.honest(shopping);
      expect(await by.raw(undefined, 'GET /cart HTTP/1.1', [`host: ${shop}`, `authorization: ${await by.bearer(aShopper)}`])).toMatchObject({ status: 0 });
    });
  });

  it('HTTP/2 that nobody has agreed on, and every name over one connection', async () => {
    await by.honest(shopping);
    const [shopper, helper] = [await by.bearer(aShopper), await by.bearer(aHelper)];
    const session = connectHttp2(`https://${shop}`, { createConnection: () => connect({ host: '127.0.0.1', port: by.real.served.port(443), servername: shop, rejectUnauthorized: false }) });
    session.on('error', () => undefined);
    const ask = (authority: string, path: string, authorization: string): Promise<string> => new Promise((resolve) => {
      const stream = session.request({ ':authority': authority, ':path': path, authorization });
      stream.once('response', ({ ':status': status }) => resolve(String(status)));
      stream.once('error', ({ message }: Error) => resolve(message));
      stream.once('close', () => resolve('nothing'));
      stream.end();
    });
    expect([await ask(shop, '/cart', shopper), await ask(shop, '/actuator/prometheus', shopper), await ask(desk, '/orders', helper), await ask(shop, '/cart', helper)]).toEqual(['200', '403', '404', '401']);
    session.destroy();
  });

  describe('certificates', () => {
    it.each(partners.slice(3).map((who) => [who.name, who] as const))('%s', async (_, who) => {
      await by.honest(listing);
      for (const path of ['/catalog/products', '/catalog/products/1']) expect((await by.send({ ...listing, path, who })).arrived).toBeUndefined();
    });
    it('no certificate, whatever token', async () => {
      await by.honest(listing);
      for (const who of [undefined, aShopper, aHelper]) expect(await by.send({ host: reseller, path: '/catalog/products', ...(who === undefined ? {} : { who }) })).toMatchObject({ status: 0 });
    });
    it('a partner\'s certificate in the place of a token', async () => {
      await by.honest({ ...shopping, who: { ...aShopper, certificate: acmeItself.certificate! } });
      for (const wire of [shopping, reading]) expect((await by.send({ ...wire, who: acmeItself })).arrived).toBeUndefined();
    });
  });

  describe('TLS', () => {
    /** What the handshake comes to under one version alone. The client's own library must not be what refuses. */
    const handshake = (serverName: string, version: SecureVersion): Promise<string> => new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: by.real.served.port(443), servername: serverName, minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0', rejectUnauthorized: false });
      socket.once('secureConnect', () => { resolve(socket.getProtocol() ?? 'none'); socket.destroy(); });
      socket.once('error', ({ message }) => resolve(message));
    });
    it.each<[string, SecureVersion, string | RegExp]>([
      [shop, 'TLSv1.3', 'TLSv1.3'], [shop, 'TLSv1.2', 'TLSv1.2'], [shop, 'TLSv1.1', /alert protocol version/], [shop, 'TLSv1', /alert protocol version/],
      [desk, 'TLSv1.3', 'TLSv1.3'], [desk, 'TLSv1.2', /alert protocol version/], [desk, 'TLSv1.1', /alert protocol version/],
      [reseller, 'TLSv1.3', 'TLSv1.3'], [reseller, 'TLSv1.1', /alert protocol version/],
    ])('%s under %s: %s', async (host, version, outcome) => expect(await handshake(host, version)).toMatch(outcome));

    it('plain text on the port of TLS', async () => {
      for (const wire of wires) {
        await by.honest(wire);
        expect(await asking(by.real.served.echoes, async (marked) => by.real.served.request({ host: wire.host, path: wire.path, tls: false, headers: { authorization: await by.bearer(aShopper), ...marked } }))).toMatchObject({ status: 0 });
      }
    });
  });
});
