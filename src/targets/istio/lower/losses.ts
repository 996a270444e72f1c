import { diagnose, type Diagnostic } from '#diagnostics';
import { servesRequests, type IdentityProvider } from '#ir';
import type { ObjectPlan } from '../plan.ts';
import { groupedBy, type Estate, type Server } from './estate.ts';

/** What this mesh can't be asked for, whoever is granted what. */
export function meshLosses(estate: Estate): readonly Diagnostic[] {
  return [...versionTooOld(estate), ...namespacesNotForWorkloads(estate), ...floorTooLow(estate), ...issuersShared(estate), ...servicesShared(estate)];
}

/** The first releases with what is emitted (Istio, "Change notes"): templates in paths and the v1 APIs, 1.22; waypoints in general availability, 1.24. */
const oldest = { sidecar: [1, 22], ambient: [1, 24] } as const;

function versionTooOld({ mesh, platform }: Estate): readonly Diagnostic[] {
  const parts = /^(\d{1,4})\.(\d{1,4})(?:\.\d{1,4})?$/.exec(mesh.version);
  const [major, minor] = oldest[mesh.dataPlane];
  if (parts === null) return [diagnose('CS3103', { message: `the platform \`${platform.name}\` has Istio \`${mesh.version}\`, which is no version`, pointer: '/mesh/version', help: 'write the release, such as `1.31`' })];
  if (Number(parts[1]) > major || (Number(parts[1]) === major && Number(parts[2]) >= minor)) return [];
  return [diagnose('CS3103', {
    message: `the platform \`${platform.name}\` has Istio \`${mesh.version}\`, and ${mesh.dataPlane === 'ambient' ? 'waypoints that read requests' : 'templates in the paths of rules'} are there from ${major}.${minor} on: an older one drops what it does not know`,
    pointer: '/mesh/version', help: `update Istio to ${major}.${minor} or later`,
  })];
}

/**
 * A policy in the mesh's own namespace concerns every workload of the mesh. A denial beside a gateway's proxies would
 * cut them off from their clients, and one beside the cluster's own pods cuts off the cluster.
 */
function namespacesNotForWorkloads({ mesh, platform, servers }: Estate): readonly Diagnostic[] {
  const reasons = new Map<string, string>([['kube-system', 'the cluster\'s own pods are there'], ['kube-public', 'it is the cluster\'s own'], ['kube-node-lease', 'it is the cluster\'s own']]);
  for (const { controlNamespace, name, pods } of platform.gateways) {
    reasons.set(controlNamespace, `what configures the gateway \`${name}\` is there`);
    reasons.set(pods.namespace, `the proxies of the gateway \`${name}\` are there, and would be denied their clients`);
  }
  if (platform.dns !== undefined) reasons.set(platform.dns.namespace, 'the cluster\'s DNS is there');
  reasons.set(mesh.namespace, 'what is said in the mesh\'s own namespace is said of every workload in the mesh');
  return [...groupedBy(servers, ({ facts }) => facts.namespace)].flatMap(([namespace, [first, ...rest]]) => (first === undefined || !reasons.has(namespace) ? [] : [diagnose('CS3112', {
    message: `\`${first.workload.name}\` lives in \`${namespace}\`, where no denial of the mesh may stand: ${reasons.get(namespace)!}`,
    pointer: `${first.pointer}/kubernetes/namespace`,
    related: rest.slice(0, 3).map((server) => ({ message: `\`${server.workload.name}\` is there too`, pointer: `${server.pointer}/kubernetes/namespace` })),
    help: 'move it to a namespace of its own',
  })]));
}

/** ztunnel speaks 1.3 and nothing else; an Envoy speaks what the mesh's floor lets it. Where clients come without a certificate, nothing is encrypted. */
function floorTooLow({ mesh, platform, policy, servers }: Estate): readonly Diagnostic[] {
  return policy.segments.flatMap((segment, index): readonly Diagnostic[] => {
    const asked = segment.requires.transport?.tls;
    if (asked === undefined) return [];
    const inside = servers.filter((server) => server.segment?.name === segment.name && server.apis.some(({ grants }) => grants.some(({ ref }) => !accepted(platform, ref))));
    const pointer = `/segments/${index}/requires/transport`;
    const plain = inside.flatMap(({ apis }) => apis).find(({ api, grants }) => api.exposedAt?.kind === 'service' && grants.some(({ from }) => from.kind === 'anyone' || from.kind === 'people' || from.kind === 'partner'));
    const envoy = inside.find(({ workload }) => mesh.dataPlane === 'sidecar' || servesRequests(policy, workload.name));
    return [
      ...(plain === undefined ? [] : [diagnose('CS3111', {
        message: `the segment \`${segment.name}\` asks for TLS ${asked}, and clients of \`${plain.api.name}\` arrive at a Service without any`,
        pointer, related: [{ message: 'the exposure', pointer: `/apis/${policy.apis.indexOf(plain.api)}/exposedAt` }], help: `expose \`${plain.api.name}\` at a gateway`,
      })]),
      ...(asked !== '1.3' || mesh.minTls === '1.3' || envoy === undefined ? [] : [diagnose('CS3111', {
        message: `the segment \`${segment.name}\` asks for TLS ${asked}, and the mesh's proxies also speak ${mesh.minTls}`,
        pointer, related: [{ message: 'the mesh\'s lowest version', pointer: '/mesh/minTls' }, { message: `\`${envoy.workload.name}\` is in the segment`, pointer: envoy.pointer }],
        help: 'set `meshConfig.meshMTLS.minProtocolVersion: TLSV1_3`, and say `minTls: \'1.3\'` of the mesh',
      })]),
    ];
  });
}

const accepted = ({ accept }: Estate['platform'], ref: string): boolean => accept.some(({ feature, grants }) => feature === 'transport.tls' && (grants === 'all' || grants.includes(ref)));

/** A token is known by its issuer: two providers that share one and sign with other keys can't be told apart. */
function issuersShared({ policy }: Estate): readonly Diagnostic[] {
  const at = (provider: IdentityProvider): string => `/identityProviders/${policy.identityProviders.indexOf(provider)}/issuer`;
  return [...groupedBy(policy.identityProviders, ({ issuer }) => issuer).values()].flatMap(([first, ...rest]) => rest.filter(({ jwksUri }) => jwksUri !== first!.jwksUri).map((other) => diagnose('CS3117', {
    message: `\`${first!.name}\` and \`${other.name}\` have one issuer, \`${other.issuer}\`, and keys of their own: Istio knows a token by its issuer, and would take the one's for the other's`,
    pointer: at(other), related: [{ message: 'the other one', pointer: at(first!) }], help: 'give each provider an issuer of its own, or the same `jwksUri` if they are one',
  })));
}

/** A waypoint reads what is addressed to a Service, and can't choose which of the pods behind it answers. */
function servicesShared({ mesh, servers }: Estate): readonly Diagnostic[] {
  if (mesh.dataPlane !== 'ambient') return [];
  const places = servers.flatMap((server) => (server.waypoint === undefined ? [] : [...new Set(server.facts.services.map(({ name }) => name))].map((service) => ({ server, service }))));
  return [...groupedBy(places, ({ server, service }) => `${server.facts.namespace}/${service}`)].flatMap(([name, [first, ...rest]]) => rest.map(({ server }) => diagnose('CS3116', {
    message: `the Service \`${name}\` leads to \`${first!.server.workload.name}\` and to \`${server.workload.name}\`, and what the waypoint admits to it may arrive at either`,
    pointer: `${server.pointer}/kubernetes/services`, related: [{ message: 'the other one', pointer: `${first!.server.pointer}/kubernetes/services` }], help: 'give each workload a Service of its own',
  })));
}

/** CS3115: names are hashed where they are not taken over; two that meet all the same would overwrite each other. */
export function sameNames(objects: readonly ObjectPlan[], servers: readonly Server[]): readonly Diagnostic[] {
  return [...groupedBy(objects, ({ kind, name, namespace }) => `${kind} ${namespace}/${name}`).values()].flatMap(([first, other]) => {
    if (first === undefined || other === undefined) return [];
    const within = servers.find(({ facts }) => facts.namespace === first.namespace);
    return [diagnose('CS3115', {
      message: `two objects would both be named \`${first.namespace}/${first.name}\`: one says “${first.purpose}”, the other “${other.purpose}”`,
      ...(within === undefined ? {} : { pointer: `${within.pointer}/name` }), help: 'rename a workload or a Service of that namespace',
    })];
  });
}
