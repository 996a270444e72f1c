import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { requireEngine } from '../engine.ts';
import type { ApiClient } from './api-client.ts';
import { applyServerSide, getObject, type KubernetesObject } from './objects.ts';

/** Whose CustomResourceDefinitions; Gateway API's of the standard channel. */
export type CrdGroup = 'istio' | 'gateway-api' | 'envoy-gateway' | 'cert-manager' | 'trust-manager';

const patience = 60_000;

/** The definitions as their projects publish them, of the versions that `crds/go.mod` pins. */
export function crdsOf(group: CrdGroup): KubernetesObject[] {
  const texts = (JSON.parse(readFileSync(requireEngine('crds'), 'utf8')) as Record<CrdGroup, readonly string[]>)[group];
  return texts
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject | null))
    .filter((object): object is KubernetesObject => object?.kind === 'CustomResourceDefinition');
}

/** Applies them and waits until the server serves what they define. */
export async function applyCrds(api: ApiClient, groups: readonly CrdGroup[]): Promise<void> {
  const crds = groups.flatMap(crdsOf);
  await Promise.all(
    crds.map(async (crd) => {
      const { status, object } = await applyServerSide(api, crd);
      if (status >= 300) throw new Error(`${crd.metadata.name}: ${status} ${JSON.stringify(object)}`);
    }),
  );
  const deadline = Date.now() + patience;
  for (const crd of crds) {
    while (!(await isServed(api, crd))) {
      if (Date.now() > deadline) throw new Error(`${crd.metadata.name} is not served after ${patience} ms`);
      await sleep(50);
    }
  }
}

async function isServed(api: ApiClient, crd: KubernetesObject): Promise<boolean> {
  const { group, versions, names } = crd['spec'] as { group: string; versions: readonly { name: string; served: boolean }[]; names: { plural: string } };
  const stored = (await getObject(api, crd))?.['status'] as { conditions?: readonly { type: string; status: string }[] } | undefined;
  if (stored?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') !== true) return false;
  // Discovery lags behind the condition.
  for (const { name } of versions.filter(({ served }) => served)) {
    const { status, body } = await api.request('GET', `/apis/${group}/${name}`);
    const resources = (body as { resources?: readonly { name: string }[] }).resources ?? [];
    if (status !== 200 || !resources.some((resource) => resource.name === names.plural)) return false;
  }
  return true;
}
