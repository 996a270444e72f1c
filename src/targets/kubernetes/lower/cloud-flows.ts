import type { Diagnostic } from '#diagnostics';
import { cloudServiceFacts, grants, isCloudApi, offerPointer, type CloudService, type Fidelity, type GrantRef, type Placement, type Platform, type Policy } from '#ir';
import { contains, outermost, overlaps, parseCidr, type Cidr } from '../../cidr.ts';
import { endpointPeers, everywherePeers, instanceMetadata, instanceServices } from './cloud-peers.ts';
import type { Peer, WorkloadPods } from './estate.ts';

/** A grant of something in the cloud as packets: from a workload's pods to where the service answers. */
export interface CloudFlow {
  readonly ref: GrantRef;
  readonly from: WorkloadPods;
  readonly service: CloudService;
  readonly port: number;
  readonly peers: readonly Peer[];
  /** `wider`: nobody says where the service answers, and a person has accepted that. */
  readonly does: Extract<Fidelity, 'exact' | 'wider'>;
  /** What declares it; found only for what is said. */
  readonly pointer: () => string;
}

/**
 * The flows of every grant to a resource of the cloud whose caller is in the cluster and ours to hold: what runs on a host
 * outside has no pods. A key that a service uses in the caller's name is reached by the service. Without the service's
 * addresses nothing is opened, unless placement found it accepted; that it is not is placement's loss (CS3001).
 */
export function cloudFlows(policy: Policy, platform: Platform, placement: Placement, estate: ReadonlyMap<string, WorkloadPods>): { readonly flows: readonly CloudFlow[]; readonly losses: readonly Diagnostic[] } {
  const endpoints = new Map(platform.aws?.endpoints.map((endpoint, index) => [endpoint.service, { ...endpoint, index }]));
  const accepted = new Set(placement.duties.flatMap(({ accepted: acceptance, feature, grant }) => (feature === 'endpoint' && acceptance !== undefined ? [grant] : [])));
  const talks = new Set(policy.workloads.flatMap(({ callsApiServer, name }) => (callsApiServer === undefined ? [] : [name])));
  const flows: CloudFlow[] = [], peersOf = new Map<string, readonly Peer[]>();
  const made = (key: string, make: () => readonly Peer[]): readonly Peer[] => { const peers = peersOf.get(key) ?? make(); peersOf.set(key, peers); return peers; };
  const callers = new Map<CloudService, Map<string, { readonly pods: WorkloadPods; readonly port: number }>>();
  const calls = (service: CloudService, pods: WorkloadPods, port: number): void => {
    let calling = callers.get(service);
    if (calling === undefined) callers.set(service, calling = new Map());
    calling.set(`${pods.name} ${port}`, { pods, port });
  };
  for (const grant of grants(policy)) {
    const { api, from, ref } = grant, pods = from.kind === 'workload' ? estate.get(from.name) : undefined;
    if (!isCloudApi(api) || pods?.managed !== true) continue;
    const { service } = api.servedBy, port = api.servedBy.port ?? cloudServiceFacts[service].port ?? 443;
    const flow = { ref, from: pods, service, port, pointer: () => offerPointer(policy, grant) };
    const endpoint = endpoints.get(service);
    if (platform.aws?.identity.kind === 'irsa' && endpoints.has('sts')) calls('sts', pods, 443);
    if (endpoint !== undefined && endpoint.cidrs.length > 0) {
      flows.push({ ...flow, peers: made(service, () => endpointPeers(outermost(endpoint.cidrs.map(parseCidr)))), does: 'exact' });
      calls(service, pods, port);
    } else if (accepted.has(ref)) flows.push({ ...flow, peers: made(talks.has(pods.name) ? ' and the API server' : ' ', () => everywherePeers(platform, talks.has(pods.name))), does: 'wider' });
  }
  const losses = [...callers].flatMap(([service, calling]) => rangeLosses(platform, endpoints.get(service)!.index, [...calling.values()], talks));
  return { flows, losses };
}

/**
 * CS3010: a range that is also somebody else's would open that too. One address that lies among the pods' is told apart: it
 * is the endpoint's network interface, which no pod has.
 */
function rangeLosses({ apiServer, aws, name, nodeCidrs, podCidrs }: Platform, index: number, calling: readonly { readonly pods: WorkloadPods; readonly port: number }[], talks: ReadonlySet<string>): readonly Diagnostic[] {
  const { cidrs, service } = aws!.endpoints[index]!, first = calling[0]!.pods;
  const reaching = calling.find(({ pods, port }) => port === apiServer?.port && !talks.has(pods.name))?.pods;
  const share = (range: Cidr, others: readonly string[]): string | undefined => others.find((other) => overlaps(range, parseCidr(other)));
  const isOne = ({ family, length }: Cidr): boolean => length === (family === 4 ? 32 : 128);
  return cidrs.flatMap((text, at): readonly Diagnostic[] => {
    const range = parseCidr(text), ours = isOne(range) ? undefined : share(range, [...podCidrs, ...nodeCidrs]), server = reaching === undefined ? undefined : share(range, apiServer!.cidrs);
    const loss = (whose: string, { name: who, pointer }: WorkloadPods, help: string): readonly Diagnostic[] => [{
      code: 'CS3010', severity: 'error', pointer: `/aws/endpoints/${index}/cidrs/${at}`, related: [{ message: `\`${who}\` would be let out to all of it`, pointer }],
      message: `\`${name}\` says that \`${service}\` answers in ${text}, which is where ${whose}`, help,
    }];
    if (instanceServices.some((local) => contains(local, range))) return loss(`an instance's own services answer${instanceMetadata.some((one) => overlaps(one, range)) ? ', its credentials among them' : ''}`, first, 'give the addresses of the service, or of the VPC endpoint that leads to it');
    if (ours !== undefined) return loss(`pods or nodes have their addresses as well (${ours})`, first, `${narrowly}, or put it into subnets of its own`);
    if (server !== undefined) return loss(`the API server answers as well (${server})`, reaching!, `${narrowly}, or give those of the API server more narrowly`);
    return [];
  });
}

const narrowly = 'give the addresses of the endpoint\'s own network interfaces, each as `/32` or `/128`';
