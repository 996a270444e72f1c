import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { split, allowStatement } from '../../../../src/targets/aws-iam/lower/documents.ts';
import { conditionsOf } from '../../../../src/targets/aws-iam/lower/conditions.ts';
import { merged, type Allowed } from '../../../../src/targets/aws-iam/lower/merge.ts';
import type { Permission } from '../../../../src/targets/aws-iam/lower/permissions.ts';
import { triplesOf } from './estate.ts';

/** Few of everything, so that permissions share what can be merged and what can't. */
const permission: fc.Arbitrary<Permission> = fc.record({
  action: fc.constantFrom('sqs:SendMessage', 'sqs:ReceiveMessage', 's3:ListBucket', 's3:GetObject', 'kms:Decrypt'),
  resource: fc.constantFrom('arn:a', 'arn:b', 'arn:c', '{{hole}}'),
  tests: fc.constantFrom([] as const, [['Bool', 'aws:SecureTransport', ['true']]] as const, [['Bool', 'aws:SecureTransport', ['true']], ['DateLessThan', 'aws:CurrentTime', ['2027-01-01T00:00:00Z']]] as const),
  prefix: fc.option(fc.constantFrom('a/', 'b/', 'a/b'), { nil: undefined }),
  grant: fc.constantFrom('x → q.send', 'x → q.receive', 'x → b.list'),
  api: fc.constantFrom('q', 'b', 'q-2', 'q.2'), verb: fc.constantFrom('send', 'receive', 'list'),
}).map(({ action, api, grant, prefix, resource, tests, verb }): Permission => {
  const conditions = conditionsOf(tests);
  return { action, resource, conditions, conditionsText: JSON.stringify(conditions), ...(prefix === undefined || action !== 's3:ListBucket' ? {} : { prefix }), grant, about: { api, does: verb }, does: [] };
});
const permissions = fc.array(permission, { maxLength: 40 });

/** What was asked for, one by one. A listing without a prefix takes in those with one. */
function wanted(given: readonly Permission[]): ReadonlySet<string> {
  const every = new Set(given.filter(({ prefix }) => prefix === undefined).map(({ action, conditionsText, resource }) => `${action} ${resource} ${conditionsText}`));
  return new Set(given.flatMap(({ action, conditions, conditionsText, prefix, resource }) => {
    if (prefix === undefined) return [JSON.stringify(['Allow', action, resource, conditions])];
    if (every.has(`${action} ${resource} ${conditionsText}`)) return [];
    return [JSON.stringify(['Allow', action, resource, { ...conditions, StringLike: { 's3:prefix': [`${prefix}*`] } }])];
  }));
}
const said = (statements: readonly Allowed[]) => triplesOf(statements.map((statement) => allowStatement({ ...statement, resources: statement.resources.map(({ resource }) => resource) })));

describe('merging', () => {
  it('allows exactly what was granted: the same actions on the same resources under the same conditions', () => {
    fc.assert(fc.property(permissions, (given) => { expect([...said(merged(given))].sort()).toEqual([...wanted(given)].sort()); }), { numRuns: 500 });
  });
  it('says nothing twice, and names every statement once', () => {
    fc.assert(fc.property(permissions, (given) => {
      const statements = merged(given);
      const all = statements.flatMap(({ actions, conditions, resources }) => actions.flatMap((action) => resources.map(({ resource }) => JSON.stringify([action, resource, conditions]))));
      expect(new Set(all).size).toBe(all.length);
      expect(new Set(statements.map(({ sid }) => sid)).size).toBe(statements.length);
      for (const { sid } of statements) expect(sid).toMatch(/^[A-Za-z0-9]{1,100}$/);
    }));
  });
  it('does not depend on the order of what is given', () => {
    fc.assert(fc.property(permissions.chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length, maxLength: given.length }))), ([one, other]) => {
      expect(JSON.stringify(merged(other))).toBe(JSON.stringify(merged(one)));
    }));
  });
  it('keeps which grant each resource is listed for', () => {
    fc.assert(fc.property(permissions, (given) => {
      const listed = new Set(merged(given).flatMap(({ actions, resources }) => actions.flatMap((action) => resources.flatMap(({ resource, serves }) => serves.map(({ grant }) => `${grant} ${action} ${resource}`)))));
      for (const { action, grant, resource } of given) expect(listed).toContain(`${grant} ${action} ${resource}`);
    }));
  });
});

describe('splitting', () => {
  it('puts everything somewhere or says that it is left over, in documents that fit, and nothing twice', () => {
    fc.assert(fc.property(permissions, fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 4 }), fc.integer({ min: 8, max: 300 }), (given, rooms, hole) => {
      const longest = (): number => hole, statements = merged(given), { documents, left } = split(statements, rooms, longest);
      const printed = documents.map(({ room, shares }) => ({ room, document: { Version: '2012-10-17', Statement: shares.map(({ resources, statement }) => allowStatement({ ...statement, resources: resources.map(({ resource }) => resource) })) } }));
      for (const { document, room } of printed) expect(JSON.stringify(document).replaceAll('{{hole}}', 'x'.repeat(hole)).length).toBeLessThanOrEqual(rooms[room]!);
      const found = printed.flatMap(({ document }) => [...triplesOf(document.Statement)]), rest = said(left.map(({ resource, statement }) => ({ ...statement, resources: [resource] })));
      expect(new Set(found).size).toBe(found.length);
      expect([...found, ...rest].sort()).toEqual([...said(statements)].sort());
    }), { numRuns: 500 });
  });
  it('leaves over only what fits into none of the documents as they are', () => {
    fc.assert(fc.property(permissions, fc.array(fc.integer({ min: 100, max: 900 }), { minLength: 1, maxLength: 3 }), (given, rooms) => {
      const { documents, left } = split(merged(given), rooms, () => 50);
      const used = rooms.map((room, index) => room - JSON.stringify({ Version: '2012-10-17', Statement: (documents.find((one) => one.room === index)?.shares ?? []).map(({ resources, statement }) => allowStatement({ ...statement, resources: resources.map(({ resource }) => resource) })) }).replaceAll('{{hole}}', 'x'.repeat(50)).length);
      for (const { resource, statement } of left) {
        const alone = JSON.stringify(allowStatement({ ...statement, resources: [resource.resource] })).replaceAll('{{hole}}', 'x'.repeat(50)).length;
        expect(Math.max(...used)).toBeLessThan(alone + 1);
      }
    }));
  });
});
