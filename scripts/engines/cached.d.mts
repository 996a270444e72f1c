export type EngineName =
  | 'cyclonus'
  | 'cilsim'
  | 'etcd'
  | 'kube-apiserver'
  | 'pulumi'
  | 'envoy'
  | 'egctl'
  | 'egxlate'
  | 'xlate'
  | 'ivalidate'
  | 'crds'
  | 'moto'
  | 'iam-linters';
export function cachedEngine(name: EngineName): string | undefined;
