import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { importManifests, type SourceFile } from '#importers';
import { rpc } from '#language';
import { deployment, file, manifests, protos, service, value } from './files.ts';

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
  new Function('exports', 'require', outputText)(exported, () => ({ rpc }));
  return exported;
}

const everything = deployment({
  labels: `{ app: cart, "it's/a \\"label\\"": "\\\\" }`,
  pod: '      initContainers: [{ name: proxy, restartPolicy: Always, ports: [{ containerPort: 53, protocol: UDP }], livenessProbe: { tcpSocket: { port: 15021 } } }]\n',
  container: '        livenessProbe: { grpc: { port: 8080, service: "live\\u2028" } }\n        readinessProbe: { httpGet: { port: http, path: "/it\'s\\\\" } }\n        startupProbe: { exec: { command: [x] } }\n',
}).replace('matchLabels: { app: cart }', `matchLabels: { app: cart, "it's/a \\"label\\"": "\\\\" }`)
  + service('type: LoadBalancer\n  selector: { app: cart }\n  ports: [{ port: 80, targetPort: http, nodePort: 30080 }, { port: 5353, targetPort: 53, protocol: UDP }, { port: 9, targetPort: 99 }]')
  + `---\n${deployment({ name: 'class' })}`;
const described = 'package p.v1; message M {} service API { rpc constructor(M) returns (M); rpc then(stream M) returns (stream M); } service Empty {} service rpc { rpc Do(M) returns (M); }';

describe('a generated module', () => {
  it('type-checks, by a check that would see a mistake', async () => {
    const workloads = value(manifests(everything)).module;
    expect(typeErrors({ 'workloads.ts': workloads, 'operations.ts': value(await protos(['p.proto', described])).module, 'mistaken.ts': workloads.replace('readiness:', 'readyness:') })).toEqual([
      expect.stringMatching(/^mistaken\.ts: .*readyness/),
    ]);
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
