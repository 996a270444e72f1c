import type { Diagnostic } from '#diagnostics';
import { builtinGrants, type Platform, type Policy } from '#ir';
import type { CloudFlow } from './cloud-flows.ts';
import { credentialPeers } from './cloud-peers.ts';
import type { Peer } from './estate.ts';
import type { Flow } from './flows.ts';
import type { KeyHost } from './key-hosts.ts';
import type { Opening } from './openings.ts';

/** CS1024 for every fact of the platform that a rule would have to be made of: without it the rule would be missing. */
export function missingFacts(
  policy: Policy, platform: Platform, flows: readonly Flow[], cloud: readonly CloudFlow[], opened: readonly Opening[], outside: readonly Peer[], keys: readonly KeyHost[],
): readonly Diagnostic[] {
  const losses: Diagnostic[] = [];
  const missing = (fact: string, message: string, pointer: string, help: string): void => {
    losses.push({ code: 'CS1024', severity: 'error', message: `the platform \`${platform.name}\` ${message}`, pointer, related: [], help: `${help} (\`${fact}\`)` });
  };
  const exposed = flows.find(({ from }) => from.kind === 'outside')?.grant?.api;
  if (exposed !== undefined) {
    const pointer = `/apis/${policy.apis.indexOf(exposed)}/exposedAt`;
    if (platform.loadBalancer === undefined) {
      missing('loadBalancer.clientAddress', `does not say whose address the clients of \`${exposed.name}\` arrive with`, pointer, 'say whether a load balancer preserves it');
    } else if (outside.length === 0) {
      const fact = platform.loadBalancer.clientAddress === 'node' ? 'nodeCidrs' : 'podCidrs';
      missing(fact, `leaves no address that the clients of \`${exposed.name}\` could be told from pods by`, pointer, 'give the ranges');
    }
  }
  const asking = opened.find(({ looksUp }) => looksUp)?.pods;
  if (asking !== undefined && (platform.dns === undefined || platform.dns.protocols.length === 0)) {
    missing('dns', `does not say where \`${asking.name}\` looks names up`, asking.pointer, 'say where the cluster\'s DNS answers');
  }
  const index = policy.workloads.findIndex(({ callsApiServer }) => callsApiServer !== undefined);
  if (index >= 0 && (platform.apiServer === undefined || platform.apiServer.cidrs.length === 0)) {
    missing('apiServer', `does not say where the API server answers, which \`${policy.workloads[index]!.name}\` calls`, `/workloads/${index}/callsApiServer`, 'give the addresses and the port of its endpoints');
  }
  const [scraped] = builtinGrants(policy);
  if (scraped !== undefined && platform.metricsScraper === undefined) {
    missing('metricsScraper', `does not say who scrapes the metrics of \`${scraped.workload.name}\``, `/workloads/${policy.workloads.indexOf(scraped.workload)}/kubernetes/metrics`,
      'give the namespace, labels and ServiceAccount of the scraper\'s pods, or take the metrics out');
  }
  // where a service is reached at any address, so is STS
  const anywhere = new Set(cloud.flatMap(({ does, from, port }) => (does === 'wider' && port === 443 ? [from] : [])));
  const identified = cloud.find(({ from }) => !anywhere.has(from));
  if (platform.aws !== undefined && identified !== undefined && credentialPeers(platform.aws, platform) === undefined) {
    missing('aws.endpoints.sts', `does not say where STS answers, which \`${identified.from.name}\` gets its credentials from`, identified.pointer(), 'give the addresses of STS, or let pods have credentials by `podIdentity()`');
  }
  for (const { gateway, host, name, provider } of keys) {
    if (host !== undefined) continue;
    missing('hosts', `does not say where \`${name}\` answers, from which the gateway \`${gateway.name}\` fetches the keys of \`${provider.name}\``, `/identityProviders/${policy.identityProviders.indexOf(provider)}`,
      `give the addresses of \`${name}\`, since a NetworkPolicy knows no names`);
  }
  return losses;
}
