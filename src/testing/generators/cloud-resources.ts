import {
  arnText, cloudServiceFacts, cloudServices, partitionOf, verbsOf, type Api, type CloudOperation, type CloudServer, type CloudService, type Hole, type Segment,
} from '#ir';
import type { CloudRecipe, ResourceRecipe } from './cloud-recipe.ts';

const pick = <T>(from: readonly T[], choice: number): T => from[choice % from.length]!;

export const accountId = '111122223333';
export const otherAccountId = '444455556666';
const regions = ['eu-west-1', 'us-east-1', 'cn-north-1', 'us-gov-west-1'] as const;
export const regionOf = ({ region }: CloudRecipe): string => pick(regions, region);

const names: Readonly<Record<CloudService, readonly string[]>> = {
  dynamodb: ['baskets', 'profiles'], kms: ['seal', 'cipher'], lambda: ['invoice', 'thumbnail'], 'rds-db': ['accounts-db', 'reports-db'], s3: ['media', 'archive'],
  secretsmanager: ['stripe', 'tokens'], sns: ['events', 'alerts'], sqs: ['settlements', 'mails'], sts: ['reporting', 'auditor'],
};

/** What a key can that is made along with the policy. */
const encrypting: readonly string[] = ['encrypt', 'decrypt', 'generateDataKey'];

export interface Made { readonly apis: readonly Api[]; readonly holes: readonly Hole[] }

/** The resources of a recipe, without offers; keys first. What a segment asks of their encryption they have, by a key that is made where there is none. */
export function cookResources(choices: CloudRecipe, segments: readonly Segment[]): Made {
  const holes: Hole[] = [], apis: Api[] = [];
  const usable = segments.filter(({ managed, requires }) => managed !== 'unmanaged' && requires.transport?.tls !== '1.3'); // IAM can't ask every service for 1.3
  const holdsOf = (name: string | undefined): Segment['holds'] => segments.find((segment) => segment.name === name)?.holds ?? 'internal';
  const named = (service: CloudService): string => { const stem = pick(names[service], apis.length), taken = apis.some(({ name }) => name === stem); return taken ? `${stem}-${apis.length}` : stem; };

  const addKey = (owned: boolean, arn: ResourceRecipe['arn'], segment: string | undefined, rotationDays: number): Api => {
    const name = named('kms'), made = arn === 'made';
    const key: Api = {
      name, owner: `team-${name}`, offers: [], operations: verbsOf('kms').filter(({ verb }) => !made || encrypting.includes(verb)).map(({ verb }) => ({ name: verb, kind: 'cloud', verb })),
      servedBy: {
        kind: 'cloud', service: 'kms', owned: made || (owned && arn !== 'of another account'), ...(made ? { rotationDays } : { arn: arnOrHole('kms', name, arn, choices, holes) }),
        ...(segment === undefined ? {} : { segment }),
      },
    };
    apis.push(key);
    return key;
  };
  const segmentOf = ({ segment }: ResourceRecipe, elsewhere = false): string | undefined => { // what is restricted has a key of ours, and is kept where that is
    const some = elsewhere ? usable.filter(({ holds }) => holds !== 'restricted') : usable;
    return segment === null || some.length === 0 ? undefined : pick(some, segment).name;
  };
  const wanted = choices.resources.map((chosen) => ({ chosen, service: pick([...cloudServices, 'kms' as const], chosen.service) }));
  for (const { chosen, service } of wanted) if (service === 'kms') addKey(chosen.owned, chosen.arn, segmentOf(chosen), 90 + (chosen.parts % 2000));

  const keyFor = (chosen: ResourceRecipe, holds: Segment['holds'], segment: string | undefined, elsewhere: boolean): string | undefined => {
    const keys = apis.filter((api): api is Api & { readonly servedBy: CloudServer } => api.servedBy.kind === 'cloud' && api.servedBy.service === 'kms' && isElsewhere(api) === elsewhere); // a key encrypts what is in its account
    // what is restricted, only a key of ours protects, that rotates and is held as closely
    const fit = holds === 'restricted' ? keys.filter(({ servedBy }) => servedBy.owned && servedBy.rotationDays !== undefined && holdsOf(servedBy.segment) === 'restricted') : keys;
    if (chosen.key !== null && fit.length > 0) return pick(fit, chosen.key).name;
    if (holds !== 'confidential' && holds !== 'restricted') return undefined;
    return (fit.length > 0 ? pick(fit, chosen.parts) : elsewhere ? addKey(false, 'of another account', undefined, 0) : addKey(true, 'made', holds === 'restricted' ? segment : undefined, 365)).name;
  };
  for (const { chosen, service } of wanted) {
    if (service === 'kms') continue;
    const elsewhere = chosen.arn === 'of another account' && service !== 's3', segment = segmentOf(chosen, elsewhere), { ownable, stores } = cloudServiceFacts[service];
    const encryptedBy = stores ? keyFor(chosen, holdsOf(segment), segment, elsewhere) : undefined, name = named(service);
    apis.push({
      name, owner: `team-${name}`, offers: [], operations: cookOperations(service, chosen),
      servedBy: {
        kind: 'cloud', service, arn: arnOrHole(service, name, chosen.arn, choices, holes), owned: ownable && chosen.owned && !elsewhere,
        ...(segment === undefined ? {} : { segment }), ...(encryptedBy === undefined ? {} : { encryptedBy }), ...(service === 'rds-db' ? { port: 5432 } : {}),
      },
    });
  }
  return { apis, holes };
}

const isElsewhere = ({ servedBy }: Api): boolean => servedBy.kind === 'cloud' && typeof servedBy.arn === 'string' && servedBy.arn.includes(`:${otherAccountId}:`);

function arnOrHole(service: CloudService, name: string, arn: ResourceRecipe['arn'], choices: CloudRecipe, holes: Hole[]): string | { readonly hole: string } {
  if (arn === 'hole') {
    holes.push({ name: `${name}-arn`, kind: 'arn', service, maxLength: pick([80, 120, 256], name.length) });
    return { hole: `${name}-arn` };
  }
  const { account, arnService, regional } = cloudServiceFacts[service], region = regionOf(choices);
  return arnText({
    partition: partitionOf(region), service: arnService, region: regional ? region : '',
    account: !account ? '' : arn === 'of another account' ? otherAccountId : accountId, resource: resourceOf(service, name),
  });
}

function resourceOf(service: CloudService, name: string): string {
  switch (service) {
    case 'dynamodb': return `table/${name}`;
    case 'kms': return `key/${[...name].map((letter) => letter.charCodeAt(0).toString(16)).join('').padEnd(12, '0').slice(-12)}-12ab-34cd`;
    case 'lambda': return `function:${name}`;
    case 'rds-db': return `dbuser:db-${name.toUpperCase().replaceAll('-', '')}/${name}`;
    case 's3': return `retail-${name}`;
    case 'secretsmanager': return `secret:retail/${name}-AbCdEf`;
    case 'sns': return name;
    case 'sqs': return name.length % 2 === 0 ? name : `${name}.fifo`;
    case 'sts': return `role/${name}`;
    default: return service satisfies never;
  }
}

const indexes = ['byCustomer', 'byDay'] as const;
const prefixes = ['thumbs/', 'uploads/', 'raw/2026/', 'o'] as const;

/** Some of the verbs; of a table also about its indexes, of a bucket about prefixes alone, none of which begins another. */
function cookOperations(service: CloudService, { parts, verbs }: ResourceRecipe): readonly CloudOperation[] {
  const all = verbsOf(service), some = all.filter((_, at) => (verbs >> at) % 2 === 1), chosen = some.length === 0 ? [pick(all, verbs)] : some;
  const within = service === 'dynamodb' ? indexes.slice(0, parts % 3) : service === 's3' ? prefixes.slice(0, [0, 0, 1, 2, 3, 4][parts % 6]) : [];
  return chosen.flatMap(({ narrowed, verb }): readonly CloudOperation[] => {
    const whole: CloudOperation = { name: verb, kind: 'cloud', verb };
    const narrow = narrowed === 'may' ? within.map((part): CloudOperation => ({ name: `${verb}${part[0]!.toUpperCase()}${part.slice(1).replace(/\/(\w)?/g, (_, letter: string | undefined) => (letter ?? '').toUpperCase())}`, kind: 'cloud', verb, within: part })) : [];
    return service === 's3' && within.length > 0 ? narrow : [whole, ...narrow];
  });
}
