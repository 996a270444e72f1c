import { diagnose, type Diagnostic } from '#diagnostics';
import type { PlatformContext } from '../../platform-context.ts';
import { listed, quoted } from '../../wording.ts';

/** CS1024: what this policy needs to know of the platform, and only that. A guess would open or close something else. */
export function platformFacts({ platform, estate }: PlatformContext): readonly Diagnostic[] {
  if (estate === undefined) return [];
  const { policy, grants, inPolicy } = estate;
  const found: Diagnostic[] = [];
  const missing = (fact: string, needs: string, pointer: string, because: ReturnType<typeof inPolicy>, help: string): void => {
    found.push(diagnose('CS1024', { message: `${quoted(platform.name)} does not say ${fact}, and ${needs}`, pointer, related: [because], help }));
  };

  // Checked grants of workloads are calls by the Service's name: whoever makes one looks it up.
  const caller = grants.find(({ from }) => from.kind === 'workload');
  if (caller !== undefined && (platform.dns === undefined || platform.dns.protocols.length === 0)) {
    const index = policy.asks.findIndex((ask) => ask === caller.ask);
    missing('where the cluster\'s DNS answers', `${listed(new Set(grants.flatMap(({ from }) => (from.kind === 'workload' ? [from.name] : []))))} call others by name`, '/dns',
      inPolicy(`${quoted(caller.ref)} is asked for`, `/asks/${index}`), 'state `dns: { namespace, labels, port, protocols, nodeLocalCidrs }`: the DNS pods, and the port that they listen on');
  }
  const talking = policy.workloads.findIndex(({ callsApiServer }) => callsApiServer !== undefined);
  if (talking >= 0 && (platform.apiServer === undefined || platform.apiServer.cidrs.length === 0)) {
    const who = policy.workloads.flatMap(({ name, callsApiServer }) => (callsApiServer === undefined ? [] : [name]));
    missing('where the API server answers', `${listed(who)} ${who.length === 1 ? 'calls' : 'call'} it`, platform.apiServer === undefined ? '/apiServer' : '/apiServer/cidrs',
      inPolicy('the call is declared', `/workloads/${talking}/callsApiServer`), 'state `apiServer: { cidrs, port }`: the endpoints of the Service `kubernetes` in `default`, as `kubectl get endpoints kubernetes` shows them');
  }
  const exposed = grants.find(({ api }) => api.exposedAt?.kind === 'service');
  if (exposed === undefined) return found;
  // Looked up only when it is said: finding a place inside a literal means parsing the file.
  const at = () => inPolicy(`${quoted(exposed.api.name)} is exposed`, `/apis/${policy.apis.indexOf(exposed.api)}/exposedAt`);
  const reason = `${quoted(exposed.api.name)} is exposed at a Service`;
  if (platform.podCidrs.length === 0) missing('which addresses pods have', `${reason}: clients from outside have to be told from pods`, '/podCidrs', at(), 'state `podCidrs`, the ranges that pods take addresses from');
  if (platform.nodeCidrs.length === 0) missing('which addresses nodes have', `${reason}: where pods and nodes share a range, they can't be told apart`, '/nodeCidrs', at(), 'state `nodeCidrs`, the ranges that nodes take addresses from');
  if (platform.loadBalancer === undefined) missing('which address a client of a load balancer arrives with', reason, '/loadBalancer', at(), 'state `loadBalancer: { clientAddress: \'preserved\' }`, or `\'node\'` where the node\'s address takes its place');
  return found;
}
