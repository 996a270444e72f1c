import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { importManifests, type SourceFile } from '#importers';
import * as language from '#language';
import { del, get, options, rpc } from '#language';
import { deployment, file, manifests, protos, service, value } from './files.ts';
import { document, openApi } from './openapi-files.ts';

const root = resolve(fileURLToPath(import.meta.url), '../../..');

/** What TypeScript says of modules that stand nowhere but in memory, beside this file. */
function typeErrors(modules: Readonly<Record<string, string>>): readonly string[] {
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile).config, ts.sys, root);
  const texts = new Map(Object.entries(modules).map(([name, text]) => [`${root}/test/importers/${name}`, text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].flatMap((path) => program.getSemanticDiagnostics(program.getSourceFile(path)).concat(program.getSyntacticDiagnostics(program.getSourceFile(path))))
    .map(({ file: where, messageText }) => `${where?.fileName.split('/').at(-1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

function evaluated(module: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const { outputText } = ts.transpileModule(module, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const exported = {};
  new Function('exports', 'require', outputText)(exported, () => language);
  return exported;
}

const annotated = (text: string): string => text.replace('metadata: { labels:', 'metadata: { annotations: { prometheus.io/scrape: "true", prometheus.io/port: "8080", prometheus.io/path: "/it\'s" }, labels:');
const everything = annotated(deployment({
  labels: `{ app: cart, "it's/a \\"label\\"": "\\\\" }`,
  pod: '      initContainers: [{ name: proxy, restartPolicy: Always, ports: [{ containerPort: 53, protocol: UDP }], livenessProbe: { tcpSocket: { port: 15021 } } }]\n',
  container: '        livenessProbe: { grpc: { port: 8080, service: "live\\u2028" } }\n        readinessProbe: { httpGet: { port: http, path: "/it\'s\\\\" } }\n        startupProbe: { exec: { command: [x] } }\n',
}).replace('matchLabels: { app: cart }', `matchLabels: { app: cart, "it's/a \\"label\\"": "\\\\" }`))
  + service('type: LoadBalancer\n  selector: { app: cart }\n  ports: [{ port: 80, targetPort: http, nodePort: 30080 }, { port: 5353, targetPort: 53, protocol: UDP }, { port: 9, targetPort: 99 }]')
  + `---\n${deployment({ name: 'class' })}`;
const paths = { '/orders/{order-id}': { get: { operationId: 'read' }, delete: { operationId: 'delete' } }, "/it's": { options: { operationId: 'to-string' }, get: { operationId: 'constructor' } } };
const shop = `import { api, policy, workload } from 'countersign';
import { operations } from './shop.ts';
const run = (name: string) => ({ namespace: 'shop', serviceAccount: name, selector: { app: name }, ports: [{ number: 8080 }] });
const [web, batch, orders] = [workload('web', { kubernetes: run('web') }), workload('batch', { kubernetes: run('batch') }), workload('orders', { kubernetes: run('orders') })] as const;
const ordersApi = api('orders', { servedBy: orders, port: 8080, operations, offers: { read: { to: [web] }, delete_: { to: [batch] } } });
export default policy('shop', { apis: [ordersApi], asks: [web.calls(ordersApi.read, { because: 'it shows them' }), batch.calls(ordersApi.delete_, { because: 'it cleans up' })] });
`;
const described = 'package p.v1; message M {} service API { rpc constructor(M) returns (M); rpc then(stream M) returns (stream M); } service Empty {} service rpc { rpc Do(M) returns (M); }';

describe('a generated module', () => {
  it('type-checks, by a check that would see a mistake', async () => {
    const workloads = value(manifests(everything)).module;
    expect(typeErrors({ 'workloads.ts': workloads, 'operations.ts': value(await protos(['p.proto', described])).module, 'mistaken.ts': workloads.replace('readiness:', 'readyness:') })).toEqual([
      expect.stringMatching(/^mistaken\.ts: .*readyness/),
    ]);
  }, 120_000);

  it('of an OpenAPI document is the operations of an API, by their names', () => {
    const operations = value(openApi(document(paths))).module;
    expect(typeErrors({ 'shop.ts': operations, 'policy.ts': shop, 'mistaken.ts': shop.replace('offers: { read:', 'offers: { list:'), 'refused.ts': shop.replace('web.calls(ordersApi.read', 'web.calls(ordersApi.delete_') })).toEqual([
      expect.stringMatching(/^mistaken\.ts: .*there is no operation `list`/), expect.stringMatching(/^mistaken\.ts: .*`orders\.read` is not offered to `workload:web`/), expect.stringMatching(/^refused\.ts: .*`orders\.delete_` is not offered to `workload:web`/),
    ]);
    expect(evaluated(operations)).toEqual({ operations: { read: get('/orders/{order_id}'), delete_: del('/orders/{order_id}'), toString: options("/it's"), constructor: get("/it's") } });
  }, 120_000);

  it('evaluates to what the manifests say', () => {
    expect(evaluated(value(manifests(everything)).module)).toEqual({
      cart: {
        namespace: 'shop', controller: 'Deployment', serviceAccount: 'cart', selector: { app: 'cart', "it's/a \"label\"": '\\' },
        ports: [{ number: 53, protocol: 'UDP' }, { number: 99 }, { number: 8080, name: 'http' }, { number: 15_021 }],
        services: [
          { name: 'web', port: 9, targetPort: 99, type: 'LoadBalancer' }, { name: 'web', port: 80, targetPort: 'http', type: 'LoadBalancer', nodePort: 30_080 },
          { name: 'web', port: 5353, protocol: 'UDP', targetPort: 53, type: 'LoadBalancer' },
        ],
        probes: [
          { container: 'server', liveness: { grpc: { port: 8080, service: 'live\u2028' } }, readiness: { http: { port: 'http', path: "/it's\\" } }, startup: { exec: true } },
          { container: 'proxy', liveness: { tcp: { port: 15_021 } } },
        ],
        metrics: { port: 8080, path: "/it's" },
      },
      class_: { namespace: 'shop', controller: 'Deployment', serviceAccount: 'class', selector: { app: 'class' }, ports: [{ number: 8080, name: 'http' }], services: [] },
    });
  });

  it('evaluates to the operations of the services', async () => {
    expect(evaluated(value(await protos(['p.proto', described])).module)).toEqual({
      api: { constructor: rpc('p.v1.API/constructor'), then: rpc('p.v1.API/then') }, empty: {}, rpc_: { Do: rpc('p.v1.rpc/Do') },
    });
  });
});

it('gives the same bytes and says the same for files in any order, of any objects', () => {
  const one = fc.record({ name: fc.constantFrom('web', 'cart', 'a-b', 'a.b', 'class'), namespace: fc.constantFrom('shop', 'bank'), port: fc.constantFrom(80, 8080, 9090), kind: fc.constantFrom('Deployment', 'StatefulSet') });
  const fileOf = ({ name, namespace, port, kind }: { readonly name: string; readonly namespace: string; readonly port: number; readonly kind: string }, index: number): SourceFile =>
    file(`${index}.yaml`, (deployment({ name }) + service(`selector: { app: ${name} }\n  ports: [{ port: 80, targetPort: ${port} }]`).replace('name: web', `name: web-${index}`))
      .replaceAll('namespace: shop', `namespace: ${namespace}`).replace('kind: Deployment', `kind: ${kind}`).replace(/---\napiVersion: v1\nkind: ServiceAccount\n.*\n/, ''));
  const sets = fc.array(one, { minLength: 1, maxLength: 6 }).map((all) => all.map(fileOf)).chain((files) => fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length })));
  fc.assert(fc.property(sets, ([files, shuffled]) => {
    expect(importManifests({ files: shuffled, source: 'a test' })).toEqual(importManifests({ files, source: 'a test' }));
  }), { numRuns: 60 });
});
