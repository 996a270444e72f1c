import { startEcho, type Echo, type EchoTls } from './echo.ts';
import type { Manifest } from './manifest.ts';

/** Echo servers in the place of Services. */
export interface Estate {
  /** The objects that a cluster would have for them: EndpointSlices, addresses. */
  readonly objects: readonly Manifest[];
  /** The echo server behind a Service's or a pod's address. */
  portFor(address: string, port: number): number | undefined;
  /** Under `namespace/name`, and under `namespace/name:port` where a Service has several ports. */
  readonly echoes: Readonly<Record<string, Echo>>;
  stop(): Promise<void>;
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

/**
 * One echo server for each TCP port of each Service. A Service without EndpointSlices is given one of a
 * single ready pod, 10.244.0.x, and one without an address 10.96.0.x.
 */
export async function startEstate(objects: readonly Manifest[], tls: Readonly<Record<string, EchoTls>> = {}): Promise<Estate> {
  const services = objects.filter(({ kind }) => kind === 'Service');
  const slices = objects.filter(({ kind }) => kind === 'EndpointSlice');
  const ports = new Map<string, number>();
  const echoes: Record<string, Echo> = {};
  const added: Manifest[] = [];
  const placed: Manifest[] = [];
  for (const [index, service] of services.entries()) {
    const name = nameOf(service);
    const spec = service['spec'] as { clusterIP?: string; ports?: readonly ServicePort[] };
    const address = spec.clusterIP ?? `10.96.0.${index + 1}`;
    placed.push({ ...service, spec: { ...spec, clusterIP: address } });
    const own = slices.filter((slice) => nameOf(slice, slice.metadata.labels?.['kubernetes.io/service-name']) === name);
    const slice = own.length === 0 ? sliceFor(service, spec.ports ?? [], `10.244.0.${index + 1}`) : undefined;
    if (slice !== undefined) added.push(slice);
    for (const port of spec.ports ?? []) {
      if ((port.protocol ?? 'TCP') !== 'TCP') continue;
      const echo = await startEcho((spec.ports ?? []).length > 1 ? `${name}:${port.port}` : name, tls[`${name}:${port.port}`] ?? tls[name]);
      echoes[echo.name] = echo;
      ports.set(`${address}:${port.port}`, echo.port);
      for (const pod of podAddresses(slice === undefined ? own : [slice], port)) ports.set(pod, echo.port);
    }
  }
  const others = objects.filter(({ kind }) => kind !== 'Service');
  return {
    objects: [...others, ...placed, ...added],
    portFor: (address, port) => ports.get(`${address}:${port}`),
    echoes,
    stop: async () => void (await Promise.all(Object.values(echoes).map((echo) => echo.stop()))),
  };
}

function nameOf({ metadata }: Manifest, name: string | undefined = metadata.name): string {
  return `${metadata.namespace ?? 'default'}/${name}`;
}

// A named target port is the pods' affair; any number will do where no pod is.
const unnamedPort = 20_000;

function sliceFor({ metadata }: Manifest, ports: readonly ServicePort[], address: string): Manifest {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${metadata.name}-1`,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      labels: { 'kubernetes.io/service-name': metadata.name },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true, serving: true } }],
    ports: ports.map(({ name = '', port, targetPort = port, protocol = 'TCP', appProtocol }, index) => ({
      name,
      protocol,
      port: typeof targetPort === 'number' ? targetPort : unnamedPort + index,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    })),
  };
}

/** Slices name their ports as the Service does. */
function podAddresses(slices: readonly Manifest[], { name = '' }: ServicePort): string[] {
  return slices.flatMap((slice) => {
    const { endpoints = [], ports = [] } = slice as unknown as {
      endpoints?: readonly { addresses: readonly string[] }[];
      ports?: readonly { name?: string; port: number }[];
    };
    const numbers = ports.filter((each) => (each.name ?? '') === name).map(({ port }) => port);
    return endpoints.flatMap(({ addresses }) => addresses.flatMap((address) => numbers.map((port) => `${address}:${port}`)));
  });
}
