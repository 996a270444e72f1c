import { diagnose, type Diagnostic } from '#diagnostics';
import { neededFeatures, offerPointer, type Gateway, type NeededFeatures, type Placement, type Platform, type Policy } from '#ir';
import { labelValue, policyName } from '../object-name.ts';
import { bundlesOf, type Bundles } from './lower/bundles.ts';
import { certificatesOf } from './lower/certificates.ts';
import { compare } from '../compare.ts';
import { edgesOf, type Edge, type Exposed } from './lower/exposures.ts';
import { listenersOf, sanOf } from './lower/listeners.ts';
import { exposureLosses } from './lower/exposure-losses.ts';
import { limitLosses } from './lower/limit-losses.ts';
import { namesThatMeet } from './lower/name-losses.ts';
import { gatewayLosses } from './lower/gateway-losses.ts';
import { referencesOf } from './lower/references.ts';
import { routesOf } from './lower/routes.ts';
import type { Asking } from './lower/rules.ts';
import type { BackendTlsPlan, EdgePlan, GatewayPlan } from './plan.ts';

/**
 * Decides what Envoy Gateway is told: for each gateway a listener for each host that is exposed there, for each API the
 * routes of exactly what people, partners and anyone are granted, and beside each route a SecurityPolicy that is complete by
 * itself, because a route's policy inherits nothing from its Gateway's. Whatever is not said here is denied.
 *
 * The placement is not looked at: every gateway on the way enforces all that it can, whoever answers for it. Objects come in
 * an order of their own, the same for any order of declaration. Pointers are into `policy` or, where they begin with a
 * platform's field, into `platform`.
 */
export function lower(policy: Policy, platform: Platform, _placement: Placement): { readonly plan: GatewayPlan; readonly losses: readonly Diagnostic[] } {
  const losses: Diagnostic[] = [];
  const edges = edgesOf(policy, platform);
  const bundles = bundlesOf(policy, platform, edges), needed = neededFeatures(policy);
  const plans = edges.map((edge) => edgePlan(policy, platform, edge, bundles, needed, (diagnostic) => losses.push(diagnostic)));
  const plan: GatewayPlan = { policy: labelValue(policy.name), edges: plans, certificates: certificatesOf(platform, edges), bundles: bundles.plans };
  return {
    plan,
    losses: [...gatewayLosses(policy, platform, edges), ...exposureLosses(policy, platform, edges), ...losses, ...limitLosses(policy, edges, plans), ...namesThatMeet(plan, edges)],
  };
}

function edgePlan(policy: Policy, platform: Platform, { exposed, gateway }: Edge, bundles: Bundles, needed: NeededFeatures, lose: (diagnostic: Diagnostic) => void): EdgePlan {
  const listeners = listenersOf(policy, platform, gateway, exposed).map((listener) =>
    (listener.clients === undefined ? listener : { ...listener, clients: { ...listener.clients, caBundle: bundles.at(listener.clients.caBundle, gateway.namespace) } }));
  const asking: Asking = {
    policy, needed,
    sanOf: ({ from }) => (from.kind === 'partner' ? sanOf(policy.partners.find(({ name }) => name === from.name)?.certificate.san ?? '') : undefined),
    tooMuch: (grant) => lose(diagnose('CS3209', {
      message: `what \`${grant.ref}\` asks for is more than Envoy Gateway takes in 64 expressions of 4096 characters`, pointer: offerPointer(policy, grant),
      help: 'ask for fewer values, or for a claim that says the same in one word',
    })),
  };
  const routes = exposed.flatMap((one) => routesOf(asking, one));
  const unmanaged = new Set(exposed.filter((one) => one.unmanaged).map(({ workload }) => workload.kubernetes?.namespace));
  return {
    name: objectName(gateway), namespace: gateway.namespace, port: gateway.port, samePort: gateway.port === gateway.containerPort && gateway.port < 1024,
    serviceAccount: gateway.pods.serviceAccount, podLabels: ownLabels(gateway), certificate: { ...gateway.certificate },
    ...(gateway.upstream.kind === 'tls' && gateway.upstream.clientCertificate !== undefined ? { clientCertificate: { ...gateway.upstream.clientCertificate } } : {}),
    ...(gateway.upstream.kind === 'tls' ? { upstreamTls: exposed.some(({ segment }) => segment?.requires.transport?.tls === '1.3') ? '1.3' as const : '1.2' as const } : {}),
    listeners, routes: [...routes].sort((a, b) => compare(a.name, b.name)),
    backends: backendsOf(gateway, exposed, bundles),
    references: referencesOf(gateway, listeners, routes, (namespace) => !unmanaged.has(namespace)),
  };
}

/** Of `pods.labels`, what Envoy Gateway puts there itself says the name of the Gateway that they belong to. */
const owner = 'gateway.envoyproxy.io/owning-gateway-name';
const objectName = ({ name, pods }: Gateway): string => pods.labels[owner] ?? policyName(name);
const ownLabels = ({ pods }: Gateway): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(pods.labels).filter(([key]) => !key.startsWith('gateway.envoyproxy.io/') && !key.startsWith('app.kubernetes.io/')).sort());

/** One for each Service that is reached: the server has to show a certificate of the bundle, under the Service's name in the cluster. */
function backendsOf({ name, upstream }: Gateway, exposed: readonly Exposed[], bundles: Bundles): readonly BackendTlsPlan[] {
  if (upstream.kind !== 'tls') return [];
  const bundle = bundles.named(upstream.caBundle);
  const found = new Map<string, BackendTlsPlan>();
  for (const { backend, grants, unmanaged } of exposed) {
    if (backend === undefined || bundle === undefined || unmanaged) continue;
    const key = `${backend.namespace}/${backend.service}`;
    const refs = [...new Set([...(found.get(key)?.grants ?? []), ...grants.map(({ ref }) => ref)])].sort();
    found.set(key, { name: policyName(`${name}.${backend.service}`), backend: { ...backend }, hostname: `${backend.service}.${backend.namespace}.svc`, caBundle: bundles.at(bundle, backend.namespace), grants: refs });
  }
  return [...found].sort(([a], [b]) => compare(a, b)).map(([, plan]) => plan);
}

