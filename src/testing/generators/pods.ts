import type { ContainerPort, Labels, Policy } from '#ir';

export interface GeneratedPod { readonly namespace: string; readonly name: string; readonly labels: Labels; readonly ip: string; readonly ports: readonly ContainerPort[]; /** The workload whose pod it is; absent: nobody declared it. */ readonly workload?: string; readonly serviceAccount?: string }
export interface GeneratedNamespace { readonly name: string; readonly labels: Labels }

/**
 * The world that an estate lives in: a pod for each workload, in each of its namespaces one that nobody declared and
 * that looks nearly like one that somebody did, and a namespace that has nothing to do with it, where a pod bears a
 * workload's labels.
 */
export function estatePods(policy: Policy): { readonly pods: readonly GeneratedPod[]; readonly namespaces: readonly GeneratedNamespace[]; readonly external: readonly string[] } {
  const pods: GeneratedPod[] = [];
  const address = (): string => `10.244.${Math.floor(pods.length / 200)}.${1 + (pods.length % 200)}`;
  const add = (pod: Omit<GeneratedPod, 'ip'>): void => { pods.push({ ...pod, ip: address() }); };

  const names: string[] = [];
  for (const { kubernetes, name } of policy.workloads) {
    if (kubernetes === undefined) continue;
    if (!names.includes(kubernetes.namespace)) names.push(kubernetes.namespace);
    add({
      namespace: kubernetes.namespace, name, workload: name, ports: kubernetes.ports, labels: { ...kubernetes.selector, 'pod-template-hash': '5d9c' },
      ...(kubernetes.serviceAccount === undefined ? {} : { serviceAccount: kubernetes.serviceAccount }),
    });
  }
  for (const [index, namespace] of names.entries()) {
    const like = policy.workloads.find(({ kubernetes }) => kubernetes?.namespace === namespace)!.kubernetes!;
    add({ namespace, name: `undeclared-${index}`, labels: nearly(like.selector, index), ports: like.ports, serviceAccount: 'default' });
  }
  const copied = policy.workloads.find(({ kubernetes }) => kubernetes !== undefined)?.kubernetes;
  add({ namespace: 'unrelated', name: 'copy', labels: copied?.selector ?? { app: 'copy' }, ports: copied?.ports ?? [], serviceAccount: copied?.serviceAccount ?? 'default' });
  return {
    pods,
    namespaces: [...names, 'unrelated'].map((name, index) => ({ name, labels: { 'kubernetes.io/metadata.name': name, team: index % 2 === 0 ? 'a' : 'b' } })),
    external: ['203.0.113.9', '198.51.100.77'],
  };
}

/** Labels that miss a selector by one key, value or letter. */
export function nearly(selector: Labels, choice: number): Labels {
  const [key, value] = Object.entries(selector).at(-1)!;
  const { [key]: _dropped, ...others } = selector;
  switch (choice % 3) {
    case 0: return { ...others, [key]: `${value}-canary` };
    case 1: return { ...others, other: value };
    default: return { ...others, [key]: value.toUpperCase() };
  }
}
