import { grants, isCloudApi, verbOf, type CloudApi, type CloudOperation, type CloudVerb, type Grant, type Platform, type Policy, type Workload } from '#ir';

/** A grant of a workload to an operation of a resource of the cloud, with all that a statement needs. */
export interface CloudGrant {
  readonly grant: Grant;
  readonly workload: Workload;
  readonly api: CloudApi;
  readonly operation: CloudOperation;
  readonly verb: CloudVerb;
  /** The key that the resource is encrypted with, if it names one. */
  readonly key?: CloudApi;
}

/** In the order of the grants. What `check` would have refused is left out. Linear. */
export function cloudGrants(policy: Policy, { aws }: Platform): readonly CloudGrant[] {
  if (aws === undefined) return [];
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const apis = new Map(policy.apis.filter(isCloudApi).map((api) => [api.name, api]));
  return grants(policy).flatMap((grant): readonly CloudGrant[] => {
    const { api, from, operation } = grant, workload = from.kind === 'workload' && from.actingFor === undefined ? workloads.get(from.name) : undefined;
    if (!isCloudApi(api) || operation.kind !== 'cloud' || workload === undefined) return [];
    const verb = verbOf(api, operation), key = api.servedBy.encryptedBy === undefined ? undefined : apis.get(api.servedBy.encryptedBy);
    return verb === undefined ? [] : [{ grant, workload, api, operation, verb, ...(key === undefined ? {} : { key }) }];
  });
}
