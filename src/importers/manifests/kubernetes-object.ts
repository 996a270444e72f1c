import { diagnose, type Diagnostic } from '#diagnostics';
import { controllers, type Controller } from '#ir';
import { isMapping } from '../mapping.ts';
import type { YamlDocument } from '../yaml-documents.ts';
import { fieldOf, type Field } from './field.ts';

/** One object of the manifests, in its namespace. */
export interface KubernetesObject {
  readonly kind: ImportedKind;
  readonly name: string;
  readonly namespace: string;
  /** ``Deployment `web` ``, for messages. */
  readonly called: string;
  readonly root: Field;
}
export type ImportedKind = Controller | 'Service' | 'ServiceAccount';

/** Where each kind is served today (Kubernetes API reference). */
const groups: Readonly<Record<ImportedKind, string>> = {
  Deployment: 'apps/v1', StatefulSet: 'apps/v1', DaemonSet: 'apps/v1', Job: 'batch/v1', CronJob: 'batch/v1', Service: 'v1', ServiceAccount: 'v1',
};
/** Groups that once served these kinds, with defaults of their own (Kubernetes, "Deprecated API Migration Guide"). */
const formerly = /^(?:apps|extensions|batch)\//;
/** What else creates pods. */
const makesPods: readonly string[] = ['Pod', 'ReplicaSet', 'ReplicationController'];

export interface ObjectsRead {
  readonly objects: readonly KubernetesObject[];
  /** Kinds that are not imported, with how many there are. */
  readonly leftAlone: ReadonlyMap<string, number>;
  /** ConfigMaps are left alone too; an inventory looks up the environment of containers in them. */
  readonly configMaps: readonly { readonly name: string; readonly namespace: string | undefined; readonly root: Field }[];
}

/** The objects of all documents, those in Lists too. What has no namespace of its own is in `namespace`. */
export function readObjects(documents: readonly YamlDocument[], namespace: string | undefined, say: (diagnostic: Diagnostic) => void): ObjectsRead {
  const objects: KubernetesObject[] = [];
  const leftAlone = new Map<string, number>();
  const configMaps: ObjectsRead['configMaps'][number][] = [];
  const silent: Field[] = [];
  const homeless = new Map<string, { readonly called: string; readonly field: Field }[]>();
  const known = new Map<string, KubernetesObject>();

  const readOne = (document: YamlDocument, way: readonly (string | number)[], value: unknown): void => {
    const bare = fieldOf(document, way, value, 'the object', say);
    if (!isMapping(value)) { bare.refuse('the document is not a mapping, and so no Kubernetes object', 'remove it, or leave the file out of the import'); return; }
    const { kind, apiVersion } = value;
    if (typeof kind !== 'string' || typeof apiVersion !== 'string') { bare.refuse(`the document has no \`${typeof kind === 'string' ? 'apiVersion' : 'kind'}\`, and so is no Kubernetes object`, 'add what is missing, or leave the file out of the import'); return; }
    if (kind.endsWith('List') && Array.isArray(value['items'])) {
      for (const [index, item] of (value['items'] as readonly unknown[]).entries()) readOne(document, [...way, 'items', index], item);
      return;
    }
    if (isImported(kind) && formerly.test(apiVersion) && groups[kind] !== apiVersion) {
      bare.get('apiVersion').refuse(`\`${apiVersion}\` no longer serves a ${kind}, and what it would mean depended on the cluster's version`, `write \`apiVersion: ${groups[kind]}\``);
      return;
    }
    const metadata = isMapping(value['metadata']) ? value['metadata'] : {};
    const called = `${kind} \`${typeof metadata['name'] === 'string' ? metadata['name'] : '?'}\``;
    const root = fieldOf(document, way, value, called, say);
    if (!isImported(kind) || groups[kind] !== apiVersion) {
      const family = isImported(kind) ? `${kind} of ${apiVersion}` : kind;
      leftAlone.set(family, (leftAlone.get(family) ?? 0) + 1);
      if (!remarkOn(kind, called, root)) silent.push(root);
      if (kind === 'ConfigMap' && apiVersion === 'v1' && typeof metadata['name'] === 'string') {
        configMaps.push({ name: metadata['name'], namespace: typeof metadata['namespace'] === 'string' ? metadata['namespace'] : namespace, root });
      }
      return;
    }
    const name = root.get('metadata', 'name').text();
    const stated = root.get('metadata', 'namespace');
    const home = stated.absent ? namespace : stated.text();
    if (name === undefined) return;
    if (home === undefined) {
      // what an account is called is all that is read of it, and workloads say it themselves
      if (stated.absent && kind !== 'ServiceAccount') homeless.set(document.path, [...homeless.get(document.path) ?? [], { called, field: root }]);
      return;
    }
    const object: KubernetesObject = { kind, name, namespace: home, called, root };
    const key = `${kind}\0${home}\0${name}`;
    const first = known.get(key);
    if (first === undefined) { known.set(key, object); objects.push(object); return; }
    say(diagnose('CS5010', {
      message: `${called} is declared twice in the namespace \`${home}\`, and only whoever applies them knows which one counts`, at: root.at(),
      related: [{ message: 'it is declared here first', at: first.root.at() }], help: 'import one of the two',
    }));
  };
  for (const document of documents) readOne(document, [], document.value);

  for (const [first, ...rest] of homeless.values()) {
    const { called, field } = first!;
    say(diagnose('CS5011', {
      message: `${called}${rest.length === 0 ? ' names' : ` and ${rest.length} more object${rest.length === 1 ? '' : 's'} of the file name`} no namespace, and none was given`, at: field.at(),
      help: 'give the one that they are applied to: `--namespace <name>`',
    }));
  }
  if (silent[0] !== undefined) silent[0].remark('info', `${countsText(leftAlone)}: they say nothing of who runs and which ports are served, and are left alone`, 'nothing is to be done');
  return { objects, leftAlone, configMaps };
}

const isImported = (kind: string): kind is ImportedKind => Object.hasOwn(groups, kind);
export const isController = (kind: ImportedKind): kind is Controller => (controllers as readonly string[]).includes(kind);

/** `2 ConfigMap, 1 Ingress`, in the order of their names. */
export const countsText = (counts: ReadonlyMap<string, number>): string => [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${count} ${kind}`).join(', ');

/** What is not imported and still matters: it is said of each, and nothing is made of it. False where there is nothing to say. */
function remarkOn(kind: string, called: string, root: Field): boolean {
  const template = isMapping(root.value) && isMapping(root.value['spec']) && isMapping(root.value['spec']['template']) ? root.value['spec']['template']['spec'] : undefined;
  if (makesPods.includes(kind) || (isMapping(template) && Array.isArray(template['containers']))) {
    root.remark('warning', `${called} makes pods and is not imported: where everything else is denied, so are they`, 'declare it as a workload by hand');
  } else if (/NetworkPolic(?:y|ies)$/.test(kind)) {
    root.remark('warning', `${called} is left alone: policies of the cluster add up, so that what it allows stays allowed`, 'remove it from the cluster once the estate is declared, or keep it knowingly');
  } else return false;
  return true;
}
