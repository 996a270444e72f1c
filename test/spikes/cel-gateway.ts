import type { Manifest } from '../engines/envoy/manifest.ts';
import { serveGateway, type ServedGateway } from '../engines/envoy/serve-gateway.ts';
import type { TokenIssuer } from '../engines/envoy/tokens.ts';

export const gatewayGroup = 'gateway.networking.k8s.io';

export const gatewayClass: Manifest = {
  apiVersion: `${gatewayGroup}/v1`,
  kind: 'GatewayClass',
  metadata: { name: 'eg' },
  spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
};

export const httpGateway: Manifest = {
  apiVersion: `${gatewayGroup}/v1`,
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: 'shop' },
  spec: { gatewayClassName: 'eg', listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }] },
};

export const service = (name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { ports: [{ port: 80, targetPort: 8080 }] },
});

export function httpRoute(name: string, rules: readonly Record<string, unknown>[], extra: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: `${gatewayGroup}/v1`,
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'shop' },
    spec: { parentRefs: [{ name: 'edge' }], rules, ...extra },
  };
}

export function securityPolicy(name: string, target: Record<string, unknown>, spec: Record<string, unknown>): Manifest {
  return {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'SecurityPolicy',
    metadata: { name, namespace: 'shop' },
    spec: { targetRefs: [{ group: gatewayGroup, ...target }], ...spec },
  };
}

export function jwtOf({ issuer, jwks }: TokenIssuer): Record<string, unknown> {
  return { providers: [{ name: 'idp', issuer, audiences: ['shop'], localJWKS: { type: 'Inline', inline: JSON.stringify(jwks) } }] };
}

/** One route `/<name>` for each expression, which lets a request with a good token through where it is true. */
export function serveCel(issuer: TokenIssuer, expressions: Readonly<Record<string, string>>): Promise<ServedGateway> {
  const routes = Object.entries(expressions).flatMap(([name, cel]) => [
    httpRoute(name, [{ matches: [{ path: { type: 'Exact', value: `/${name}` } }], backendRefs: [{ name: 'echo', port: 80 }] }]),
    securityPolicy(name, { kind: 'HTTPRoute', name }, { jwt: jwtOf(issuer), authorization: { defaultAction: 'Deny', rules: [{ name: 'only', action: 'Allow', cel }] } }),
  ]);
  return serveGateway({ objects: [gatewayClass, httpGateway, service('echo'), ...routes] });
}
