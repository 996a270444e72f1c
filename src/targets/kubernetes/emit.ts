import type { KubernetesArtifact } from '../target.ts';
import type { NetworkPlan, PeerPlan, PolicyPlan, PortPlan, RulePlan } from './plan.ts';

/**
 * Prints the plan as objects of `networking.k8s.io/v1`. Decides nothing. Every object is built anew, down to its
 * leaves: YAML writers print a value that appears twice by identity as an alias.
 */
export function emit({ policy, objects }: NetworkPlan): readonly KubernetesArtifact[] {
  return Object.freeze(objects.map((plan) => artifact(policy, plan)));
}

function artifact(policy: string, plan: PolicyPlan): KubernetesArtifact {
  const { namespace, name, stage, purpose, selector, ingress, egress, grants } = plan;
  return Object.freeze({
    kind: 'kubernetes',
    id: `networking.k8s.io/v1/NetworkPolicy/${namespace}/${name}`,
    stage,
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name,
        namespace,
        labels: { 'app.kubernetes.io/managed-by': 'countersign', 'countersign.dev/policy': policy },
        annotations: { 'countersign.dev/purpose': purpose },
      },
      spec: {
        podSelector: Object.keys(selector).length === 0 ? {} : { matchLabels: { ...selector } },
        policyTypes: ['Ingress', 'Egress'],
        ...(ingress.length === 0 ? {} : { ingress: ingress.map((rule) => ({ from: rule.peers.map(peer), ports: ports(rule) })) }),
        ...(egress.length === 0 ? {} : { egress: egress.map((rule) => ({ to: rule.peers.map(peer), ports: ports(rule) })) }),
      },
    },
    grants,
  });
}

function peer(plan: PeerPlan): object {
  switch (plan.kind) {
    case 'pods': return {
      ...(plan.namespace === undefined ? {} : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': plan.namespace } } }),
      podSelector: { matchLabels: { ...plan.labels } },
    };
    case 'range': return { ipBlock: { cidr: plan.cidr, ...(plan.except.length === 0 ? {} : { except: [...plan.except] }) } };
    default: return plan satisfies never;
  }
}

const ports = ({ ports: plans }: RulePlan): readonly object[] => plans.map(({ protocol, port }: PortPlan) => ({ protocol, port }));
