import { describe, expect, it } from 'vitest';
import { artifactTree } from '../../src/cli/output/artifact-tree.ts';
import type { AwsArtifact } from '#targets';

const tablePolicy = (api: string): AwsArtifact => ({
  kind: 'aws', id: `aws/dynamodb/ResourcePolicy/${api}`, stage: 0, type: 'dynamodb/resourcePolicy:ResourcePolicy', grants: [],
  properties: { resourceArn: `arn:aws:dynamodb:eu-west-1:111122223333:table/${api}` }, documents: { policy: { Version: '2012-10-17', Statement: [] } },
});
const paths = (...apis: readonly string[]): readonly string[] => artifactTree(apis.map(tablePolicy)).map(({ path }) => path);

describe('the files of AWS', () => {
  it('are named for their kind and name, in lower case', () => {
    expect(paths('Carts', 'orders')).toEqual(['aws/resourcepolicy-carts.yaml', 'aws/resourcepolicy-orders.yaml']);
  });
  it.each([['names that differ in case alone', 'Orders', 'orders'], ['a slash and a hyphen', 'a/b', 'a-b']])('are one for each object: %s', (_, one, other) => {
    const found = paths(one, other);
    expect(new Set(found).size).toBe(2);
    expect(found).toEqual([...paths(other, one)].reverse());
    for (const path of found) expect(path).toMatch(/^aws\/resourcepolicy-[a-z-]+-[0-9a-f]{8}\.yaml$/);
  });
  it('have names that a file system takes, however long the API\'s name is', () => {
    const [long, longer] = paths('o'.repeat(300), 'o'.repeat(301));
    expect(Math.max(long!.length, longer!.length)).toBeLessThan(100);
    expect(long).not.toBe(longer);
  });
});
