import { checked, sortDiagnostics, type Checked, type Diagnostic } from '#diagnostics';
import { resolvePort, type ContainerPort, type KubernetesWorkload, type ServicePort } from '#ir';
import { constNames } from '../const-names.ts';
import { sourceTexts, type SourceFile } from '../source-file.ts';
import { isController, readObjects } from './kubernetes-object.ts';
import { printWorkloads } from './print-workloads.ts';
import { readService } from './read-service.ts';
import { readWorkload, type FoundWorkload } from './read-workload.ts';
import { yamlDocuments } from './yaml-documents.ts';

export interface ManifestImport {
  /** In any order: what comes out is the same. */
  readonly files: readonly SourceFile[];
  /** Of objects that name none. */
  readonly namespace?: string;
  /** What the files are, for people: a repository and a revision. */
  readonly source: string;
}

/** One workload as the manifests have it. */
export interface ImportedWorkload {
  /** The constant of the module. */
  readonly constant: string;
  readonly name: string;
  readonly kubernetes: KubernetesWorkload;
  /** Ports that no container declares, with the Service that leads to them. */
  readonly undeclared: readonly { readonly port: ContainerPort; readonly service: string }[];
}
export interface ImportedManifests { readonly module: string; readonly workloads: readonly ImportedWorkload[] }

/**
 * Reads Deployments, StatefulSets, DaemonSets, Jobs and CronJobs with their Services and ServiceAccounts, and writes a
 * TypeScript module of what a cluster knows them by. What can't be imported exactly is an error (CS5010), never left
 * out in silence; kinds that say nothing of workloads are named and left alone.
 */
export function importManifests({ files, namespace, source }: ManifestImport): Checked<ImportedManifests> {
  const found: Diagnostic[] = [];
  const say = (diagnostic: Diagnostic): void => { found.push(diagnostic); };

  const { texts, diagnostics } = sourceTexts(files);
  found.push(...diagnostics);
  const documents = texts.flatMap((text) => {
    const read = yamlDocuments(text);
    found.push(...read.diagnostics);
    return read.documents;
  });
  const { objects, leftAlone } = readObjects(documents, namespace, say);
  const workloads = objects.flatMap((object) => (isController(object.kind) ? readWorkload(object) ?? [] : []));
  const services = objects.flatMap((object) => (object.kind === 'Service' ? readService(object, workloads) ?? [] : []));

  const accounts = new Set(objects.filter(({ kind }) => kind === 'ServiceAccount').map((account) => `${account.namespace}\0${account.name}`));
  for (const { object, facts } of workloads) {
    if (facts.serviceAccount === undefined || accounts.has(`${facts.namespace}\0${facts.serviceAccount}`)) continue;
    object.root.remark('info', `${object.called} runs as the ServiceAccount \`${facts.serviceAccount}\`, which these manifests do not create`, 'nothing is to be done, if it exists');
  }
  if (found.every(({ severity }) => severity !== 'error') && workloads.length === 0) {
    found.push({ code: 'CS5010', severity: 'error', related: [], message: 'the manifests have no workload to import', help: 'give files with Deployments, StatefulSets, DaemonSets, Jobs or CronJobs', ...(texts[0] === undefined ? {} : { at: { path: texts[0].path } }) });
  }

  const names = constNames(workloads, ({ object: { name, namespace: home, kind } }) => [name, `${home}-${name}`, `${home}-${name}-${kind}`]);
  return checked(sortDiagnostics(found), () => {
    const imported = workloads
      .map((workload) => joined(names.get(workload)!, workload, services.filter((service) => service.workload === workload).flatMap(({ ports }) => ports)))
      .sort((a, b) => (a.constant < b.constant ? -1 : 1));
    return { module: printWorkloads({ workloads: imported, leftAlone, files, namespace, source }), workloads: imported };
  });
}

function joined(constant: string, { object, facts }: FoundWorkload, services: readonly ServicePort[]): ImportedWorkload {
  const ordered = [...services].sort((a, b) => (a.name === b.name ? a.port - b.port || (a.protocol < b.protocol ? -1 : 1) : a.name < b.name ? -1 : 1));
  // Declaring a port is optional in Kubernetes; a Service that leads to one says as much.
  const undeclared: { readonly port: ContainerPort; readonly service: string }[] = [];
  for (const { name, targetPort, protocol } of ordered) {
    if (typeof targetPort === 'string' || resolvePort({ ...facts, services: [] }, targetPort, protocol) !== undefined) continue;
    if (!undeclared.some(({ port }) => port.number === targetPort && port.protocol === protocol)) undeclared.push({ port: { number: targetPort, protocol }, service: name });
  }
  const { namespace, controller, serviceAccount, selector, ports, probes } = facts;
  return {
    constant, name: object.name, undeclared,
    kubernetes: {
      namespace, ...(controller === undefined ? {} : { controller }), ...(serviceAccount === undefined ? {} : { serviceAccount }), selector,
      ports: [...ports, ...undeclared.map(({ port }) => port)], services: ordered, probes,
    },
  };
}
