import { checked, isError, type Checked, type Diagnostic, type Location } from '#diagnostics';
import { probeNames, type ProbeName } from '#ir';
import { legible } from '../legible.ts';
import { isMapping } from '../mapping.ts';
import type { SourceFile } from '../source-file.ts';
import { addressesIn, type Address } from './address.ts';
import type { Field } from './field.ts';
import { isController, readObjects, type KubernetesObject, type ObjectsRead } from './kubernetes-object.ts';
import { documentsOf, kubernetesYaml } from '../yaml-documents.ts';

export interface InventoriedService {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly ports: readonly { readonly name?: string; readonly port: unknown; readonly protocol: unknown; readonly targetPort: unknown; readonly nodePort?: unknown }[];
  readonly at: Location;
}
/** Where in which pods something is stated. */
interface InContainer { readonly namespace: string; readonly workload: string; readonly container: string; readonly at: Location }
export interface InventoriedPort extends InContainer { readonly number: unknown; readonly protocol: unknown; readonly name?: string }
/** `handler` is what Kubernetes calls its kind: `httpGet`, `grpc`, `tcpSocket`, `exec`. */
export interface InventoriedProbe extends InContainer { readonly probe: ProbeName; readonly handler: string; readonly port?: unknown }
/** A variable of a container's environment that holds the address of something that listens. */
export interface InventoriedAddress extends InContainer, Address { readonly variable: string; readonly value: string }

export interface ManifestInventory {
  readonly services: readonly InventoriedService[];
  readonly containerPorts: readonly InventoriedPort[];
  readonly probes: readonly InventoriedProbe[];
  readonly addresses: readonly InventoriedAddress[];
}

/**
 * Everything in the manifests that a complete policy has to answer for, whether or not it can be imported: all
 * Services, and of all containers (those that end before the others start too) ports, probes and addresses in their
 * environment, those from ConfigMaps of these files among them. Values stand as written, with Kubernetes' defaults;
 * they are not judged. In the order of the paths and lines of what states them.
 */
export function manifestInventory({ files, namespace }: { readonly files: readonly SourceFile[]; readonly namespace?: string }): Checked<ManifestInventory> {
  const found: Diagnostic[] = [];
  const { documents, diagnostics } = documentsOf(files, kubernetesYaml);
  for (const one of diagnostics) found.push(one);
  const { objects, configMaps } = readObjects(documents, namespace, (diagnostic) => { found.push(diagnostic); });
  const inventory: ManifestInventory = {
    services: objects.filter(({ kind }) => kind === 'Service').map(inventoryService),
    ...containersOf(objects, configMaps),
  };
  return checked(legible(found.filter(isError)), () => inventory);
}

function inventoryService({ namespace, name, root }: KubernetesObject): InventoriedService {
  const spec = root.get('spec');
  return {
    namespace, name, type: textOf(spec.get('type')) ?? 'ClusterIP', at: root.at(),
    ports: membersOf(spec.get('ports')).map((field) => {
      const [port, target, node, called] = [field.get('port').value, field.get('targetPort'), field.get('nodePort'), textOf(field.get('name'))];
      return {
        ...(called === undefined ? {} : { name: called }), port, protocol: field.get('protocol').value ?? 'TCP', targetPort: target.absent ? port : target.value,
        ...(node.absent ? {} : { nodePort: node.value }),
      };
    }),
  };
}

function containersOf(objects: readonly KubernetesObject[], configMaps: ObjectsRead['configMaps']): Pick<ManifestInventory, 'containerPorts' | 'probes' | 'addresses'> {
  const containerPorts: InventoriedPort[] = [];
  const probes: InventoriedProbe[] = [];
  const addresses: InventoriedAddress[] = [];
  for (const { kind, name: workload, namespace, root } of objects) {
    if (!isController(kind)) continue;
    const spec = (kind === 'CronJob' ? root.get('spec', 'jobTemplate', 'spec') : root.get('spec')).get('template', 'spec');
    for (const field of [...membersOf(spec.get('initContainers')), ...membersOf(spec.get('containers'))]) {
      const place = { namespace, workload, container: textOf(field.get('name')) ?? '' };
      for (const port of membersOf(field.get('ports'))) {
        const called = textOf(port.get('name'));
        containerPorts.push({ ...place, number: port.get('containerPort').value, protocol: port.get('protocol').value ?? 'TCP', ...(called === undefined ? {} : { name: called }), at: port.at() });
      }
      for (const probe of probeNames) {
        const stated = field.get(`${probe}Probe`);
        for (const handler of ['httpGet', 'grpc', 'tcpSocket', 'exec']) {
          const how = stated.get(handler);
          if (!how.absent) probes.push({ ...place, probe, handler, ...(handler === 'exec' ? {} : { port: how.get('port').value }), at: stated.at() });
        }
      }
      for (const { variable, value, at } of environmentOf(field, configMaps.filter((map) => map.namespace === namespace))) {
        for (const address of addressesIn(value)) addresses.push({ ...place, variable, value, ...address, at });
      }
    }
  }
  return { containerPorts, probes, addresses };
}

interface Variable { readonly variable: string; readonly value: string; readonly at: Location }

/** As the kubelet makes it: what `env` says counts over `envFrom`, and `$(NAME)` is what was said before (Kubernetes API reference, "EnvVar"). */
function environmentOf(container: Field, configMaps: ObjectsRead['configMaps']): readonly Variable[] {
  const known = new Map<string, Variable>();
  for (const source of membersOf(container.get('envFrom'))) {
    const map = configMaps.find(({ name }) => name === source.get('configMapRef').get('name').value)?.root.get('data');
    const prefix = textOf(source.get('prefix')) ?? '';
    if (map === undefined || !isMapping(map.value)) continue;
    for (const [key, value] of Object.entries(map.value)) if (typeof value === 'string') known.set(prefix + key, { variable: prefix + key, value, at: map.get(key).at() });
  }
  for (const entry of membersOf(container.get('env'))) {
    const variable = textOf(entry.get('name'));
    const reference = entry.get('valueFrom').get('configMapKeyRef');
    const referred = configMaps.find(({ name }) => name === reference.get('name').value)?.root.get('data').get(textOf(reference.get('key')) ?? '');
    const field = entry.get('value').absent ? referred : entry.get('value');
    const value = field === undefined ? undefined : textOf(field);
    if (variable === undefined || field === undefined || value === undefined) continue;
    const expanded = value.replaceAll(/(?<!\$)\$\(([^()]+)\)/g, (whole, name: string) => known.get(name)?.value ?? whole);
    known.set(variable, { variable, value: expanded, at: field.at() });
  }
  return [...known.values()];
}

const textOf = ({ value }: Field): string | undefined => (typeof value === 'string' ? value : undefined);
const membersOf = (field: Field): readonly Field[] => (Array.isArray(field.value) ? field.items() : []);
