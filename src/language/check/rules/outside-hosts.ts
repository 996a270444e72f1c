import { diagnose, type Diagnostic } from '#diagnostics';
import { isCloudApi, type Workload } from '#ir';
import type { Located } from '../located.ts';
import type { PolicyContext } from '../policy-context.ts';
import { sanProblem } from '../syntax/san.ts';
import type { Problem } from '../syntax/problem.ts';
import { quoted } from '../wording.ts';

/** CS1046, CS1047 and CS1073: a workload on a host outside the cluster is known by its certificate, and calls resources of the cloud only. */
export function outsideHosts(context: PolicyContext): readonly Diagnostic[] {
  const outside = context.workloads.filter(({ value }) => value.host !== undefined);
  if (outside.length === 0) return [];
  const found: Diagnostic[] = [];
  const say = (message: string, pointer: string, help: string, declared?: Located<Workload>): void => {
    found.push(diagnose('CS1073', { message, pointer, help, related: declared === undefined ? [] : [{ message: `${quoted(declared.value.name)} is declared`, pointer: declared.pointer }] }));
  };
  for (const { value: { callsApiServer, callsDns, host, kubernetes, name }, pointer } of outside) {
    if (kubernetes !== undefined) say(`${quoted(name)} states \`kubernetes\` and \`host\`: it is in the cluster, or outside of it`, `${pointer}/host`, 'leave one of them out; what runs in both places is two workloads');
    if (callsDns !== undefined) say(`${quoted(name)} is outside the cluster, whose DNS it does not ask`, `${pointer}/callsDns`, 'leave `callsDns` out');
    if (callsApiServer !== undefined) say(`${quoted(name)} is outside the cluster, and what leads to the API server from there is not governed here`, `${pointer}/callsApiServer`, 'leave `callsApiServer` out');
    const problem = hostSanProblem(host!.san);
    if (problem !== undefined) {
      found.push(diagnose('CS1046', {
        message: host!.san === '' ? `${quoted(name)} is known by no name, so that every host with a certificate of ${quoted(host!.trustAnchor)} would be it` : `the SAN of ${quoted(name)}, ${quoted(host!.san)}, ${problem.what}`,
        pointer: `${pointer}/host/san`, help: problem.instead === undefined ? 'write the first URI of its certificate\'s subject alternative names, such as `spiffe://corp.example/batch`' : `write ${quoted(problem.instead)}`,
      }));
    }
  }
  const known = new Map(outside.map((workload) => [workload.value.name, workload]));
  for (const { pointer, value: { name, servedBy } } of context.apis) {
    const server = servedBy.kind === 'workload' ? known.get(servedBy.workload) : undefined;
    if (server !== undefined && server.value.kubernetes === undefined) say(`${quoted(name)} is served by ${quoted(server.value.name)}, which is outside the cluster, where nothing enforces who calls it`, `${pointer}/servedBy`, 'serve it from a workload of the cluster', server);
  }
  for (const { value: { from, to }, pointer } of context.asks) {
    const caller = from.kind === 'workload' ? known.get(from.name) : undefined;
    const api = context.apiNamed.get(to.api);
    if (caller === undefined || caller.value.kubernetes !== undefined || api === undefined || isCloudApi(api.value)) continue;
    say(`${quoted(caller.value.name)} asks for ${quoted(`${to.api}.${to.operation}`)} from outside the cluster, where it has no identity of the mesh or the network`, pointer,
      `declare whoever comes from there as a partner with a client certificate, and expose ${quoted(to.api)} at a gateway; or let it call resources of the cloud, such as a queue`, caller);
  }
  return [...found, ...alike(context, outside)];
}

/** Whoever shows the name of two hosts would be both of them. */
function alike(context: PolicyContext, outside: readonly Located<Workload>[]): readonly Diagnostic[] {
  const byName = new Map<string, Located<Workload>[]>();
  for (const workload of outside) {
    const { san, trustAnchor } = workload.value.host!, key = `${trustAnchor}\0${san}`;
    const list = byName.get(key);
    if (list === undefined) byName.set(key, [workload]); else list.push(workload);
  }
  return [...byName.values()].flatMap((hosts) => {
    const [first, ...later] = hosts.length === 1 ? hosts : hosts.sort((a, b) => (context.before(a.pointer, b.pointer) ? -1 : 1));
    return later.map(({ pointer, value: { host, name } }) => diagnose('CS1047', {
      message: `${quoted(name)} and ${quoted(first!.value.name)} are both known by ${quoted(host!.san)} of ${quoted(host!.trustAnchor)}, so that each has the other's access`, pointer: `${pointer}/host/san`,
      related: [{ message: `${quoted(first!.value.name)} is known by it`, pointer: `${first!.pointer}/host/san` }], help: 'let each host have a name of its own in its certificate',
    }));
  });
}

/** Longest value of a session's tag, and the characters that it may have (IAM, "Pass session tags in AWS STS"): what is compared is `aws:PrincipalTag/x509SAN/URI`. */
const longestTag = 256;

function hostSanProblem(san: string): Problem | undefined {
  if (san.startsWith('uri:')) return { what: 'begins with `uri:`, where the URI itself belongs', ...(hostSanProblem(san.slice(4)) === undefined ? { instead: san.slice(4) } : {}) };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(san)) return { what: 'is no URI' };
  const problem = sanProblem(`uri:${san}`);
  if (problem !== undefined) return problem.instead === undefined ? problem : { what: problem.what };
  if (san.length > longestTag) return { what: `has ${san.length} characters, and IAM compares at most ${longestTag}` };
  return /^[A-Za-z0-9_.:/=+@-]+$/.test(san) ? undefined : { what: 'has characters that IAM does not take over from a certificate' };
}
