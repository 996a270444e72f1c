export type EngineName = 'cyclonus' | 'cilsim' | 'etcd' | 'kube-apiserver' | 'pulumi' | 'envoy' | 'egctl' | 'egxlate';
export function cachedEngine(name: EngineName): string | undefined;
