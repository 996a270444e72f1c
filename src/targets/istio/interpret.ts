import { waypointOf, type Labels, type Platform } from '#ir';
import type { Decider, Hop, Verdict } from '#spec';
import type { KubernetesArtifact } from '../target.ts';
import { readAttachment, readAuthorizationPolicy, type Attachment, type AuthorizationPolicy } from './interpret/authorization-policy.ts';
import { modeAt, readPeerAuthentication, type PeerAuthentication } from './interpret/peer-authentication.ts';
import { normalised } from './interpret/paths.ts';
import { fieldsOf, isFields, listOf, textOf, type Fields } from './interpret/reading.ts';
import type { Reader, View } from './interpret/rule-tests.ts';
import { readJwtRules, verified, type JwtRule, type Verified } from './interpret/tokens.ts';
import { no, perhaps, some, yes, type Truth } from '../truth.ts';

export { assumptions } from './interpret/assumptions.ts';

/**
 * What the proxies of a mesh do with a connection or a request once these objects are applied and nothing else is, as
 * Istio's documentation says ("Authorization Policy", "PeerAuthentication", "RequestAuthentication", "Ambient: use
 * Layer 4 security policy") and its source settles where that is silent. Reads any such object, not only ours.
 *
 * In order: the certificate that PeerAuthentication demands; CUSTOM; the token; DENY; and ALLOW, where there is some.
 * A hop that shows no request to a proxy that reads them asks about its port: could some request pass?
 */
export function interpret(artifacts: readonly KubernetesArtifact[], platform: Platform): Decider {
  const { mesh } = platform;
  if (mesh === undefined) return () => 'abstain';
  const read = readObjects(artifacts, platform);
  const concerning = remembered(read, mesh.namespace);

  return (hop): Verdict => {
    const { namespace } = hop.to;
    if (hop.enforcer !== 'mesh' || hop.proxy === undefined || hop.proxy === 'envoyGateway' || namespace === undefined) return 'abstain';
    if (hop.proxy === 'ztunnel' && hop.peer === undefined && hop.from.namespace === undefined && hop.from.ip === probeAddress) return 'abstain'; // goes past it
    if (hop.proxy === 'waypoint') {
      if (hop.peer === undefined || !read.waypoints.has(`${namespace}/${waypointOf(mesh, namespace).serviceAccount}`)) return 'deny'; // HBONE asks for a certificate
      return decided(hop, concerning.atWaypoint(namespace, mesh.waypoint, hop.serviceAddress?.name), 'envoy');
    }
    const labels = hop.to.podLabels ?? {}, reader = hop.proxy === 'ztunnel' ? 'ztunnel' : 'envoy';
    const here = concerning.atPods(namespace, labels), mode = modeAt(here.peers, mesh.namespace, namespace, labels, hop.port, reader === 'ztunnel');
    if (mode === 'STRICT' && hop.peer === undefined) return 'deny';
    // A proxy that is told to use no TLS sees no certificate.
    const verdict = decided(mode === 'DISABLE' && reader === 'envoy' ? withoutPeer(hop) : hop, here, reader);
    return mode === 'unknown' && verdict === 'allow' ? 'unknown' : verdict;
  };

  function decided(hop: Hop, { policies, jwt }: Concerning, reader: Reader): Verdict {
    const token: Verified = reader === 'ztunnel' ? { kind: 'none' } : jwt === undefined ? { kind: 'unknown' } : verified(jwt, hop.token, hop.time);
    if (token.kind === 'refused') return 'deny';
    const path = hop.http === undefined ? undefined : normalised(hop.http.path, mesh!.pathNormalization ?? 'BASE');
    if (hop.http !== undefined && path === undefined) return 'deny';
    const seen = (unseen: Truth): View => ({
      hop, token, unseen, port: hop.proxy === 'waypoint' ? hop.serviceAddress?.port ?? hop.port : hop.port,
      ...(path === undefined ? {} : { path }),
    });
    const matching = (action: AuthorizationPolicy['action'], unseen: Truth): Truth => some(policies.filter((each) => each.policy.action === action), ({ certain, policy }) => {
      const match = policy.matches[reader](seen(unseen));
      return certain || match === no ? match : perhaps;
    });
    const denied = matching('DENY', no);
    if (denied === yes) return 'deny';
    const allows = policies.filter(({ policy }) => policy.action === 'ALLOW');
    const allowed: Truth = allows.length === 0 ? yes : allows.every(({ certain }) => !certain) ? perhaps : matching('ALLOW', yes);
    if (allowed === no) return 'deny';
    return denied === no && allowed === yes && matching('CUSTOM', perhaps) === no ? 'allow' : 'unknown';
  }
}

/** What the kubelet's probes carry into a pod of an ambient mesh, whose rules let it past the ztunnel (Istio, "Ambient and Kubernetes NetworkPolicy"). */
const probeAddress = '169.254.7.127';
const withoutPeer = ({ peer: _ignored, ...hop }: Hop): Hop => hop;

interface Objects {
  readonly policies: readonly AuthorizationPolicy[];
  readonly peers: readonly PeerAuthentication[];
  readonly tokens: readonly { readonly namespace: string; readonly attachment: Attachment; readonly rules: readonly JwtRule[] | undefined }[];
  readonly waypoints: ReadonlySet<string>;
}

function readObjects(artifacts: readonly KubernetesArtifact[], platform: Platform): Objects {
  const policies: AuthorizationPolicy[] = [], peers: PeerAuthentication[] = [], tokens: Objects['tokens'][number][] = [], waypoints = new Set<string>();
  for (const { object } of artifacts as readonly { readonly object: unknown }[]) {
    if (!isFields(object) || typeof object['apiVersion'] !== 'string') continue;
    const group = object['apiVersion'].split('/')[0], spec = fieldsOf(object['spec']), namespace = textOf(fieldsOf(object['metadata'])['namespace']) ?? 'default';
    if (group === 'security.istio.io' && object['kind'] === 'AuthorizationPolicy') policies.push(readAuthorizationPolicy(object, platform));
    if (group === 'security.istio.io' && object['kind'] === 'PeerAuthentication') peers.push(readPeerAuthentication(object));
    if (group === 'security.istio.io' && object['kind'] === 'RequestAuthentication') tokens.push({ namespace, attachment: readAttachment(spec), rules: readJwtRules(spec) });
    if (group === 'gateway.networking.k8s.io' && object['kind'] === 'Gateway' && isWaypoint(object, spec)) waypoints.add(`${namespace}/${textOf(fieldsOf(object['metadata'])['name']) ?? ''}`);
  }
  return { policies, peers, tokens, waypoints };
}

/** For Services, as it is where nothing is said, and listening for HBONE. */
function isWaypoint(object: Fields, spec: Fields): boolean {
  const reads = fieldsOf(fieldsOf(object['metadata'])['labels'])['istio.io/waypoint-for'] ?? 'service';
  return spec['gatewayClassName'] === 'istio-waypoint' && (reads === 'service' || reads === 'all')
    && listOf(spec['listeners'])?.some(({ port, protocol }) => port === 15_008 && protocol === 'HBONE') === true;
}

/** What concerns one proxy. Not `certain`: it can't be read whether it does. `jwt` undefined: some of it can't be read. */
interface Concerning {
  readonly policies: readonly { readonly policy: AuthorizationPolicy; readonly certain: boolean }[];
  readonly jwt: readonly JwtRule[] | undefined;
  readonly peers: readonly PeerAuthentication[];
}

/**
 * Which objects concern a proxy (Istio, "Authorization Policy", "Selector" and "TargetRefs"; its source,
 * `ShouldAttachPolicy`): those with targets concern waypoints only, and all others pods only. The mesh's own
 * namespace speaks for every pod. Worked out once for each place, since the same ones are asked about again and again.
 */
function remembered({ peers, policies, tokens }: Objects, root: string) {
  const known = new Map<string, Concerning>(), byLabels = new WeakMap<Labels, Map<string, Concerning>>();
  const [policiesOf, tokensOf, peersOf] = [shelved(policies, root), shelved(tokens, root), shelved(peers, root)];
  const concerning = (place: string, concerns: (namespace: string, attachment: Attachment) => Truth): Concerning => {
    const found = policiesOf(place).flatMap((policy) => { const here = concerns(policy.namespace, policy.attachment); return here === no ? [] : [{ policy, certain: here === yes }]; });
    let jwt: JwtRule[] | undefined = [];
    for (const { attachment, namespace, rules } of tokensOf(place)) {
      const here = concerns(namespace, attachment);
      if (here !== no) jwt = here === yes && rules !== undefined ? jwt?.concat(rules) : undefined;
    }
    return { policies: found, jwt, peers: peersOf(place) };
  };
  return {
    atPods(namespace: string, labels: Labels): Concerning {
      const places = byLabels.get(labels) ?? new Map<string, Concerning>();
      if (Object.isFrozen(labels)) byLabels.set(labels, places);
      const before = places.get(namespace);
      if (before !== undefined) return before;
      const found = concerning(namespace, (_from, attachment) => {
        if (attachment.kind !== 'selector') return attachment.kind === 'targets' ? no : perhaps;
        return Object.entries(attachment.labels).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value) ? yes : no;
      });
      places.set(namespace, found);
      return found;
    },
    atWaypoint(namespace: string, waypoint: string, service: string | undefined): Concerning {
      const key = `${namespace}/${waypoint}/${service ?? ''}`;
      let found = known.get(key);
      if (found === undefined) {
        known.set(key, found = concerning(namespace, (from, attachment) => {
          if (attachment.kind === 'selector') return no;
          if (attachment.kind === 'unknown') return perhaps;
          return attachment.refs.some(({ group, kind, name }) => (group === '' || group === 'core' ? kind === 'Service' && name === service && from === namespace
            : group === 'gateway.networking.k8s.io' && (kind === 'Gateway' ? name === waypoint && from === namespace : kind === 'GatewayClass' && name === 'istio-waypoint' && from === root))) ? yes : no;
        }));
      }
      return found;
    },
  };
}

/** What may concern a namespace: its own objects and those of the mesh's. */
function shelved<T extends { readonly namespace: string }>(members: readonly T[], root: string): (namespace: string) => readonly T[] {
  const shelves = new Map<string, T[]>();
  for (const member of members) {
    const shelf = shelves.get(member.namespace);
    if (shelf === undefined) shelves.set(member.namespace, [member]); else shelf.push(member);
  }
  return (namespace) => [...shelves.get(root) ?? [], ...(namespace === root ? [] : shelves.get(namespace) ?? [])];
}
