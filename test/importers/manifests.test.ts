import { describe, expect, it } from 'vitest';
import { importManifests } from '#importers';
import { deployment, file, manifests, said, service, value } from './files.ts';

const kubernetesOf = (text: string, namespace?: string) => value(manifests(text, namespace)).workloads.map(({ constant, kubernetes }) => [constant, kubernetes] as const);

describe('a workload', () => {
  it('is imported from every kind of controller, sorted by name', () => {
    const template = (name: string): string => `{ metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: it }] } }`;
    const set = (kind: string, name: string): string => `---\n{ apiVersion: apps/v1, kind: ${kind}, metadata: { name: ${name} }, spec: { selector: { matchLabels: { app: ${name} } }, template: ${template(name)} } }\n`;
    const job = `---\n{ apiVersion: batch/v1, kind: Job, metadata: { name: migrate }, spec: { template: ${template('migrate')} } }\n`;
    const cron = `---\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: nightly }, spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: ${template('nightly')} } } } }\n`;
    const found = kubernetesOf(cron + set('StatefulSet', 'store') + set('Deployment', 'web') + job + set('DaemonSet', 'agent'), 'shop');
    expect(found.map(([constant, { controller, selector, namespace }]) => [constant, controller, selector, namespace])).toEqual([
      ['agent', 'DaemonSet', { app: 'agent' }, 'shop'], ['migrate', 'Job', { app: 'migrate' }, 'shop'], ['nightly', 'CronJob', { app: 'nightly' }, 'shop'],
      ['store', 'StatefulSet', { app: 'store' }, 'shop'], ['web', 'Deployment', { app: 'web' }, 'shop'],
    ]);
  });

  it('keeps its controller\'s selector, not all labels of its pods', () => {
    expect(kubernetesOf(deployment({ labels: '{ app: cart, version: v2 }' }))[0]?.[1].selector).toEqual({ app: 'cart' });
  });

  it.each([
    ['none', '', undefined], ['the namespace\'s own', 'serviceAccountName: default', undefined],
    ['a named one', 'serviceAccountName: cart', 'cart'], ['one by the deprecated name', 'serviceAccount: cart', 'cart'], ['both, of which the deprecated one does not count', '{}', 'cart'],
  ])('has as ServiceAccount: %s', (_, line, account) => {
    const text = deployment().replace('serviceAccountName: cart', line === '{}' ? 'serviceAccountName: cart\n      serviceAccount: other' : line === '' ? 'restartPolicy: Always' : line);
    expect(kubernetesOf(text)[0]?.[1].serviceAccount).toBe(account);
  });

  it('is found in Lists, in JSON, after empty documents and with CRLF, all the same', () => {
    const plain = value(manifests(deployment())).workloads;
    const [controller = '', account = ''] = deployment().split('---\n');
    const inList = `apiVersion: v1\nkind: List\nitems:\n${[controller, account].map((text) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`).join('')}`;
    for (const text of [inList, `\ufeff# a comment\n---\n---\n${deployment()}---\n`, deployment().replaceAll('\n', '\r\n')]) expect(value(manifests(text)).workloads).toEqual(plain);
    const json = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'cart' } }, template: { metadata: { labels: { app: 'cart' } }, spec: { serviceAccountName: 'cart', containers: [{ name: 'server', ports: [{ containerPort: 8080, name: 'http' }] }] } } } };
    expect(value(manifests(JSON.stringify(json, null, '\t'))).workloads).toEqual(plain);
  });

  it('takes anchors and merge keys for what they stand for', () => {
    const text = deployment().replace('matchLabels: { app: cart }', 'matchLabels: &labels { app: cart }').replace('labels: { app: cart } }', 'labels: { <<: *labels, tier: back } }');
    expect(kubernetesOf(text)[0]?.[1].selector).toEqual({ app: 'cart' });
  });
});

describe('the names of the constants', () => {
  const named = (...names: readonly (readonly [string, string])[]): readonly string[] =>
    value(manifests(names.map(([name, namespace]) => `---\n${deployment({ name }).replaceAll('namespace: shop', `namespace: ${namespace}`)}`).join(''))).workloads.map(({ constant }) => constant);
  it.each([
    ['redis-cart', 'redisCart'], ['3scale', '_3scale'], ['default', 'default_'], ['a.b-c', 'aBC'], ['class', 'class_'],
  ])('%s is %s', (name, constant) => expect(named([name, 'shop'])).toEqual([constant]));
  it('tell workloads of one name apart by namespace, and both of them', () => expect(named(['web', 'shop'], ['web', 'bank'], ['other', 'bank'])).toEqual(['other', 'webBank', 'webShop']));
  it('tell controllers of one name apart by kind', () => {
    const text = `${deployment()}---\n${deployment().replace('kind: Deployment', 'kind: StatefulSet').split('---')[0]}`;
    expect(value(manifests(text)).workloads.map(({ constant }) => constant)).toEqual(['cartShopDeployment', 'cartShopStatefulSet']);
  });
  it('are numbered where nothing else tells them apart', () => expect(named(['a-b', 'shop'], ['a.b', 'shop'])).toEqual(['aBShopDeployment', 'aBShopDeployment2']));
});

describe('ports and probes', () => {
  it('come from all lasting containers, sidecars among them, and not from those that end', () => {
    const text = deployment({
      pod: `      initContainers:
      - { name: proxy, restartPolicy: Always, ports: [{ containerPort: 15090, name: metrics }], readinessProbe: { httpGet: { port: metrics } } }
      - { name: migrate, ports: [{ containerPort: 1 }] }
`,
      container: `      - name: dns
        ports: [{ containerPort: 5353, protocol: UDP, name: dns }, { containerPort: 9000, protocol: SCTP }]
        livenessProbe: { tcpSocket: { port: 8081 } }
        startupProbe: { exec: { command: [x] } }
`,
    });
    const [[, { ports, probes }]] = kubernetesOf(text) as [ReturnType<typeof kubernetesOf>[number]];
    expect(ports).toEqual([
      { number: 5353, protocol: 'UDP', name: 'dns' }, { number: 8080, protocol: 'TCP', name: 'http' }, { number: 8081, protocol: 'TCP' }, { number: 9000, protocol: 'SCTP' }, { number: 15090, protocol: 'TCP', name: 'metrics' },
    ]);
    expect(probes).toEqual([
      { name: 'liveness', container: 'dns', probe: { kind: 'tcp', port: 8081 } }, { name: 'startup', container: 'dns', probe: { kind: 'exec' } },
      { name: 'readiness', container: 'proxy', probe: { kind: 'http', port: 'metrics', path: '/' } },
    ]);
  });

  it.each([
    ['httpGet: { port: http, path: /live }', { kind: 'http', port: 'http', path: '/live' }], ['httpGet: { port: 8080 }', { kind: 'http', port: 8080, path: '/' }],
    ['grpc: { port: 8080 }', { kind: 'grpc', port: 8080 }], ['grpc: { port: 8080, service: ready }', { kind: 'grpc', port: 8080, service: 'ready' }],
    ['tcpSocket: { port: 8080 }', { kind: 'tcp', port: 8080 }], ['exec: { command: [ok] }', { kind: 'exec' }],
  ])('a probe can be %s', (how, probe) => {
    expect(kubernetesOf(deployment({ container: `        startupProbe: { ${how} }\n` }))[0]?.[1].probes).toEqual([{ name: 'startup', probe }]);
  });
});

describe('a Service', () => {
  it('belongs to the workload whose pods it selects, by any of their labels, with Kubernetes\' defaults', () => {
    const text = deployment({ labels: '{ app: cart, tier: back }' }) + service('type: LoadBalancer\n  selector: { tier: back }\n  ports: [{ port: 80, targetPort: http, nodePort: 30080 }, { port: 8080, name: plain }]');
    expect(kubernetesOf(text)[0]?.[1].services).toEqual([
      { name: 'web', port: 80, protocol: 'TCP', targetPort: 'http', type: 'LoadBalancer', nodePort: 30080 }, { name: 'web', port: 8080, protocol: 'TCP', targetPort: 8080, type: 'LoadBalancer' },
    ]);
  });

  it('that leads to a number which no container declares adds the port, with a note', () => {
    const result = value(manifests(deployment() + service('selector: { app: cart }\n  ports: [{ port: 90, targetPort: 9090, protocol: UDP }]')));
    expect(result.workloads[0]?.kubernetes.ports).toEqual([{ number: 8080, protocol: 'TCP', name: 'http' }, { number: 9090, protocol: 'UDP' }]);
    expect(result.module).toContain("{ number: 9090, protocol: 'UDP' }, // no container declares it: the Service web leads to it");
  });

  it('of another namespace is not its own', () => {
    expect(said(manifests(deployment() + service('selector: { app: cart }\n  ports: [{ port: 80 }]').replace('namespace: shop', 'namespace: bank')))).toEqual([
      'info CS5010 shop.yaml:22 Service `web` selects no pod of these manifests and is left alone',
    ]);
  });
});

describe('the module', () => {
  const text = deployment({ container: '        livenessProbe: { httpGet: { port: http, path: "/it\'s" } }\n' }) + service('selector: { app: cart }\n  ports: [{ port: 80, targetPort: http }]');

  it('says where it comes from, and leaves out what Kubernetes and the language fill in', () => {
    expect(value(manifests(text, 'other')).module).toMatch(new RegExp(`^${[
      '// Generated by `countersign import manifests --namespace other`: do not edit, import again\\.',
      '// source a test',
      '// source digest sha256:[0-9a-f]{64}',
      "import type { KubernetesFacts } from 'countersign';",
      '',
      '/\\*\\* Deployment `cart` \\*/',
      'export const cart = {',
      "  namespace: 'shop', controller: 'Deployment', serviceAccount: 'cart',",
      "  selector: { app: 'cart' },",
      "  ports: \\[{ number: 8080, name: 'http' }\\],",
      "  services: \\[{ name: 'web', port: 80, targetPort: 'http' }\\],",
      "  probes: { liveness: { http: { port: 'http', path: '/it\\\\'s' } } },",
      '} as const satisfies KubernetesFacts;',
    ].join('\n')}\n$`));
  });

  it('is the same for files in any order, under any name, cut in any way between documents', () => {
    const parts = text.split('---\n');
    const files = parts.map((part, index) => file(`${index}.yaml`, part));
    const module = (of: typeof files) => value(importManifests({ files: of, source: 'a test' })).module;
    expect(module([...files].reverse())).toBe(module(files));
    expect(module(files.map(({ bytes }, index) => ({ path: `renamed/${9 - index}.yaml`, bytes })))).toBe(module(files));
    expect(module(files).replace(/sha256:.*/, '')).toBe(value(manifests(text)).module.replace(/sha256:.*/, ''));
  });

  it('has no line that a source could have written', () => {
    const result = importManifests({ files: [file('shop.yaml', text)], source: 'a\nimport "evil";\u2028x' });
    expect(value(result).module.split(/[\n\u2028]/)[1]).toBe('// source a import "evil"; x');
  });

  it('writes a key that would be the object\'s prototype as a key', () => {
    expect(value(manifests(deployment({ selector: "matchLabels: { app: cart, __proto__: 'x' }", labels: "{ app: cart, __proto__: 'x' }" }))).module).toContain("  selector: { ['__proto__']: 'x', app: 'cart' },");
  });

  it('counts the kinds that it leaves alone, which are said too', () => {
    const others = '---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings } }\n---\n{ apiVersion: serving.knative.dev/v1, kind: Service, metadata: { name: fn } }\n';
    const result = manifests(deployment() + others);
    expect(value(result).module).toContain('// left alone: 1 ConfigMap, 1 Service of serving.knative.dev/v1\n');
    expect(said(result)).toEqual([
      'info CS5010 shop.yaml:18 1 ConfigMap, 1 Service of serving.knative.dev/v1: they say nothing of who runs and which ports are served, and are left alone',
    ]);
  });
});
