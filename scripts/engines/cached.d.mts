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
  | 'crds';
export function cachedEngine(name: EngineName): string | undefined;
