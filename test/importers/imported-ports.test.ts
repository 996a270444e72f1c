import { describe, expect, it } from 'vitest';
import { deployment, file, manifests, said, service, value } from './files.ts';
import { importManifests } from '#importers';

const first = (text: string) => value(manifests(text)).workloads[0]!;
const container = (line: string): string => deployment({ container: `        ${line}\n` });

describe('a port that no container declares', () => {
  it.each([
    ['tcpSocket: { port: 9000 }'], ['grpc: { port: 9000 }'], ['httpGet: { port: 9000 }'],
  ])('and a probe asks by %s is added, and said', (how) => {
    const text = container(`readinessProbe: { ${how} }`);
    expect(first(text).kubernetes.ports).toEqual([{ number: 8080, protocol: 'TCP', name: 'http' }, { number: 9000, protocol: 'TCP' }]);
    expect(value(manifests(text)).module).toContain('{ number: 9000 }, // no container declares it: the readiness probe asks it\n');
    expect(said(manifests(text))).toEqual(['info CS5010 shop.yaml:13 no container of Deployment `cart` declares the TCP port 9000, and the readiness probe asks it: it is imported as if one did']);
  });

  it('and a Service leads to is said at its targetPort, or at its port where that is the same', () => {
    const to = (port: string): readonly string[] => said(manifests(deployment() + service(`selector: { app: cart }\n  ports:\n  - port: 90\n    ${port}`)));
    expect(to('targetPort: 9000')).toEqual(['info CS5010 shop.yaml:25 no container of Deployment `cart` declares the TCP port 9000, and the Service web leads to it: it is imported as if one did']);
    expect(to('protocol: UDP')).toEqual(['info CS5010 shop.yaml:24 no container of Deployment `cart` declares the UDP port 90, and the Service web leads to it: it is imported as if one did']);
  });

  it('is added once, however many want it', () => {
    const text = container('livenessProbe: { tcpSocket: { port: 9000 } }\n        readinessProbe: { tcpSocket: { port: 9000 } }') + service('selector: { app: cart }\n  ports: [{ port: 9000 }]');
    expect(first(text).kubernetes.ports.map(({ number }) => number)).toEqual([8080, 9000]);
    expect(first(text).undeclared.map(({ because }) => because)).toEqual(['the Service web leads to it']);
  });

  it('is not one that another container of the pod declares', () => {
    expect(said(manifests(deployment({ container: '      - { name: proxy, livenessProbe: { tcpSocket: { port: 8080 } } }\n' })))).toEqual([]);
  });
});

describe('a port that is declared more than once', () => {
  it.each([
    ['the same', '{ containerPort: 8080, name: http }', [['http']]], ['without a name the second time', '{ containerPort: 8080 }', [['http']]],
    ['by another name', '{ containerPort: 8080, name: web }', [['http'], ['web']]], ['for another protocol', '{ containerPort: 8080, protocol: UDP }', [['http'], [undefined]]],
  ])('%s', (_, port, names) => {
    for (const ports of [`{ containerPort: 8080, name: http }, ${port}`, `${port}, { containerPort: 8080, name: http }`]) {
      expect(first(deployment().replace('{ containerPort: 8080, name: http }', ports)).kubernetes.ports.map(({ name }) => [name])).toEqual(names);
    }
  });
});

it.each([['/ready', '/ready'], ['ready', '/ready'], ['/ready?full=1', '/ready'], ['/ready#part', '/ready'], ['?x', '/'], ['""', '/']])('a probe at %j asks the path %j', (stated, path) => {
  expect(first(container(`readinessProbe: { httpGet: { port: http, path: ${stated === '""' ? stated : JSON.stringify(stated)} } }`)).kubernetes.probes).toEqual([{ name: 'readiness', probe: { kind: 'http', port: 'http', path } }]);
});

it('a headless Service may have no ports, and is left alone', () => {
  const result = manifests(deployment() + service('clusterIP: None\n  selector: { app: cart }'));
  expect(said(result)).toEqual(['info CS5010 shop.yaml:18 Service `web` names its pods\' addresses and no ports, and is left alone']);
  expect(value(result).workloads[0]?.kubernetes.services).toEqual([]);
});

it('a Service is not said to select nothing where what it selects could not be read', () => {
  const text = deployment({ selector: 'matchLabels: {}' }) + service('selector: { app: cart }\n  ports: [{ port: 80, targetPort: 8080 }]');
  expect(said(manifests(text)).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(['error CS5010 shop.yaml:5']);
});

it('many anchors in one document are refused before they take their time', () => {
  const text = Array.from({ length: 5000 }, (_, index) => `a${index}: &a${index} { x: 1 }\nb${index}: *a${index}\n`).join('');
  const started = process.cpuUsage();
  expect(said(importManifests({ files: [file('shop.yaml', text)], source: 'a test' }))).toEqual(['error CS5017 shop.yaml:1 the document repeats itself by aliases more often than is read']);
  expect(process.cpuUsage(started).user).toBeLessThan(10_000_000);
});
