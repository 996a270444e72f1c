import { longestText } from '#ir';
import type { PolicyDocument, PolicyStatement } from '../../target.ts';
import { compare } from '../../compare.ts';
import type { Allowed, AllowedResource } from './merge.ts';

/** Quotas on characters, whitespace left out (IAM, "IAM and AWS STS quotas"). Of a role's inline policies together; of one managed policy. */
export const inlineAggregate = 10_240;
export const managedPolicy = 6_144;
/** Of a trust policy. An account may ask for more, up to 4,096 (IAM, "IAM and AWS STS quotas"). */
export const trustPolicy = 2_048;

/** How many characters a token's value may have. */
export type Longest = (name: string) => number;

export const documentOf = (statements: readonly PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement: statements });
/** As IAM counts it, with every hole as long as it may become. */
export const sizeOf = (document: PolicyDocument, longest: Longest): number => longestText(JSON.stringify(document), longest);

export const allowStatement = ({ actions, conditions, resources, sid }: Pick<Allowed, 'actions' | 'conditions' | 'sid'> & { readonly resources: readonly string[] }): PolicyStatement => ({
  Sid: sid, Effect: 'Allow', Action: actions, Resource: resources, ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }),
});

/** One document's share of a statement: its actions and conditions on some of its resources. */
export interface Share { readonly statement: Allowed; readonly resources: readonly AllowedResource[] }
export interface Split {
  /** In the order of `rooms`; those that nothing fell to are left out. Statements are in the order of their names. */
  readonly documents: readonly { readonly room: number; readonly shares: readonly Share[] }[];
  /** What fits nowhere, with the characters that it would take. */
  readonly left: readonly { readonly statement: Allowed; readonly resource: AllowedResource; readonly size: number }[];
}

const envelope = JSON.stringify(documentOf([])).length;

/**
 * Puts statements into documents of so many characters. A statement that does not fit is split by its resources: A × {r, s} in
 * one document is A × {r} in one and A × {s} in another, because all policies of a role are judged as one. Nothing is
 * said twice and nothing is left out.
 *
 * Resources come in an order of their own (by the statement's actions and conditions, which a grant on another resource does not
 * change, then by name), each into the first document that has room for it. So a change of one grant displaces at most what is last in a full
 * document, and every other resource stays where it is. Linear in resources for a number of documents.
 */
export function split(statements: readonly Allowed[], rooms: readonly number[], longest: Longest): Split {
  const documents = rooms.map((room) => ({ free: room - envelope, shares: new Map<Allowed, AllowedResource[]>() }));
  const left: Split['left'][number][] = [];
  for (const statement of [...statements].sort((a, b) => compare(a.key, b.key))) {
    const header = longestText(JSON.stringify(allowStatement({ ...statement, resources: [] })), longest) + 1; // with the comma before it
    for (const resource of statement.resources) {
      const own = longestText(JSON.stringify(resource.resource), longest) + 1; // with the comma before it
      const document = documents.find(({ free, shares }) => (shares.has(statement) ? own : header + own - 1) <= free + (shares.size === 0 ? 1 : 0));
      if (document === undefined) { left.push({ statement, resource, size: envelope + header + own - 2 }); continue; }
      const share = document.shares.get(statement);
      document.free -= share === undefined ? header + own - (document.shares.size === 0 ? 2 : 1) : own;
      if (share === undefined) document.shares.set(statement, [resource]); else share.push(resource);
    }
  }
  return {
    documents: documents.flatMap(({ shares }, room) => (shares.size === 0 ? [] : [{
      room, shares: [...shares].map(([statement, resources]) => ({ statement, resources })).sort((a, b) => compare(a.statement.sid, b.statement.sid)),
    }])),
    left,
  };
}
