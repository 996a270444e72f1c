import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countersign, folder } from './countersign.ts';

const root = join(import.meta.dirname, '..', '..');
const values = {
  'carts-key': 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555',
  'orders-key': 'arn:aws:kms:eu-west-1:111122223333:key/66666666-7777-8888-9999-000000000000',
  'retail-carts': 'arn:aws:dynamodb:eu-west-1:111122223333:table/retail-carts',
  'retail-orders': 'arn:aws:sqs:eu-west-1:111122223333:retail-orders',
} as const;
const compile = (text: string) => {
  const where = folder({ 'values.json': text }), out = join(where, 'out');
  const ran = countersign(['compile', 'stacks/retail-store/policy.ts', '--as-of', '2026-11-24', '--out', out, '--values', join(where, 'values.json')], { cwd: root });
  const files = readdirSync(where).includes('out') ? readdirSync(join(out, 'aws')).map((name) => readFileSync(join(out, 'aws', name), 'utf8')) : [];
  return { ...ran, files };
};

describe('compile --values', () => {
  it('puts each value where its hole stands, and its parts where only they belong', () => {
    const { code, files, stderr } = compile(JSON.stringify(values));
    expect([code, stderr]).toEqual([0, '']);
    expect(files.filter((text) => text.includes('{{'))).toEqual([]);
    const all = files.join('\n');
    for (const arn of Object.values(values)) expect(all).toContain(arn);
    expect(all).toContain('queueUrl: https://sqs.eu-west-1.amazonaws.com/111122223333/retail-orders');
    expect(all).toContain(`${values['retail-carts']}/index/idx_global_customerId`);
  });

  it('leaves holes in the open where no file is given', () => {
    const out = join(folder({}), 'out');
    expect(countersign(['compile', 'stacks/retail-store/policy.ts', '--as-of', '2026-11-24', '--out', out], { cwd: root }).code).toBe(0);
    expect(readFileSync(join(out, 'aws', 'queuepolicy-retail-orders.yaml'), 'utf8')).toContain('{{retail-orders}}');
  });

  it.each([
    ['a hole without a value', { ...values, 'retail-orders': undefined }, 'CS5040', /stacks\/retail-store\/cloud\.ts:\d+/],
    ['a value for no hole', { ...values, 'retail-order': values['retail-orders'] }, 'CS5041', /`retail-order`/],
    ['one value for two holes', { ...values, 'orders-key': values['carts-key'] }, 'CS5048', /`carts-key` and `orders-key`/],
    ['a wildcard', { ...values, 'retail-orders': 'arn:aws:sqs:eu-west-1:111122223333:*' }, 'CS5044', /more than one queue/],
    ['the ARN of something else', { ...values, 'retail-orders': values['retail-carts'] }, 'CS5045', /no ARN of a queue/],
    ['another region', { ...values, 'retail-orders': 'arn:aws:sqs:us-east-1:111122223333:retail-orders' }, 'CS5046', /us-east-1/],
    ['a number', { ...values, 'retail-orders': 7 }, 'CS5042', /`retail-orders`/],
  ])('refuses %s, and writes nothing', (_, wrong, code, says) => {
    const ran = compile(JSON.stringify(wrong));
    expect([ran.code, ran.stdout, ran.files]).toEqual([3, '', []]);
    expect(ran.stderr).toContain(`error[${code}]`);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).toContain('Nothing was written.');
  });

  it.each([
    ['no JSON', '{"retail-orders": ', 'CS5003'], ['a key twice', '{"a": "1", "a": "2"}', 'CS5007'], ['a list', '[]', 'CS5003'],
  ])('refuses a file that is %s', (_, text, code) => {
    const ran = compile(text);
    expect([ran.code, ran.files]).toEqual([3, []]);
    expect(ran.stderr).toContain(`error[${code}]`);
  });

  it('refuses a file that is not there', () => {
    const ran = countersign(['compile', 'stacks/retail-store/policy.ts', '--as-of', '2026-11-24', '--out', join(folder({}), 'out'), '--values', 'nowhere.json'], { cwd: root });
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('error[CS5001]')]);
  });
});
