import type { ServicePort } from '#ir';
import type { Field } from './field.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { isDeclared, readProtocol, sayUndeclared, type UndeclaredPort } from './read-pod.ts';
import type { FoundWorkload } from './read-workload.ts';

/** The ports of one Service, and the workload that it leads to. */
export interface FoundService { readonly workload: FoundWorkload; readonly ports: readonly ServicePort[]; /** Where it leads to and no container declares. */ readonly undeclared: readonly UndeclaredPort[] }

const types = ['ClusterIP', 'NodePort', 'LoadBalancer'] as const;

/** undefined where it leads to nothing that is imported; that is said, if `complete`: nothing of the manifests failed to be read before. */
export function readService({ called, name, namespace, root }: KubernetesObject, workloads: readonly FoundWorkload[], complete: boolean): FoundService | undefined {
  const spec = root.get('spec');
  const type = spec.get('type');
  if (type.value === 'ExternalName') return type.remark('info', `${called} stands for a host outside the cluster and is left alone: calls through it are denied`, 'nothing is to be done, unless something calls it');
  const found = type.absent ? 'ClusterIP' : types.find((one) => one === type.value);
  if (found === undefined) return type.refuse(`\`${String(type.value)}\` is not a type of Service`, 'write `ClusterIP`, `NodePort` or `LoadBalancer`');
  if (spec.get('externalIPs').items().length > 0) return spec.get('externalIPs').refuse(`${called} answers at \`externalIPs\`, which is a way in from outside that can't be declared`, 'make it a LoadBalancer, or leave the file out of the import');

  const selector = spec.get('selector').labels();
  if (selector === undefined) return undefined;
  if (Object.keys(selector).length === 0) return root.remark('info', `${called} has no selector and is left alone: whoever writes its endpoints decides where it leads`, 'nothing is to be done, unless something calls it');
  const selected = workloads.filter(({ object, podLabels }) => object.namespace === namespace && Object.entries(selector).every(([key, value]) => podLabels[key] === value));
  const [workload, another] = selected;
  if (workload === undefined) return !complete ? undefined : spec.get('selector').remark('info', `${called} selects no pod of these manifests and is left alone`, 'import the manifests of its pods as well, or correct the selector');
  if (another !== undefined) return spec.get('selector').refuse(`${called} leads to pods of several workloads: ${selected.map(({ object }) => object.called).join(', ')}`, 'select by a label that only one of them has, or declare them by hand');

  const ports = spec.get('ports').items();
  if (ports.length === 0) {
    // only a headless one may have none: a name for the addresses of its pods (Kubernetes, "Headless Services")
    return spec.get('clusterIP').value === 'None' ? root.remark('info', `${called} names its pods' addresses and no ports, and is left alone`, 'nothing is to be done') : spec.get('ports').refuse(`${called} has no ports`, 'write at least one');
  }
  const undeclared: UndeclaredPort[] = [];
  return { workload, ports: ports.flatMap((port) => readServicePort(port, name, found, workload, called, undeclared)), undeclared };
}

function readServicePort(field: Field, name: string, type: ServicePort['type'], workload: FoundWorkload, called: string, undeclared: UndeclaredPort[]): readonly ServicePort[] {
  const port = field.get('port').port();
  const protocol = readProtocol(field.get('protocol'));
  const target = field.get('targetPort');
  const targetPort = target.absent ? port : target.portOrName();
  const node = field.get('nodePort');
  const nodePort = node.absent || node.value === 0 ? undefined : node.port();
  if (port === undefined || protocol === undefined || targetPort === undefined) return [];
  if (typeof targetPort === 'string' && !workload.facts.ports.some((declared) => declared.name === targetPort && declared.protocol === protocol)) {
    target.refuse(`${called} leads to the port \`${targetPort}\`, and no container of ${workload.object.called} declares a ${protocol} port of that name`, 'correct the name, or name the port');
    return [];
  }
  if (typeof targetPort === 'number' && !isDeclared(workload.facts.ports, targetPort, protocol)) {
    const because = `the Service ${name} leads to it`;
    sayUndeclared(target.absent ? field.get('port') : target, targetPort, protocol, workload.object.called, because);
    undeclared.push({ port: { number: targetPort, protocol }, because });
  }
  return [{ name, port, protocol, targetPort, type, ...(nodePort === undefined ? {} : { nodePort }) }];
}
