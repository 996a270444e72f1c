import type { KubernetesArtifact } from '../target.ts';
import type { MeshPlan, ObjectPlan, OperationPlan, PolicyTarget, ProviderPlan, RulePlan, SourcePlan, WhenPlan } from './plan.ts';

/** Prints the plan as objects of Istio and of the Gateway API. Decides nothing; no two places share a value, which YAML would print as an alias. */
export function emit({ policy, objects }: MeshPlan): readonly KubernetesArtifact[] {
  return Object.freeze(objects.map((plan) => artifact(policy, plan)));
}

function artifact(policy: string, plan: ObjectPlan): KubernetesArtifact {
  const { name, namespace, purpose, stage, grants } = plan;
  const { apiVersion, kind } = kinds[plan.kind];
  return Object.freeze({
    kind: 'kubernetes', id: artifactId(plan), stage,
    object: {
      apiVersion, kind,
      metadata: {
        name, namespace,
        labels: {
          'app.kubernetes.io/managed-by': 'countersign', 'countersign.dev/policy': policy,
          ...(plan.kind === 'waypoint' ? { 'istio.io/waypoint-for': 'service' } : {}),
        },
        annotations: { 'countersign.dev/purpose': purpose },
      },
      spec: spec(plan),
    },
    grants,
  });
}

const kinds: Readonly<Record<ObjectPlan['kind'], { readonly apiVersion: string; readonly kind: string }>> = {
  peerAuthentication: { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication' },
  requestAuthentication: { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication' },
  authorizationPolicy: { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy' },
  telemetry: { apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry' },
  waypoint: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' },
};

/** `security.istio.io/v1/AuthorizationPolicy/<namespace>/<name>`. */
export function artifactId({ kind, name, namespace }: Pick<ObjectPlan, 'kind' | 'name' | 'namespace'>): string {
  return `${kinds[kind].apiVersion}/${kinds[kind].kind}/${namespace}/${name}`;
}

function spec(plan: ObjectPlan): object {
  switch (plan.kind) {
    case 'peerAuthentication': return {
      ...(plan.selector === undefined ? {} : { selector: { matchLabels: { ...plan.selector } } }),
      mtls: { mode: 'STRICT' },
      ...(plan.plaintextPorts.length === 0 ? {} : { portLevelMtls: Object.fromEntries(plan.plaintextPorts.map((port) => [String(port), { mode: 'PERMISSIVE' }])) }),
    };
    case 'requestAuthentication': return { ...target(plan.target), jwtRules: plan.providers.map(jwtRule) };
    // `action: ALLOW` is the default, and a policy without rules then allows nothing (Istio, "Authorization Policy", "allow-nothing")
    case 'authorizationPolicy': return { ...target(plan.target), ...(plan.rules.length === 0 ? {} : { action: plan.action, rules: plan.rules.map(rule) }) };
    case 'telemetry': return { accessLogging: [{ providers: [{ name: 'envoy' }] }] };
    case 'waypoint': return { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15_008, protocol: 'HBONE' }] };
    default: return plan satisfies never;
  }
}

function target(plan: PolicyTarget): object {
  switch (plan.kind) {
    case 'namespace': return {};
    case 'pods': return { selector: { matchLabels: { ...plan.selector } } };
    case 'services': return { targetRefs: plan.names.map((name) => ({ group: '', kind: 'Service', name })) };
    case 'gateway': return { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: plan.name }] };
    default: return plan satisfies never;
  }
}

/** The header alone: Istio would look for a token in the query as well. The next hop checks it again, so it goes on. */
const jwtRule = ({ audiences, issuer, jwksUri }: ProviderPlan): object => ({
  issuer, audiences: [...audiences], jwksUri, fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }], forwardOriginalToken: true,
});

const rule = ({ operations, source: from, when }: RulePlan): object => ({
  from: [{ source: source(from) }],
  ...(operations.length === 0 ? {} : { to: operations.map((plan) => ({ operation: operation(plan) })) }),
  ...(when.length === 0 ? {} : { when: when.map(condition) }),
});

const source = ({ ipBlocks, notIpBlocks, notPrincipals, principals }: SourcePlan): object => ({
  ...listed('principals', principals), ...listed('notPrincipals', notPrincipals), ...listed('ipBlocks', ipBlocks), ...listed('notIpBlocks', notIpBlocks),
});
const operation = ({ methods, notPaths, paths, ports }: OperationPlan): object => ({
  ...listed('ports', ports?.map(String)), ...listed('methods', methods), ...listed('paths', paths), ...listed('notPaths', notPaths),
});
const condition = ({ key, notValues, values }: WhenPlan): object => ({ key, ...listed('values', values), ...listed('notValues', notValues) });

const listed = (field: string, list: readonly string[] | undefined): object => (list === undefined || list.length === 0 ? {} : { [field]: [...list] });
