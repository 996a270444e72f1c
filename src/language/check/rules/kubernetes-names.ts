import { diagnose, escapePointer, type Diagnostic } from '#diagnostics';
import type { Labels } from '#ir';
import type { PolicyContext } from '../policy-context.ts';
import { labelKeyProblem, labelNameProblem, labelValueProblem, serviceNameProblem, subdomainProblem } from '../syntax/kubernetes-name.ts';
import type { Problem } from '../syntax/problem.ts';
import { quoted } from '../wording.ts';

/** CS1034 and CS1035: what a workload says of the cluster has to be what a cluster could hold. */
export function kubernetesNames(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { value: workload, pointer } of context.workloads) {
    const facts = workload.kubernetes;
    if (facts === undefined) {
      if (workload.host !== undefined) continue; // outside the cluster
      found.push(diagnose('CS1035', {
        message: `${quoted(workload.name)} has no Kubernetes facts, so that nothing can tell which pods it is`,
        pointer,
        help: 'state `kubernetes: { namespace, serviceAccount, selector, ports }`, or import them: `countersign import manifests <file>`; of what runs outside the cluster, state its `host`',
      }));
      continue;
    }
    const at = `${pointer}/kubernetes`;
    found.push(
      ...invalid(`the namespace of ${quoted(workload.name)}`, facts.namespace, `${at}/namespace`, labelNameProblem(facts.namespace)),
      ...(facts.serviceAccount === undefined ? [] : invalid(`the ServiceAccount of ${quoted(workload.name)}`, facts.serviceAccount, `${at}/serviceAccount`, subdomainProblem(facts.serviceAccount))),
      ...labelProblems(`the selector of ${quoted(workload.name)}`, facts.selector, `${at}/selector`),
      ...facts.services.flatMap(({ name }, index) => invalid(`a Service of ${quoted(workload.name)}`, name, `${at}/services/${index}/name`, serviceNameProblem(name))),
    );
  }
  return found;
}

export function labelProblems(of: string, labels: Labels, pointer: string): readonly Diagnostic[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const at = `${pointer}/${escapePointer(key)}`;
    return [
      ...invalid(`a label's key in ${of}`, key, at, labelKeyProblem(key)),
      ...invalid(`the value of ${quoted(key)} in ${of}`, value, at, labelValueProblem(value)),
    ];
  });
}

export function invalid(what: string, text: string, pointer: string, problem: Problem | undefined): readonly Diagnostic[] {
  if (problem === undefined) return [];
  const shown = text.length > 80 ? `${text.slice(0, 77)}…` : text;
  return [diagnose('CS1034', {
    message: text === '' ? `${what} is empty` : `${what}, ${quoted(shown)}, ${problem.what}`,
    pointer,
    help: problem.instead === undefined ? 'write the name as it stands in the cluster' : `write ${quoted(problem.instead)}, if that is how it stands in the cluster`,
  })];
}
