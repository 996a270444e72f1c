import { expect, it } from 'vitest';
import { importManifests } from '#importers';
import { describeWithRealFiles, realBytes, realFiles } from '../stacks/real-files.ts';
import { said, value } from './files.ts';

const estate = 'retail-store';

// Each chart is installed in the namespace of its own name, which the manifests do not state.
describeWithRealFiles(estate, 'the manifests of a shop of five charts', () => {
  const charts = realFiles(`${estate}/kubernetes`).map((path) => ({ path, chart: path.replace(/^.*\/|\.yaml$/g, '') }));
  const imported = (path: string, namespace?: string) => importManifests({ files: [{ path, bytes: realBytes(path) }], source: estate, ...(namespace === undefined ? {} : { namespace }) });

  it('give every workload its controller, account, and Services that lead to named ports', () => {
    const found = charts.flatMap(({ path, chart }) => value(imported(path, chart)).workloads.map(({ constant, kubernetes: { controller, serviceAccount, ports, services } }) =>
      `${constant}: ${controller} as ${serviceAccount ?? 'nobody'}, ${services.map(({ name, port, targetPort }) => `${name}:${port} → ${targetPort}`).join()} at ${ports.map(({ number, name }) => `${number} (${name})`).join()}`));
    expect(found).toEqual([
      'carts: Deployment as carts, carts:80 → http at 8080 (http)',
      'catalog: Deployment as catalog, catalog:80 → http at 8080 (http)',
      'catalogMysql: StatefulSet as nobody, catalog-mysql:3306 → mysql at 3306 (mysql)',
      'checkout: Deployment as checkout, checkout:80 → http at 8080 (http)',
      'checkoutRedis: Deployment as nobody, checkout-redis:6379 → redis at 6379 (redis)',
      'orders: Deployment as orders, orders:80 → http at 8080 (http)',
      'ordersPostgresql: StatefulSet as nobody, orders-postgresql:5432 → postgresql at 5432 (postgresql)',
      'ui: Deployment as ui, ui:80 → http at 8080 (http)',
    ]);
  });

  it('say where metrics are scraped, of the services and not of what stores their data', () => {
    const found = charts.flatMap(({ path, chart }) => value(imported(path, chart)).workloads.map(({ constant, kubernetes: { metrics } }) => `${constant}: ${metrics?.port ?? ''}${metrics?.path ?? 'none'}`));
    expect(found).toEqual([
      'carts: 8080/actuator/prometheus', 'catalog: 8080/metrics', 'catalogMysql: none', 'checkout: 8080/metrics', 'checkoutRedis: none',
      'orders: 8080/actuator/prometheus', 'ordersPostgresql: none', 'ui: 8080/actuator/prometheus',
    ]);
  });

  it.each(charts)('leave nothing of $chart but a ConfigMap', ({ path, chart }) => {
    expect(said(imported(path, chart)).map((line) => line.replace(/ \S+:\d+ /, ' '))).toEqual(['info CS5010 1 ConfigMap: they say nothing of who runs and which ports are served, and are left alone']);
  });

  it.each(charts)('of $chart need a namespace, once a file', ({ path }) => {
    expect(imported(path).diagnostics.filter(({ severity }) => severity === 'error').map(({ code, at }) => [code, at?.path])).toEqual([['CS5011', path]]);
  });
});
