import type { Labels } from '#ir';
import { callSite } from '../declare/call-site.ts';
import { defined, isFields, noForm, type Form } from '../declare/declaration.ts';
import { profile, type Profile } from './profile.ts';

export type DeclaredScraper = Profile<'metricsScraper'>;

export interface PrometheusOptions {
  readonly namespace: string;
  /** Which its pods run as: what the mesh knows it by. */
  readonly serviceAccount: string;
  /** Of its pods; `app.kubernetes.io/name: prometheus` where nothing is said, which the Prometheus Operator and the community's Helm charts put there. */
  readonly labels?: Labels | undefined;
}

/** Prometheus, which asks each pod for the metrics that its workload declares. */
export const prometheus = (options: PrometheusOptions): DeclaredScraper => profile('metricsScraper', scraperForm, options, callSite(prometheus));

const scraperForm: Form = {
  ...noForm,
  lower: ({ options }) => (isFields(options) ? { labels: { 'app.kubernetes.io/name': 'prometheus' }, ...defined(options) } : options),
};
