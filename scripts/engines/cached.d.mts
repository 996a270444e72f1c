export type EngineName = 'cyclonus' | 'cilsim' | 'etcd' | 'kube-apiserver' | 'pulumi' | 'envoy' | 'egctl';
export function cachedEngine(name: EngineName): string | undefined;
