import { diagnose, type Diagnostic } from '#diagnostics';
import type { Condition, IdentityRef } from '#ir';
import type { PolicyContext } from '../policy-context.ts';
import { listed, quoted } from '../wording.ts';

/**
 * CS1021: what the language can say and no target can enforce. Each is refused where it is declared, and not again
 * wherever it is used. A target that comes to enforce one removes its line here.
 */
export function notYet(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const refuse = (feature: string, of: string, pointer: string, help: string): void => {
    found.push(diagnose('CS1021', { message: `${of} uses ${feature}, which no target can enforce yet`, pointer, help }));
  };
  const workloadsInstead = 'offer to workloads, or to `anyone` at an exposure, until a target can verify this identity';
  const conditions = (of: string, list: readonly Condition[], pointer: string): void => {
    if (list.length > 0) refuse(`${listed(list.flatMap(kindsOf))} ${list.length === 1 ? 'as a condition' : 'as conditions'}`, of, pointer, 'leave it out, and restrict the access by identity, operation and `until`');
  };

  for (const { value, pointer } of context.identityProviders) refuse('an identity provider', quoted(value.name), pointer, workloadsInstead);
  for (const { value, pointer } of context.people) refuse('people as an identity', quoted(value.name), pointer, workloadsInstead);
  for (const { value, pointer } of context.partners) refuse('a partner as an identity', quoted(value.name), pointer, workloadsInstead);
  for (const { value, pointer } of context.holes) refuse('a hole for a cloud resource', quoted(value.name), pointer, 'declare the workloads of the cluster only');

  for (const { value: segment, pointer } of context.segments) {
    for (const kind of ['people', 'workloads', 'partners'] as const) conditions(`the segment ${quoted(segment.name)}`, segment.requires[kind], `${pointer}/requires/${kind}`);
    if (segment.requires.reauthenticateEvery !== undefined) refuse('`reauthenticateEvery`', `the segment ${quoted(segment.name)}`, `${pointer}/requires/reauthenticateEvery`, 'leave it out; `until` bounds a grant by date');
    if (segment.alerts.length > 0) refuse('alerts', `the segment ${quoted(segment.name)}`, `${pointer}/alerts`, 'leave them out, and keep the alerts of your monitoring');
    if (segment.managed !== 'managed') refuse(`the state \`${segment.managed}\``, `the segment ${quoted(segment.name)}`, `${pointer}/managed`, 'leave it out, and leave workloads that are not to be governed out of the policy, with their namespaces');
  }
  for (const { value: workload, pointer } of context.workloads) {
    if (workload.kubernetes?.metrics !== undefined) refuse('metrics scraping', quoted(workload.name), `${pointer}/kubernetes/metrics`, 'declare the scraper as a workload that calls an API of this one');
  }
  for (const api of context.apis) {
    if (api.value.exposedAt?.kind === 'gateway') refuse('a gateway as an exposure', quoted(api.value.name), `${api.pointer}/exposedAt`, 'expose it at a Service: `exposedAt: { service: … }`, or declare the gateway as a workload that calls it');
    if (api.value.servedBy.kind === 'cloud') refuse('a cloud resource as a server', quoted(api.value.name), `${api.pointer}/servedBy`, 'declare APIs that workloads serve');
    for (const { value: operation, pointer } of api.operations) {
      if (operation.kind === 'websocket') refuse('a WebSocket operation', quoted(`${api.value.name}.${operation.name}`), pointer, 'declare `tcp(…)` for the whole port, if that is acceptable');
      if (operation.kind === 'cloud' && api.value.servedBy.kind !== 'cloud') refuse('a cloud verb', quoted(`${api.value.name}.${operation.name}`), pointer, 'declare HTTP, gRPC or TCP operations');
    }
    for (const { value: offer, pointer } of api.offers) {
      const name = `the offer of ${quoted(`${api.value.name}.${offer.operation}`)}`;
      conditions(name, offer.when, `${pointer}/when`);
      for (const [index, identity] of offer.to.entries()) {
        const feature = featureOf(identity);
        if (feature !== undefined) refuse(feature.what, name, `${pointer}/to/${index}`, feature.help);
      }
    }
  }
  for (const { value: ask, pointer } of context.asks) {
    const feature = featureOf(ask.from);
    if (feature !== undefined) refuse(feature.what, `the request of ${quoted(`${ask.to.api}.${ask.to.operation}`)}`, `${pointer}/from`, feature.help);
  }
  for (const { value: invariant, pointer } of context.never) {
    if (invariant.kind === 'flow' || invariant.through !== undefined) refuse('`flow`', 'a `never`', pointer, 'state `never(reach(…))` for each step that must not be possible');
    const subjects = invariant.from.kind === 'anyIdentity' ? invariant.from.except : invariant.from.kind === 'segment' ? [] : [invariant.from];
    if (subjects.some((subject) => subject.kind === 'workload' && subject.actingFor !== undefined)) refuse('`actingFor`', 'a `never`', `${pointer}/from`, 'speak of the workload alone');
  }
  return found;
}

const kindsOf = (condition: Condition): readonly string[] => (condition.kind === 'all' || condition.kind === 'any' ? condition.of.flatMap(kindsOf) : [condition.kind]);

/** People and partners are refused where they are declared. */
function featureOf(identity: IdentityRef): { readonly what: string; readonly help: string } | undefined {
  if (identity.kind === 'workload' && identity.actingFor !== undefined) return { what: '`actingFor`', help: 'name the workload alone, if it may act without a person' };
  if (identity.kind !== 'builtin') return undefined;
  return {
    what: `the built-in peer ${quoted(identity.name)} as a caller`,
    help: identity.name === 'metricsScraper' || identity.name === 'ingress' ? 'declare whoever calls as a workload'
      : 'leave it out: probes are derived from the workload, DNS from its calls, the API server from `callsApiServer`',
  };
}
