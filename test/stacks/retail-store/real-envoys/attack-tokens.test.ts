import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngines } from '../../../engines/engine.ts';
import { compiledEstate } from '../compiled-estate.ts';
import { attacker, shop, shopping, type Attacker, type Wire } from './attacker.ts';
import { aHelper, aShopper } from './callers.ts';
import { deployed } from './deployed.ts';
import { forgedTokens } from './forged-tokens.ts';

const estate = deployed(compiledEstate());

describeWithEngines(['envoy', 'egxlate'], 'attacks on the retail store\'s gateway with tokens', () => {
  let by: Attacker;
  beforeAll(async () => void (by = await attacker(estate)), 120_000);
  afterAll(async () => by?.real.stop());
  const nothing = async (wire: Wire): Promise<void> => {
    await by.honest(shopping);
    const { arrived, status } = await by.send(wire);
    expect([arrived, status]).toEqual([undefined, 401]);
  };

  it.each(Object.entries(forgedTokens))('%s', async (_, forge) =>
    nothing({ host: shop, path: '/cart', headers: { authorization: `Bearer ${await forge(by.real.wallet.issuers.get('shop-login')!)}` } }));
  it('a good token of another provider', async () => nothing({ host: shop, path: '/cart', who: aHelper }));

  const elsewhere: Readonly<Record<string, (token: string) => Partial<Wire>>> = {
    'in the query, as access_token': (token) => ({ path: `/cart?access_token=${token}` }),
    'in the query, as token': (token) => ({ path: `/cart?token=${token}` }),
    'in a cookie': (token) => ({ headers: { cookie: `authorization=${token}; access_token=${token}; token=${token}` } }),
    'in Proxy-Authorization': (token) => ({ headers: { 'proxy-authorization': `Bearer ${token}` } }),
    'in headers of proxies': (token) => ({ headers: { 'x-authorization': `Bearer ${token}`, 'x-forwarded-authorization': `Bearer ${token}`, 'x-jwt-payload': token.split('.')[1]!, 'x-goog-iap-jwt-assertion': token } }),
    'as Basic': (token) => ({ headers: { authorization: `Basic ${token}` } }),
    'without a scheme': (token) => ({ headers: { authorization: token } }),
    'after a scheme in lower case': (token) => ({ headers: { authorization: `bearer ${token}` } }),
    'after a scheme in upper case': (token) => ({ headers: { authorization: `BEARER ${token}` } }),
    'after a scheme and a tab': (token) => ({ headers: { authorization: `Bearer\t${token}` } }),
    'before a forged one': (token) => ({ headers: { authorization: [`Bearer ${token}`, 'Bearer e30.e30.e30'] } }),
    'after a forged one': (token) => ({ headers: { authorization: ['Bearer e30.e30.e30', `Bearer ${token}`] } }),
  };
  it.each(Object.entries(elsewhere))('a good token %s', async (_, put) => nothing({ host: shop, path: '/cart', ...put((await by.bearer(aShopper)).slice('Bearer '.length)) }));

  it('a good token is looked for wherever `Bearer ` stands, and is still all that counts', async () => {
    const { arrived } = await by.send({ host: shop, path: '/cart', headers: { authorization: `Basic YTpi, ${await by.bearer(aShopper)}` } });
    expect(arrived).toMatchObject({ method: 'GET', path: '/cart' });
    await nothing({ host: shop, path: '/cart', headers: { authorization: `Basic YTpi, ${await by.bearer(aHelper)}` } });
  });
});
