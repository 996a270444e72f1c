import type { Manifest } from './manifest.ts';

/** A pod to be in the mesh; whatever is absent is made up. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly address?: string;
}

/** What istiod's gateway controller gives a waypoint's pods. */
export function waypointLabels(gateway: string): Record<string, string> {
  return { 'gateway.networking.k8s.io/gateway-name': gateway, 'gateway.istio.io/managed': 'istio.io-mesh-controller' };
}

export function podOf({ namespace, name, serviceAccount = 'default', labels = {}, address }: Workload, ambient: boolean): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, ...(ambient ? { annotations: { 'ambient.istio.io/redirection': 'enabled' } } : {}) } as Manifest['metadata'],
    spec: { serviceAccountName: serviceAccount, containers: [{ name: 'main', image: 'main' }] },
    status: { phase: 'Running', podIP: address, podIPs: [{ ip: address }], conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

/**
 * The objects as they are once the cluster has acted on them: Services have addresses, waypoint Gateways have
 * the Service, the pod and the status that istiod's controllers give them, namespaces exist.
 */
export function settled(objects: readonly Manifest[], keySets: Readonly<Record<string, unknown>>): Manifest[] {
  const waypoints = objects.filter(isWaypoint);
  const namespaces = new Set(objects.map(({ metadata }) => metadata.namespace).filter((name) => name !== undefined));
  for (const { kind, metadata } of objects) if (kind === 'Namespace') namespaces.delete(metadata.name);
  const missing = waypoints.filter((waypoint) => !objects.some(({ kind, metadata }) => kind === 'Service' && sameName(metadata, waypoint.metadata)));
  const withServices = [...objects, ...missing.map(waypointService)];
  return [
    ...[...namespaces].map((name): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...(waypoints.length > 0 ? [waypointClass] : []),
    ...withServices.map((object, index) => withKeys(withStatus(withAddress(object, index)), keySets)),
  ];
}

const waypointClass: Manifest = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: 'istio-waypoint' },
  spec: { controllerName: 'istio.io/mesh-controller' },
};

export function isWaypoint({ kind, spec }: Manifest): boolean {
  return kind === 'Gateway' && (spec as { gatewayClassName?: string }).gatewayClassName === 'istio-waypoint';
}

function sameName(one: Manifest['metadata'], other: Manifest['metadata']): boolean {
  return one.name === other.name && one.namespace === other.namespace;
}

function waypointService({ metadata: { name, namespace = 'default' } }: Manifest): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: waypointLabels(name) },
    spec: { selector: { 'gateway.networking.k8s.io/gateway-name': name }, ports: [{ name: 'mesh', port: 15_008, protocol: 'TCP', appProtocol: 'hbone' }] },
  };
}

function withAddress(object: Manifest, index: number): Manifest {
  if (object.kind !== 'Service') return object;
  const { clusterIP = `10.96.1.${index + 1}`, ports = [], ...spec } = object['spec'] as { clusterIP?: string; ports?: { port: number; targetPort?: unknown }[] };
  const defaulted = ports.map(({ port, ...rest }) => ({ targetPort: port, protocol: 'TCP', port, ...rest }));
  return { ...object, spec: { ...spec, clusterIP, clusterIPs: [clusterIP], ports: defaulted } };
}

function withStatus(object: Manifest): Manifest {
  if (!isWaypoint(object)) return object;
  const { name, namespace = 'default' } = object.metadata;
  return { ...object, status: { addresses: [{ type: 'Hostname', value: `${name}.${namespace}.svc.cluster.local` }] } };
}

/** Istiod fetches a key set itself, and sends it inline; here it finds it in the policy. */
function withKeys(object: Manifest, keySets: Readonly<Record<string, unknown>>): Manifest {
  if (object.kind !== 'RequestAuthentication') return object;
  const { jwtRules = [], ...spec } = object['spec'] as { jwtRules?: readonly { jwksUri?: string }[] };
  const rules = jwtRules.map(({ jwksUri, ...rule }) => {
    if (jwksUri === undefined) return rule;
    if (keySets[jwksUri] === undefined) throw new Error(`no key set is given for ${jwksUri}`);
    return { ...rule, jwks: JSON.stringify(keySets[jwksUri]) };
  });
  return { ...object, spec: { ...spec, jwtRules: rules } };
}
