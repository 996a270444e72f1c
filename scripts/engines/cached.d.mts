export type EngineName = 'cyclonus' | 'cilsim' | 'etcd' | 'kube-apiserver' | 'pulumi';
export function cachedEngine(name: EngineName): string | undefined;
