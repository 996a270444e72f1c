import { describe, expect, it } from 'vitest';
import { longestText, type Policy } from '#ir';
import { policyLimits, type OwnableService } from '../../../../src/targets/aws-iam/lower/owned-limits.ts';
import { account, arns, artifactOf, deployer, documentOf, estate, lowered, onAws, resource, sizeOf } from './estate.ts';
import { answer } from './simulate.ts';

const names = (count: number, length = 12): readonly string[] => Array.from({ length: count }, (_, n) => `w-${String(n).padStart(length - 2, '0')}`);
const queue = (senders: readonly string[], receivers: readonly string[] = []): Policy => estate([resource('q', { service: 'sqs', arn: arns.sqs }, { send: senders, receive: receivers })]);
/** Of a queue whose senders are not all of its receivers: exact where some statement tells the two apart. */
function precisionOf(policy: Policy): 'exact' | 'rough' | 'lost' {
  if (lowered(policy).losses.length > 0) return 'lost';
  const { Statement } = documentOf(policy, 'QueuePolicy', 'q');
  return Statement.some(({ Action = [] }) => Action.includes('sqs:SendMessage') !== Action.includes('sqs:ReceiveMessage')) ? 'exact' : 'rough';
}

/** The largest number of callers for which the claim holds. */
function most(holds: (count: number) => boolean): number {
  let low = 3, high = 2000;
  while (low < high) { const middle = Math.ceil((low + high) / 2); if (holds(middle)) low = middle; else high = middle - 1; }
  return low;
}

describe('a queue\'s policy and its 8,192 bytes', () => {
  const half = (count: number) => queue(names(count), names(count).slice(Math.floor(count / 3)));
  const exact = most((count) => precisionOf(half(count)) === 'exact'), rough = most((count) => precisionOf(half(count)) !== 'lost');

  it('is exact as long as it fits, rougher as long as that fits, and then a loss that says what to do', () => {
    expect([precisionOf(half(exact)), precisionOf(half(exact + 1)), precisionOf(half(rough)), precisionOf(half(rough + 1))]).toEqual(['exact', 'rough', 'rough', 'lost']);
    for (const count of [exact, rough]) {
      const size = sizeOf(documentOf(half(count), 'QueuePolicy', 'q'));
      expect([size <= 8192, size > 8192 - 400]).toEqual([true, true]); // one more caller is too many
    }
    const [loss] = lowered(half(rough + 1)).losses;
    expect(loss).toMatchObject({ code: 'CS3330', severity: 'error', pointer: '/apis/0' });
    expect(loss?.message).toMatch(/^the policy of `q` would be larger than the service takes: 8\d{3} characters of 8192$/);
    expect(loss?.help).toMatch(/shorter `rolePath`.*Amazon SQS policy quotas/);
  });

  it('that is rougher still refuses strangers and administrators, and leaves our own roles to their own policies', async () => {
    const document = documentOf(half(rough), 'QueuePolicy', 'q'), sender = `arn:aws:iam::${account}:role/retail-${names(1)[0]!}`;
    const ask = (principal: string, action: string, identity?: 'none') => answer(document, { principal, action, resource: arns.sqs, ...(identity === undefined ? {} : { identity }) });
    expect(await ask(`arn:aws:iam::${account}:role/somebody`, 'sqs:SendMessage')).toBe('deny');
    expect(await ask(deployer, 'sqs:SendMessage')).toBe('deny');
    expect(await ask(deployer, 'sqs:GetQueueAttributes')).toBe('allow');
    expect(await ask(deployer, 'sqs:SetQueueAttributes', 'none')).toBe('allow');
    expect(await ask(sender, 'sqs:SendMessage')).toBe('allow');
    expect(await ask(sender, 'sqs:ReceiveMessage', 'none')).toBe('deny'); // nothing is allowed by it
  });

  it('has at most 20 statements, 10 conditions and 7 actions in a statement, whatever is granted', () => {
    const offers = { send: ['a', 'b'], receive: ['b', 'c'], purge: ['c', 'd'] };
    const { Statement } = documentOf(estate([resource('q', { service: 'sqs', arn: arns.sqs }, offers)]), 'QueuePolicy', 'q');
    const conditions = Statement.flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((keys) => Object.keys(keys)));
    expect([Statement.length <= 20, conditions.length <= 10, Math.max(...Statement.map(({ Action = [], NotAction = [] }) => Action.length + NotAction.length))]).toEqual([true, true, 7]);
  });

  it('counts a hole as the longest value that it may have', () => {
    const holed = (maxLength: number): Policy => estate([resource('q', { service: 'sqs', arn: { hole: 'the-queue' } }, { send: names(20), receive: names(20).slice(9) })], { holes: [{ name: 'the-queue', kind: 'arn', service: 'sqs', maxLength }] });
    const fits = most((maxLength) => lowered(holed(maxLength)).losses.length === 0);
    expect(lowered(holed(fits + 1)).losses.map(({ code }) => code)).toEqual(['CS3330']);
    const size = longestText(JSON.stringify(documentOf(holed(fits), 'QueuePolicy', 'q')), () => fits);
    expect([size <= 8192, size > 8192 - 20]).toEqual([true, true]);
  });
});

describe.each<readonly [Exclude<OwnableService, 'kms' | 'sqs'>, string, string]>([
  ['dynamodb', 'ResourcePolicy', 'get'], ['s3', 'BucketPolicy', 'read'], ['secretsmanager', 'SecretPolicy', 'read'], ['sns', 'TopicPolicy', 'publish'],
])('the policy of %s', (service, kind, verb) => {
  const of = (count: number): Policy => estate([resource('it', { service, arn: arns[service] }, { [verb]: names(count) })]);
  it('takes as many callers as fit into what the service documents, and not one more', () => {
    const count = most((callers) => lowered(of(callers)).losses.length === 0), size = sizeOf(documentOf(of(count), kind, 'it'));
    expect([size <= policyLimits[service].bytes, size > policyLimits[service].bytes - 150]).toEqual([true, true]);
    expect(lowered(of(count + 1)).losses.map(({ code, message }) => [code, message.endsWith(`of ${policyLimits[service].bytes}`)])).toEqual([['CS3330', true]]);
  });
});

it('a long path of roles makes policies larger, and a shorter one is the way out', () => {
  const policy = estate([resource('q', { service: 'sqs', arn: arns.sqs }, { send: names(40) })]), path = `/${'teams/'.repeat(20)}`;
  expect(lowered(policy).losses).toEqual([]);
  expect(lowered(policy, onAws({ rolePath: path })).losses.map(({ code }) => code)).toEqual(['CS3330']);
  expect(JSON.stringify(artifactOf(queue(['a']), 'QueuePolicy', 'q', onAws({ rolePath: '/teams/retail/' })))).toContain(`arn:aws:iam::${account}:role/teams/retail/retail-a`);
});
