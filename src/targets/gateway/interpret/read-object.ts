import { envoyGroup, gatewayGroup, type BackendTraffic, type Bundle, type ClientTraffic, type EnvoyProxy, type Gateway, type GatewayClass, type Listener, type Named, type ReferenceGrant, type Route, type Security } from './objects.ts';
import { attempt, fields, list, oneOf, optional, present, refuse, text, whole, type Fields } from '../../reading.ts';
import { clientTraffic } from './read-client-traffic.ts';
import { reference } from './read-reference.ts';
import { backendTraffic, security } from './read-route-policies.ts';
import { route } from './read-route.ts';

type Read =
  | { readonly as: 'class'; readonly object: GatewayClass } | { readonly as: 'gateway'; readonly object: Gateway } | { readonly as: 'proxy'; readonly object: EnvoyProxy }
  | { readonly as: 'clients'; readonly object: ClientTraffic } | { readonly as: 'backends'; readonly object: BackendTraffic } | { readonly as: 'security'; readonly object: Security }
  | { readonly as: 'route'; readonly object: Route } | { readonly as: 'grant'; readonly object: ReferenceGrant } | { readonly as: 'bundle'; readonly object: Bundle }
  /** Decides nothing about who gets through. */
  | { readonly as: 'nothing' }
  /** May decide anything. */
  | { readonly as: 'unreadable' };

/** What an object of a cluster is to a gateway. */
export function readObject(object: unknown): Read {
  return attempt((): Read => {
    const { apiVersion, kind, metadata, spec } = object as Fields;
    const group = typeof apiVersion === 'string' ? apiVersion.replace(/(^|\/)[^/]*$/, '') : refuse('no group');
    const named = nameOf(metadata);
    switch (`${group}/${String(kind)}`) {
      case `${gatewayGroup}/GatewayClass`: return { as: 'class', object: { name: named.name, controller: text(fields(spec, ['controllerName'])['controllerName']) } };
      case `${gatewayGroup}/Gateway`: return { as: 'gateway', object: { ...named, ...gateway(spec, named.namespace) } };
      case `${gatewayGroup}/HTTPRoute`: case `${gatewayGroup}/GRPCRoute`: return { as: 'route', object: { ...named, ...route(spec, named.namespace, kind as Route['kind']) } };
      case `${gatewayGroup}/ReferenceGrant`: return { as: 'grant', object: { ...named, ...grant(spec) } };
      case `${envoyGroup}/EnvoyProxy`: return { as: 'proxy', object: { ...named, routesToServices: proxy(spec) } };
      case `${envoyGroup}/ClientTrafficPolicy`: return { as: 'clients', object: { ...named, ...clientTraffic(spec, named.namespace) } };
      case `${envoyGroup}/BackendTrafficPolicy`: return { as: 'backends', object: { ...named, ...backendTraffic(spec) } };
      case `${envoyGroup}/SecurityPolicy`: return { as: 'security', object: { ...named, ...security(spec) } };
      case 'trust.cert-manager.io/Bundle': return { as: 'bundle', object: { name: named.name, source: source(spec) } };
      case `${gatewayGroup}/BackendTLSPolicy`: return { as: 'nothing' }; // how it goes on, not whether
      default: return group === gatewayGroup || group === envoyGroup ? { as: 'unreadable' } : { as: 'nothing' };
    }
  }) ?? { as: 'unreadable' };
}

function nameOf(metadata: unknown): Named {
  const { name, namespace } = metadata as Fields;
  return { name: text(name), namespace: present(namespace) ? text(namespace) : '' };
}

function gateway(spec: unknown, own: string): Omit<Gateway, keyof Named> {
  const { gatewayClassName, infrastructure, listeners } = fields(spec, ['gatewayClassName', 'infrastructure', 'listeners']) as Fields;
  const parameters = optional(infrastructure, (value) => fields(value, ['parametersRef', 'labels', 'annotations'])['parametersRef']);
  const ref = optional(parameters, (value) => fields(value, ['group', 'kind', 'name']));
  return { className: text(gatewayClassName), proxy: ref === undefined ? undefined : text(ref['name']), listeners: list(listeners).map((value) => listener(value, own)) };
}

function listener(value: unknown, own: string): Listener {
  const given = fields(value, ['name', 'hostname', 'port', 'protocol', 'tls', 'allowedRoutes']);
  const tls = optional(given['tls'], (each) => fields(each, ['mode', 'certificateRefs']));
  const routes = optional(given['allowedRoutes'], (each) => fields(each, ['namespaces'])['namespaces']);
  return {
    name: text(given['name']), hostname: optional(given['hostname'], text), port: whole(given['port']), protocol: text(given['protocol']),
    certificates: list(tls?.['certificateRefs']).map((each) => reference(each, own, 'Secret')),
    routesFrom: oneOf(optional(routes, (each) => fields(each, ['from'])['from']) ?? 'Same', ['All', 'Same', 'None']),
  };
}

function proxy(spec: unknown): boolean {
  const { backendTLS: _how, provider: _where, routingType } = fields(spec, ['routingType', 'backendTLS', 'provider']);
  return routingType === 'Service';
}

function grant(spec: unknown): Omit<ReferenceGrant, keyof Named> {
  const given = fields(spec, ['from', 'to']);
  return {
    from: list(given['from']).map((value) => { const each = fields(value, ['group', 'kind', 'namespace']); return { group: text(each['group']), kind: text(each['kind']), namespace: text(each['namespace']) }; }),
    to: list(given['to']).map((value) => { const each = fields(value, ['group', 'kind', 'name']); return { group: text(each['group']), kind: text(each['kind']), name: optional(each['name'], text) }; }),
  };
}

function source(spec: unknown): Bundle['source'] {
  const [first, ...rest] = list(fields(spec, ['sources', 'target'])['sources']);
  if (rest.length > 0) refuse('several sources');
  const { configMap, secret } = fields(first, ['configMap', 'secret']);
  const of = fields(configMap ?? secret, ['name', 'key']);
  return { kind: present(configMap) ? 'ConfigMap' : 'Secret', name: text(of['name']) };
}
