import { probeNames, type ContainerPort, type NamedProbe, type Probe, type ProbeName, type Protocol } from '#ir';
import type { Field } from './field.ts';

/** What a pod template says that a policy has to know. */
export interface PodFacts {
  /** Absent where it is the namespace's default one, which is nobody's. */
  readonly serviceAccount?: string;
  readonly ports: readonly ContainerPort[];
  readonly probes: readonly NamedProbe[];
}

/** A port that no container declares, and what says that it is there. Declaring a port is optional in Kubernetes. */
export interface UndeclaredPort { readonly port: ContainerPort; readonly because: string }
export interface PodRead { readonly facts: PodFacts; readonly undeclared: readonly UndeclaredPort[] }

/** Reads the `spec` of a pod template. `called` is the controller's name for messages. */
export function readPod(spec: Field, called: string): PodRead {
  const hostNetwork = spec.get('hostNetwork');
  if (hostNetwork.flag()) hostNetwork.refuse(`the pods of ${called} share their node's address (\`hostNetwork\`), and no network policy can tell their traffic from the node's`, 'give them an address of their own, or leave the file out of the import');

  const containers = lasting(spec);
  const ports: ContainerPort[] = [];
  for (const container of containers) {
    for (const port of container.get('ports').items()) readPort(port, called, ports);
  }
  const undeclared: UndeclaredPort[] = [];
  const probes = containers.flatMap((container) => {
    const found = probeNames.flatMap((name) => readProbe(container, name, called));
    for (const { name, probe } of found) {
      if (probe.kind === 'exec' || typeof probe.port === 'string' || isDeclared(ports, probe.port, 'TCP')) continue;
      const because = `the ${name} probe asks it`;
      sayUndeclared(container.get(`${name}Probe`), probe.port, 'TCP', called, because);
      undeclared.push({ port: { number: probe.port, protocol: 'TCP' }, because });
    }
    // one container needs no name, and most pods have one
    return containers.length === 1 || found.length === 0 ? found : found.map((probe) => ({ ...probe, container: container.get('name').text() ?? '' }));
  });
  const account = readAccount(spec);
  return { facts: { ...(account === undefined ? {} : { serviceAccount: account }), ports: ports.sort(byNumber), probes }, undeclared };
}

export const isDeclared = (ports: readonly ContainerPort[], number: number, protocol: Protocol): boolean => ports.some((port) => port.number === number && port.protocol === protocol);
export const sayUndeclared = (field: Field, number: number, protocol: Protocol, called: string, because: string): void => {
  field.remark('info', `no container of ${called} declares the ${protocol} port ${number}, and ${because}: it is imported as if one did`, 'nothing is to be done; to have it said, declare it as a `containerPort`');
};

/** Containers that run as long as the pod: sidecars are init containers that are always restarted (Kubernetes, "Sidecar Containers"). */
function lasting(spec: Field): readonly Field[] {
  const containers = spec.get('containers').items();
  if (containers.length === 0) spec.get('containers').refuse('the pod template has no containers', 'write at least one');
  return [...containers, ...spec.get('initContainers').items().filter((container) => container.get('restartPolicy').value === 'Always')];
}

/** `serviceAccount` is the deprecated name (Kubernetes API reference, "PodSpec"). Every pod may have `default`, so that it says nothing of who calls. */
function readAccount(spec: Field): string | undefined {
  const stated = spec.get('serviceAccountName');
  const field = stated.absent || stated.value === '' ? spec.get('serviceAccount') : stated;
  const account = field.absent || field.value === '' ? undefined : field.text();
  return account === 'default' ? undefined : account;
}

export const protocols = ['TCP', 'UDP', 'SCTP'] as const satisfies readonly Protocol[];
export function readProtocol(field: Field): Protocol | undefined {
  if (field.absent) return 'TCP';
  const found = protocols.find((protocol) => protocol === field.value);
  return found ?? field.refuse(`\`${String(field.value)}\` is not a protocol`, 'write `TCP`, `UDP` or `SCTP`');
}

function readPort(field: Field, called: string, into: ContainerPort[]): void {
  const number = field.get('containerPort').port();
  const protocol = readProtocol(field.get('protocol'));
  const name = field.get('name').absent ? undefined : field.get('name').text();
  const hostPort = field.get('hostPort');
  if (!hostPort.absent && hostPort.value !== 0) hostPort.refuse(`${called} takes port ${String(hostPort.value)} of its node (\`hostPort\`), which is a way in from outside that can't be declared`, 'open it by a Service, or leave the file out of the import');
  if (number === undefined || protocol === undefined) return;
  const clash = name === undefined ? undefined : into.find((port) => port.name === name && port.protocol === protocol && port.number !== number);
  if (clash !== undefined) {
    field.get('name').refuse(`two containers of ${called} give the name \`${name}\` to different ports, ${clash.number} and ${number}`, 'rename one of them');
    return;
  }
  // A port may have several names, one a declaration; a declaration without one adds nothing to those.
  const same = into.filter((port) => port.number === number && port.protocol === protocol);
  if (same.some((port) => name === undefined || port.name === name)) return;
  const nameless = same.find((port) => port.name === undefined);
  if (nameless !== undefined) into.splice(into.indexOf(nameless), 1);
  into.push({ number, protocol, ...(name === undefined ? {} : { name }) });
}

export const byNumber = (a: ContainerPort, b: ContainerPort): number => a.number - b.number || (key(a) < key(b) ? -1 : 1);
const key = ({ protocol, name = '' }: ContainerPort): string => `${protocol} ${name}`;

function readProbe(container: Field, name: ProbeName, called: string): readonly NamedProbe[] {
  const field = container.get(`${name}Probe`);
  if (field.absent) return [];
  const probe = readHandler(field, container, `the ${name} probe of ${called}`);
  return probe === undefined ? [] : [{ name, probe }];
}

function readHandler(field: Field, container: Field, what: string): Probe | undefined {
  const [http, grpc, tcp, exec] = [field.get('httpGet'), field.get('grpc'), field.get('tcpSocket'), field.get('exec')];
  if ([http, grpc, tcp, exec].filter(({ absent }) => !absent).length !== 1) return field.refuse(`${what} is none of, or several of, \`httpGet\`, \`grpc\`, \`tcpSocket\` and \`exec\``, 'write exactly one');
  if (!exec.absent) return { kind: 'exec' };
  if (!grpc.absent) {
    const port = grpc.get('port').port();
    const service = grpc.get('service');
    return port === undefined ? undefined : { kind: 'grpc', port, ...(service.absent || service.value === '' ? {} : { service: service.text() ?? '' }) };
  }
  const how = http.absent ? tcp : http;
  if (!how.get('host').absent) return how.get('host').refuse(`${what} asks another address than the pod's`, 'leave `host` out, or declare the workload by hand');
  const port = how.get('port').portOrName();
  if (port === undefined) return undefined;
  // a name means a port of the same container (Kubernetes API reference, "HTTPGetAction")
  if (typeof port === 'string' && !container.get('ports').items().some((declared) => declared.get('name').value === port && (declared.get('protocol').absent || declared.get('protocol').value === 'TCP'))) {
    return how.get('port').refuse(`${what} asks the port \`${port}\`, and its container declares no TCP port of that name`, 'correct the name, or name the port');
  }
  if (http.absent) return { kind: 'tcp', port };
  const path = http.get('path');
  return { kind: 'http', port, path: path.absent || path.value === '' ? '/' : requestPath(path.text() ?? '/') };
}

/** The path as the kubelet sends it: with a leading slash, and a query is none of it. */
const requestPath = (stated: string): string => {
  const path = stated.replace(/[?#].*$/s, '');
  return path.startsWith('/') ? path : `/${path}`;
};
