import { describe, expect, it } from 'vitest';
import { actionsOf, cloudServiceFacts, type CloudApi, type CloudService, type Policy } from '#ir';
import { decide, type Request } from '#spec';
import { bothSides, cloudApis, time, type Action } from './both-sides.ts';
import { arns, documentOf, estate, resource } from './estate.ts';
import { everything, whole } from './everything.ts';

/**
 * Both sides at once, the roles' and the resources', before an independent simulator and before our own reading: workloads at
 * every action on every part of everything, directly and through every service. What they admit is what is granted, and no more.
 */
async function compare(policy: Policy, workloads: readonly string[], api: CloudApi, values?: ReadonlyMap<string, string>): Promise<number> {
  const { interpreted, simulated } = bothSides(policy, values), asked = askedOf(api);
  let allowed = 0;
  for (const name of workloads) {
    for (const to of asked) {
      const request: Request = { peer: { kind: 'workload', name }, throughExposure: false, to, context: { time } }, { decision } = decide(policy, request);
      if (decision === 'allow') allowed += 1;
      const what = `${name} ${to.action} ${to.within ?? ''} ${to.via ?? ''}`;
      expect([what, await simulated(name, api, to)]).toEqual([what, decision]);
      expect([what, interpreted(request)]).toEqual([what, decision]);
    }
  }
  return allowed;
}

const using: readonly CloudService[] = ['dynamodb', 's3', 'secretsmanager', 'sns', 'sqs'];
/** Every action that the service has here, about every part that there is something to say of. */
function askedOf(api: CloudApi): readonly Action[] {
  const { service } = api.servedBy, of = (action: string, within?: string, via?: CloudService): Action => ({ kind: 'action', api: api.name, action, ...(within === undefined ? {} : { within }), ...(via === undefined ? {} : { via }) });
  const actions = [...new Set([...actionsOf(service), ...cloudServiceFacts[service].management.filter((action) => /:(Put|Set|Update|Delete)/.test(action))])];
  switch (service) {
    case 's3': return actions.flatMap((action) => (action === 's3:ListBucket' ? [undefined, 'thumbs/', 'thumbs/2026/', 'raw/'] : /Object|Multipart/.test(action) ? ['thumbs/7', 'thumbs', 'raw/7'] : [undefined]).map((within) => of(action, within)));
    case 'dynamodb': return actions.flatMap((action) => (/Query|Scan/.test(action) ? [undefined, 'by-customer', 'by-nobody'] : [undefined]).map((within) => of(action, within)));
    case 'kms': return [...actions.map((action) => of(action)), ...using.flatMap((via) => ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'].map((action) => of(action, undefined, via)))];
    default: return actions.map((action) => of(action));
  }
}

describe('roles\' and resources\' policies together', () => {
  const policy = whole(everything), values = new Map([['made:made-key', arns.kms.replace('1234abcd', '5678abcd')]]);

  it.each(cloudApis(policy).map((api) => [api.name, api] as const))('admit of %s what is granted of it, and nothing else', async (_, api) => {
    expect(await compare(policy, policy.workloads.map(({ name }) => name), api, values)).toBeGreaterThan(0);
  }, 300_000);

  it('do so where a queue\'s policy had to be rougher: what it leaves to a role of ours, the role\'s own policies refuse', async () => {
    const names = Array.from({ length: 88 }, (_, n) => `w-${String(n).padStart(10, '0')}`), [first, last] = [names[0]!, names.at(-1)!];
    const crowded = estate([resource('q', { service: 'sqs', arn: arns.sqs }, { send: names.slice(0, 60), receive: names.slice(40) })]);
    const { Statement } = documentOf(crowded, 'QueuePolicy', 'q');
    expect(Statement.some(({ Action = [] }) => Action.includes('sqs:SendMessage') !== Action.includes('sqs:ReceiveMessage'))).toBe(false); // rougher it is
    expect(await compare(crowded, [first, names[50]!, last], cloudApis(crowded)[0]!)).toBeGreaterThan(8);
  }, 300_000);
});
