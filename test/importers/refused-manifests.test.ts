import { describe, expect, it } from 'vitest';
import { importManifests, maxSourceBytes } from '#importers';
import { deployment, file, manifests, said, service } from './files.ts';

const selecting = (spec: string): string => deployment() + service(spec);
const ports = 'ports: [{ port: 80, targetPort: 8080 }]';
const inContainer = (line: string): string => deployment({ container: `        ${line}\n` });

/** What is wrong, the manifest, and what is said: severity, code, line and what the sentence has to name. */
const table: readonly (readonly [string, string, string, number, string])[] = [
  ['a key that stands twice', deployment().replace('metadata: { name: cart, namespace: shop }', 'metadata:\n  name: cart\n  namespace: shop\n  name: till'), 'error CS5007', 6, '`name`'],
  ['a key that stands twice, once in quotes', deployment().replace('metadata: { name: cart, namespace: shop }', 'metadata: { name: cart, namespace: shop, "name": till }'), 'error CS5007', 3, '`name`'],
  ['a number and a text that are one key', deployment({ labels: '{ app: cart, 1: a, "1": b }' }), 'error CS5007', 7, '`1`'],
  ['no namespace', deployment().replaceAll(', namespace: shop', ''), 'error CS5011', 1, 'Deployment `cart` names no namespace'],
  ['an empty document set', '# nothing\n', 'error CS5010', 0, 'no workload'],
  ['a document that is a list', '- a\n', 'error CS5010', 1, 'not a mapping'],
  ['a document without a kind', 'apiVersion: v1\n', 'error CS5010', 1, '`kind`'],
  ['a document without an apiVersion', 'kind: Service\n', 'error CS5010', 1, '`apiVersion`'],
  ['a group that is no longer served', deployment().replace('apps/v1', 'extensions/v1beta1'), 'error CS5010', 1, '`extensions/v1beta1`'],
  ['an object without a name', deployment().replace('name: cart, namespace', 'generateName: cart-, namespace'), 'error CS5010', 3, '`metadata.name`'],
  ['a name that YAML takes for a number', deployment().replace('name: cart, namespace', 'name: 12, namespace'), 'error CS5010', 3, 'not a text'],
  ['an object that is declared twice', `${deployment()}---\n${deployment().split('---')[0]}`, 'error CS5010', 18, 'declared twice'],
  ['a tab as indentation', 'apiVersion: v1\nkind: Service\nmetadata:\n\tname: x\n', 'error CS5010', 4, 'Tabs'],
  ['a template that was not rendered', 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n', 'error CS5010', 4, ''],
  ['an alias of nothing', 'apiVersion: v1\nkind: Service\nmetadata: *nothing\n', 'error CS5010', 3, 'nothing'],
  ['a tag that nobody knows', 'apiVersion: v1\nkind: !secret Service\n', 'error CS5010', 2, '!secret'],
  ['matchExpressions', deployment({ selector: 'matchExpressions: [{ key: app, operator: In, values: [cart] }]' }), 'error CS5010', 5, '`matchExpressions`'],
  ['an empty selector', deployment({ selector: 'matchLabels: {}' }), 'error CS5010', 5, 'no selector'],
  ['a selector that its own pods do not match', deployment({ labels: '{ app: till }' }), 'error CS5010', 5, '`app=cart`'],
  ['a label that is not a text', deployment({ labels: '{ app: cart, canary: yes }' }), 'error CS5010', 7, '`canary`'],
  ['a Job whose pods carry no labels', '{ apiVersion: batch/v1, kind: Job, metadata: { name: j, namespace: shop }, spec: { template: { spec: { containers: [{ name: it }] } } } }', 'error CS5010', 1, 'no labels'],
  ['no containers', deployment().replace(/ {6}containers:[^]*?---/, '---'), 'error CS5010', 8, 'no containers'],
  ['hostNetwork', deployment({ pod: '      hostNetwork: true\n' }), 'error CS5010', 10, '`hostNetwork`'],
  ['a flag that is a text', deployment({ pod: '      hostNetwork: "true"\n' }), 'error CS5010', 10, '`spec.template.spec.hostNetwork`'],
  ['a hostPort', inContainer('x: 1').replace('name: http }', 'hostPort: 80 }'), 'error CS5010', 12, '`hostPort`'],
  ['a port out of range', deployment().replace('8080', '70000'), 'error CS5010', 12, 'containerPort'],
  ['a port that is a text', deployment().replace('8080', '"8080"'), 'error CS5010', 12, 'containerPort'],
  ['an unknown protocol', deployment().replace('name: http }', 'protocol: http }'), 'error CS5010', 12, '`http`'],
  ['one port name for two ports', deployment({ container: '      - { name: more, ports: [{ containerPort: 9, name: http }] }\n' }), 'error CS5010', 13, '`http`'],
  ['a probe of several kinds', inContainer('livenessProbe: { exec: {}, grpc: { port: 8080 } }'), 'error CS5010', 13, 'liveness probe'],
  ['a probe of no kind', inContainer('readinessProbe: { periodSeconds: 5 }'), 'error CS5010', 13, 'readiness probe'],
  ['a probe of another host', inContainer('livenessProbe: { tcpSocket: { port: 8080, host: 10.0.0.1 } }'), 'error CS5010', 13, 'another address'],
  ['a probe at a name that its container does not declare', inContainer('livenessProbe: { httpGet: { port: web } }'), 'error CS5010', 13, '`web`'],
  ['a gRPC probe at a name', inContainer('livenessProbe: { grpc: { port: http } }'), 'error CS5010', 13, 'grpc.port'],
  ['a Service of an unknown type', selecting(`type: Open\n  selector: { app: cart }\n  ${ports}`), 'error CS5010', 22, '`Open`'],
  ['a Service at addresses from outside', selecting(`externalIPs: [192.0.2.1]\n  selector: { app: cart }\n  ${ports}`), 'error CS5010', 22, '`externalIPs`'],
  ['a Service without ports', selecting('selector: { app: cart }'), 'error CS5010', 21, 'no ports'],
  ['a Service to a port name that no container declares', selecting('selector: { app: cart }\n  ports: [{ port: 80, targetPort: web }]'), 'error CS5010', 23, '`web`'],
  ['a Service to a port name of another protocol', selecting('selector: { app: cart }\n  ports: [{ port: 80, targetPort: http, protocol: UDP }]'), 'error CS5010', 23, 'UDP port'],
  ['a Service to a number in quotes', selecting('selector: { app: cart }\n  ports: [{ port: 80, targetPort: "8080" }]'), 'error CS5010', 23, 'targetPort'],
  ['a Service of several workloads', deployment({ labels: '{ app: cart, tier: back }' }) + '---\n' + deployment({ name: 'till', labels: '{ app: till, tier: back }' }) + service(`selector: { tier: back }\n  ${ports}`), 'error CS5010', 39, 'Deployment `cart`, Deployment `till`'],
  ['a Service that selects nothing', selecting(`selector: { app: till }\n  ${ports}`), 'info CS5010', 22, 'selects no pod'],
  ['a Service without a selector', selecting(ports), 'info CS5010', 18, 'no selector'],
  ['a Service for a host outside', selecting('type: ExternalName\n  externalName: db.example.com'), 'info CS5010', 22, 'outside the cluster'],
  ['a bare Pod', `${deployment()}---\n{ apiVersion: v1, kind: Pod, metadata: { name: p } }\n`, 'warning CS5010', 18, 'Pod `p` makes pods'],
  ['a custom controller of pods', `${deployment()}---\n{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: r }, spec: { template: { spec: { containers: [] } } } }\n`, 'warning CS5010', 18, 'Rollout `r` makes pods'],
  ['a NetworkPolicy of somebody else', `${deployment()}---\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: open } }\n`, 'warning CS5010', 18, 'NetworkPolicy `open`'],
  ['a port that only a Service names', selecting('selector: { app: cart }\n  ports: [{ port: 80, targetPort: 9090 }]'), 'info CS5010', 23, '9090'],
  ['a port that only a probe names', inContainer('livenessProbe: { tcpSocket: { port: 9090 } }'), 'info CS5010', 13, '9090'],
];

it.each(table)('%s is said, with its line', (_, text, coded, line, names) => {
  const { diagnostics, ok } = manifests(text);
  const [first] = diagnostics;
  expect(`${first?.severity} ${first?.code}`).toBe(coded);
  expect(first?.at).toEqual({ path: 'shop.yaml', ...(line === 0 ? {} : { span: { line, column: expect.any(Number) as number } }) });
  expect(first?.message).toContain(names);
  expect(first?.help?.length).toBeGreaterThan(0);
  expect(ok).toBe(!coded.startsWith('error'));
});

it('advises to render templates', () => {
  expect(manifests('kind: Service\nmetadata:\n  name: {{ .Values.name }}\n').diagnostics[0]?.help).toContain('helm template');
});

describe('bytes and sizes', () => {
  it('refuses what is not UTF-8, at its line', () => {
    const bytes = Buffer.concat([Buffer.from('apiVersion: v1\nkind: S'), Buffer.from([0xe9]), Buffer.from('rvice\n')]);
    expect(said(importManifests({ files: [{ path: 'shop.yaml', bytes }], source: 'a test' }))).toEqual(['error CS5008 shop.yaml:2 the line is not UTF-8']);
  });
  it('refuses UTF-16', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('kind: Service', 'utf16le')]);
    expect(said(importManifests({ files: [{ path: 'shop.yaml', bytes }], source: 'a test' }))).toEqual(['error CS5008 shop.yaml:1 the line is not UTF-8']);
  });
  it('refuses a file that is too large', () => {
    expect(said(importManifests({ files: [{ path: 'shop.yaml', bytes: Buffer.alloc(maxSourceBytes + 1, ' ') }], source: 'a test' }))[0]).toContain('CS5017 shop.yaml');
  });
  it.each([
    ['lists in brackets', '['.repeat(20_000)], ['lists by dashes', '- '.repeat(20_000)], ['mappings by indentation', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['keys', '? '.repeat(20_000)], ['one bracket a line', '[\n'.repeat(20_000)],
  ])('refuses %s that nest too deep', (_, text) => {
    expect(said(manifests(text)).map((line) => line.split(' ').slice(0, 2))).toEqual([['error', 'CS5017']]);
  });
  it('refuses aliases that multiply', () => {
    const bomb = `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`).join('\n')}\n`;
    expect(said(manifests(bomb)).map((line) => line.split(' ').slice(0, 2))).toEqual([['error', 'CS5017']]);
  });
});

it('says everything that is wrong at once, in the order of files and lines', () => {
  const result = importManifests({
    files: [file('b.yaml', deployment({ pod: '      hostNetwork: true\n' }).replace('8080', '0')), file('a.yaml', 'kind: Service\n')], source: 'a test',
  });
  expect(said(result).map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual(['CS5010 a.yaml:1', 'CS5010 b.yaml:10', 'CS5010 b.yaml:13']);
});
