import { diagnose, type Diagnostic } from '#diagnostics';
import { conditionsOn, isUnmanaged, segmentOf } from '#ir';
import { conditionAtoms } from '../../condition-atoms.ts';
import type { PlatformContext } from '../../platform-context.ts';
import { listed, quoted } from '../../wording.ts';

/** CS1024: what this policy needs to know of the platform, and only that. A guess would open or close something else. */
export function platformFacts({ platform, estate }: PlatformContext): readonly Diagnostic[] {
  if (estate === undefined) return [];
  const { policy, grants, inPolicy } = estate;
  const found: Diagnostic[] = [];
  const missing = (fact: string, needs: string, pointer: string, because: ReturnType<typeof inPolicy>, help: string): void => {
    found.push(diagnose('CS1024', { message: `${quoted(platform.name)} does not say ${fact}, and ${needs}`, pointer, related: [because], help }));
  };

  if (platform.dns === undefined || platform.dns.protocols.length === 0) {
    const fact = 'where the cluster\'s DNS answers', help = 'state `dns: { namespace, labels, port, protocols, nodeLocalCidrs }`: the DNS pods, and the port that they listen on';
    // Checked grants of workloads are calls by the Service's name: whoever makes one looks it up.
    const inCluster = new Set(policy.workloads.filter(({ kubernetes }) => kubernetes !== undefined).map(({ name }) => name));
    const callers = grants.filter(({ from }) => from.kind === 'workload' && inCluster.has(from.name));
    const [caller] = callers;
    const looking = policy.workloads.findIndex(({ callsDns }) => callsDns !== undefined);
    if (caller !== undefined) {
      missing(fact, `${listed(new Set(callers.flatMap(({ from }) => (from.kind === 'workload' ? [from.name] : []))))} call others by name`, '/dns', inPolicy(`${quoted(caller.ref)} is asked for`, `/asks/${policy.asks.findIndex((ask) => ask === caller.ask)}`), help);
    } else if (looking >= 0) {
      missing(fact, `${quoted(policy.workloads[looking]!.name)} looks names up`, '/dns', inPolicy('it says so', `/workloads/${looking}/callsDns`), help);
    } else if (platform.mesh?.dataPlane === 'sidecar' && policy.workloads.length > 0) {
      missing(fact, 'every sidecar looks up its control plane', '/dns', inPolicy(`${quoted(policy.workloads[0]!.name)} has one`, '/workloads/0'), help);
    }
  }
  const talking = policy.workloads.findIndex(({ callsApiServer }) => callsApiServer !== undefined);
  if (talking >= 0 && (platform.apiServer === undefined || platform.apiServer.cidrs.length === 0)) {
    const who = policy.workloads.flatMap(({ name, callsApiServer }) => (callsApiServer === undefined ? [] : [name]));
    missing('where the API server answers', `${listed(who)} ${who.length === 1 ? 'calls' : 'call'} it`, platform.apiServer === undefined ? '/apiServer' : '/apiServer/cidrs',
      inPolicy('the call is declared', `/workloads/${talking}/callsApiServer`), 'state `apiServer: { cidrs, port }`: the endpoints of the Service `kubernetes` in `default`, as `kubectl get endpoints kubernetes` shows them');
  }
  const read = policy.apis.findIndex(({ operations }) => operations.some(({ kind }) => kind === 'http' || kind === 'grpc' || kind === 'websocket'));
  if (platform.mesh !== undefined && platform.mesh.pathNormalization === undefined && read >= 0) {
    missing('how its mesh rewrites paths before it judges them', `${quoted(policy.apis[read]!.name)} is granted by path`, '/mesh/pathNormalization', inPolicy('its operations are declared', `/apis/${read}/operations`),
      'state `pathNormalization: \'DECODE_AND_MERGE_SLASHES\'`, as `meshConfig.pathNormalization.normalization` has it; Istio\'s own default, `BASE`, lets `//` and `%2F` through to servers');
  }
  const scraped = policy.workloads.findIndex((workload) => workload.kubernetes?.metrics !== undefined && !isUnmanaged(policy, workload));
  if (platform.metricsScraper === undefined && scraped >= 0) {
    missing('what scrapes metrics', `${quoted(policy.workloads[scraped]!.name)} declares where its own are read`, '/metricsScraper', inPolicy('they are declared', `/workloads/${scraped}/kubernetes/metrics`),
      'state `metricsScraper: prometheus({ namespace, serviceAccount })`, or leave `metrics` out of the workloads');
  }
  for (const [index, gateway] of platform.gateways.entries()) {
    const behind = policy.apis.findIndex(({ exposedAt }) => exposedAt?.kind === 'gateway' && exposedAt.gateway === gateway.name);
    if (behind < 0) continue;
    const at = inPolicy(`${quoted(policy.apis[behind]!.name)} is exposed there`, `/apis/${behind}/exposedAt`);
    if (gateway.upstream.kind === 'mesh' && platform.mesh === undefined) {
      missing(`what protects connections behind the gateway ${quoted(gateway.name)}`, 'there is no mesh that could', `/gateways/${index}/upstream`, at, 'state `mesh: istioAmbient(…)`, or `upstream: upstreamTls({ caBundle })` where servers have certificates');
    }
    const asking = grants.find(({ api, from, offer }) => api.exposedAt?.kind === 'gateway' && api.exposedAt.gateway === gateway.name && (from.kind === 'people' || from.kind === 'partner' || from.kind === 'anyone')
      && conditionsOn(segmentOf(policy, api), offer, from).some((condition) => conditionAtoms(condition, '').some(({ value }) => value.kind === 'from')));
    if (gateway.clientAddress === undefined && asking !== undefined) {
      missing(`how the gateway ${quoted(gateway.name)} knows a client's address`, `${quoted(asking.ref)} asks where requests come from`, `/gateways/${index}/clientAddress`, at,
        'state `clientAddress: connectionAddress()`, `xForwardedFor({ trustedHops })` or `proxyProtocol()`, as the load balancer in front of it does it');
    }
  }
  const exposed = grants.find(({ api }) => api.exposedAt?.kind === 'service');
  if (exposed === undefined) return found;
  // Looked up only when it is said: finding a place inside a literal means parsing the file.
  const at = () => inPolicy(`${quoted(exposed.api.name)} is exposed`, `/apis/${policy.apis.indexOf(exposed.api)}/exposedAt`);
  const reason = `${quoted(exposed.api.name)} is exposed at a Service`;
  if (platform.podCidrs.length === 0) missing('which addresses pods have', `${reason}: clients from outside have to be told from pods`, '/podCidrs', at(), 'state `podCidrs`, the ranges that pods take addresses from');
  if (platform.nodeCidrs.length === 0) missing('which addresses nodes have', `${reason}: where pods and nodes share a range, they can't be told apart`, '/nodeCidrs', at(), 'state `nodeCidrs`, the ranges that nodes take addresses from');
  if (platform.loadBalancer === undefined) missing('which address a client of a load balancer arrives with', reason, '/loadBalancer', at(), 'state `loadBalancer: { clientAddress: \'preserved\' }`, or `\'node\'` where the node\'s address takes its place');
  return found;
}
