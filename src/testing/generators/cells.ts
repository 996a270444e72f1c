import { grants, resolvePort, type Api, type Policy, type Workload } from '#ir';
import { estatePods } from './pods.ts';

/** A port that some API answers on, with who may use it for anything at all. */
export interface ServedPort { readonly workload: Workload; readonly port: number; readonly apis: readonly Api[]; readonly callers: ReadonlySet<string>; /** Or for people and partners, whom an acceptance could make anyone. */ readonly forAnyone: boolean }

/** Workloads that can call: they have an identity of their own. */
export const callers = (policy: Policy): readonly Workload[] => policy.workloads.filter(({ kubernetes }) => kubernetes?.serviceAccount !== undefined);

export function servedPorts(policy: Policy): readonly ServedPort[] {
  const found = new Map<string, { workload: Workload; port: number; apis: Api[]; callers: Set<string>; forAnyone: boolean }>();
  const keys = new Map<string, string>(), workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  for (const api of policy.apis) {
    if (api.servedBy.kind !== 'workload') continue;
    const workload = workloads.get(api.servedBy.workload);
    const port = workload?.kubernetes && resolvePort(workload.kubernetes, api.servedBy.port, 'TCP')?.number;
    if (workload === undefined || port === undefined) continue;
    const key = `${workload.name} ${port}`, entry = found.get(key) ?? { workload, port, apis: [], callers: new Set(), forAnyone: false };
    entry.apis.push(api);
    found.set(key, entry);
    keys.set(api.name, key);
  }
  for (const { api, from } of grants(policy)) {
    const entry = found.get(keys.get(api.name) ?? '');
    if (entry === undefined) continue;
    if (from.kind === 'workload') entry.callers.add(from.name);
    if (from.kind === 'anyone' || from.kind === 'people' || from.kind === 'partner') entry.forAnyone = true;
  }
  return [...found.values()];
}

/** Of all cells (pod, another pod, protocol, port) whose port is served there: the share where some operation is granted. Undeclared pods count. */
export function shareAllowed(policy: Policy): number {
  const ports = servedPorts(policy), all = ports.length * (estatePods(policy).pods.length - 1);
  return all === 0 ? 0 : ports.reduce((sum, port) => sum + port.callers.size, 0) / all;
}
