import type { Compiled } from '#compile';
import { servesRequests, type Api, type Platform, type Policy } from '#ir';
import type { Decider } from '#spec';
import { gateway, isKubernetes, istio } from '#targets';
import type { Manifest } from '../../../engines/envoy/manifest.ts';
import { podOf } from '../../../engines/envoy/mesh-objects.ts';

/** An estate as a cluster has it: what was emitted, beside what its owners have put there themselves. */
export interface Deployed {
  /** As compiled, but for the ends of grants: those stop a compile, and no enforcer knows them. So it holds on any day. */
  readonly policy: Policy;
  readonly platform: Platform;
  /** What the target emitted, as applied. */
  readonly emitted: Readonly<Record<'gateway' | 'mesh', readonly Manifest[]>>;
  /** Services with the labels that CS3118 asks their owners for, and a pod of each workload. */
  readonly services: readonly Manifest[];
  readonly pods: readonly Manifest[];
  /** How the emitted objects are read. */
  readonly read: Readonly<Record<'gateway' | 'mesh', Decider>>;
}

/** Undefined: the object is not there. */
export type Spoil = (object: Manifest) => Manifest | undefined;

/** Objects may be spoiled on their way, to see that it shows; they are read as they were emitted all the same. */
export function deployed({ artifacts, platform, policy }: Compiled, spoil: Spoil = (object) => object): Deployed {
  const objects = artifacts.filter(isKubernetes);
  const manifests = objects.map(({ object }) => spoil(JSON.parse(JSON.stringify(object)) as Manifest)).filter((object) => object !== undefined);
  const ofMesh = ({ apiVersion, kind, spec }: Manifest): boolean => /^(security|telemetry|networking)\.istio\.io\//.test(apiVersion) || (kind === 'Gateway' && (spec as { gatewayClassName: string }).gatewayClassName === 'istio-waypoint');
  return {
    policy: withoutEnds(policy), platform,
    emitted: {
      gateway: manifests.filter((object) => /^gateway\./.test(object.apiVersion) && !ofMesh(object)),
      mesh: manifests.filter(ofMesh),
    },
    services: servicesOf(policy, platform), pods: podsOf(policy, platform),
    read: { gateway: gateway.interpret(objects, platform), mesh: istio.interpret(objects, platform) },
  };
}

/** Without the objects of that kind and these names. */
export const without = (kind: string, ...names: readonly string[]): Spoil => (object) => (object.kind === kind && names.includes(object.metadata.name) ? undefined : object);

function withoutEnds(policy: Policy): Policy {
  const endless = <T extends { readonly until?: string }>({ until: _end, ...rest }: T): Omit<T, 'until'> => rest;
  return { ...policy, asks: policy.asks.map(endless), apis: policy.apis.map((api): Api => ({ ...api, offers: api.offers.map(endless) })) };
}

/** Ports are named as the containers name them, which is what the estate's own Services do. */
function servicesOf(policy: Policy, { mesh }: Platform): readonly Manifest[] {
  return policy.workloads.flatMap(({ kubernetes: facts, name: workload }) => [...new Set(facts?.services.map(({ name }) => name))].map((name): Manifest => ({
    apiVersion: 'v1', kind: 'Service',
    metadata: { name, namespace: facts!.namespace, ...(mesh?.dataPlane === 'ambient' && servesRequests(policy, workload) ? { labels: { 'istio.io/use-waypoint': mesh.waypoint } } : {}) },
    spec: {
      selector: facts!.selector,
      ports: facts!.services.filter((each) => each.name === name).map(({ port, targetPort }) => ({
        name: typeof targetPort === 'string' ? targetPort : `port-${port}`, port, targetPort: facts!.ports.find((each) => each.name === targetPort)?.number ?? targetPort,
      })),
    },
  })));
}

function podsOf({ workloads }: Policy, { mesh }: Platform): readonly Manifest[] {
  return workloads.flatMap(({ kubernetes: facts, name }, index) => (facts === undefined ? [] : [podOf({
    namespace: facts.namespace, name: `${name}-1`, labels: facts.selector, address: `10.244.7.${index + 1}`, ...(facts.serviceAccount === undefined ? {} : { serviceAccount: facts.serviceAccount }),
  }, mesh?.dataPlane === 'ambient')]));
}
