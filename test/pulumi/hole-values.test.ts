import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '#diagnostics';
import type { Api, CloudService, HoleContext } from '#ir';
import { holeValues } from '../../src/pulumi/hole-values.ts';

const queue = (account: string, name: string): string => `arn:aws:sqs:eu-west-1:${account}:${name}`;
const key = (account: string): string => `arn:aws:kms:eu-west-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const [ours, theirs] = ['111122223333', '444455556666'] as const;

const api = (name: string, service: CloudService, encryptedBy?: string): Api =>
  ({ name, servedBy: { kind: 'cloud', service, arn: { hole: name }, owned: false, ...(encryptedBy === undefined ? {} : { encryptedBy }) }, operations: [], offers: [] });
const context = (keyName: string): HoleContext => ({
  policy: {
    version: 1, name: 'retail', segments: [], workloads: [], identityProviders: [], people: [], partners: [], asks: [], never: [],
    apis: [api(keyName, 'kms'), api('m-queue', 'sqs', keyName), api('n-queue', 'sqs', keyName)],
    holes: [[keyName, 'kms'] as const, ['m-queue', 'sqs'] as const, ['n-queue', 'sqs'] as const].map(([name, service]) => ({ name, kind: 'arn' as const, service, maxLength: 2048 })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  },
  platform: { aws: { accountId: ours, region: 'eu-west-1', otherAccounts: [{ accountId: theirs, because: 'shared', owner: 'team' }] } } as unknown as HoleContext['platform'],
});

/** What is objected to when the values become known one after another, in the order of `arriving`. */
async function objections(keyName: string, values: Readonly<Record<string, string>>, arriving: readonly string[]): Promise<readonly string[]> {
  const settle = new Map<string, () => void>();
  const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, pulumi.output(new Promise<string>((resolve) => { settle.set(name, () => { resolve(value); }); }))]));
  const judged = holeValues(given, context(keyName), (found) => { expect(found).toEqual([]); });
  if (typeof judged === 'function') throw new Error('the values wait for no key');
  const found: string[] = [];
  const all = judged.objections.map((one) => new Promise<void>((resolve) => { one.apply((said: readonly Diagnostic[]) => { found.push(...said.map(({ code, pointer }) => `${code} ${pointer}`)); resolve(); }); }));
  for (const name of arriving) {
    settle.get(name)!();
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
  await Promise.all(all);
  return found;
}

const orders = (names: readonly string[]): readonly (readonly string[])[] => (names.length < 2 ? [names] : names.flatMap((name) => orders(names.filter((other) => other !== name)).map((rest) => [name, ...rest])));

describe('values that become known one after another', () => {
  it.each(['a-key', 'z-key'].flatMap((name) => orders([name, 'm-queue', 'n-queue']).map((arriving) => [name, arriving] as const)))('are judged the same in whatever order: %s, %j', async (name, arriving) => {
    const holes = context(name).policy.holes.map((one) => one.name), at = (hole: string): string => `/holes/${holes.indexOf(hole)}`;
    const sound = { [name]: key(ours), 'm-queue': queue(ours, 'm'), 'n-queue': queue(ours, 'n') };
    expect(await objections(name, sound, arriving)).toEqual([]);
    expect(new Set(await objections(name, { ...sound, 'n-queue': queue(ours, 'm') }, arriving))).toEqual(new Set([`CS5048 ${at('n-queue')}`]));
    const later = [name, 'n-queue'].sort().at(-1)!;
    expect(new Set(await objections(name, { ...sound, 'n-queue': queue(theirs, 'n') }, arriving))).toEqual(new Set([`CS5046 ${at(later)}`]));
  });
});
