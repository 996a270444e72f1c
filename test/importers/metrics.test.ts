import { describe, expect, it } from 'vitest';
import { deployment, file, manifests, said, service, value } from './files.ts';
import { importManifests } from '#importers';

const annotated = (annotations: string, change: Parameters<typeof deployment>[0] = {}): string =>
  deployment(change).replace('metadata: { labels: { app: cart } }', `metadata: { labels: { app: cart }, annotations: { ${annotations} } }`);
const metricsOf = (text: string) => value(manifests(text)).workloads[0]?.kubernetes.metrics;
const scraped = 'prometheus.io/scrape: "true"';
const at = 'prometheus.io/port: "8080"';

describe('where metrics are scraped', () => {
  it.each([
    ['port and path', `${scraped}, ${at}, prometheus.io/path: /actuator/prometheus`, { port: 8080, path: '/actuator/prometheus' }],
    ['a path that is not stated', `${scraped}, ${at}`, { port: 8080, path: '/metrics' }],
    ['an empty path, which scrapers take for none', `${scraped}, ${at}, prometheus.io/path: ""`, { port: 8080, path: '/metrics' }],
    ['a path without its slash, as a URL is made of it', `${scraped}, ${at}, prometheus.io/path: stats/all`, { port: 8080, path: '/stats/all' }],
    ['a port that is not stated, of a pod with one', scraped, { port: 8080, path: '/metrics' }],
    ['metrics that are not scraped', `prometheus.io/scrape: "false", ${at}`, undefined],
    ['other annotations', 'example.com/scrape: "true", other: 1', undefined],
    ['no annotations', '', undefined],
  ])('is read of %s, in silence', (_, annotations, metrics) => {
    expect(said(manifests(annotated(annotations)))).toEqual([]);
    expect(metricsOf(annotated(annotations))).toEqual(metrics);
  });

  it('is written to the module, and nothing where nothing is scraped', () => {
    expect(value(manifests(annotated(`${scraped}, ${at}`))).module).toContain("  metrics: { port: 8080, path: '/metrics' },\n} as const satisfies KubernetesFacts;\n");
    expect(value(manifests(deployment())).module).not.toContain('metrics');
  });

  it('is read of the pods, not of what makes them', () => {
    expect(metricsOf(deployment().replace('metadata: { name: cart, namespace: shop }', `metadata: { name: cart, namespace: shop, annotations: { ${scraped}, ${at} } }`))).toBeUndefined();
  });

  it('is read of the pods that a CronJob makes', () => {
    const text = `{ apiVersion: batch/v1, kind: CronJob, metadata: { name: nightly, namespace: shop }, spec: { jobTemplate: { spec: { template: { metadata: { labels: { app: nightly }, annotations: { ${scraped} } }, spec: { containers: [{ name: it, ports: [{ containerPort: 9102 }] }] } } } } } }`;
    expect(metricsOf(text)).toEqual({ port: 9102, path: '/metrics' });
  });
});

describe('a port of metrics that no container declares', () => {
  const text = annotated('prometheus.io/scrape: "true", prometheus.io/port: "9090"');
  it('is imported as if one did, and said', () => {
    expect(said(manifests(text))).toEqual(['info CS5010 shop.yaml:7 no container of Deployment `cart` declares the TCP port 9090, and its metrics are scraped there: it is imported as if one did']);
    expect(value(manifests(text)).module).toContain('{ number: 9090 }, // no container declares it: its metrics are scraped there\n');
    expect(metricsOf(text)).toEqual({ port: 9090, path: '/metrics' });
  });
  it('is one that is declared for another protocol', () => {
    expect(value(manifests(text.replace('{ containerPort: 8080, name: http }', '{ containerPort: 9090, protocol: UDP }'))).workloads[0]?.kubernetes.ports).toEqual([{ number: 9090, protocol: 'TCP' }, { number: 9090, protocol: 'UDP' }]);
  });
  it('is added once where a Service leads to it too', () => {
    expect(value(manifests(text + service('selector: { app: cart }\n  ports: [{ port: 9090 }]'))).workloads[0]?.kubernetes.ports.map(({ number }) => number)).toEqual([8080, 9090]);
  });
});

/** What is said, the annotations, and what the sentence names. */
describe('annotations that no scraper could follow are said, at their place', () => {
  const two = '      - { name: proxy, ports: [{ containerPort: 9090 }] }\n';
  const table: readonly (readonly [what: string, annotations: string, coded: string, names: string, container: string])[] = [
    ['a flag that YAML takes for no text', 'prometheus.io/scrape: true', 'error CS5010 shop.yaml:7', 'not a text', ''],
    ['another word', 'prometheus.io/scrape: "yes"', 'error CS5010 shop.yaml:7', '`yes`', ''],
    ['another spelling', 'prometheus.io/scrape: "True"', 'error CS5010 shop.yaml:7', '`True`', ''],
    ['a number that is no text', `${scraped}, prometheus.io/port: 8080`, 'error CS5010 shop.yaml:7', 'not a text', ''],
    ['a port by name', `${scraped}, prometheus.io/port: http`, 'error CS5010 shop.yaml:7', '`http`, which is not a port', ''],
    ['a port of nothing', `${scraped}, prometheus.io/port: "0"`, 'error CS5010 shop.yaml:7', '`0`', ''],
    ['a port above all', `${scraped}, prometheus.io/port: "65536"`, 'error CS5010 shop.yaml:7', '`65536`', ''],
    ['a port with a zero in front', `${scraped}, prometheus.io/port: "08080"`, 'error CS5010 shop.yaml:7', '`08080`', ''],
    ['a port with a blank', `${scraped}, prometheus.io/port: "8080 "`, 'error CS5010 shop.yaml:7', 'not a port', ''],
    ['a path that is no text', `${scraped}, ${at}, prometheus.io/path: [a]`, 'error CS5010 shop.yaml:7', 'not a text', ''],
    ['a path with a query', `${scraped}, ${at}, prometheus.io/path: "/metrics?all=1"`, 'error CS5010 shop.yaml:7', 'has a query', ''],
    ['a path of two spellings', `${scraped}, ${at}, prometheus.io/path: /a/../metrics`, 'error CS5010 shop.yaml:7', '`..`', ''],
    ['no port, of a pod with several', scraped, 'error CS5010 shop.yaml:7', 'declare 2', two],
    ['a place, and not whether it is scraped', at, 'info CS5010 shop.yaml:7', 'left alone', ''],
  ];
  it.each(table)('%s', (_, annotations, coded, names, container) => {
    const result = manifests(annotated(annotations, { container }));
    expect(said(result)).toHaveLength(1);
    expect(said(result)[0]).toContain(`${coded} `);
    expect(said(result)[0]).toContain(names);
    expect(result.diagnostics[0]?.at?.span?.column).toBeGreaterThan(20);
    expect(result.ok).toBe(!coded.startsWith('error'));
    if (result.ok) expect(result.value.workloads[0]?.kubernetes.metrics).toBeUndefined();
  });

  it.each([['/metrics?all=1', 'write `/metrics`, if that is scraped too'], ['/metrics/', 'write `/metrics`, if that is scraped too'], ['/../metrics?x', 'let it be scraped by a plain path'], ['/%6d', 'let it be scraped by a plain path']])('the path %s, with advice', (path, help) => {
    expect(manifests(annotated(`${scraped}, ${at}, prometheus.io/path: "${path}"`)).diagnostics.map((one) => one.help)).toEqual([help]);
  });

  it('annotations that are a list', () => {
    expect(said(manifests(deployment().replace('metadata: { labels: { app: cart } }', 'metadata: { labels: { app: cart }, annotations: [a] }')))[0]).toContain('error CS5010 shop.yaml:7 `spec.template.metadata.annotations` of Deployment `cart` is not a mapping');
  });

  it('no port, of a pod that declares one for UDP, which nothing is scraped by', () => {
    expect(said(manifests(annotated(scraped).replace('name: http', 'protocol: UDP')))[0]).toContain('error CS5010 shop.yaml:7 the metrics of');
  });

  it('no port, of a pod that declares none', () => {
    const text = annotated(scraped).replace('[{ containerPort: 8080, name: http }]', '[]');
    expect(said(importManifests({ files: [file('shop.yaml', text)], source: 'a test' }))).toEqual(['error CS5010 shop.yaml:7 the metrics of Deployment `cart` are scraped, and which port they are on is not stated: its containers declare none']);
  });
});
