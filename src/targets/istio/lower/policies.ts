import { diagnose, type Diagnostic } from '#diagnostics';
import { offerPointer, builtinGrantRef, type Grant, type Operation } from '#ir';
import { policyName } from '../../object-name.ts';
import type { AuthorizationPolicyPlan, CellPlan, ObjectPlan, PolicyTarget, RulePlan } from '../plan.ts';
import { accepts, admissionsOf } from './admissions.ts';
import { groupedBy, principalOf, servicePortsTo, type Estate, type Server } from './estate.ts';
import { overlappingApis } from './overlaps.ts';
import { readingOf, type Asked } from './operations.ts';
import { rulesAdmitting, type Admitting } from './rules.ts';
import { grantsOf, split } from './split.ts';

export interface ServerObjects { readonly objects: readonly ObjectPlan[]; readonly losses: readonly Diagnostic[] }

/**
 * What admits requests to one workload. With sidecars, one policy of its pods. Ambient, where requests are read: a
 * policy of each of its Services at the waypoint, and one of its pods at their ztunnel that admits the waypoint and
 * so closes every way around it. Ambient, where only whole ports are served: one policy of its pods.
 */
export function objectsOf(estate: Estate, server: Server, denialsReadTokens: boolean): ServerObjects {
  const { mesh } = estate;
  const losses: Diagnostic[] = [...overlappingApis(estate, server)];
  const admitting: (Admitting & { readonly grant: Grant })[] = [];
  for (const served of server.apis) {
    for (const grant of served.grants) {
      const reading = readingOf(grant.operation);
      const { admitted, does, losses: lost } = admissionsOf(estate, server, grant, reading);
      losses.push(...lost);
      admitting.push({ ref: grant.ref, grant, asked: { api: served.api, operation: grant.operation, port: served.port, siblings: served.api.operations }, reading, admitted, does });
    }
  }
  const unsayable = carvingLoss(estate, losses);
  const pods: PolicyTarget = { kind: 'pods', selector: sorted(server.facts.selector) };
  const objects: ObjectPlan[] = [];
  // A proxy that looks for tokens refuses those that it can't verify, whatever the request would need: so it looks only
  // where a grant reads some, and then knows all providers, whose tokens callers with plain grants may carry as well.
  const authenticating = (target: PolicyTarget, name: string, there: readonly Admitting[]): void => {
    if (!denialsReadTokens && !there.some(({ admitted }) => admitted.some(({ readsToken }) => readsToken))) return;
    objects.push({
      kind: 'requestAuthentication', namespace: server.facts.namespace, name, stage: 1, target, grants: [],
      purpose: `Whose tokens are read in requests to ${server.workload.name}; that one is there is demanded by its AuthorizationPolicies.`,
      providers: [...estate.policy.identityProviders].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ audiences, issuer, jwksUri }) => ({ issuer, audiences: [...new Set(audiences)].sort(), jwksUri })),
    });
  };
  const scraping = scraperRules(estate, server, losses);
  const name = policyName(server.workload.name);

  if (server.waypoint === undefined) {
    if (mesh.dataPlane === 'sidecar') authenticating(pods, name, admitting);
    objects.push(...allowing(server, name, pods, `Who may use ${server.workload.name}.`, [...rulesAdmitting(admitting, (port) => [port], unsayable), ...scraping]));
  } else {
    const named = new Map<string, (readonly [number, readonly number[]])[]>();
    for (const port of new Set(server.apis.map((api) => api.port))) {
      for (const [service, ports] of servicePortsTo(server.facts, port)) named.set(service, [...named.get(service) ?? [], [port, ports]]);
    }
    for (const [service, ports] of [...named].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const seen = new Map(ports), target: PolicyTarget = { kind: 'services', names: [service] };
      const throughService = policyName(`${server.workload.name}.${service}`);
      const there = admitting.filter(({ asked, admitted }) => seen.has(asked.port) && admitted.some(({ source }) => source.principal !== undefined));
      authenticating(target, throughService, there);
      const rules = rulesAdmitting(there, (port) => seen.get(port) ?? [], unsayable);
      objects.push(...allowing(server, throughService, target, `Who may use ${server.workload.name} through the Service ${service}; read by the waypoint.`, rules));
    }
    losses.push(...withoutService(estate, server, admitting));
    objects.push(...allowing(server, name, pods, `Requests to ${server.workload.name} come from its waypoint, which has read them.`, [...behindWaypoint(estate, server, admitting), ...pastWaypoint(server, admitting, unsayable), ...scraping]));
  }
  return { objects, losses };
}

function allowing(server: Server, name: string, target: PolicyTarget, purpose: string, rules: readonly RulePlan[]): readonly AuthorizationPolicyPlan[] {
  if (rules.length === 0) return []; // the namespace's denial stands
  return split({ kind: 'authorizationPolicy', namespace: server.facts.namespace, name, stage: 2, purpose, target, action: 'ALLOW', rules, grants: grantsOf(rules) });
}

/** The waypoint, at the ports whose requests it reads. Whoever else comes to the pods has come past it. */
function behindWaypoint({ mesh }: Estate, { facts, waypoint }: Server, admitting: readonly Admitting[]): readonly RulePlan[] {
  const through = admitting.filter(({ admitted, asked }) => servicePortsTo(facts, asked.port).size > 0 && admitted.some(({ source }) => source.principal !== undefined));
  if (waypoint === undefined || through.length === 0) return [];
  const ports = [...new Set(through.map(({ asked }) => asked.port))].sort((a, b) => a - b);
  return [{
    source: { principals: [principalOf(mesh, waypoint)] }, operations: [{ ports }], when: [],
    serves: [...groupedBy(through, ({ ref }) => ref)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([grant]) => ({ grant, does: portAlone })),
  }];
}
const portAlone: readonly CellPlan[] = [{ feature: 'port', does: 'exact' }];

/** Whole ports that are open to clients outside, who come past every waypoint; and those that no Service leads to, so that callers address the pods. */
function pastWaypoint({ facts }: Server, admitting: readonly Admitting[], unsayable: (wide: Asked, sibling: Operation) => void): readonly RulePlan[] {
  const whole = admitting.filter(({ reading }) => reading === 'port').map((one) => ({ ...one, admitted: one.admitted.filter(({ source }) => source.principal === undefined || servicePortsTo(facts, one.asked.port).size === 0) }));
  return rulesAdmitting(whole, (port) => [port], unsayable);
}

/** The scraper asks each pod by its address: a sidecar reads the one request, a ztunnel sees the port. */
function scraperRules(estate: Estate, server: Server, losses: Diagnostic[]): readonly RulePlan[] {
  const { mesh, platform } = estate;
  const { metrics, ports } = server.facts;
  const port = metrics === undefined ? undefined : ports.find(({ name, number, protocol }) => protocol === 'TCP' && (name === metrics.port || number === metrics.port));
  if (metrics === undefined || port === undefined || platform.metricsScraper === undefined) return []; // CS1024 and CS1027 say so
  const ref = builtinGrantRef(server.workload.name);
  const source = { principals: [principalOf(mesh, platform.metricsScraper)] };
  const does = (operation: 'exact' | 'wider'): readonly CellPlan[] => [{ feature: 'identity.workload', does: 'exact' }, { feature: 'operation.http', does: operation }, { feature: 'port', does: 'exact' }];
  if (mesh.dataPlane === 'sidecar') {
    const operation: Operation = { name: 'metrics', kind: 'http', method: 'GET', path: metrics.path };
    const asked: Asked = { api: { name: ref, servedBy: { kind: 'workload', workload: server.workload.name, port: port.number }, operations: [operation], offers: [] }, operation, port: port.number, siblings: [operation] };
    return rulesAdmitting([{ ref, asked, reading: 'request', admitted: [{ source: { principal: source.principals[0]! }, when: [], readsToken: false }], does: does('exact') }], (number) => [number], () => undefined);
  }
  if (!accepts(platform, ref, 'operation.http')) {
    losses.push(diagnose('CS3114', {
      message: `\`${ref}\` is \`GET ${metrics.path}\`, and the scraper asks each pod by its address, past the waypoint: the ztunnel there admits the whole of port ${port.number}`,
      pointer: `${server.pointer}/kubernetes/metrics`,
      help: `serve metrics at a port of their own, and accept it in writing in the platform's \`accept\`: \`acceptWeaker({ grants: ['${ref}'], feature: 'operation.http', plane: 'mesh', because: '…', owner: '…', until: 'YYYY-MM-DD' })\``,
    }));
  }
  return [{ source, operations: [{ ports: [port.number] }], when: [], serves: [{ grant: ref, does: does('wider') }] }];
}

/** CS3101: what is addressed to a pod passes no waypoint, so an API that nobody can address by a Service is read by nobody. */
function withoutService({ policy }: Estate, server: Server, admitting: readonly (Admitting & { readonly grant: Grant })[]): readonly Diagnostic[] {
  const found = new Map<number, Diagnostic>();
  for (const { admitted, asked, grant, reading } of admitting) {
    if (reading === 'port' || found.has(asked.port) || !admitted.some(({ source }) => source.principal !== undefined) || servicePortsTo(server.facts, asked.port).size > 0) continue;
    found.set(asked.port, diagnose('CS3101', {
      message: `no Service of \`${server.workload.name}\` leads to port ${asked.port}, where \`${asked.api.name}\` is served: its callers would pass no waypoint, and nobody would read what they ask for`,
      pointer: `${server.pointer}/kubernetes/services`,
      related: [{ message: `\`${grant.ref}\` is granted`, pointer: offerPointer(policy, grant) }],
      help: `declare the Service that callers of \`${asked.api.name}\` use`,
    }));
  }
  return [...found.values()];
}

/** CS3108, once for each pair. */
function carvingLoss({ policy }: Estate, losses: Diagnostic[]): (wide: Asked, sibling: Operation) => void {
  const said = new Set<string>();
  return ({ api, operation }, sibling) => {
    const key = `${api.name} ${operation.name} ${sibling.name}`;
    if (said.has(key)) return;
    said.add(key);
    losses.push(diagnose('CS3108', {
      message: `\`${api.name}.${operation.name}\` is granted to somebody who is not granted \`${api.name}.${sibling.name}\`, and the latter's path can be spelt in more ways than a rule can leave out`,
      pointer: `/apis/${policy.apis.indexOf(api)}/operations/${api.operations.indexOf(sibling)}`,
      related: [{ message: 'the wider one', pointer: `/apis/${policy.apis.indexOf(api)}/operations/${api.operations.indexOf(operation)}` }],
      help: `write the path of \`${sibling.name}\` with letters, digits, \`-\`, \`.\`, \`_\` and \`~\` only, or grant narrower operations than \`${operation.name}\``,
    }));
  };
}

const sorted = (labels: Readonly<Record<string, string>>) => Object.fromEntries(Object.keys(labels).sort().map((key) => [key, labels[key]!]));
