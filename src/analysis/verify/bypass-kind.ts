import type { BypassKind } from '#ir';
import type { Hop } from '#spec';

/** What kind of way around the intended one this is, told from what stands on it. `outside`: the client comes from there. */
export function bypassKind(way: readonly Hop[], intended: readonly Hop[], outside: boolean): BypassKind {
  if (way.some(({ enforcer }) => enforcer === 'gateway')) return 'otherHost';
  if (way.some(({ enforcer }) => enforcer === 'cloud')) return 'pastEndpoint';
  const last = way.at(-1), service = way.find(({ serviceAddress }) => serviceAddress !== undefined)?.serviceAddress;
  const toNode = way.some(({ direction, to }) => direction === 'egress' && to.namespace === undefined && to.ip !== undefined);
  if (toNode || (outside && service !== undefined)) return 'nodePort';
  if (outside) return intended.some(({ enforcer }) => enforcer === 'gateway') ? 'pastGateway' : 'podAddress';
  if (service !== undefined) return 'otherService';
  if (last?.enforcer === 'mesh' && last.peer === undefined && intended.some(({ peer }) => peer !== undefined)) return 'pastMesh';
  if (intended.some(({ proxy }) => proxy === 'waypoint')) return 'pastWaypoint';
  return 'podAddress';
}

/** After what was asked, in a sentence. */
export const bypassPhrase: Readonly<Record<BypassKind, string>> = {
  podAddress: ' at the pod\'s own address',
  otherService: ' by another Service',
  nodePort: ' by a node\'s port',
  pastMesh: ' past the mesh, without a certificate',
  pastWaypoint: ' past the waypoint',
  otherHost: ' at the gateway, under another host\'s name',
  pastGateway: ' past the gateway',
  pastEndpoint: ' past the declared endpoint',
};
