import { verbsOf, type Api, type CloudService, type Segment, type Workload } from '#ir';
import type { Random } from '../random.ts';

export const account = { accountId: '111122223333', region: 'eu-west-1' } as const;
const arn = (service: string, resource: string): string => `arn:aws:${service}:${account.region}:${account.accountId}:${resource}`;

/** How often a team keeps what. */
const kept: readonly Exclude<CloudService, 'kms' | 'rds-db' | 'sts'>[] = ['dynamodb', 'dynamodb', 'dynamodb', 'sqs', 'sqs', 'sqs', 's3', 's3', 'sns', 'secretsmanager', 'lambda'];

/** One thing that a team keeps in AWS, and the key of the team where its data has to be encrypted with one. No offers yet. */
export function resourceOf(team: { readonly name: string; readonly segment: Segment }, name: string, index: number, key: string | undefined, rng: Random): Api {
  const service = rng.pick(kept), owned = service !== 'lambda' && service !== 'secretsmanager' && rng.chance(0.5);
  const encryptedBy = key !== undefined && service !== 'lambda' ? { encryptedBy: key } : {};
  const verbs = rng.shuffle(verbsOf(service).filter(({ narrowed }) => narrowed !== 'must')).slice(0, 2 + rng.below(4));
  return {
    name, owner: team.name, offers: [], servedBy: { kind: 'cloud', service, arn: arnOf(service, name, index), owned, segment: team.segment.name, ...encryptedBy },
    operations: verbs.map(({ verb }) => ({ name: verb, kind: 'cloud', verb })),
  };
}

export const keyOf = (team: { readonly name: string; readonly segment: Segment }, name: string, index: number): Api => ({
  name, owner: team.name, offers: [], operations: [], servedBy: { kind: 'cloud', service: 'kms', owned: true, segment: team.segment.name, arn: arn('kms', `key/${String(index).padStart(12, '0')}-5d1c-4b9a`) },
});

function arnOf(service: (typeof kept)[number], name: string, index: number): string {
  switch (service) {
    case 'dynamodb': return arn('dynamodb', `table/${name}`);
    case 'lambda': return arn('lambda', `function:${name}`);
    case 's3': return `arn:aws:s3:::acme-${name}`;
    case 'secretsmanager': return arn('secretsmanager', `secret:acme/${name}-Ab${String(index).padStart(4, '0')}`);
    case 'sns': return arn('sns', name);
    case 'sqs': return arn('sqs', name);
    default: return service satisfies never;
  }
}

/** Who of the team uses it: mostly one or two. */
export const usersOf = (mine: readonly Workload[], rng: Random): readonly Workload[] => rng.shuffle(mine).slice(0, 1 + Math.min(mine.length - 1, rng.pick([0, 0, 1, 1, 2, 4])));
