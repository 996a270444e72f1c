import type { Invariant, InvariantSubject } from '#ir';
import { policyName } from '../../object-name.ts';
import type { ObjectPlan, OperationPlan, PolicyTarget, RulePlan, SourcePlan, WhenPlan } from '../plan.ts';
import { allOf, alternativesOf, type Alternatives } from './conditions.ts';
import { callerPrincipal, gatewayOf, principalOf, servicePortsTo, type Estate, type Served, type Server } from './estate.ts';
import { operationsAdmitting, type Asked } from './operations.ts';
import { split } from './split.ts';

/**
 * The denials that `never(reach(…))` becomes: they outrank what anybody allows. Only what a rule can say exactly is
 * said; who it can't tell from somebody that is granted (a partner from the gateway, a person from whoever acts for
 * it) is left to the denials by default, and README.md says so.
 */
export function denialsOf(estate: Estate, server: Server): readonly ObjectPlan[] {
  const { facts, waypoint, workload } = server;
  const denied = estate.policy.never.flatMap((invariant) => (invariant.kind === 'reach' ? deniedIn(estate, server, invariant) : []));
  const object = (name: string, target: PolicyTarget, rules: readonly RulePlan[]): readonly ObjectPlan[] => (rules.length === 0 ? [] : split({
    kind: 'authorizationPolicy', namespace: facts.namespace, name: policyName(name), stage: 1, target, action: 'DENY', grants: [], rules: distinct(rules),
    purpose: `Who must never reach ${workload.name}, whatever else allows it.`,
  }));
  const rules = (view: View): readonly RulePlan[] => denied.flatMap((one) => rulesFor(one, view));
  const onPods = object(`${workload.name}.never`, { kind: 'pods', selector: sorted(facts.selector) }, rules({ readsRequests: estate.mesh.dataPlane === 'sidecar', portsOf: (port) => [port] }));
  if (waypoint === undefined) return onPods;
  const services = [...new Set(server.apis.flatMap(({ port }) => [...servicePortsTo(facts, port).keys()]))].sort();
  return [...onPods, ...services.flatMap((service) => object(`${workload.name}.${service}.never`, { kind: 'services', names: [service] },
    rules({ readsRequests: true, portsOf: (port) => servicePortsTo(facts, port).get(service) ?? [] })))];
}

/** Do they read what only a verified token says? Absent claims would match what they must not. */
export const readTokens = (denials: readonly ObjectPlan[]): boolean => denials.some((plan) => plan.kind === 'authorizationPolicy' && plan.rules.some(({ when }) => when.some(({ key }) => key.startsWith('request.auth.'))));

/** What one proxy sees. */
interface View { readonly readsRequests: boolean; readonly portsOf: (port: number) => readonly number[] }
/** Some callers at some operations of a server: all that is served at a port, or a few requests of it. */
interface Denied { readonly sources: readonly { readonly source: SourcePlan; readonly when: readonly WhenPlan[] }[]; readonly at: { readonly ports: readonly number[] } | { readonly asked: readonly Asked[] } }

function deniedIn(estate: Estate, server: Server, { from, to }: Invariant): readonly Denied[] {
  const apis = to.kind === 'segment' ? (server.segment?.name === to.name ? server.apis : []) : server.apis.filter(({ api }) => api.name === (to.kind === 'api' ? to.name : to.api));
  return apis.flatMap((served): readonly Denied[] => {
    const sources = sourcesOf(estate, server, served, from);
    if (sources.length === 0) return [];
    const whole = served.api.operations.filter((operation) => to.kind !== 'operation' || operation.name === to.operation);
    const alone = to.kind === 'segment' || !server.apis.some((other) => other !== served && other.port === served.port);
    if (alone && (to.kind !== 'operation' || whole.some(({ kind }) => kind === 'tcp'))) return [{ sources, at: { ports: [served.port] } }];
    return [{ sources, at: { asked: whole.map((operation) => ({ api: served.api, operation, port: served.port, siblings: served.api.operations })) } }];
  });
}

function rulesFor({ at, sources }: Denied, { portsOf, readsRequests }: View): readonly RulePlan[] {
  const operations = 'ports' in at ? at.ports.map((port): OperationPlan => ({ ports: portsOf(port) }))
    // Tests of requests are no tests at all on a connection without any, so that a denial names its port (Istio, "Authorization Policy", "Operation").
    : readsRequests ? (['request', 'upgrade'] as const).flatMap((reading) => at.asked.filter(({ operation }) => (operation.kind === 'websocket') === (reading === 'upgrade')))
      .flatMap((asked) => operationsAdmitting([asked], portsOf(asked.port), () => undefined)) : [];
  const reachable = operations.filter(({ ports }) => ports !== undefined && ports.length > 0);
  if (reachable.length === 0) return [];
  return sources.filter(({ when }) => readsRequests || when.length === 0).map(({ source, when }) => ({ source, when, operations: reachable, serves: [] }));
}

function sourcesOf(estate: Estate, server: Server, served: Served, subject: InvariantSubject): Denied['sources'] {
  const { mesh, policy, workloads } = estate;
  const plain = (source: SourcePlan): Denied['sources'] => [{ source, when: [] }];
  const principals = (names: readonly string[]): readonly string[] => [...new Set(names.filter((name) => workloads.get(name)?.kubernetes?.serviceAccount !== undefined).map((name) => callerPrincipal(estate, name)))].sort();
  const gateway = gatewayOf(estate, served.api);
  const comers = served.grants.map(({ from }) => from.kind);
  switch (subject.kind) {
    case 'workload': {
      const [own] = subject.actingFor === undefined ? principals([subject.name]) : [];
      return own === undefined ? [] : plain({ principals: [own] });
    }
    case 'segment': {
      const own = principals(policy.workloads.filter(({ segment }) => segment === subject.name).map(({ name }) => name));
      return own.length === 0 ? [] : plain({ principals: own });
    }
    case 'anyIdentity': { // people and partners come with the gateway's identity, requests that were read with the waypoint's
      const { metricsScraper } = estate.platform;
      const others = [...(gateway?.upstream.kind === 'mesh' ? [gateway.pods] : []), ...(server.waypoint === undefined ? [] : [server.waypoint]), ...(server.facts.metrics === undefined || metricsScraper === undefined ? [] : [metricsScraper])];
      const excepted = principals(subject.except.flatMap((each) => (each.kind === 'workload' ? [each.name] : [])));
      const notPrincipals = [...new Set([...excepted, ...others.map((pods) => principalOf(mesh, pods))])].sort();
      return plain({ principals: ['*'], ...(notPrincipals.length === 0 ? {} : { notPrincipals }) });
    }
    case 'anyone': {
      if (served.api.exposedAt?.kind === 'service' && comers.some((kind) => kind === 'people' || kind === 'partner')) return [];
      const withoutCertificate = plain({ notPrincipals: ['*'] });
      if (gateway?.upstream.kind !== 'mesh' || comers.includes('partner') || policy.identityProviders.length === 0) return withoutCertificate;
      const issuers = [...new Set(policy.identityProviders.map(({ issuer }) => issuer))].sort();
      return [...withoutCertificate, { source: { principals: [principalOf(mesh, gateway.pods)] }, when: [{ key: 'request.auth.claims[iss]', notValues: issuers }] }];
    }
    case 'people': {
      const people = policy.people.find(({ name }) => name === subject.name), provider = policy.identityProviders.find(({ name }) => name === people?.via);
      // A person may also be one of others who come this way, or anyone: then a denial would take what is granted.
      if (people === undefined || provider === undefined || gateway?.upstream.kind !== 'mesh' || comers.some((kind) => kind !== 'workload')) return [];
      let exact = true;
      const reader = { provider, trusted: [gateway.name], unreadable: () => { exact = false; } };
      const where: Alternatives = people.where === undefined ? [[]] : alternativesOf(people.where, reader);
      const when = allOf([[[{ key: 'request.auth.claims[iss]', values: [provider.issuer] }]], where], reader);
      return exact && (people.where === undefined || !where.some((tests) => tests.length === 0)) ? when.map((tests) => ({ source: { principals: [principalOf(mesh, gateway.pods)] }, when: tests })) : [];
    }
    case 'partner': case 'builtin': case 'pods': return [];
    default: return subject satisfies never;
  }
}

function distinct(rules: readonly RulePlan[]): readonly RulePlan[] {
  return [...new Map(rules.map((rule) => [JSON.stringify([rule.source, rule.operations, rule.when]), rule]))].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}

const sorted = (labels: Readonly<Record<string, string>>) => Object.fromEntries(Object.keys(labels).sort().map((key) => [key, labels[key]!]));
