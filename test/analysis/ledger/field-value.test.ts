import { describe, expect, test } from 'vitest';
import { fieldValue } from '#analysis';

const object = {
  metadata: { labels: { 'app.kubernetes.io/name': 'orders' } },
  spec: { rules: [{ to: [{ operation: { ports: ['8080'] } }, { operation: { ports: ['9090'] } }], when: [] }, { to: [{ operation: {} }] }], none: null, off: false },
};

describe('what stands at a field', () => {
  test.each<readonly [string, unknown]>([
    ['spec.rules[0].to[1].operation.ports', ['9090']],
    ['spec.rules[0].to[].operation.ports', [['8080'], ['9090']]],
    ['spec.rules[].to[].operation.ports', [['8080'], ['9090']]],
    ['spec.rules[1].to[].operation', [{}]],
    ['metadata.labels["app.kubernetes.io/name"]', 'orders'],
    ['metadata.labels[\'app.kubernetes.io/name\']', 'orders'],
    ['spec.rules[0].when', []],
    ['spec.off', false],
    ['spec.none', null],
  ])('%s', (field, value) => { expect(fieldValue(object, field)).toEqual(value); });

  test.each(['spec.missing', 'spec.rules[2]', 'spec.rules[0].to[].missing', 'spec.rules.to', 'spec.none.deeper', 'spec.off[]', '', 'spec rules', 'spec.rules[x]', 'spec.constructor', 'spec.rules[0].when[]'])('is nothing: %s', (field) => {
    expect(fieldValue(object, field)).toBeUndefined();
  });
});
