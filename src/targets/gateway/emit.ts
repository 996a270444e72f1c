import type { KubernetesArtifact } from '../target.ts';
import type { BackendPlan, BackendTlsPlan, BundlePlan, CertificatePlan, EdgePlan, GatewayPlan, ListenerPlan, MatchPlan, ReferencePlan, RoutePlan, RulePlan } from './plan.ts';

const gatewayGroup = 'gateway.networking.k8s.io', envoyGroup = 'gateway.envoyproxy.io';
export const gatewayApi = `${gatewayGroup}/v1`, envoyApi = `${envoyGroup}/v1alpha1`;
/** Where nothing is named, Envoy Gateway lets WebSockets through. A header's value never ends in a space, so that no request asks for this. */
const noUpgrade = 'none ';

/**
 * Prints the plan as objects of Gateway API, Envoy Gateway, cert-manager and trust-manager. Decides nothing. Every object is
 * built anew, down to its leaves: YAML writers print a value that appears twice by identity as an alias.
 */
export function emit({ bundles, certificates, edges, policy }: GatewayPlan): readonly KubernetesArtifact[] {
  return Object.freeze([...edges.flatMap(edgeObjects), ...certificates.map(certificate), ...bundles.map(bundle)].map((object) => artifact(policy, object)));
}

export const artifactId = (apiVersion: string, kind: string, name: string, namespace?: string): string =>
  [apiVersion, kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');

interface Printed {
  readonly apiVersion: string; readonly kind: string; readonly namespace?: string; readonly name: string;
  readonly stage: number; readonly purpose: string; readonly grants: readonly string[]; readonly spec: unknown;
}

function artifact(policy: string, { apiVersion, grants, kind, name, namespace, purpose, spec, stage }: Printed): KubernetesArtifact {
  return Object.freeze({
    kind: 'kubernetes', id: artifactId(apiVersion, kind, name, namespace), stage,
    object: {
      apiVersion, kind,
      metadata: {
        name, ...(namespace === undefined ? {} : { namespace }),
        labels: { 'app.kubernetes.io/managed-by': 'countersign', 'countersign.dev/policy': policy },
        annotations: { 'countersign.dev/purpose': purpose },
      },
      spec,
    },
    grants: [...grants],
  });
}

function edgeObjects(edge: EdgePlan): readonly Printed[] {
  return [
    gatewayClass(edge), proxy(edge), denyByDefault(edge), noUpgrades(edge), ...edge.listeners.map((listener) => clientTraffic(edge, listener)),
    gateway(edge), ...edge.routes.flatMap((route) => [security(edge, route), ...(route.websocket ? [websockets(edge, route)] : []), routeObject(edge, route)]),
    ...edge.backends.map(backendTls), ...edge.references.map(reference),
  ];
}

const gatewayClass = ({ name }: EdgePlan): Printed => ({
  apiVersion: gatewayApi, kind: 'GatewayClass', name, stage: 0, grants: [], purpose: 'Envoy Gateway runs the Gateway of this name.',
  spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
});

const proxy = ({ clientCertificate, name, namespace, podLabels, samePort, serviceAccount, upstreamTls }: EdgePlan): Printed => ({
  apiVersion: envoyApi, kind: 'EnvoyProxy', namespace, name, stage: 0, grants: [], purpose: 'The proxies run as a declared identity, and send requests to Services, never around them.',
  spec: {
    routingType: 'Service',
    ...(upstreamTls === undefined ? {} : { backendTLS: { ...(clientCertificate === undefined ? {} : { clientCertificateRef: { kind: 'Secret', name: clientCertificate.name } }), minVersion: upstreamTls } }),
    provider: {
      type: 'Kubernetes',
      kubernetes: {
        ...(samePort ? { useListenerPortAsContainerPort: true } : {}),
        ...(Object.keys(podLabels).length === 0 ? {} : { envoyDeployment: { pod: { labels: { ...podLabels } } } }),
        envoyServiceAccount: { name: serviceAccount },
      },
    },
  },
});

const wholeGateway = (name: string) => ({ targetRefs: [{ group: gatewayGroup, kind: 'Gateway', name }] });

const denyByDefault = ({ name, namespace }: EdgePlan): Printed => ({
  apiVersion: envoyApi, kind: 'SecurityPolicy', namespace, name, stage: 0, grants: [], purpose: 'Nothing passes the gateway unless the policy of its own route admits it.',
  spec: { ...wholeGateway(name), authorization: { defaultAction: 'Deny' } },
});

const noUpgrades = ({ name, namespace }: EdgePlan): Printed => ({
  apiVersion: envoyApi, kind: 'BackendTrafficPolicy', namespace, name, stage: 0, grants: [], purpose: 'No request becomes a WebSocket unless its route is for WebSockets.',
  spec: { ...wholeGateway(name), httpUpgrade: [{ type: noUpgrade }] },
});

function clientTraffic({ name, namespace }: EdgePlan, { alpn, clientAddress, clients, grants, host, lifetime, minTls, policyName, stripped }: ListenerPlan): Printed {
  return {
    apiVersion: envoyApi, kind: 'ClientTrafficPolicy', namespace, name: policyName, stage: 0, grants, purpose: `How clients may speak to ${host}.`,
    spec: {
      targetRefs: [{ group: gatewayGroup, kind: 'Gateway', name, sectionName: host }],
      ...(clientAddress?.kind === 'proxyProtocol' ? { proxyProtocol: {} } : {}),
      ...(clientAddress?.kind === 'xForwardedFor' ? { clientIPDetection: { xForwardedFor: { numTrustedHops: clientAddress.trustedHops } } } : {}),
      tls: {
        minVersion: minTls, alpnProtocols: [...alpn],
        ...(clients === undefined ? {} : { clientValidation: { mode: 'RequireAndVerify', caCertificateRefs: [caRef(clients.caBundle, namespace)], subjectAltNames: sans(clients.sans) } }),
      },
      path: { escapedSlashesAction: 'RejectRequest', disableMergeSlashes: true },
      headers: {
        withUnderscoresAction: 'RejectRequest', xForwardedClientCert: { mode: 'Sanitize' }, requestID: 'Generate',
        earlyRequestHeaders: { remove: [...stripped], removeOnMatch: [{ type: 'Prefix', value: 'x-envoy-' }] },
      },
      timeout: { http: { requestHeadersReceivedTimeout: '10s', idleTimeout: '300s' }, tcp: { tlsHandshakeTimeout: '10s' } },
      ...(lifetime === undefined ? {} : { connection: { connectionLimit: { maxConnectionDuration: duration(lifetime), maxStreamDuration: duration(lifetime) } } }),
      http2: { maxConcurrentStreams: 100, onInvalidMessage: 'TerminateConnection' },
    },
  };
}

/** Gateway API, `Duration` (GEP-2257): at most five digits of each unit. */
function duration(seconds: number): string {
  const units = [['h', Math.floor(seconds / 3600)], ['m', Math.floor(seconds / 60) % 60], ['s', seconds % 60]] as const;
  return units.filter(([, count]) => count > 0).map(([unit, count]) => `${count}${unit}`).join('') || '0s';
}

const caRef = ({ kind, name, namespace }: { readonly kind: string; readonly name: string; readonly namespace: string }, own: string) =>
  ({ group: '', kind, name, ...(namespace === own ? {} : { namespace }) });

function sans(all: NonNullable<ListenerPlan['clients']>['sans']): object {
  const of = (kind: 'uri' | 'dns') => all.filter((san) => san.kind === kind).map(({ value }) => ({ type: 'Exact', value }));
  const [uris, dnsNames] = [of('uri'), of('dns')];
  return { ...(dnsNames.length === 0 ? {} : { dnsNames }), ...(uris.length === 0 ? {} : { uris }) };
}

const gateway = ({ certificate: secret, listeners, name, namespace, port }: EdgePlan): Printed => ({
  apiVersion: gatewayApi, kind: 'Gateway', namespace, name, stage: 3, grants: [...new Set(listeners.flatMap(({ grants }) => grants))].sort(), purpose: 'The hosts that are exposed, each with a listener of its own.',
  spec: {
    gatewayClassName: name,
    infrastructure: { parametersRef: { group: envoyGroup, kind: 'EnvoyProxy', name } },
    listeners: listeners.map(({ host }) => ({
      name: host, hostname: host, port, protocol: 'HTTPS',
      tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: secret.kind, name: secret.name, ...(secret.namespace === namespace ? {} : { namespace: secret.namespace }) }] },
      allowedRoutes: { namespaces: { from: 'Same' } },
    })),
  },
});

function routeObject({ name: edge, namespace }: EdgePlan, { backend, grants, host, kind, name, purpose, rules, websocket }: RoutePlan): Printed {
  return {
    apiVersion: gatewayApi, kind, namespace, name, stage: 4, grants, purpose,
    spec: {
      parentRefs: [{ group: gatewayGroup, kind: 'Gateway', name: edge, sectionName: host }], hostnames: [host],
      rules: rules.map((matches) => ({ matches: matches.map((each) => match(each, websocket)), backendRefs: [backendRef(backend, namespace)] })),
    },
  };
}

const backendRef = ({ namespace, port, service }: BackendPlan, own: string) =>
  ({ group: '', kind: 'Service', name: service, ...(namespace === own ? {} : { namespace }), port });

function match(plan: MatchPlan, websocket: boolean): object {
  switch (plan.kind) {
    case 'grpc': return { method: { type: 'Exact', service: plan.service, method: plan.method } };
    case 'http': return {
      path: { type: plan.path.type, value: plan.path.value }, method: plan.method,
      ...(websocket ? { headers: [{ type: 'RegularExpression', name: 'Upgrade', value: '(?i)websocket' }] } : {}),
    };
    default: return plan satisfies never;
  }
}

function security({ namespace }: EdgePlan, { authorization, cors, grants, kind, name, providers, purpose }: RoutePlan): Printed {
  return {
    apiVersion: envoyApi, kind: 'SecurityPolicy', namespace, name, stage: 2, grants, purpose,
    spec: {
      targetRefs: [{ group: gatewayGroup, kind, name }],
      ...(cors === undefined ? {} : { cors: { allowOrigins: [...cors.origins], allowMethods: [...cors.methods], allowHeaders: ['authorization', 'content-type'], maxAge: '600s' } }),
      ...(providers.length === 0 ? {} : {
        jwt: {
          providers: providers.map(({ audiences, issuer, jwksUri, name: provider }) => ({
            name: provider, issuer, audiences: [...audiences], remoteJWKS: { uri: jwksUri },
            extractFrom: { headers: [{ name: 'Authorization', valuePrefix: 'Bearer ' }] },
          })),
        },
      }),
      authorization: { defaultAction: 'Deny', ...(authorization.length === 0 ? {} : { rules: authorization.map(rule) }) },
    },
  };
}

const rule = ({ action, cel, cidrs, methods, name, path }: RulePlan): object => ({
  name, action, operation: { methods: [...methods], path: { type: 'RegularExpression', value: path } },
  ...(cidrs === undefined ? {} : { principal: { clientCIDRs: [...cidrs] } }), ...(cel === undefined ? {} : { cel }),
});

const websockets = ({ namespace }: EdgePlan, { grants, kind, name }: RoutePlan): Printed => ({
  apiVersion: envoyApi, kind: 'BackendTrafficPolicy', namespace, name, stage: 2, grants, purpose: 'Requests of this route become WebSockets.',
  spec: { targetRefs: [{ group: gatewayGroup, kind, name }], httpUpgrade: [{ type: 'websocket' }] },
});

const backendTls = ({ backend, caBundle, grants, hostname, name }: BackendTlsPlan): Printed => ({
  apiVersion: gatewayApi, kind: 'BackendTLSPolicy', namespace: backend.namespace, name, stage: 2, grants, purpose: `The gateway speaks TLS to ${backend.service}, and only if it proves to be that.`,
  spec: {
    targetRefs: [{ group: '', kind: 'Service', name: backend.service }],
    validation: { caCertificateRefs: [{ group: '', kind: caBundle.kind, name: caBundle.name }], hostname },
  },
});

const reference = ({ from, grants, name, namespace, to }: ReferencePlan): Printed => ({
  apiVersion: gatewayApi, kind: 'ReferenceGrant', namespace, name, stage: 4, grants, purpose: `${from.kinds.join(' and ')} in ${from.namespace} may refer to these.`,
  spec: { from: from.kinds.map((kind) => ({ group: from.group, kind, namespace: from.namespace })), to: to.names.map((each) => ({ group: '', kind: to.kind, name: each })) },
});

const certificate = ({ duration: life, grants, hosts, issuer, name, namespace, purpose, secret, usages }: CertificatePlan): Printed => ({
  apiVersion: 'cert-manager.io/v1', kind: 'Certificate', namespace, name, stage: 0, grants, purpose,
  spec: {
    secretName: secret, dnsNames: [...hosts], duration: duration(life), renewBefore: duration(Math.floor(life / 3)), usages: [...usages],
    privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' }, issuerRef: { group: 'cert-manager.io', kind: issuer.kind, name: issuer.name },
  },
});

const bundle = ({ name, namespaces, source }: BundlePlan): Printed => ({
  apiVersion: 'trust.cert-manager.io/v1alpha1', kind: 'Bundle', name, stage: 0, grants: [], purpose: `A copy of ${source.namespace}/${source.name} where it is needed.`,
  spec: {
    sources: [source.kind === 'ConfigMap' ? { configMap: { name: source.name, key: 'ca.crt' } } : { secret: { name: source.name, key: 'ca.crt' } }],
    target: { configMap: { key: 'ca.crt' }, namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...namespaces] }] } },
  },
});
