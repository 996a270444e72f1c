// One measured run in a process of its own: `iam-merging.ts <grants> [alike|dated]`: so many grants of one role are merged into
// statements and split into documents. `alike`: verbs on tables, of which most merge; `dated`: each ends on a day of its own, and
// none does. What a role has no room for is a loss, and is worked out all the same. Prints one line of JSON.
import { performance } from 'node:perf_hooks';
import type { Api, Platform, Policy } from '#ir';
import { lower } from '../../src/targets/aws-iam/lower.ts';

const [size, kind = 'alike'] = process.argv.slice(2);
const verbs = ['get', 'put', 'update', 'remove', 'scan'], grants = Number(size);
const day = (index: number): string => new Date(Date.UTC(2027, 0, 1 + index)).toISOString().slice(0, 10);
const caller = { kind: 'workload', name: 'orders' } as const;

const apis = Array.from({ length: Math.ceil(grants / verbs.length) }, (_, table): Api => {
  const mine = verbs.slice(0, Math.min(verbs.length, grants - table * verbs.length));
  return {
    name: `table-${table}`, servedBy: { kind: 'cloud', service: 'dynamodb', arn: `arn:aws:dynamodb:eu-west-1:111122223333:table/t${table}`, owned: false },
    operations: mine.map((verb) => ({ name: verb, kind: 'cloud', verb })),
    offers: mine.map((verb, index) => ({ operation: verb, to: [caller], when: [], ...(kind === 'dated' ? { until: day(table * verbs.length + index) } : {}) })),
  };
});
const policy = deepFreeze<Policy>({
  version: 1, name: 'bench', segments: [], identityProviders: [], people: [], partners: [], never: [], holes: [], apis,
  workloads: [{ name: 'orders', kubernetes: { namespace: 'orders', serviceAccount: 'orders', selector: { app: 'orders' }, ports: [], services: [], probes: [] } }],
  asks: apis.flatMap(({ name, operations }) => operations.map((operation) => ({ from: caller, to: { api: name, operation: operation.name } }))),
});
const platform = {
  name: 'bench', accept: [],
  aws: { accountId: '111122223333', region: 'eu-west-1', clusterName: 'bench', identity: { kind: 'podIdentity' }, endpoints: [], rolePrefix: 'bench-', rolePath: '/', trustAnchors: [], otherAccounts: [], managedPoliciesPerRole: 20 },
} as Partial<Platform> as Platform;

const loaded = process.cpuUsage();
for (let warm = 0; warm < 3; warm++) lower(policy, platform, { duties: [] }); // what is measured is the work, not the compiler of the language
const runs = Math.max(1, Math.round(20_000 / grants)), before = process.cpuUsage(), started = performance.now();
let statements = 0;
for (let run = 0; run < runs; run++) {
  const { plan } = lower(policy, platform, { duties: [] });
  statements = plan.objects.filter(({ stage }) => stage === 3).flatMap(({ documents }) => documents['policy']?.Statement ?? []).length;
}
const { user, system } = process.cpuUsage(before), cpuSeconds = (user + system) / 1e6 / runs;
process.stdout.write(`${JSON.stringify({
  items: grants, statements, cpuSeconds, microsecondsAnItem: cpuSeconds * 1e6 / grants, wallSeconds: (performance.now() - started) / 1e3 / runs,
  wholeCpuSeconds: (loaded.user + loaded.system) / 1e6 + cpuSeconds, peakMiB: process.resourceUsage().maxRSS / 1024,
})}\n`);

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
