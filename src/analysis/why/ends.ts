import { waypointOf, type Platform, type Policy } from '#ir';
import { someoneOutside, type Endpoint, type Hop } from '#spec';

/** What a person calls the two ends of a hop, and where on the way it stands. */
export interface Ends { readonly from: string; readonly to: string; readonly at: string }

export function endsOf(policy: Policy, platform: Platform, hop: Hop): Ends {
  const from = nameOf(policy, platform, hop.from), to = hop.cloud === undefined ? nameOf(policy, platform, hop.to) : `\`${hop.cloud.resource}\``;
  return { from, to, at: placeOf(hop, from, to) };
}

function placeOf(hop: Hop, from: string, to: string): string {
  switch (hop.enforcer) {
    case 'network': return hop.direction === 'egress' ? `leaving ${from}` : `arriving at ${to}`;
    case 'mesh': return hop.proxy === 'waypoint' ? `at the waypoint in front of ${to}` : hop.proxy === 'ztunnel' ? `at the ztunnel of ${to}` : `at the sidecar of ${to}`;
    case 'gateway': return `at the gateway${hop.serverName === undefined ? '' : `, as \`${hop.serverName}\``}`;
    case 'cloud': return `at ${hop.cloud === undefined ? 'the cloud' : `\`${hop.cloud.action}\``}`;
    default: return hop.enforcer satisfies never;
  }
}

function nameOf(policy: Policy, platform: Platform, { ip, namespace, podLabels = {} }: Endpoint): string {
  if (namespace === undefined) return ip === undefined ? 'outside' : ip === someoneOutside.ipv4 || ip === someoneOutside.ipv6 ? 'a client outside' : `\`${ip}\``;
  const carried = (wanted: Readonly<Record<string, string>>): boolean => Object.entries(wanted).every(([key, value]) => podLabels[key] === value);
  const workload = policy.workloads.find(({ kubernetes }) => kubernetes?.namespace === namespace && carried(kubernetes.selector));
  if (workload !== undefined) return `\`${workload.name}\``;
  if (platform.dns?.namespace === namespace && carried(platform.dns.labels)) return 'the cluster\'s DNS';
  const gateway = platform.gateways.find(({ pods }) => pods.namespace === namespace && carried(pods.labels));
  if (gateway !== undefined) return `the gateway \`${gateway.name}\``;
  if (platform.mesh?.dataPlane === 'ambient' && carried(waypointOf(platform.mesh, namespace).labels)) return `the waypoint of \`${namespace}\``;
  if (platform.metricsScraper?.namespace === namespace && carried(platform.metricsScraper.labels)) return '`metricsScraper`';
  return `a pod of \`${namespace}\``;
}
