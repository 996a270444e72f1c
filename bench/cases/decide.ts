// How many requests a second the algebra decides, on one core: raw requests, half of them to grants that have conditions.
import { accessOf } from '#algebra';
import { conditionsFor, satisfying, type Request } from '#spec';
import { grants, type Condition, type Policy } from '#ir';
import { generateEstate } from '#testing';
import { withPlanes } from './planes.ts';

const apis = Number(process.argv[2] ?? 1000);
const { policy: base } = withPlanes(generateEstate({ apis, grantsPerApi: 10, seed: 1 }));
/** Every second API is asked for with conditions of a token, an address, a header and the time of day. */
const conditions: readonly Condition[] = [
  { kind: 'from', cidrs: ['203.0.113.0/24', '2001:db8::/32', '198.51.100.0/24'] },
  { kind: 'during', days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '06:00', end: '20:00', timeZone: 'Europe/Berlin' },
  { kind: 'any', of: [{ kind: 'maxTokenAge', seconds: 3600 }, { kind: 'mfa', within: 900 }] },
];
const policy: Policy = Object.freeze({ ...base, apis: base.apis.map((api, index) => (index % 2 === 0 ? api : {
  ...api, offers: api.offers.map((offer, at) => ({ ...offer, when: [conditions[(index + at) % conditions.length]!] })),
})) });

const built = process.cpuUsage();
const access = accessOf(policy);
const { user: building } = process.cpuUsage(built);
const all = grants(policy), asked: Request[] = [];
let conditional = 0;
for (let index = 0; index < 20_000; index++) {
  const grant = all[Math.floor((index * 7919) % all.length)]!, found = satisfying({ ...policy, apis: [grant.api], asks: [], workloads: policy.workloads.slice(0, 1) }, grant, '2026-11-24T12:00:00Z');
  if (found === undefined) continue;
  const { operation } = grant, path = operation.kind === 'http' ? operation.path.replaceAll(/\{[^}]*\}/g, `id-${index % 97}`) : undefined;
  const request: Request = path === undefined ? found : { ...found, to: { kind: 'http', api: grant.api.name, method: operation.kind === 'http' && operation.method !== 'ANY' ? operation.method : 'GET', path } };
  const hasConditions = conditionsFor(policy, grant).length > 0;
  if (hasConditions ? conditional > index / 2 + 1 : asked.length - conditional > index / 2 + 1) continue;
  conditional += hasConditions ? 1 : 0;
  asked.push(index % 3 === 0 ? { ...request, context: { ...request.context, time: '2026-11-22T23:30:00Z', sourceAddress: '192.0.2.1' } } : request);
}
const rounds = Math.ceil(3e6 / asked.length);
let allowed = 0;
for (const request of asked) if (access.allows(request)) allowed++;
const start = process.cpuUsage();
let decided = 0;
for (let round = 0; round < rounds; round++) for (const request of asked) { if (access.allows(request)) decided++; }
const { system, user } = process.cpuUsage(start);
process.stdout.write(`${JSON.stringify({
  items: rounds * asked.length, cpuSeconds: (user + system) / 1e6, wholeCpuSeconds: process.cpuUsage().user / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024,
  grants: all.length, requests: asked.length, conditional: conditional / asked.length, allowed: allowed / asked.length, decided: decided / rounds / asked.length, buildingSeconds: building / 1e6,
})}\n`);
