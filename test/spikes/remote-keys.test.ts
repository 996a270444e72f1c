import { expect, it } from 'vitest';
import { describeWithEngines } from '../engines/engine.ts';
import { serveGateway } from '../engines/envoy/serve-gateway.ts';
import { tokenIssuer } from '../engines/envoy/tokens.ts';
import { gatewayClass, httpGateway, httpRoute, securityPolicy, service } from './cel-gateway.ts';

const keys = 'https://login.example.com/keys';

describeWithEngines(['envoy', 'egxlate'], "a provider's keys at an https address", () => {
  it.each<[string, readonly string[] | undefined]>([
    ['are fetched', undefined],
    // Envoy Gateway writes no name to look for in the certificate: whoever has one from any public authority may answer.
    ["are fetched from a server with somebody else's certificate", ['other.example.net']],
  ])('%s', async (_, names) => {
    const issuer = await tokenIssuer({ issuer: 'https://login.example.com' });
    const gateway = await serveGateway({
      objects: [
        gatewayClass,
        httpGateway,
        service('echo'),
        httpRoute('all', [{ backendRefs: [{ name: 'echo', port: 80 }] }]),
        securityPolicy('all', { kind: 'HTTPRoute', name: 'all' }, { jwt: { providers: [{ name: 'idp', issuer: issuer.issuer, remoteJWKS: { uri: keys } }] } }),
      ],
      jwks: { [keys]: issuer.jwks },
      ...(names === undefined ? {} : { jwksServerNames: names }),
    });
    try {
      expect(gateway.fetched).toEqual(['login.example.com/keys']);
      const headers = { authorization: `Bearer ${await issuer.sign({})}` };
      expect((await gateway.request({ port: 80, tls: false, host: 'shop.example.com', headers })).status).toBe(200);
      const [cluster] = gateway.config.clusters.filter(({ name }) => name === 'login_example_com_443');
      expect(JSON.stringify(cluster)).not.toMatch(/matchTypedSubjectAltNames|autoSanValidation/);
    } finally {
      await gateway.stop();
    }
  });
});
