import {
  arnText, cloudServiceFacts, grants, isCloudApi, partitionOf, type Acceptance, type Api, type Ask, type Aws, type CloudApi, type CloudService, type Condition, type Invariant, type Offer, type Platform, type Policy, type Segment, type Workload,
} from '#ir';
import { callers } from './cells.ts';
import type { CloudGrantRecipe, CloudRecipe } from './cloud-recipe.ts';
import { accountId, cookResources, otherAccountId, regionOf } from './cloud-resources.ts';
import type { Estate } from './estate.ts';
import { random } from './random.ts';

/*
 * Estates whose workloads have roles in an account of AWS. A hundred of them, each with its platform:
 *
 *   Array.from({ length: 100 }, (_, seed) => estate(seed, profiles.cloud))       // { policy, platform, asOf }, in their authors' order
 *   checkedEstate(estate(7, profiles.cloud))                                      // canonical, as `check` lets it pass
 *   enforcedEstate(accepting(estate(7, profiles.cloud)))                          // all the way to artefacts (test/laws)
 *   cloudAttempts(estate(7, profiles.cloud), 1, 500)                              // requests to it, each with what it was made to be
 *
 * `estates(profiles.cloud)` is the arbitrary, which shrinks. `profiles.everything` has meshes and gateways as well.
 */

const pick = <T>(from: readonly T[], choice: number): T => from[choice % from.length]!;
const ends = ['2026-12-10', '2027-03-31', '2028-02-29'] as const;
const offices: Condition = { kind: 'from', cidrs: ['10.244.0.0/17'] }, elsewhere: Condition = { kind: 'from', cidrs: ['10.244.128.0/17', '192.168.0.0/24'] };
/** Of the cells (who can call, an operation of a resource): the share that is granted. */
export const shareOfCloud = 0.4;

/** Where data is kept, and nothing runs. */
const stores: readonly Segment[] = ([['lake', 'internal'], ['ledgers', 'confidential'], ['safe', 'restricted']] as const).map(([name, holds]) => ({
  name, holds, managed: 'managed', owner: 'team-data', requires: { people: [], workloads: [], partners: [] }, alerts: [],
}));

/** The same estate with resources of the cloud, hosts outside, and the account on its platform. */
export function withCloud(estate: Estate, choices: CloudRecipe): Estate {
  const { platform, policy } = estate, offered = [...policy.segments, ...stores], { apis, holes } = cookResources(choices, offered);
  const segments = offered.filter((segment) => !stores.includes(segment) || apis.some(({ servedBy }) => servedBy.kind === 'cloud' && servedBy.segment === segment.name));
  const hosts = Array.from({ length: choices.hosts }, (_, index): Workload => ({ name: `batch-${index + 1}`, owner: 'team-batch', host: { trustAnchor: 'corp', san: `spiffe://corp.example/batch-${index + 1}` } }));
  const aws = awsOf(choices, platform, [...new Set(apis.filter(isCloudApi).map(({ servedBy }) => servedBy.service))]);
  const declared = requiring({ ...policy, segments, workloads: [...policy.workloads, ...hosts], apis: [...policy.apis, ...apis], holes }, choices, aws);
  const granted = withGrants(declared, choices, apis.map(({ name }) => name), aws);
  const whole = { ...granted, never: [...granted.never, ...cookInvariants(choices, granted)] };
  const undeclared = grants(whole).some(({ api }) => isCloudApi(api) && !isDeclared(aws, api.servedBy.service));
  return { ...estate, policy: whole, platform: { ...platform, aws, accept: [...platform.accept, ...(undeclared ? [anywhere] : [])] } satisfies Platform };
}

const anywhere: Acceptance = { grants: 'all', feature: 'endpoint', plane: 'network', because: 'nobody keeps the list of addresses', owner: 'platform', until: '2027-06-30' };
const isDeclared = ({ endpoints }: Aws, service: CloudService): boolean => endpoints.some((one) => one.service === service);

function awsOf(choices: CloudRecipe, { cni }: Platform, called: readonly CloudService[]): Aws {
  const { boundary, endpoints, identity, morePolicies, path, vpc } = choices, region = regionOf(choices), partition = partitionOf(region);
  const iam = (resource: string): string => arnText({ partition, service: 'iam', region: '', account: accountId, resource });
  const answering = [...new Set([...called, 'sts' as const])].sort();
  return {
    accountId, region, clusterName: 'retail', rolePrefix: 'retail-', rolePath: path ? '/teams/retail/' : '/', managedPoliciesPerRole: morePolicies ? 20 : 10,
    // its agent answers on the node, which some blocks never match
    identity: identity === 'podIdentity' && cni.ipBlockMatchesNodes ? { kind: 'podIdentity' } : { kind: 'irsa', issuer: `oidc.eks.${region}.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE` },
    endpoints: answering.filter((service, at) => endpoints !== 'undeclared' || service === 'sts' || (at + choices.filling) % 3 > 0).map((service, at) => {
      const isPrivate = service !== 'rds-db' && (endpoints === 'private' || (endpoints === 'mixed' && (at + choices.filling) % 2 === 0));
      return { service, cidrs: isPrivate ? [`10.100.${at}.0/28`, `10.100.${at}.64/28`] : [`52.94.${at * 4}.0/22`], ...(isPrivate ? { vpcEndpoint: `vpce-0${at}b1c2d3e4f5a6b7c` } : {}) };
    }),
    ...(vpc || endpoints === 'private' || endpoints === 'mixed' ? { vpc: 'vpc-0a1b2c3d4e5f60718' } : {}), ...(boundary ? { permissionsBoundary: iam('policy/workloads') } : {}),
    administrators: { deployer: iam('role/deployer'), breakGlass: iam('role/break-glass') },
    trustAnchors: choices.hosts > 0 ? [{ name: 'corp', arn: arnText({ partition, service: 'rolesanywhere', region, account: accountId, resource: 'trust-anchor/11111111-2222-3333-4444-555555555555' }) }] : [],
    otherAccounts: choices.resources.some(({ arn }) => arn === 'of another account') ? [{ accountId: otherAccountId, because: 'the data platform lets our roles in', owner: 'team-data' }] : [],
  };
}

/** Segments add, where every resource that is in them can be asked: an address, which only an endpoint of the VPC shows; an encryption, which all have. */
function requiring(policy: Policy, { requirement, transport }: CloudRecipe, aws: Aws): Policy {
  const stored = policy.apis.filter(isCloudApi).flatMap(({ servedBy }) => (servedBy.segment === undefined ? [] : [servedBy.segment]));
  const other = new Set([...policy.workloads.flatMap(({ segment }) => (segment === undefined ? [] : [segment])), ...policy.segments.filter(({ managed }) => managed === 'unmanaged').map(({ name }) => name)]);
  const own = [...new Set(stored)].filter((name) => !other.has(name)); // what is required of a workload's callers a network can't all enforce
  const seen = own.filter((name) => policy.apis.filter(isCloudApi).every(({ servedBy }) => servedBy.segment !== name || hasEndpoint(aws, servedBy.service)));
  const from = requirement === null || seen.length === 0 || policy.workloads.some(({ host }) => host !== undefined) ? undefined : pick(seen, requirement);
  const lasting = new Set(policy.apis.filter(isCloudApi).flatMap(({ servedBy }) => (servedBy.service === 'rds-db' ? [servedBy.segment] : []))), brief = own.filter((name) => !lasting.has(name)); // a database asks only when somebody logs in
  const sealed = transport === null || brief.length === 0 ? undefined : pick(brief, transport);
  return {
    ...policy, segments: policy.segments.map((segment): Segment => ({
      ...segment, requires: {
        ...segment.requires, ...(segment.name === from ? { workloads: [...segment.requires.workloads, { kind: 'from', cidrs: ['10.244.0.0/16'] } as const] } : {}),
        ...(segment.name === sealed ? { transport: { tls: '1.2' as const }, reauthenticateEvery: 3600 } : {}),
      },
    })),
  };
}

const hasEndpoint = ({ endpoints }: Aws, service: CloudService): boolean => endpoints.some((one) => one.service === service && one.vpcEndpoint !== undefined);

/** Offers and requests from the recipe, and then more of them until enough is granted. Each is an offer of its own, but for those that ask the same. */
function withGrants(policy: Policy, choices: CloudRecipe, resources: readonly string[], aws: Aws): Policy {
  const able = [...callers(policy).filter(({ segment }) => policy.segments.find(({ name }) => name === segment)?.managed !== 'unmanaged'), ...policy.workloads.filter(({ host }) => host !== undefined)];
  const cloud = policy.apis.filter((api): api is CloudApi => isCloudApi(api) && resources.includes(api.name));
  const offers = new Map<string, Map<string, Offer>>(cloud.map(({ name }) => [name, new Map()])), asks: Ask[] = [], given = new Set<string>();
  const add = (api: CloudApi, operation: string, caller: Workload, { asked, from, owner, until }: Pick<CloudGrantRecipe, 'asked' | 'from' | 'owner' | 'until'>): void => {
    if (given.has(`${api.name} ${operation} ${caller.name}`)) return;
    given.add(`${api.name} ${operation} ${caller.name}`);
    const when = from === null || !(caller.host === undefined ? hasEndpoint(aws, api.servedBy.service) : api.servedBy.service !== 'rds-db') ? [] : [pick([offices, elsewhere], from)];
    const end = until === null ? {} : { until: pick(ends, until) }, identity = { kind: 'workload', name: caller.name } as const;
    const key = JSON.stringify([operation, when, end, owner]), list = offers.get(api.name)!, before = list.get(key);
    list.set(key, before === undefined ? { operation, to: [identity], when, because: 'it is needed', ...(owner ? { owner: 'team-offers' } : {}), ...end } : { ...before, to: [...before.to, identity] });
    if (asked) asks.push({ from: identity, to: { api: api.name, operation }, because: 'it asks', ...(owner && until !== null ? { until: pick(ends, until + 1) } : {}) });
  };
  if (able.length > 0 && cloud.length > 0) {
    for (const chosen of choices.grants) { const api = pick(cloud, chosen.resource); add(api, pick(api.operations, chosen.operation).name, pick(able, chosen.caller), chosen); }
  }
  const rng = random(choices.filling), cells = rng.shuffle(cloud.flatMap((api) => api.operations.flatMap(({ name }) => able.map((caller) => [api, name, caller] as const))));
  let granted = asks.length;
  for (const [api, operation, caller] of cells) {
    if (granted >= cells.length * shareOfCloud) break;
    if (given.has(`${api.name} ${operation} ${caller.name}`)) continue;
    add(api, operation, caller, { asked: true, from: null, owner: false, until: null });
    granted++;
  }
  return { ...policy, apis: policy.apis.map((api): Api => (offers.has(api.name) ? { ...api, offers: [...offers.get(api.name)!.values()] } : api)), asks: [...policy.asks, ...asks] };
}

/** Only what holds: who is granted nothing of a resource, or of an operation of it. */
function cookInvariants({ invariants }: CloudRecipe, policy: Policy): readonly Invariant[] {
  const cloud = policy.apis.filter(isCloudApi), found = new Map<string, Invariant>();
  for (const [from, to] of invariants) {
    const api = pick(cloud, to), operation = pick(api.operations, to + from);
    const mine = grants(policy).filter((grant) => grant.api.name === api.name), reaches = (name: string, of?: string): boolean => mine.some((grant) => grant.from.kind === 'workload' && grant.from.name === name && (of === undefined || carries(grant.operation, operation)));
    const strangers = policy.workloads.filter(({ kubernetes, name }) => kubernetes?.serviceAccount !== undefined && !reaches(name)), near = policy.workloads.filter(({ name }) => reaches(name) && !reaches(name, operation.name));
    const because = 'it must stay apart';
    if (from % 3 === 0) found.set(`all ${api.name}`, { kind: 'reach', from: { kind: 'anyIdentity', except: [...new Set(mine.map((grant) => JSON.stringify(grant.from)))].map((text) => JSON.parse(text) as Invariant['from'] & { kind: 'workload' }) }, to: { kind: 'api', name: api.name }, because });
    else if (near.length > 0 && from % 3 === 1) found.set(`${api.name} ${operation.name}`, { kind: 'reach', from: { kind: 'workload', name: pick(near, from).name }, to: { kind: 'operation', api: api.name, operation: operation.name }, because });
    else if (strangers.length > 0) found.set(`${api.name} ${pick(strangers, from).name}`, { kind: 'reach', from: { kind: 'workload', name: pick(strangers, from).name }, to: { kind: 'api', name: api.name }, because });
  }
  return [...found.values()];
}

/** Does a grant on one reach into the other, which may be a part of it, or it of that? */
function carries(granted: Api['operations'][number], asked: Api['operations'][number]): boolean {
  if (granted.kind !== 'cloud' || asked.kind !== 'cloud' || granted.verb !== asked.verb) return granted.name === asked.name;
  return (granted.within ?? '').startsWith(asked.within ?? '') || (asked.within ?? '').startsWith(granted.within ?? '');
}
