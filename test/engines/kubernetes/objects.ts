import type { ApiClient, ApiResponse } from './api-client.ts';

/** As much of a Kubernetes object as it takes to address it. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface KubernetesObject extends ObjectReference {
  readonly metadata: ObjectReference['metadata'] & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface Applied {
  readonly status: number;
  /** What the server holds now, or, when it refused, its `Status` object. */
  readonly object: KubernetesObject;
  readonly warnings: readonly string[];
}

export interface ApplyOptions {
  readonly fieldManager?: string;
  /** Takes fields over from other managers instead of answering 409. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export async function applyServerSide(api: ApiClient, object: ObjectReference, options: ApplyOptions = {}): Promise<Applied> {
  const { fieldManager = 'countersign-test', force = false, dryRun = false } = options;
  const query = new URLSearchParams({ fieldManager, force: String(force), ...(dryRun ? { dryRun: 'All' } : {}) });
  // JSON is YAML; under the JSON media type of apply, older servers answer 415.
  const { status, body, warnings } = await api.request('PATCH', `${await pathOf(api, object)}?${query}`, object, {
    'content-type': 'application/apply-patch+yaml',
  });
  return { status, object: body as KubernetesObject, warnings };
}

/** The object as the server has it, or undefined if it has none. */
export async function getObject(api: ApiClient, reference: ObjectReference): Promise<KubernetesObject | undefined> {
  const response = await api.request('GET', await pathOf(api, reference));
  if (response.status === 404) return undefined;
  return expectSuccess(response, 'GET', reference);
}

/** Deleting what is not there is no error. */
export async function deleteObject(api: ApiClient, reference: ObjectReference): Promise<void> {
  const response = await api.request('DELETE', await pathOf(api, reference));
  if (response.status !== 404) expectSuccess(response, 'DELETE', reference);
}

export async function createNamespace(api: ApiClient, name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  const { status, object } = await applyServerSide(api, namespace);
  expectSuccess({ status, body: object, warnings: [] }, 'PATCH', namespace);
}

function expectSuccess({ status, body }: ApiResponse, verb: string, { kind, metadata }: ObjectReference): KubernetesObject {
  if (status >= 200 && status < 300) return body as KubernetesObject;
  throw new Error(`${verb} ${kind} ${metadata.name}: ${status} ${JSON.stringify(body)}`);
}

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Asks the server where the kind lives, so that custom resources need no table of ours. */
export async function pathOf(api: ApiClient, { apiVersion, kind, metadata }: ObjectReference): Promise<string> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { status, body } = await api.request('GET', root);
  if (status !== 200) throw new Error(`the API server does not serve ${apiVersion} (${status})`);
  // Subresources, such as pods/eviction, bear kinds too.
  const resource = (body as ResourceList).resources.find((each) => each.kind === kind && !each.name.includes('/'));
  if (resource === undefined) throw new Error(`the API server serves no ${kind} in ${apiVersion}`);
  const inNamespace = resource.namespaced ? `/namespaces/${encodeURIComponent(metadata.namespace ?? 'default')}` : '';
  return `${root}${inNamespace}/${resource.name}/${encodeURIComponent(metadata.name)}`;
}
