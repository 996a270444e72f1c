import { diagnose, nearest, type Diagnostic } from '#diagnostics';
import { identityName, resolvePort, type IdentityRef, type KubernetesWorkload, type ServicePort, type Workload } from '#ir';
import type { Located } from '../located.ts';
import { segmentServing, type LocatedApi, type PolicyContext } from '../policy-context.ts';
import { listed, quoted } from '../wording.ts';

/** CS1017, CS1018, CS1025 and CS1028: every way in from outside is declared, and leads to what it is declared for. */
export function exposure(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const exposedPorts = new Set<string>();
  for (const api of context.apis) {
    found.push(...toOutside(context, api), ...serviceProblems(context, api));
    const { servedBy, exposedAt } = api.value;
    if (exposedAt?.kind === 'gateway' && exposedAt.browser?.origins.length === 0) {
      found.push(diagnose('CS1033', { message: `${quoted(api.value.name)} is open to browsers, and to the pages of no origin`, pointer: `${api.pointer}/exposedAt/browser/origins`, help: 'name the origins whose pages may call it, such as `https://desk.example.com`, or leave `browser` out' }));
    }
    if (exposedAt?.kind !== 'service' || servedBy.kind !== 'workload') continue;
    const facts = context.workloadNamed.get(servedBy.workload)?.value.kubernetes;
    const port = facts === undefined ? undefined : resolvePort(facts, servedBy.port, 'TCP');
    if (port !== undefined) exposedPorts.add(wayIn(servedBy.workload, exposedAt.service, port.number));
  }
  for (const workload of context.workloads) {
    if (context.segmentNamed.get(workload.value.segment ?? '')?.value.managed !== 'unmanaged') found.push(...undeclaredWaysIn(workload, exposedPorts)); // whose ways in are nobody's business here
  }
  return found;
}

const wayIn = (workload: string, service: string, port: number | undefined): string => `${workload}\0${service}\0${port}`;

/** The container port that a Service's port leads to. A number leads there even if no container declares it. */
const targetOf = (facts: KubernetesWorkload, { targetPort, protocol }: ServicePort): number | undefined =>
  typeof targetPort === 'number' ? targetPort : resolvePort(facts, targetPort, protocol)?.number;

const fromOutside = ({ type }: ServicePort): boolean => type === 'LoadBalancer' || type === 'NodePort';

/** Who arrives at an exposure, as a message names them. */
function arriving(identity: IdentityRef): string | undefined {
  switch (identity.kind) {
    case 'anyone': return '`anyone`';
    case 'people': return `the people ${quoted(identityName(identity))}`;
    case 'partner': return `the partner ${quoted(identityName(identity))}`;
    case 'workload': case 'builtin': case 'pods': return undefined;
    default: return identity satisfies never;
  }
}

function toOutside(context: PolicyContext, api: LocatedApi): readonly Diagnostic[] {
  const { servedBy } = api.value;
  if (servedBy.kind === 'cloud') return []; // nobody from outside calls it: CS1072
  const server = context.workloadNamed.get(servedBy.workload);
  const segment = segmentServing(context, api);
  return api.offers.flatMap(({ value: offer, pointer }) => offer.to.flatMap((identity, index) => {
    const who = arriving(identity);
    if (who === undefined) return [];
    const name = quoted(`${api.value.name}.${offer.operation}`);
    const found: Diagnostic[] = [];
    if (api.value.exposedAt === undefined) {
      const open = server?.value.kubernetes?.services.filter(fromOutside).map((service) => service.name) ?? [];
      found.push(diagnose('CS1017', {
        message: `${name} is offered to ${who}, and ${quoted(api.value.name)} has no exposure that ${identity.kind === 'anyone' ? 'anyone' : identity.kind === 'people' ? 'they' : 'it'} could arrive at`,
        pointer: `${pointer}/to/${index}`,
        related: [{ message: `${quoted(api.value.name)} is declared`, pointer: api.pointer }],
        help: identity.kind === 'anyone' && open.length > 0 ? `state \`exposedAt: { service: '${[...open].sort()[0]}' }\` in ${quoted(api.value.name)}, or offer it to the workloads that call it`
          : identity.kind === 'anyone' ? `state \`exposedAt\` in ${quoted(api.value.name)}, or offer it to the workloads that call it`
            : `state \`exposedAt: { gateway: …, host: … }\` in ${quoted(api.value.name)}${identity.kind === 'people' ? `, or offer it to a workload that acts for them: \`ui.actingFor(${identityName(identity)})\`` : ''}`,
      }));
    }
    if (identity.kind !== 'anyone') return found;
    if (segment?.value.holds === 'restricted') {
      found.push(diagnose('CS1018', {
        message: `${name} is offered to \`anyone\`, and its segment ${quoted(segment.value.name)} holds \`restricted\` data`,
        pointer: `${pointer}/to/${index}`,
        related: [{ message: `${quoted(segment.value.name)} is declared`, pointer: segment.pointer }, { message: `${quoted(server?.value.name ?? '')} is in it`, pointer: server?.pointer ?? '' }],
        help: 'offer it to named identities, or serve the public part from a workload in another segment',
      }));
    }
    return found;
  }));
}

function serviceProblems(context: PolicyContext, api: LocatedApi): readonly Diagnostic[] {
  const { exposedAt, servedBy } = api.value;
  if (exposedAt?.kind !== 'service' || servedBy.kind !== 'workload') return [];
  const workload = context.workloadNamed.get(servedBy.workload);
  const facts = workload?.value.kubernetes;
  if (workload === undefined || facts === undefined) return [];
  const pointer = `${api.pointer}/exposedAt/service`;
  const entries = facts.services.flatMap((service, index) => (service.name === exposedAt.service ? [{ service, pointer: `${workload.pointer}/kubernetes/services/${index}` }] : []));
  const port = resolvePort(facts, servedBy.port, 'TCP');
  const open = facts.services.filter((service) => fromOutside(service) && (port === undefined || targetOf(facts, service) === port.number)).map(({ name }) => name);
  const insteadText = open.length === 0 ? `declare a LoadBalancer or NodePort Service of ${quoted(workload.value.name)} that leads to this port` : `write ${listed(open, 'or')}`;
  const say = (message: string, related: readonly { readonly message: string; readonly pointer: string }[], help: string): readonly Diagnostic[] => [diagnose('CS1028', { message, pointer, related, help })];

  if (entries.length === 0) {
    const meant = nearest(exposedAt.service, facts.services.map(({ name }) => name));
    return say(`${quoted(api.value.name)} is exposed at the Service ${quoted(exposedAt.service)}, which ${quoted(workload.value.name)} does not have`,
      [{ message: `${quoted(workload.value.name)} is declared`, pointer: workload.pointer }],
      meant !== undefined && (open.length === 0 || open.includes(meant)) ? `write ${quoted(meant)}` : insteadText);
  }
  if (port === undefined) return []; // that the API's port is not declared is said by `ports`
  const reaching = entries.filter(({ service }) => service.protocol === 'TCP' && targetOf(facts, service) === port.number);
  if (reaching.length === 0) {
    return say(`${quoted(api.value.name)} is exposed at the Service ${quoted(exposedAt.service)}, which does not lead to its port ${portText(port)}`,
      entries.map(({ service, pointer: at }) => ({ message: `port ${service.port} leads to ${quoted(String(service.targetPort))}`, pointer: at })), insteadText);
  }
  if (!reaching.some(({ service }) => fromOutside(service))) {
    return say(`${quoted(api.value.name)} is exposed at the Service ${quoted(exposedAt.service)}, which is of type ${reaching[0]!.service.type} and not open to the outside`,
      reaching.map(({ pointer: at }) => ({ message: 'the Service is declared', pointer: at })), insteadText);
  }
  return [];
}

const portText = (port: { readonly number: number; readonly name?: string }): string => (port.name === undefined ? String(port.number) : `${port.number} (${quoted(port.name)})`);

/** A load balancer's traffic can come through the pod's own node, and that can't be denied: each port of it must be meant. */
function undeclaredWaysIn({ value: workload, pointer }: Located<Workload>, exposedPorts: ReadonlySet<string>): readonly Diagnostic[] {
  const facts = workload.kubernetes;
  if (facts === undefined) return [];
  return facts.services.flatMap((service, index) => {
    if (!fromOutside(service) || exposedPorts.has(wayIn(workload.name, service.name, targetOf(facts, service)))) return [];
    return [diagnose('CS1025', {
      message: `port ${service.port} of the ${service.type} Service ${quoted(service.name)} leads to ${quoted(workload.name)} from outside, and no API is exposed there; traffic through the pod's own node can't be denied`,
      pointer: `${pointer}/kubernetes/services/${index}`,
      help: `make ${quoted(service.name)} a ClusterIP Service, or state \`exposedAt: { service: '${service.name}' }\` in the API that it leads to`,
    })];
  });
}
