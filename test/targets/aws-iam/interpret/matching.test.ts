import { describe, expect, it } from 'vitest';
import { isArnLike, isResource } from '../../../../src/targets/aws-iam/interpret/arn-matching.ts';
import { isLike, patternOf } from '../../../../src/targets/aws-iam/interpret/wildcard.ts';
import { no, perhaps, yes, type Truth } from '../../../../src/targets/truth.ts';

const words = { matches: yes, differs: no, unknown: perhaps } as const satisfies Record<string, Truth>;
type Case = readonly [pattern: string, arn: string, expected: keyof typeof words];
const queue = 'arn:aws:sqs:eu-west-1:111122223333:settlements';

/** "IAM JSON policy elements: Resource", using wildcards in resource ARNs (IAM User Guide). */
const resources: readonly Case[] = [
  ['*', queue, 'matches'],
  [queue, queue, 'matches'],
  [queue, `${queue}-2`, 'differs'],
  [`${queue}*`, `${queue}-2`, 'matches'],
  [`${queue}?`, queue, 'differs'],
  ['arn:aws:sqs:*:111122223333:settlements', queue, 'matches'],
  ['arn:aws:sqs:eu-*-1:111122223333:settl?ments', queue, 'matches'],
  ['arn:aws:sqs:us-*:111122223333:*', queue, 'differs'],
  ['arn:aws:sqs:*:444455556666:settlements', queue, 'differs'],
  // an asterisk replaces everything within a segment, slashes too
  ['arn:aws:s3:::media/*/test/*', 'arn:aws:s3:::media/1/test/object.jpg', 'matches'],
  ['arn:aws:s3:::media/*/test/*', 'arn:aws:s3:::media/1/2/test/3/object.jpg', 'matches'],
  ['arn:aws:s3:::media/*/test/*', 'arn:aws:s3:::media/1-test/object.jpg', 'differs'],
  ['arn:aws:s3:::media', 'arn:aws:s3:::media/object.jpg', 'differs'],
  ['arn:aws:s3:::media/*', 'arn:aws:s3:::media', 'differs'],
  ['arn:aws:s3:::media/img/*', 'arn:aws:s3:::media/IMG/a', 'differs'], // keys of objects are case-sensitive (Amazon S3, "Naming Amazon S3 objects")
  ['arn:aws:lambda:eu-west-1:111122223333:function:invoice', 'arn:aws:lambda:eu-west-1:111122223333:function:invoice:live', 'differs'],
  ['arn:aws:lambda:eu-west-1:111122223333:function:invoice*', 'arn:aws:lambda:eu-west-1:111122223333:function:invoice:live', 'matches'],
  // an asterisk at the end of a segment is said to reach past the colon; where that decides, two readings differ
  ['arn:aws:sqs:*', queue, 'matches'],
  ['arn:aws:sqs:*:settlements', queue, 'unknown'],
  ['arn:aws:sqs:eu-west-1', queue, 'differs'],
  ['arn:aws:*:111122223333:settlements', queue, 'unknown'],
  ['arn:*:eu-west-1:111122223333:function:invoice', 'arn:aws:lambda:eu-west-1:111122223333:function:invoice', 'unknown'],
];

/** Tokens are texts that nobody knows yet: equal to themselves, and to no other hole's and no other ARN. */
const tokens: readonly Case[] = [
  ['{{queue}}', '{{queue}}', 'matches'],
  ['{{queue}}', '{{other}}', 'differs'],
  [queue, '{{queue}}', 'differs'],
  ['{{queue}}', queue, 'differs'],
  ['*', '{{queue}}', 'matches'],
  ['{{bucket}}/*', '{{bucket}}/img/a', 'matches'],
  ['{{bucket}}/img/*', '{{bucket}}/private/a', 'differs'],
  ['{{bucket}}/*', '{{other}}/a', 'differs'],
  ['{{bucket}}/*', 'arn:aws:s3:::media/a', 'differs'],
  ['{{bucket}}*', '{{other}}', 'unknown'], // one may begin with the other
  ['arn:aws:sqs:*:*:*', '{{queue}}', 'unknown'],
  ['arn:aws:sqs:eu-west-1:111122223333:settl*', '{{queue}}', 'unknown'],
  ['{{table}}/index/*', '{{table}}/index/byCustomer', 'matches'],
  ['{{table}}/index/?yCustomer', '{{table}}/index/byCustomer', 'unknown'], // a question mark and a text that is not known
  ['{{table}}/index/a*', '{{table}}/index/byCustomer', 'differs'],
  ['{{made:orders-key}}', '{{made:orders-key}}', 'matches'],
];

describe('resources of statements', () => {
  it.each([...resources, ...tokens])('%s against %s: %s', (pattern, arn, expected) => { expect(isResource(patternOf(pattern, true), arn)).toBe(words[expected]); });
});

describe('patterns', () => {
  it('of many wildcards are matched in time', () => {
    expect(isLike(patternOf(`${'a*'.repeat(200)}b`, true), 'a'.repeat(3_000))).toBe(no);
  });
  it('keep to the six components in comparisons of ARNs', () => {
    expect(isArnLike(patternOf('arn:aws:sqs:*:settlements', true), queue)).toBe(perhaps);
    expect(isArnLike(patternOf('arn:aws:sqs:*:*:settlements', true), queue)).toBe(yes);
    expect(isArnLike(patternOf('arn:aws:*:settlements:x:y', true), queue)).toBe(no);
  });
});
