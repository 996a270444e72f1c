import { describe, expect, it } from 'vitest';
import { absent, is, present, unknown, type Context, type Fact } from '../../../../src/targets/aws-iam/interpret/context.ts';
import { allHold, readCondition } from '../../../../src/targets/aws-iam/interpret/condition.ts';
import { no, perhaps, yes, type Truth } from '../../../../src/targets/truth.ts';

type Block = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
const words = { holds: yes, fails: no, unknown: perhaps } as const satisfies Record<string, Truth>;
const contextOf = (facts: Readonly<Record<string, Fact>>): Context => (key) => Object.entries(facts).find(([name]) => name.toLowerCase() === key)?.[1] ?? absent;
const judged = (block: Block, facts: Readonly<Record<string, Fact>>, variables = true): Truth =>
  allHold(Object.entries(block).flatMap(([operator, keys]) => Object.entries(keys).map(([key, values]) => readCondition(operator, key, values, variables))), contextOf(facts));

type Case = readonly [claim: string, block: Block, facts: Readonly<Record<string, Fact>>, expected: keyof typeof words];
const many = (...values: readonly string[]): Fact => ({ kind: 'is', values, multivalued: true });
const role = 'arn:aws:iam::111122223333:role/teams/shop/orders';

/** "IAM JSON policy elements: Condition operators" (IAM User Guide), unless a table says otherwise. */
const tables: Readonly<Record<string, readonly Case[]>> = {
  'String condition operators': [
    ['StringEquals is case-sensitive', { StringEquals: { k: ['Shop'] } }, { k: is('shop') }, 'fails'],
    ['StringEquals takes a wildcard for itself', { StringEquals: { k: ['sh*'] } }, { k: is('shop') }, 'fails'],
    ['StringEquals matches an asterisk with one', { StringEquals: { k: ['sh*'] } }, { k: is('sh*') }, 'holds'],
    ['StringEqualsIgnoreCase ignores case', { StringEqualsIgnoreCase: { k: ['SHOP'] } }, { k: is('sHop') }, 'holds'],
    ['StringNotEqualsIgnoreCase is its negation', { StringNotEqualsIgnoreCase: { k: ['SHOP'] } }, { k: is('sHop') }, 'fails'],
    ['StringLike: * is many characters, or none', { StringLike: { k: ['sh*op'] } }, { k: is('shop') }, 'holds'],
    ['StringLike: ? is one character', { StringLike: { k: ['sho?'] } }, { k: is('shop') }, 'holds'],
    ['StringLike: ? is not none', { StringLike: { k: ['shop?'] } }, { k: is('shop') }, 'fails'],
    ['StringLike is case-sensitive', { StringLike: { k: ['SH*'] } }, { k: is('shop') }, 'fails'],
    ['StringLike without a wildcard is the whole text', { StringLike: { k: ['sho'] } }, { k: is('shop') }, 'fails'],
    ['StringLike: an empty value is an empty text', { StringLike: { k: ['', 'home/'] } }, { k: is('') }, 'holds'],
    ['StringNotLike', { StringNotLike: { k: ['sh*'] } }, { k: is('shop') }, 'fails'],
    ['StringNotEquals', { StringNotEquals: { k: ['other'] } }, { k: is('shop') }, 'holds'],
  ],
  'Numeric condition operators': [
    ['NumericEquals compares numbers, not texts', { NumericEquals: { k: ['10.0'] } }, { k: is('10') }, 'holds'],
    ['NumericNotEquals', { NumericNotEquals: { k: ['10'] } }, { k: is('10') }, 'fails'],
    ['NumericLessThan is strict', { NumericLessThan: { k: ['1.2'] } }, { k: is('1.2') }, 'fails'],
    ['NumericLessThan of decimals', { NumericLessThan: { k: ['1.2'] } }, { k: is('1.1') }, 'holds'],
    ['NumericLessThanEquals is not', { NumericLessThanEquals: { k: ['10'] } }, { k: is('10') }, 'holds'],
    ['NumericGreaterThan is strict', { NumericGreaterThan: { k: ['1.2'] } }, { k: is('1.2') }, 'fails'],
    ['NumericGreaterThan as numbers', { NumericGreaterThan: { k: ['9'] } }, { k: is('10') }, 'holds'],
    ['NumericGreaterThanEquals', { NumericGreaterThanEquals: { k: ['1.2'] } }, { k: is('1.2') }, 'holds'],
    ['what is no number is not said', { NumericLessThan: { k: ['many'] } }, { k: is('1') }, 'unknown'],
  ],
  'Date condition operators': [
    ['DateLessThan is strict', { DateLessThan: { k: ['2026-12-01T00:00:00Z'] } }, { k: is('2026-12-01T00:00:00Z') }, 'fails'],
    ['DateLessThan, a second before', { DateLessThan: { k: ['2026-12-01T00:00:00Z'] } }, { k: is('2026-11-30T23:59:59Z') }, 'holds'],
    ['DateLessThanEquals is not strict', { DateLessThanEquals: { k: ['2026-12-01T00:00:00Z'] } }, { k: is('2026-12-01T00:00:00Z') }, 'holds'],
    ['DateGreaterThan is strict', { DateGreaterThan: { k: ['2026-12-01T00:00:00Z'] } }, { k: is('2026-12-01T00:00:00Z') }, 'fails'],
    ['DateGreaterThanEquals is not', { DateGreaterThanEquals: { k: ['2026-12-01T00:00:00Z'] } }, { k: is('2026-12-01T00:00:00Z') }, 'holds'],
    ['offsets are heeded', { DateEquals: { k: ['2026-12-01T02:00:00+02:00'] } }, { k: is('2026-12-01T00:00:00Z') }, 'holds'],
    ['a day begins at midnight UTC', { DateEquals: { k: ['2026-12-01'] } }, { k: is('2026-12-01T00:00:00Z') }, 'holds'],
    ['seconds since 1970 are a date', { DateEquals: { k: ['1796083200'] } }, { k: is('2026-12-01T00:00:00Z') }, 'holds'],
    ['DateNotEquals', { DateNotEquals: { k: ['2026-12-01'] } }, { k: is('2026-12-01T00:00:00Z') }, 'fails'],
    ['four digits may be a year or seconds', { DateLessThan: { k: ['2027'] } }, { k: is('2026-12-01T00:00:00Z') }, 'unknown'],
    ['a time without a zone is none of the forms', { DateLessThan: { k: ['2027-01-01T00:00:00'] } }, { k: is('2026-12-01T00:00:00Z') }, 'unknown'],
  ],
  'Boolean and binary condition operators': [
    ['Bool', { Bool: { k: ['true'] } }, { k: is('true') }, 'holds'],
    ['Bool, the other way', { Bool: { k: ['true'] } }, { k: is('false') }, 'fails'],
    ['Bool in capitals', { Bool: { k: ['TRUE'] } }, { k: is('true') }, 'holds'],
    ['what is no boolean is not said', { Bool: { k: ['yes'] } }, { k: is('true') }, 'unknown'],
    ['BinaryEquals', { BinaryEquals: { k: ['QmluYXJ5'] } }, { k: is('QmluYXJ5') }, 'holds'],
    ['BinaryEquals, another', { BinaryEquals: { k: ['QmluYXJ5'] } }, { k: is('QmluYXJ6') }, 'fails'],
  ],
  'IP address condition operators': [
    ['an address in a range', { IpAddress: { k: ['203.0.113.0/24'] } }, { k: is('203.0.113.255') }, 'holds'],
    ['and one beside it', { IpAddress: { k: ['203.0.113.0/24'] } }, { k: is('203.0.114.0') }, 'fails'],
    ['all of IPv4', { IpAddress: { k: ['0.0.0.0/0'] } }, { k: is('255.1.2.3') }, 'holds'],
    ['a value without a length is one address', { IpAddress: { k: ['203.0.113.7'] } }, { k: is('203.0.113.8') }, 'fails'],
    ['IPv6, however it is written', { IpAddress: { k: ['2001:DB8:1234:5678::/64'] } }, { k: is('2001:db8:1234:5678:0::1') }, 'holds'],
    ['IPv6, beside it', { IpAddress: { k: ['2001:DB8:1234:5678::/64'] } }, { k: is('2001:db8:1234:5679::1') }, 'fails'],
    ['one IPv6 address', { IpAddress: { k: ['2001:db8::7'] } }, { k: is('2001:db8:0::7') }, 'holds'],
    ['one family is never in the other', { IpAddress: { k: ['::/0'] } }, { k: is('203.0.113.7') }, 'fails'],
    ['mixed values', { IpAddress: { k: ['203.0.113.0/24', '2001:DB8::/32'] } }, { k: is('2001:db8::1') }, 'holds'],
    ['NotIpAddress', { NotIpAddress: { k: ['203.0.113.0/24'] } }, { k: is('203.0.113.7') }, 'fails'],
    ['NotIpAddress is all others, of the other family too', { NotIpAddress: { k: ['203.0.113.7'] } }, { k: is('2001:db8::1') }, 'holds'],
    ['IPv4 written inside IPv6 is not said', { IpAddress: { k: ['203.0.113.0/24'] } }, { k: is('::ffff:203.0.113.7') }, 'unknown'],
    ['what is no range is not said', { IpAddress: { k: ['203.0.113.0/33'] } }, { k: is('203.0.113.7') }, 'unknown'],
  ],
  'ARN condition operators': [
    ['ArnLike takes wildcards', { ArnLike: { k: ['arn:aws:iam::*:role/teams/*'] } }, { k: is(role) }, 'holds'],
    ['ArnEquals behaves as ArnLike', { ArnEquals: { k: ['arn:aws:iam::*:role/teams/*'] } }, { k: is(role) }, 'holds'],
    ['each component is checked apart: a wildcard ends at a colon', { ArnLike: { k: ['arn:aws:someservice:*:111122223333:finance/*'] } }, { k: is('arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt') }, 'fails'],
    ['StringLike does not end there', { StringLike: { k: ['arn:aws:someservice:*:111122223333:finance/*'] } }, { k: is('arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt') }, 'holds'],
    ['the last component holds further colons', { ArnLike: { k: ['arn:aws:lambda:*:*:function:*'] } }, { k: is('arn:aws:lambda:eu-west-1:111122223333:function:invoice:live') }, 'holds'],
    ['case counts', { ArnLike: { k: ['arn:aws:iam::*:role/Teams/*'] } }, { k: is(role) }, 'fails'],
    ['ArnNotEquals', { ArnNotEquals: { k: [role] } }, { k: is(role) }, 'fails'],
    ['ArnNotLike', { ArnNotLike: { k: ['arn:aws:iam::*:role/other'] } }, { k: is(role) }, 'holds'],
    ['what is no ARN is not said', { ArnLike: { k: ['*'] } }, { k: is(role) }, 'unknown'],
  ],
  'a key that is not in the context ("the values do not match and the condition is false"; negated ones are true)': [
    ['StringEquals', { StringEquals: { k: ['x'] } }, {}, 'fails'],
    ['StringLike, even to *', { StringLike: { k: ['*'] } }, {}, 'fails'],
    ['Bool', { Bool: { k: ['false'] } }, {}, 'fails'],
    ['IpAddress', { IpAddress: { k: ['0.0.0.0/0'] } }, {}, 'fails'],
    ['NumericLessThan', { NumericLessThan: { k: ['9'] } }, {}, 'fails'],
    ['DateLessThan', { DateLessThan: { k: ['2027-01-01'] } }, {}, 'fails'],
    ['StringNotEquals', { StringNotEquals: { k: ['x'] } }, {}, 'holds'],
    ['StringNotLike', { StringNotLike: { k: ['*'] } }, {}, 'holds'],
    ['ArnNotLike', { ArnNotLike: { k: ['arn:*:*:*:*:*'] } }, {}, 'holds'],
    ['NotIpAddress', { NotIpAddress: { k: ['0.0.0.0/0'] } }, {}, 'holds'],
    ['NumericNotEquals', { NumericNotEquals: { k: ['9'] } }, {}, 'holds'],
    ['DateNotEquals', { DateNotEquals: { k: ['2027-01-01'] } }, {}, 'holds'],
    ['StringEqualsIfExists', { StringEqualsIfExists: { k: ['x'] } }, {}, 'holds'],
    ['BoolIfExists', { BoolIfExists: { k: ['false'] } }, {}, 'holds'],
    ['StringNotEqualsIfExists', { StringNotEqualsIfExists: { k: ['x'] } }, {}, 'holds'],
    ['StringEqualsIfExists where it exists', { StringEqualsIfExists: { k: ['x'] } }, { k: is('y') }, 'fails'],
    ['StringNotEqualsIfExists where it exists', { StringNotEqualsIfExists: { k: ['x'] } }, { k: is('x') }, 'fails'],
    ['Null: true', { Null: { k: ['true'] } }, {}, 'holds'],
    ['Null: false', { Null: { k: ['false'] } }, {}, 'fails'],
    ['Null: true where it is there', { Null: { k: ['true'] } }, { k: is('x') }, 'fails'],
    ['Null: false where it is there', { Null: { k: ['false'] } }, { k: is('x') }, 'holds'],
  ],
  '"Set operators for multivalued context keys" and "Single-valued vs. multivalued context keys"': [
    ['ForAllValues: each value of the request is one of the policy\'s', { 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: many('a', 'b') }, 'holds'],
    ['ForAllValues: one that is not', { 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: many('a', 'c') }, 'fails'],
    ['ForAllValues is true of no key at all', { 'ForAllValues:StringEquals': { k: ['a'] } }, {}, 'holds'],
    ['ForAnyValue: one is enough', { 'ForAnyValue:StringEquals': { k: ['a'] } }, { k: many('c', 'a') }, 'holds'],
    ['ForAnyValue: none', { 'ForAnyValue:StringEquals': { k: ['a'] } }, { k: many('c', 'd') }, 'fails'],
    ['ForAnyValue is false of no key at all', { 'ForAnyValue:StringEquals': { k: ['a'] } }, {}, 'fails'],
    ['ForAnyValue, negated, too', { 'ForAnyValue:StringNotEquals': { k: ['a'] } }, {}, 'fails'],
    ['ForAnyValue, negated: some value is none of the policy\'s', { 'ForAnyValue:StringNotEquals': { k: ['a', 'b'] } }, { k: many('a', 'c') }, 'holds'],
    ['ForAllValues, negated: no value is any of the policy\'s', { 'ForAllValues:StringNotEquals': { k: ['a'] } }, { k: many('b', 'a') }, 'fails'],
    ['a key of many values wants a set operator', { StringEquals: { k: ['a'] } }, { k: many('a', 'b') }, 'unknown'],
    ['also where it has just one', { StringEquals: { k: ['a'] } }, { k: many('a') }, 'unknown'],
    ['ForAnyValue with IfExists, of no key: the pages differ', { 'ForAnyValue:StringEqualsIfExists': { k: ['a'] } }, {}, 'unknown'],
    ['a null dataset, such as an empty string, for ForAllValues', { 'ForAllValues:StringEquals': { k: ['a'] } }, { k: is('') }, 'unknown'],
  ],
  '"Evaluation logic for multiple context keys or values"': [
    ['several values are OR', { StringEquals: { k: ['x', 'shop'] } }, { k: is('shop') }, 'holds'],
    ['several values of a negated operator are NOR', { StringNotEquals: { k: ['x', 'shop'] } }, { k: is('shop') }, 'fails'],
    ['several keys are AND', { StringEquals: { k: ['shop'], l: ['x'] } }, { k: is('shop'), l: is('y') }, 'fails'],
    ['several operators are AND', { StringEquals: { k: ['shop'] }, Bool: { l: ['true'] } }, { k: is('shop'), l: is('false') }, 'fails'],
    ['all of them', { StringEquals: { k: ['shop'] }, Bool: { l: ['true'] } }, { k: is('shop'), l: is('true') }, 'holds'],
    ['names of keys are not case-sensitive', { StringEquals: { 'AWS:SourceVPC': ['vpc-1'] } }, { 'aws:SourceVpc': is('vpc-1') }, 'holds'],
  ],
  '"IAM policy elements: Variables and tags"': [
    ['a variable is replaced', { StringEquals: { k: ['${t}'] } }, { k: is('shop'), t: is('shop') }, 'holds'],
    ['within a pattern', { StringLike: { k: ['home/${t}/*'] } }, { k: is('home/shop/7'), t: is('shop') }, 'holds'],
    ['a wildcard in what replaces it is none', { StringLike: { k: ['${t}'] } }, { k: is('shop'), t: is('*') }, 'fails'],
    ['without a value nothing is like it', { StringLike: { k: ['${t}*'] } }, { k: is('shop') }, 'fails'],
    ['and negated operators match', { StringNotEquals: { k: ['${t}'] } }, { k: is('shop') }, 'holds'],
    ['a default stands in', { StringEquals: { k: ['${t, \'shop\'}'] } }, { k: is('shop') }, 'holds'],
    ['where there is a value, it does not', { StringEquals: { k: ['${t, \'shop\'}'] } }, { k: is('shop'), t: is('other') }, 'fails'],
    ['${*} is an asterisk', { StringLike: { k: ['a${*}b'] } }, { k: is('axb') }, 'fails'],
    ['and equal to one', { StringLike: { k: ['a${*}b'] } }, { k: is('a*b') }, 'holds'],
    ['${?} is a question mark', { StringLike: { k: ['a${?}'] } }, { k: is('ab') }, 'fails'],
    ['${$} is a dollar', { StringEquals: { k: ['${$}5'] } }, { k: is('$5') }, 'holds'],
    ['of several values it can\'t be told', { StringEquals: { k: ['${t}'] } }, { k: is('a'), t: many('a', 'b') }, 'unknown'],
    ['of one that is not known neither', { StringEquals: { k: ['x${t}'] } }, { k: is('xa'), t: present }, 'unknown'],
    ['but for what it can\'t be in any case', { StringEquals: { k: ['x${t}'] } }, { k: is('ya'), t: present }, 'fails'],
    ['ARN operators take variables, with their colons', { ArnLike: { k: ['arn:aws:iam::${aws:PrincipalAccount}:role/*'] } }, { k: is(role), 'aws:PrincipalAccount': is('111122223333') }, 'holds'],
    ['the pages differ on Bool', { Bool: { k: ['${t}'] } }, { k: is('true'), t: is('true') }, 'unknown'],
  ],
  'what this reader does not know': [
    ['a key: equality', { StringEquals: { k: ['x'] } }, { k: unknown }, 'unknown'],
    ['a key: its negation', { StringNotEquals: { k: ['x'] } }, { k: unknown }, 'unknown'],
    ['a key: whether it is there', { Null: { k: ['true'] } }, { k: unknown }, 'unknown'],
    ['a key that is there: its value', { StringEquals: { k: ['x'] } }, { k: present }, 'unknown'],
    ['a key that is there: that it is', { Null: { k: ['false'] } }, { k: present }, 'holds'],
    ['a key that is there: any value will do', { StringLike: { k: ['*'] } }, { k: present }, 'holds'],
    ['a key that may be there: absence, or any value', { StringLikeIfExists: { k: ['*'] } }, { k: unknown }, 'holds'],
    ['one of two values: both would do', { BoolIfExists: { k: ['false'] } }, { k: { kind: 'either', of: [absent, is('false')] } }, 'holds'],
    ['one of two values: neither would', { Bool: { k: ['true'] } }, { k: { kind: 'either', of: [absent, is('false')] } }, 'fails'],
    ['one of two values: one would', { Bool: { k: ['false'] } }, { k: { kind: 'either', of: [absent, is('false')] } }, 'unknown'],
    ['an unknown key beside one that fails', { StringEquals: { k: ['x'], l: ['y'] } }, { k: unknown, l: is('z') }, 'fails'],
  ],
};

describe('conditions, as "IAM JSON policy elements: Condition operators" has them', () => {
  for (const [page, cases] of Object.entries(tables)) {
    describe(page, () => {
      it.each(cases)('%s', (_claim, block, facts, expected) => { expect(judged(block, facts)).toBe(words[expected]); });
    });
  }
  it('takes variables for text in documents of the old version ("IAM JSON policy elements: Version")', () => {
    expect(judged({ StringEquals: { k: ['${t}'] } }, { k: is('${t}'), t: is('shop') }, false)).toBe(yes);
    expect(judged({ StringEquals: { k: ['${t}'] } }, { k: is('shop'), t: is('shop') }, false)).toBe(no);
  });
  it.each(['StringSimilar', 'stringEquals', 'NullIfExists', 'ForAnyValue:Null', 'ForSomeValues:StringEquals', 'StringEqualsIfexists'])('refuses the operator %s, which no page has', (operator) => {
    expect(() => readCondition(operator, 'k', ['x'], true)).toThrow();
  });
});
