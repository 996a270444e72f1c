import type { ObjectRef, Platform, Policy } from '#ir';
import { policyName } from '../../object-name.ts';
import type { BundlePlan } from '../plan.ts';
import { compare } from '../../compare.ts';
import type { Edge } from './exposures.ts';

/** The bundles of authorities of a platform, and where each is to be found. */
export interface Bundles {
  readonly named: (name: string) => ObjectRef | undefined;
  /** The same authorities for an object of this namespace: a copy where trust-manager makes one. */
  readonly at: (bundle: ObjectRef, namespace: string) => ObjectRef;
  readonly plans: readonly BundlePlan[];
}

/** Where trust-manager is, it copies a bundle into each namespace that needs it and has not got it, under the Bundle's own name (cert-manager, "trust-manager"). */
export function bundlesOf(policy: Policy, { caBundles, issuer }: Platform, edges: readonly Edge[]): Bundles {
  const named = (name: string): ObjectRef | undefined => caBundles.find((bundle) => bundle.name === name)?.ref;
  const nameOf = (ref: ObjectRef): string | undefined => caBundles.find((bundle) => bundle.ref.kind === ref.kind && bundle.ref.namespace === ref.namespace && bundle.ref.name === ref.name)?.name;
  const copies = issuer?.trustManager === true;
  const needed = new Map<string, Set<string>>();
  const need = (name: string | undefined, namespace: string): void => {
    const ref = name === undefined ? undefined : named(name);
    if (name === undefined || ref === undefined || ref.namespace === namespace) return;
    needed.set(name, (needed.get(name) ?? new Set()).add(namespace));
  };
  for (const { exposed, gateway } of edges) {
    for (const { backend, grants, unmanaged } of exposed) {
      for (const { from } of grants) if (from.kind === 'partner') need(policy.partners.find(({ name }) => name === from.name)?.certificate.ca, gateway.namespace);
      if (gateway.upstream.kind === 'tls' && backend !== undefined && !unmanaged) need(gateway.upstream.caBundle, backend.namespace);
    }
  }
  return {
    named,
    at: (bundle, namespace) => {
      const name = nameOf(bundle);
      return copies && name !== undefined && bundle.namespace !== namespace ? { kind: 'ConfigMap', namespace, name: policyName(name) } : { ...bundle };
    },
    plans: !copies ? [] : [...needed].sort(([a], [b]) => compare(a, b)).map(([name, namespaces]) => ({ name: policyName(name), source: { ...named(name)! }, namespaces: [...namespaces].sort() })),
  };
}
