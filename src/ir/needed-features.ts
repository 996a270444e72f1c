import type { Api, Operation } from './api.ts';
import type { Condition } from './condition.ts';
import { conditionFeature, features, type Feature } from './feature.ts';
import type { Grant } from './grant.ts';
import type { IdentityRef } from './identity.ts';
import type { Policy } from './policy.ts';
import { conditionsOn } from './required-conditions.ts';
import type { Segment } from './segment.ts';

/** What of a grant somebody has to enforce, in the order of `features`. */
export type NeededFeatures = (grant: Grant) => readonly Feature[];

/**
 * Total over identities, operations and conditions, so that a new one does not build until it is answered here. What
 * a grant needs depends on the kinds of its caller and operation, on its segment and its conditions: without conditions of
 * its own, each combination is worked out once.
 */
export function neededFeatures(policy: Policy): NeededFeatures {
  const segments = new Map(policy.segments.map((segment) => [segment.name, segment]));
  const segmentOf = new Map(policy.workloads.map(({ name, segment }) => [name, segment === undefined ? undefined : segments.get(segment)]));
  const known = new Map<Segment | undefined, Map<string, readonly Feature[]>>();
  const held = new Set(policy.workloads.flatMap(({ kubernetes, name }) => (kubernetes === undefined || segmentOf.get(name)?.managed === 'unmanaged' ? [] : [name])));
  return (grant) => {
    const { from, operation, api, offer } = grant;
    const segment = segmentServing(api, segmentOf, segments);
    if (api.servedBy.kind === 'cloud') return needed(grant, segment, from.kind === 'workload' && held.has(from.name));
    if (offer.when.length > 0) return needed(grant, segment, true);
    let ofSegment = known.get(segment);
    if (ofSegment === undefined) known.set(segment, ofSegment = new Map());
    const key = `${from.kind === 'workload' && from.actingFor !== undefined ? 'acting' : from.kind} ${operation.kind}`;
    let found = ofSegment.get(key);
    if (found === undefined) ofSegment.set(key, found = needed(grant, segment, true));
    return found;
  };
}

/** `held`: whoever calls runs where its packets are ours to let out. A host outside does not, nor what is unmanaged. */
function needed({ api: { servedBy }, from, operation, offer }: Grant, segment: Segment | undefined, held: boolean): readonly Feature[] {
  if (segment?.managed === 'unmanaged') return []; // nothing is emitted there, and nothing claimed
  const found = new Set<Feature>([...identityFeatures(from), ...operationFeatures(operation)]);
  if (operation.kind !== 'cloud') found.add('port');
  else if (held) found.add('endpoint'); // of a cloud service: whoever reaches it at whichever port is judged by it alike
  if (servedBy.kind === 'cloud' && servedBy.encryptedBy !== undefined) found.add('atRest');
  if (fromOutside(from)) found.add('exposure');
  if (segment?.requires.transport !== undefined) found.add('transport.tls');
  if (segment?.requires.reauthenticateEvery !== undefined) found.add('transport.lifetime');
  for (const condition of conditionsOn(segment, offer, from)) addConditionFeatures(condition, found);
  return features.filter((feature) => found.has(feature));
}

function segmentServing(api: Api, segmentOf: ReadonlyMap<string, Segment | undefined>, segments: ReadonlyMap<string, Segment>): Segment | undefined {
  return api.servedBy.kind === 'workload' ? segmentOf.get(api.servedBy.workload) : api.servedBy.segment === undefined ? undefined : segments.get(api.servedBy.segment);
}

function identityFeatures(from: IdentityRef): readonly Feature[] {
  switch (from.kind) {
    case 'workload': return from.actingFor === undefined ? ['identity.workload'] : ['identity.workload', 'identity.person'];
    case 'people': return ['identity.person'];
    case 'partner': return ['identity.partner'];
    case 'builtin': return ['identity.workload']; // a scraper is a workload that nobody had to declare
    case 'anyone': return []; // told from the cluster's own pods by `exposure` alone
    case 'pods': return []; // labels are all that is asked, and every enforcer of `port` reads them
    default: return from satisfies never;
  }
}

function operationFeatures(operation: Operation): readonly Feature[] {
  switch (operation.kind) {
    case 'http': case 'websocket': return ['operation.http']; // an upgrade is a GET
    case 'grpc': return ['operation.grpc'];
    case 'tcp': return []; // the whole port
    case 'cloud': return ['operation.cloud'];
    default: return operation satisfies never;
  }
}

/** Who comes to an API through its exposure only. */
function fromOutside(from: IdentityRef): boolean {
  switch (from.kind) {
    case 'anyone': case 'people': case 'partner': return true;
    case 'workload': case 'pods': case 'builtin': return false;
    default: return from satisfies never;
  }
}

/** What a condition asks somebody to tell apart, in the order of `features`. */
export function conditionFeatures(condition: Condition): readonly Feature[] {
  const found = new Set<Feature>();
  addConditionFeatures(condition, found);
  return features.filter((feature) => found.has(feature));
}

function addConditionFeatures(condition: Condition, into: Set<Feature>): void {
  if (condition.kind === 'all' || condition.kind === 'any') {
    for (const part of condition.of) addConditionFeatures(part, into);
  } else {
    into.add(conditionFeature(condition.kind));
    if (condition.kind === 'mfa' && condition.within !== undefined) into.add('condition.authenticatedWithin'); // a factor, and when
  }
}
