/**
 * Objects as an operator types them: by the short name that their CRD (or `kubectl api-resources`) gives the kind, and
 * without the prefix that all of ours have. Of AWS, which has none, by what people call them.
 */
const shortKinds: Readonly<Record<string, string>> = {
  NetworkPolicy: 'netpol',
  AuthorizationPolicy: 'ap', PeerAuthentication: 'pa', RequestAuthentication: 'ra', DestinationRule: 'dr', Telemetry: 'telemetry',
  Gateway: 'gtw', HTTPRoute: 'httproute', GRPCRoute: 'grpcroute', BackendTLSPolicy: 'btlspolicy', ReferenceGrant: 'refgrant',
  SecurityPolicy: 'sp', ClientTrafficPolicy: 'ctp', BackendTrafficPolicy: 'btp', EnvoyProxy: 'envoyproxy',
  Certificate: 'cert', Bundle: 'bundle',
  RolePolicy: 'inline', RolePolicyAttachment: 'attached', PodIdentityAssociation: 'podidentity', ResourcePolicy: 'tablepolicy',
};
const prefix = 'countersign-';

export interface ObjectName { readonly group: string; readonly kind: string; readonly namespace: string | undefined; readonly name: string }

/** An artefact's id: `networking.k8s.io/v1/NetworkPolicy/orders/countersign-orders`, `v1/Namespace/orders` where there is no namespace; of AWS, `aws/iam/Role/retail-orders`, and `aws/iam/RolePolicy/retail-orders/grants` of what a role has. */
export function objectName(id: string): ObjectName {
  const parts = id.split('/');
  const at = parts.findIndex((part, index) => index > 0 && /^[A-Z]/.test(part));
  if (at < 0) return { group: '', kind: id, namespace: undefined, name: '' };
  const [kind = '', ...rest] = parts.slice(at);
  return { group: parts.slice(0, at).join('/'), kind, namespace: rest.length > 1 ? rest[0] : undefined, name: rest.at(-1) ?? '' };
}

export const shortKind = ({ kind }: ObjectName): string => shortKinds[kind] ?? kind.toLowerCase();

/** `netpol orders/orders`. */
export function shortObject(id: string): string {
  const object = objectName(id);
  const name = object.name.startsWith(prefix) ? object.name.slice(prefix.length) : object.name;
  return `${shortKind(object)} ${object.namespace === undefined ? '' : `${object.namespace}/`}${name}`.trimEnd();
}
