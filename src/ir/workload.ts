import type { Labels } from './identity.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** A port that a container declares. `name` only where the container declares it. */
export interface ContainerPort { readonly number: number; readonly protocol: Protocol; readonly name?: string }

/** One port of a Service that selects the workload. A Service of several ports has several entries. */
export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** A container port's number, or its declared name. */
  readonly targetPort: number | string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  readonly nodePort?: number;
}

/** How the kubelet checks a container. `port` is the container port's number or name. `exec` opens no connection. */
export type Probe =
  | { readonly kind: 'http'; readonly port: number | string; readonly path: string }
  | { readonly kind: 'grpc'; readonly port: number; readonly service?: string }
  | { readonly kind: 'tcp'; readonly port: number | string }
  | { readonly kind: 'exec' };
export const probeNames = ['liveness', 'readiness', 'startup'] as const;
export type ProbeName = (typeof probeNames)[number];
/** `container` tells the probes of several containers of one pod apart. */
export interface NamedProbe { readonly name: ProbeName; readonly container?: string; readonly probe: Probe }

/** What creates the pods. Some enforcers look at it (see `Cni.enforcedOwners`). */
export const controllers = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const;
export type Controller = (typeof controllers)[number];

export interface KubernetesWorkload {
  readonly namespace: string;
  readonly controller?: Controller;
  /** Absent: the workload can serve but not call. */
  readonly serviceAccount?: string;
  /** Equality on pod labels, never empty. */
  readonly selector: Labels;
  readonly ports: readonly ContainerPort[];
  readonly services: readonly ServicePort[];
  readonly probes: readonly NamedProbe[];
  readonly metrics?: { readonly port: number | string; readonly path: string };
}

/** Known by a name in its certificate, which a trust anchor of the platform vouches for (IAM Roles Anywhere). */
export interface OutsideHost {
  /** Name of the platform's trust anchor. */
  readonly trustAnchor: string;
  /** The first URI of the certificate's subject alternative names, as `spiffe://corp.example/batch`. */
  readonly san: string;
}

export interface Workload {
  readonly name: string;
  readonly segment?: string;
  readonly owner?: string;
  readonly kubernetes?: KubernetesWorkload;
  /** It runs outside the cluster, on a host that has a certificate. It calls resources of the cloud, and nothing else. */
  readonly host?: OutsideHost;
  /** The workload talks to the API server of its cluster. */
  readonly callsApiServer?: { readonly because: string };
  /** It looks names up, whether or not it calls anything of this policy. */
  readonly callsDns?: { readonly because: string };
}

/** The container port that a number or a declared name means; undefined if the workload declares no such port. */
export function resolvePort(workload: KubernetesWorkload, port: number | string, protocol?: Protocol): ContainerPort | undefined {
  return workload.ports.find((declared) =>
    (typeof port === 'number' ? declared.number === port : declared.name === port)
    && (protocol === undefined || declared.protocol === protocol));
}
