import { parseAllDocuments } from 'yaml';
import { realFile, realFiles } from '../real-files.ts';

/**
 * The estate's own manifests, read by the test itself: as much of them as it takes to ask about pods and ports. A
 * second reading, beside that of the importer.
 */
export const estate = 'online-boutique';
/** Where the manifests are applied; they name none themselves. */
export const namespace = 'default';

interface Meta { readonly name: string }
interface Handler {
  readonly httpGet?: { readonly port: number; readonly path: string };
  readonly grpc?: { readonly port: number };
  readonly tcpSocket?: { readonly port: number };
}
export interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly containerPort: number; readonly protocol?: 'TCP' | 'UDP'; readonly name?: string }[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly livenessProbe?: Handler;
  readonly readinessProbe?: Handler;
  readonly startupProbe?: Handler;
}
export interface Deployment {
  readonly kind: 'Deployment';
  readonly metadata: Meta;
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: { readonly serviceAccountName?: string; readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] };
    };
  };
}
export interface Service {
  readonly kind: 'Service';
  readonly metadata: Meta;
  readonly spec: {
    readonly type: string;
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number; readonly targetPort: number; readonly protocol?: string }[];
  };
}
export interface ServiceAccount { readonly kind: 'ServiceAccount'; readonly metadata: Meta }
type Manifest = Deployment | Service | ServiceAccount;

const documents = (path: string): readonly unknown[] =>
  parseAllDocuments(realFile(path)).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.join('; ')}`);
    return document.toJS() as unknown;
  }).filter((value) => value !== null);

/** Every object of the manifests; a kind that this test does not know would go unnoticed, so it is refused. */
export function manifests(): { readonly deployments: readonly Deployment[]; readonly services: readonly Service[]; readonly accounts: readonly ServiceAccount[] } {
  const found = realFiles(`${estate}/kubernetes`).flatMap(documents) as readonly Manifest[];
  const known = ['Deployment', 'Service', 'ServiceAccount'];
  const odd = found.find(({ kind }) => !known.includes(kind));
  if (odd !== undefined) throw new Error(`the manifests have a ${odd.kind}, which this test does not look at`);
  return {
    deployments: found.filter((object) => object.kind === 'Deployment'),
    services: found.filter((object) => object.kind === 'Service'),
    accounts: found.filter((object) => object.kind === 'ServiceAccount'),
  };
}

/** The NetworkPolicies that the estate's authors wrote by hand. */
export const handWrittenPolicies = (): readonly object[] =>
  realFiles(`${estate}/handwritten-network-policies`).flatMap(documents).map((policy) => {
    const { metadata, ...rest } = policy as { readonly metadata: Meta };
    return { ...rest, metadata: { ...metadata, namespace } };
  });

export interface Call { readonly caller: string; readonly callee: string; readonly what: string }
/** What really calls what, read from the services' sources. */
export function calls(): readonly Call[] {
  return realFile(`${estate}/calls.tsv`).split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const [caller, callee, what, ...more] = line.split('\t');
    if (caller === undefined || callee === undefined || what === undefined || more.length > 0) throw new Error(`not a call: ${line}`);
    return { caller, callee, what };
  });
}
