import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDenyName, labelValue, maxNameLength, partName, policyName } from '../../src/targets/object-name.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

describe('the name of a workload\'s policy', () => {
  it.each([
    ['orders', 'countersign-orders'],
    ['orders.v2', 'countersign-orders.v2'],
    ['Orders', 'countersign-orders-b7e8acdd52'],
    ['orders_v2', 'countersign-orders-v2-2377d124ca'],
    ['bestellungen-ä', 'countersign-bestellungen-b02d71a650'],
    ['…', 'countersign-b4935894c8'],
  ])('is taken from `%s`', (workload, name) => {
    expect(policyName(workload)).toBe(name);
  });

  it('is valid and within the limit for any workload, parts included', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', '-', '.', '9', 'Z'), maxLength: 120, size: 'max' })), (workload) => {
      for (const name of [policyName(workload), partName(policyName(workload), 9999)]) {
        expect(name).toMatch(subdomain);
        expect(name.length).toBeLessThanOrEqual(maxNameLength);
      }
    }));
  });

  it('is within the limit for a name of any length, parts included', () => {
    for (let length = 1; length <= 253; length++) expect(partName(policyName('x'.repeat(length)), 9999).length).toBeLessThanOrEqual(maxNameLength);
  });

  it.each([
    ['is called like the default deny', 'default-deny', [defaultDenyName]],
    ['is called like a part of another', 'a.part-1', [partName(policyName('a'), 1)]],
    ['is called like a hashed one', policyName('Orders').slice('countersign-'.length), [policyName('Orders')]],
    ['is called like a hash', policyName('…').slice('countersign-'.length), [policyName('…')]],
    ['differs in what a name can\'t hold', 'Orders', [policyName('orders'), policyName('ORDERS')]],
    ['differs past the limit', `${'x'.repeat(80)}1`, [policyName(`${'x'.repeat(80)}2`)]],
  ])('meets no other name where a workload %s', (_, workload, others) => {
    expect(others).not.toContain(policyName(workload));
  });
});

describe('the label of a policy', () => {
  it('is its name where a label can hold that, and valid otherwise', () => {
    expect(labelValue('online-boutique')).toBe('online-boutique');
    fc.assert(fc.property(fc.string(), (text) => { expect(labelValue(text)).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/); }));
    expect(labelValue('x'.repeat(64))).not.toBe(labelValue('x'.repeat(65)));
  });
});
