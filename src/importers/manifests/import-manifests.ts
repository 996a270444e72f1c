import { checked, diagnose, isError, type Checked, type Diagnostic } from '#diagnostics';
import type { KubernetesWorkload } from '#ir';
import { constNames } from '../const-names.ts';
import { legible } from '../legible.ts';
import type { SourceFile } from '../source-file.ts';
import { isController, readObjects } from './kubernetes-object.ts';
import { printWorkloads } from './print-workloads.ts';
import { byNumber, type UndeclaredPort } from './read-pod.ts';
import { readService, type FoundService } from './read-service.ts';
import { readWorkload, type FoundWorkload } from './read-workload.ts';
import { documentsOf, kubernetesYaml } from '../yaml-documents.ts';

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
  /** Those of its ports that no container declares. */
  readonly undeclared: readonly UndeclaredPort[];
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

  const { texts, documents, diagnostics } = documentsOf(files, kubernetesYaml);
  diagnostics.forEach(say);
  const { objects, leftAlone } = readObjects(documents, namespace, say);
  const workloads = objects.flatMap((object) => (isController(object.kind) ? readWorkload(object) ?? [] : []));
  const complete = !found.some(isError);
  const services = objects.flatMap((object) => (object.kind === 'Service' ? readService(object, workloads, complete) ?? [] : []));
  if (!found.some(isError) && workloads.length === 0) {
    found.push(diagnose('CS5010', { message: 'the manifests have no workload to import', help: 'give files with Deployments, StatefulSets, DaemonSets, Jobs or CronJobs', ...(texts[0] === undefined ? {} : { at: { path: texts[0].path } }) }));
  }

  const names = constNames(workloads, ({ object: { name, namespace: home, kind } }) => [name, `${name}-${home}`, `${name}-${home}-${kind}`]);
  return checked(legible(found), () => {
    const imported = workloads
      .map((workload) => joined(names.get(workload)!, workload, services.filter((service) => service.workload === workload)))
      .sort((a, b) => (a.constant < b.constant ? -1 : 1));
    return { module: printWorkloads({ workloads: imported, leftAlone, files, namespace, source }), workloads: imported };
  });
}

function joined(constant: string, { object, facts, undeclared: asked }: FoundWorkload, services: readonly FoundService[]): ImportedWorkload {
  const ordered = services.flatMap(({ ports }) => ports).sort((a, b) => (a.name === b.name ? a.port - b.port || (a.protocol < b.protocol ? -1 : 1) : a.name < b.name ? -1 : 1));
  const undeclared: UndeclaredPort[] = [];
  for (const one of [...services.flatMap((service) => service.undeclared).sort((a, b) => (a.because < b.because ? -1 : 1)), ...asked]) {
    if (!undeclared.some(({ port }) => port.number === one.port.number && port.protocol === one.port.protocol)) undeclared.push(one);
  }
  const { namespace, controller, serviceAccount, selector, ports, probes, metrics } = facts;
  return {
    constant, name: object.name, undeclared,
    kubernetes: {
      namespace, ...(controller === undefined ? {} : { controller }), ...(serviceAccount === undefined ? {} : { serviceAccount }), selector,
      ports: [...ports, ...undeclared.map(({ port }) => port)].sort(byNumber), services: ordered, probes, ...(metrics === undefined ? {} : { metrics }),
    },
  };
}
