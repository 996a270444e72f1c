import type { Controller, KubernetesWorkload, Labels } from '#ir';
import type { Field } from './field.ts';
import { isController, type KubernetesObject } from './kubernetes-object.ts';
import { readMetrics } from './read-metrics.ts';
import { readPod, type UndeclaredPort } from './read-pod.ts';

/** A controller and the pods that it makes; Services come later. */
export interface FoundWorkload {
  readonly object: KubernetesObject;
  readonly facts: Omit<KubernetesWorkload, 'services'>;
  /** All labels of its pods: what Services select by. */
  readonly podLabels: Labels;
  /** What its probes ask or scrapers scrape, and no container declares. */
  readonly undeclared: readonly UndeclaredPort[];
}

/** undefined where something was said of it. */
export function readWorkload(object: KubernetesObject): FoundWorkload | undefined {
  const { kind, called, root, namespace } = object;
  if (!isController(kind)) return undefined;
  const spec = kind === 'CronJob' ? root.get('spec', 'jobTemplate', 'spec') : root.get('spec');
  const template = spec.get('template');
  if (template.absent) return template.refuse(`${called} has no pod template`, 'write one');
  const podLabels = template.get('metadata', 'labels').labels();
  const selector = podLabels === undefined ? undefined : readSelector(kind, spec, podLabels, template, called);
  const pod = readPod(template.get('spec'), called);
  const { metrics, undeclared } = readMetrics(template.get('metadata', 'annotations'), pod.facts.ports, called);
  if (podLabels === undefined || selector === undefined) return undefined;
  return {
    object, podLabels, facts: { namespace, controller: kind, ...pod.facts, selector, ...(metrics === undefined ? {} : { metrics }) },
    undeclared: undeclared === undefined ? pod.undeclared : [...pod.undeclared, undeclared],
  };
}

function readSelector(kind: Controller, spec: Field, podLabels: Labels, template: Field, called: string): Labels | undefined {
  const field = spec.get('selector');
  const expressions = field.get('matchExpressions');
  if (!expressions.absent && expressions.items().length > 0) {
    return expressions.refuse(`${called} selects its pods by \`matchExpressions\`, and a workload is known by labels and their values`, 'select by `matchLabels`, or declare the workload by hand');
  }
  const stated = field.get('matchLabels').labels();
  if (stated === undefined) return undefined;
  if (Object.keys(stated).length > 0) {
    const missing = Object.entries(stated).find(([key, value]) => podLabels[key] !== value);
    return missing === undefined ? stated
      : field.get('matchLabels').refuse(`${called} selects pods with \`${missing.join('=')}\`, which its own pod template does not have`, 'let the template carry the labels that are selected');
  }
  // The cluster makes up the selector of a Job, with a new value each time (Kubernetes, "Jobs", "Specifying your own Pod selector").
  if (kind === 'Job' || kind === 'CronJob') {
    return Object.keys(podLabels).length > 0 ? podLabels
      : template.refuse(`the pods of ${called} carry no labels, and so can't be told from others`, 'give the pod template a label of its own');
  }
  return field.refuse(`${called} has no selector, or an empty one`, 'select by `matchLabels`');
}
