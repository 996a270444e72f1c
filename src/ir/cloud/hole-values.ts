import { diagnose, nearest, type Diagnostic } from '#diagnostics';
import type { Api } from '../api.ts';
import type { Hole } from '../hole.ts';
import type { Platform } from '../platform.ts';
import type { Policy } from '../policy.ts';
import { parseArn, partitionOf, type Arn } from './arn.ts';
import { cloudServiceFacts, type CloudServiceFacts } from './service.ts';

/** What was given for holes, by their names: as it was found, whatever it is. */
export type HoleValues = ReadonlyMap<string, unknown>;

/** `policy` is canonical, as `compile` answers it: pointers of what is found here lead into it. */
export interface HoleContext { readonly policy: Policy; readonly platform: Platform }

/** All that is wrong with the values of a policy that is compiled: none missing, none too many, each good, no two alike. */
export function checkValues(context: HoleContext, values: HoleValues): readonly Diagnostic[] {
  return [...checkNames(context.policy, values.keys()), ...context.policy.holes.filter(({ name }) => values.has(name)).flatMap((hole) => checkValue(context, hole, values))];
}

/** Which holes have a value is decided by names alone: it is known before any value is. */
export function checkNames({ holes }: Policy, given: Iterable<string>): readonly Diagnostic[] {
  const names = new Set(given);
  const missing = holes.flatMap((hole, index) => (names.has(hole.name) ? [] : [diagnose('CS5040', {
    message: `no value was given for the hole \`${hole.name}\`, which stands for the ARN of a ${cloudServiceFacts[hole.service].noun}`,
    pointer: `/holes/${index}`, help: `give it: \`values: { ${/^[A-Za-z_]\w*$/.test(hole.name) ? hole.name : `'${hole.name}'`}: … }\``,
  })]));
  const declared = new Set(holes.map(({ name }) => name));
  const surplus = [...names].filter((name) => !declared.has(name)).sort().map((name) => {
    const meant = nearest(name, declared);
    return diagnose('CS5041', {
      message: `a value was given for \`${name}\`, and the policy has no such hole`,
      help: meant !== undefined ? `the policy has a hole \`${meant}\`` : holes.length === 0 ? 'leave it out: the policy has no holes' : `its holes are ${holes.map((hole) => `\`${hole.name}\``).join(', ')}`,
    });
  });
  return [...missing, ...surplus];
}

/**
 * What is wrong with the value of one hole, beside the others that are known by then. Only what is right in itself is
 * compared with others. Whatever two resources are proved apart as two names has to be two resources: an action on one would be an action on the other.
 * No resource of a service is inside another, because none of the forms lets a bucket have a key or a table an index.
 */
export function checkValue(context: HoleContext, hole: Hole, values: HoleValues): readonly Diagnostic[] {
  const { policy } = context, value = values.get(hole.name), pointer = `/holes/${policy.holes.findIndex(({ name }) => name === hole.name)}`;
  const own = faultOf(context, hole, value);
  if (own !== undefined) return [diagnose(own.code, { ...own.said, pointer })];
  return [
    ...policy.holes.filter((other) => other.name < hole.name && values.get(other.name) === value).map((other) => diagnose('CS5048', {
      message: `the holes \`${other.name}\` and \`${hole.name}\` were given one value, ${shown(value)}`,
      pointer, help: 'give each its own resource; where the two are one, declare one API',
      related: [{ message: `\`${other.name}\` is declared here`, pointer: `/holes/${policy.holes.indexOf(other)}` }],
    })),
    ...policy.apis.flatMap(({ name, servedBy }, index) => (servedBy.kind !== 'cloud' || servedBy.arn !== value ? [] : [diagnose('CS5048', {
      message: `the hole \`${hole.name}\` was given ${shown(value)}, which is the API \`${name}\` already`,
      pointer, help: 'give each its own resource; where the two are one, declare one API',
      related: [{ message: `\`${name}\` is declared here`, pointer: `/apis/${index}` }],
    })])),
    ...keysElsewhere(context, hole, values),
  ];
}

/**
 * A key in another account than what it encrypts, as CS1068 is of ARNs that the policy states: whether its policy lets the
 * service use it is seen by nobody here. Said of the later of two holes.
 */
function keysElsewhere({ platform: { aws }, policy: { apis, holes } }: HoleContext, hole: Hole, values: HoleValues): readonly Diagnostic[] {
  const holeOf = ({ servedBy }: Api): string | undefined => (servedBy.kind === 'cloud' && typeof servedBy.arn === 'object' ? servedBy.arn.hole : undefined);
  const accountOf = (api: Api): string | undefined => {
    const name = holeOf(api), arn = name !== undefined ? values.get(name) : api.servedBy.kind === 'cloud' ? api.servedBy.arn : undefined;
    return typeof arn === 'string' ? parseArn(arn)?.account || aws?.accountId : undefined; // a bucket's ARN has none: it is the platform's
  };
  const keys = new Map(apis.flatMap((api) => (api.servedBy.kind === 'cloud' && api.servedBy.service === 'kms' ? [[api.name, api] as const] : [])));
  return apis.flatMap((api) => {
    const key = api.servedBy.kind !== 'cloud' || api.servedBy.encryptedBy === undefined ? undefined : keys.get(api.servedBy.encryptedBy);
    if (key === undefined || [holeOf(api) ?? '', holeOf(key) ?? ''].sort().at(-1) !== hole.name) return [];
    const [own, its] = [accountOf(api), accountOf(key)];
    return own === undefined || its === undefined || own === its ? [] : [diagnose('CS5046', {
      message: `the hole \`${hole.name}\` was given ${shown(values.get(hole.name))}: \`${api.name}\` is in the account \`${own}\` and its key \`${key.name}\` in \`${its}\``,
      pointer: `/holes/${holes.indexOf(hole)}`, help: `give a key of the account \`${own}\`: the policy of another account's key is not seen here`,
      related: [{ message: `\`${api.name}\` is encrypted by it`, pointer: `/apis/${apis.indexOf(api)}/servedBy/encryptedBy` }],
    })];
  });
}

type Fault = { readonly code: 'CS5042' | 'CS5043' | 'CS5044' | 'CS5045' | 'CS5046' | 'CS5047'; readonly said: { readonly message: string; readonly help: string } };

/** The first thing that is wrong with a value by itself. */
function faultOf({ platform, policy }: HoleContext, { maxLength, name, service }: Hole, value: unknown): Fault | undefined {
  const facts = cloudServiceFacts[service], was = `the hole \`${name}\` was given ${shown(value)}`, example = `a ${facts.noun}'s ARN is like \`${facts.example}\``;
  if (typeof value !== 'string') return { code: 'CS5042', said: { message: was, help: `give the ARN as a text, or an output that becomes one: ${example}` } };
  if (/[*?]|\$\{|\{\{/.test(value)) return { code: 'CS5044', said: { message: `${was}, which stands for more than one ${facts.noun}`, help: `give the whole ARN of one: ${example}` } };
  const arn = parseArn(value);
  if (arn === undefined) return { code: 'CS5043', said: { message: `${was}, which is no ARN`, help: example } };
  if (arn.service !== facts.arnService || !isOf(arn, facts)) return { code: 'CS5045', said: { message: `${was}, which is no ARN of a ${facts.noun}`, help: example } };
  if (value.length > maxLength) {
    return { code: 'CS5047', said: { message: `${was}, which has ${value.length} characters and may have ${maxLength}`, help: `declare the hole with \`maxLength: ${value.length}\`: documents are split by what they can become` } };
  }
  const elsewhere = strangeness(arn, facts, policy, platform, name);
  return elsewhere === undefined ? undefined : { code: 'CS5046', said: { message: `${was}, ${elsewhere.why}`, help: elsewhere.help } };
}

/** The fields that such an ARN has and leaves empty, and what its last one looks like. */
const isOf = ({ account, partition, region, resource }: Arn, facts: CloudServiceFacts): boolean =>
  /^aws(-[a-z]+)*$/.test(partition) && (facts.regional ? /^[a-z]{2,}(-[a-z0-9]+)+$/ : /^$/).test(region) && (facts.account ? /^\d{12}$/ : /^$/).test(account) && facts.resource.test(resource);

/** A resource that is not where the platform says its workloads' resources are. */
function strangeness(arn: Arn, facts: CloudServiceFacts, policy: Policy, { aws }: Platform, hole: string): { readonly why: string; readonly help: string } | undefined {
  if (aws === undefined) return undefined; // a policy that calls the cloud does not compile without
  const partition = partitionOf(aws.region), fact = 'or state in the platform file where it is';
  if (arn.partition !== partition) return { why: `which is in the partition \`${arn.partition}\`: the platform is in \`${partition}\``, help: `give one of \`${partition}\`, ${fact}` };
  if (facts.regional && arn.region !== aws.region) return { why: `which is in the region \`${arn.region}\`: the platform is in \`${aws.region}\``, help: `give one of \`${aws.region}\`, ${fact}` };
  if (!facts.account || arn.account === aws.accountId) return undefined;
  const owned = policy.apis.find(({ servedBy }) => servedBy.kind === 'cloud' && servedBy.owned && typeof servedBy.arn === 'object' && servedBy.arn.hole === hole);
  if (owned !== undefined) return { why: `which is in the account \`${arn.account}\`, and the API \`${owned.name}\` is owned`, help: `give one of the account \`${aws.accountId}\`: the policy of another account's resource is not ours to write` };
  return aws.otherAccounts.some(({ accountId }) => accountId === arn.account) ? undefined
    : { why: `which is in the account \`${arn.account}\`: the platform is \`${aws.accountId}\``, help: `give one of \`${aws.accountId}\`, or name the other account in \`otherAccounts\` with who says that it lets our roles in` };
}

/** Only what looks like an ARN is shown: anything else may be a secret that went to the wrong place. */
function shown(value: unknown): string {
  if (typeof value !== 'string') return value === null ? '`null`' : Array.isArray(value) ? 'a list' : `a value of type \`${typeof value}\``;
  return value.startsWith('arn:') ? `\`${value.length > 200 ? `${value.slice(0, 200)}…` : value}\`` : `a text of ${value.length} characters`;
}
