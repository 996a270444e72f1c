import { expect, it } from 'vitest';
import { manifestInventory } from '#importers';
import { describeWithRealFiles, realBytes, realFiles } from '../stacks/real-files.ts';
import { deployment, file, said, service, value } from './files.ts';

const inventory = (text: string) => value(manifestInventory({ files: [file('shop.yaml', text)] }));

it('lists every Service, those that are not imported too', () => {
  const text = deployment() + service('type: NodePort\n  selector: { app: cart }\n  ports: [{ name: http, port: 80, targetPort: http, nodePort: 30080 }, { port: 53, protocol: UDP }]')
    + service('type: ExternalName\n  externalName: db.example.com').replace('name: web', 'name: db');
  expect(inventory(text).services.map(({ at, ...rest }) => ({ ...rest, line: at.span?.line }))).toEqual([
    { namespace: 'shop', name: 'web', type: 'NodePort', line: 18, ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http', nodePort: 30080 }, { port: 53, protocol: 'UDP', targetPort: 53 }] },
    { namespace: 'shop', name: 'db', type: 'ExternalName', line: 26, ports: [] },
  ]);
});

it('lists ports and probes of all containers, those that can\'t be imported and those that end too', () => {
  const { containerPorts, probes } = inventory(deployment({
    pod: '      hostNetwork: true\n      initContainers: [{ name: migrate, ports: [{ containerPort: 9000, protocol: UDP }] }]\n',
    container: '        livenessProbe: { httpGet: { port: http, host: 10.0.0.1 } }\n        startupProbe: { exec: { command: [x] } }\n',
  }));
  expect(containerPorts.map(({ container, number, protocol, name, at }) => [container, number, protocol, name, at.span?.line])).toEqual([['migrate', 9000, 'UDP', undefined, 11], ['server', 8080, 'TCP', 'http', 14]]);
  expect(probes.map(({ workload, container, probe, handler, port, at }) => [workload, container, probe, handler, port, at.span?.line])).toEqual([
    ['cart', 'server', 'liveness', 'httpGet', 'http', 15], ['cart', 'server', 'startup', 'exec', undefined, 16],
  ]);
});

const addresses = (env: string, more = ''): readonly string[] => inventory(deployment({ container: `        ${env}\n` }) + more).addresses.map(({ variable, host, port }) => `${variable} ${host} ${port}`);

it.each([
  ['redis-cart:6379', ['redis-cart 6379']], ['http://catalog.catalog.svc:80/items?x=1', ['catalog.catalog.svc 80']], ['https://example.com/', ['example.com 443']], ['http://user:word@shop', ['shop 80']],
  ['jdbc:mysql://orders-db:3306/orders', ['orders-db 3306']], ['10.0.0.1:443', ['10.0.0.1 443']], ['[fd00::1]:9000', ['[fd00::1] 9000']], ['kafka-0.kafka:9092,kafka-1.kafka:9092', ['kafka-0.kafka 9092', 'kafka-1.kafka 9092']],
  ['12:30', []], ['8080', []], ['a:0', []], ['a:65536', []], ['redis-cart', []], ['say: hello', []], ['', []],
])('finds in %j what listens: %j', (text, wanted) => {
  expect(addresses(`env: [{ name: ADDR, value: ${JSON.stringify(text)} }]`)).toEqual(wanted.map((address) => `ADDR ${address}`));
});

it('reads the environment as the kubelet makes it: from ConfigMaps, with variables in variables', () => {
  const map = '---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings, namespace: shop }, data: { DB: "db:3306", HOST: cache, OVER: "old:1" } }\n';
  const elsewhere = map.replace('namespace: shop', 'namespace: bank').replace('db:3306', 'vault:3306');
  const env = `envFrom: [{ prefix: APP_, configMapRef: { name: settings } }, { configMapRef: { name: missing } }]
        env:
        - { name: ONE, valueFrom: { configMapKeyRef: { name: settings, key: DB } } }
        - { name: TWO, value: "$(APP_HOST):6379" }
        - { name: APP_OVER, value: "new:2" }
        - { name: KEPT, value: "$$(APP_HOST):1" }
        - { name: SECRET, valueFrom: { secretKeyRef: { name: s, key: k } } }`;
  expect(addresses(env, elsewhere + map)).toEqual(['APP_DB db 3306', 'APP_OVER new 2', 'ONE db 3306', 'TWO cache 6379']);
});

it('is refused where the files can\'t be read, with all that is wrong and nothing else', () => {
  expect(said(manifestInventory({ files: [file('shop.yaml', `${deployment().replaceAll(', namespace: shop', '')}---\n- a\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: p } }\n`)] })).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'error CS5011 shop.yaml:1', 'error CS5010 shop.yaml:18',
  ]);
});

describeWithRealFiles('online-boutique', 'the inventory of the Online Boutique', () => {
  const files = realFiles('online-boutique/kubernetes').map((path) => ({ path, bytes: realBytes(path) }));
  const found = () => value(manifestInventory({ files, namespace: 'default' }));

  it('has its Services, ports and probes', () => {
    const { services, containerPorts, probes } = found();
    expect([services.length, containerPorts.length, probes.length]).toEqual([12, 11, 22]);
    expect(services.filter(({ name }) => name.startsWith('frontend')).map(({ name, type }) => [name, type])).toEqual([['frontend', 'ClusterIP'], ['frontend-external', 'LoadBalancer']]);
    expect(services.find(({ name }) => name === 'emailservice')?.ports).toEqual([{ name: 'grpc', port: 5000, protocol: 'TCP', targetPort: 8080 }]);
    expect(probes.filter(({ workload }) => workload === 'frontend').map(({ probe, handler, port }) => [probe, handler, port])).toEqual([['liveness', 'httpGet', 8080], ['readiness', 'httpGet', 8080]]);
  });

  it('has the address of everything that is called, and of one thing that is not there', () => {
    const { addresses: all, services } = found();
    const known = new Set(services.flatMap(({ name, ports }) => ports.map(({ port }) => `${name}:${String(port)}`)));
    expect(all.length).toBe(18);
    expect(all.filter(({ host, port }) => !known.has(`${host}:${port}`)).map(({ workload, value: stated }) => [workload, stated])).toEqual([['frontend', 'shoppingassistantservice:80']]);
  });
});
