import type { ContainerPort, KubernetesWorkload } from '#ir';
import { pathProblem } from '../canonical-path.ts';
import type { Field } from './field.ts';
import { isDeclared, sayUndeclared, type UndeclaredPort } from './read-pod.ts';

type Metrics = NonNullable<KubernetesWorkload['metrics']>;
export interface MetricsRead { readonly metrics?: Metrics; /** Its port, if no container declares it. */ readonly undeclared?: UndeclaredPort }

/**
 * Where the metrics of a pod are scraped, by the annotations that Prometheus' own example reads
 * (documentation/examples/prometheus-kubernetes.yml, "kubernetes-pods"): the value `true` and no other, a port in digits, and a
 * path that is `/metrics` if it is not stated. Without a port it asks each one that is declared; that is taken only
 * where there is one. `ports` are those that containers declare.
 */
export function readMetrics(annotations: Field, ports: readonly ContainerPort[], called: string): MetricsRead {
  const [scrape, statedPort, statedPath] = [annotations.get('prometheus.io/scrape'), annotations.get('prometheus.io/port'), annotations.get('prometheus.io/path')];
  if (scrape.absent) {
    const idle = [statedPort, statedPath].find(({ absent }) => !absent);
    idle?.remark('info', `${called} says where its metrics are, and not that they are scraped: they are left alone`, 'nothing is to be done; to have them scraped, annotate the pods with `prometheus.io/scrape: "true"`');
    return {};
  }
  const wanted = scrape.text();
  if (wanted === undefined || wanted === 'false') return {};
  if (wanted !== 'true') { scrape.refuse(`\`prometheus.io/scrape\` of ${called} is \`${wanted}\`, and scrapers look for \`true\``, 'write `"true"` or `"false"`'); return {}; }

  const port = readPort(statedPort, scrape, ports, called);
  const path = readPath(statedPath, called);
  if (port === undefined || path === undefined) return {};
  if (isDeclared(ports, port, 'TCP')) return { metrics: { port, path } };
  const because = 'its metrics are scraped there';
  sayUndeclared(statedPort, port, 'TCP', called, because);
  return { metrics: { port, path }, undeclared: { port: { number: port, protocol: 'TCP' }, because } };
}

function readPort(field: Field, scrape: Field, ports: readonly ContainerPort[], called: string): number | undefined {
  if (field.absent || field.value === '') {
    const numbers = [...new Set(ports.map(({ number }) => number))];
    if (numbers.length === 1 && ports.every(({ protocol }) => protocol === 'TCP')) return numbers[0];
    return scrape.refuse(`the metrics of ${called} are scraped, and which port they are on is not stated: its containers declare ${numbers.length === 0 ? 'none' : `${ports.length}`}`, 'annotate the pods with `prometheus.io/port` as well');
  }
  const stated = field.text();
  if (stated === undefined) return undefined;
  const port = /^[1-9]\d{0,4}$/.test(stated) ? Number(stated) : 0;
  return port >= 1 && port <= 65_535 ? port : field.refuse(`\`prometheus.io/port\` of ${called} is \`${stated}\`, which is not a port`, 'write the number of a port, in quotes: `"8080"`');
}

function readPath(field: Field, called: string): string | undefined {
  if (field.absent || field.value === '') return '/metrics';
  const stated = field.text();
  if (stated === undefined) return undefined;
  const path = stated.startsWith('/') ? stated : `/${stated}`; // as a URL is made of it
  const problem = pathProblem(path);
  if (problem === undefined) return path;
  return field.refuse(`the path \`${path}\` of the metrics of ${called} ${problem.what}`, problem.instead === undefined ? 'let it be scraped by a plain path' : `write \`${problem.instead}\`, if that is scraped too`);
}
