import type { Hop } from '#spec';
import { isKubernetes, type Artifact } from '#targets/target';
import type { Ends } from './ends.ts';
import type { Facet } from './lacking.ts';

/** Why an object stops a hop, by what kind it is and what the hop lacks: `no rule admits \`ui\``. */
export function denialText(artifact: Artifact, hop: Hop, ends: Ends, lacks: readonly Facet[]): string {
  if (!isKubernetes(artifact)) return cloudText(artifact.id, hop);
  const { kind } = artifact.object;
  if (kind === 'NetworkPolicy') {
    const port = `${hop.protocol} ${hop.port}`;
    if (hop.direction === 'egress') return `no rule lets ${ends.from} out to ${ends.to}${lacks.includes('port') ? ` at ${port}` : ''}`;
    return lacks.length > 0 && !lacks.includes('who') && lacks.includes('port') ? `no rule admits ${ends.from} to ${port}` : `no rule admits ${ends.from}${lacks.includes('port') ? `, nor ${port}` : ''}`;
  }
  if (kind === 'PeerAuthentication') return 'it asks for a certificate of the mesh, and none is shown';
  if (kind === 'RequestAuthentication') return 'it refuses the token';
  const asked = askedText(hop, ends, lacks);
  if (kind === 'AuthorizationPolicy' && actionOf(artifact) === 'DENY') return `it denies ${lacks.length === 0 ? ends.from : asked}`;
  if (kind === 'ClientTrafficPolicy') return 'it asks for a client certificate, and no good one is shown';
  if (kind === 'HTTPRoute' || kind === 'GRPCRoute') return `no rule routes ${httpText(hop) ?? 'it'}`;
  return `no rule admits ${asked}`;
}

/** Why a hop is stopped that no object stops: what it needs is not there. */
export function absenceText(hop: Hop): string {
  switch (hop.enforcer) {
    case 'cloud': return hop.cloud?.principal.kind === 'principal' ? `nothing allows \`${hop.cloud.action}\` to that principal` : `no role that it can take on is allowed \`${hop.cloud?.action ?? 'it'}\``;
    case 'gateway': return `no route of it takes ${httpText(hop) ?? 'this'}`;
    case 'mesh': return 'nothing there takes requests in';
    case 'network': return 'nothing lets it through';
    default: return hop.enforcer satisfies never;
  }
}

/** `its identity`, `DELETE /orders/7`, `a request without a token`. */
function askedText(hop: Hop, { from }: Ends, lacks: readonly Facet[]): string {
  const what = httpText(hop) ?? `${hop.protocol} ${hop.port}`;
  const words = lacks.flatMap((facet): string[] => {
    switch (facet) {
      case 'who': return [from];
      case 'what': return [what];
      case 'token': return [hop.token === undefined ? 'a request without a token' : 'this token'];
      case 'certificate': return [hop.certificate === undefined ? 'a client without a certificate' : 'this certificate'];
      case 'port': return lacks.includes('what') ? [] : [`${hop.protocol} ${hop.port}`];
      case 'time': return ['it at this time'];
      default: return facet satisfies never;
    }
  });
  if (words.length === 0) return `${from}${hop.http === undefined ? '' : ` to ${what}`}`;
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} with ${words.at(-1)}`;
}

const httpText = ({ http }: Hop): string | undefined => (http === undefined ? undefined : `\`${http.upgrade ?? http.method} ${http.path}\``);

const actionOf = (artifact: Artifact): unknown => {
  const spec = isKubernetes(artifact) ? artifact.object.spec : undefined;
  return typeof spec === 'object' && spec !== null && 'action' in spec ? spec.action : undefined;
};

function cloudText(id: string, { cloud }: Hop): string {
  const action = `\`${cloud?.action ?? 'it'}\``;
  return /\/(Role|PodIdentityAssociation|Profile)\//.test(id) ? 'it lets nobody of the kind have the role' : `it does not let ${action} pass`;
}
