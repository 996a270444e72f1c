import { diagnose, type Diagnostic } from '#diagnostics';
import type { BuiltinPeer } from '#ir';
import { conditionAtoms } from '../condition-atoms.ts';
import type { PolicyContext } from '../policy-context.ts';
import { statedConditions } from '../stated-conditions.ts';
import { quoted } from '../wording.ts';

/**
 * CS1021: what the language can say and no target can enforce. Each is refused where it is declared, and not again
 * wherever it is used. A target that comes to enforce one removes its line here.
 */
export function notYet(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const refuse = (feature: string, of: string, pointer: string, help: string): void => {
    found.push(diagnose('CS1021', { message: `${of} uses ${feature}, which no target can enforce yet`, pointer, help }));
  };
  for (const { condition, of, pointer } of statedConditions(context)) {
    for (const atom of conditionAtoms(condition, pointer)) {
      if (atom.value.kind === 'risk') refuse('a risk score', of, atom.pointer, 'leave it out: a score comes from a decision point outside, which is no target yet; ask for `mfa`, `authenticatedWithin` or `device` instead');
    }
  }
  for (const { value: segment, pointer } of context.segments) {
    if (segment.alerts.length > 0) refuse('alerts', `the segment ${quoted(segment.name)}`, `${pointer}/alerts`, 'leave them out, and keep the alerts of your monitoring');
    if (segment.managed === 'staged') refuse('the state `staged`', `the segment ${quoted(segment.name)}`, `${pointer}/managed`, 'write `unmanaged` until its workloads are to be governed, and then `managed`');
  }
  for (const api of context.apis) {
    for (const { value: offer, pointer } of api.offers) {
      for (const [index, identity] of offer.to.entries()) {
        if (identity.kind === 'builtin') refuse(`the built-in peer ${quoted(identity.name)} as a caller`, `the offer of ${quoted(`${api.value.name}.${offer.operation}`)}`, `${pointer}/to/${index}`, insteadOf[identity.name]);
      }
    }
  }
  for (const { value: ask, pointer } of context.asks) {
    if (ask.from.kind === 'builtin') refuse(`the built-in peer ${quoted(ask.from.name)} as a caller`, `the request of ${quoted(`${ask.to.api}.${ask.to.operation}`)}`, `${pointer}/from`, insteadOf[ask.from.name]);
  }
  return found;
}

/** What each of them gets without an offer, or how to say what was meant. */
const insteadOf: Readonly<Record<BuiltinPeer, string>> = {
  metricsScraper: 'leave it out: what it reads is derived from the workload, `kubernetes.metrics: { port, path }`',
  nodeProbes: 'leave it out: probes are derived from the workload, `kubernetes.probes`',
  clusterDns: 'leave it out: it calls nobody, and whoever looks names up is derived from requests and `callsDns`',
  apiServer: 'leave it out: it calls nobody here, and whoever calls it says so in `callsApiServer`',
  ingress: 'declare the gateway in the platform and `exposedAt: { gateway, host }` in the API, or declare the controller as a workload',
};
