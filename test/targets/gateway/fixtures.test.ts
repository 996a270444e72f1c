import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { worldOf } from './world.ts';
import { worlds } from './worlds.ts';

const folder = new URL('../../../src/targets/gateway/fixtures/', import.meta.url);

/** A golden was read line by line, and is read again whenever it changes. */
describe('what is emitted', () => {
  it.each(Object.entries(worlds))('for %s is as it was read', async (name, [policy, platform]) => {
    const text = worldOf(policy, platform).artifacts.map(({ grants, object, stage }) =>
      `# stage ${stage}${grants.map((grant) => `; ${grant}`).join('')}\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`).join('---\n');
    await expect(text).toMatchFileSnapshot(fileURLToPath(new URL(`${name}.yaml`, folder)));
  });
  it('has a golden for each case and no other', () => expect(readdirSync(folder).sort()).toEqual(Object.keys(worlds).map((name) => `${name}.yaml`).sort()));
  it('has a name and an id of its own for each object, at most 63 characters long', () => {
    for (const [policy, platform] of Object.values(worlds)) {
      const { artifacts } = worldOf(policy, platform);
      expect(new Set(artifacts.map(({ id }) => id)).size).toBe(artifacts.length);
      for (const { id, object } of artifacts) {
        expect(id).toBe([object.apiVersion, object.kind, ...(object.metadata.namespace === undefined ? [] : [object.metadata.namespace]), object.metadata.name].join('/'));
        expect(object.metadata.name).toMatch(/^countersign-[a-z0-9.-]{1,51}$/);
      }
    }
  });
  it('never opens what a field could open', () => {
    const texts = Object.values(worlds).map(([policy, platform]) => JSON.stringify(worldOf(policy, platform).artifacts));
    for (const word of ['failOpen', 'optional', 'AllowInsecureFallback', 'VerifyIfGiven', 'RequireAny', '"Request"', 'allowExpired', 'mergeType', '"All"', 'defaultAction":"Allow', 'insecure', 'customHeader', 'claimToHeaders']) {
      expect(texts.filter((text) => text.includes(word)), word).toEqual([]);
    }
  });
  it('denies by expression nowhere: one that fails would deny nobody', () => {
    const rules = Object.values(worlds).flatMap(([policy, platform]) => worldOf(policy, platform).artifacts.flatMap(({ object }) =>
      ((object.spec as { authorization?: { rules?: readonly { action: string; cel?: string; principal?: { clientCIDRs: readonly string[] } }[] } }).authorization?.rules ?? [])));
    expect(rules.filter(({ action }) => action === 'Deny').length).toBeGreaterThan(5);
    for (const rule of rules.filter(({ action }) => action === 'Deny')) expect([rule.cel, rule.principal?.clientCIDRs]).toEqual([undefined, ['0.0.0.0/0', '::/0']]);
  });
  it('names a policy of its own for every route, with a default of Deny', () => {
    for (const [policy, platform] of Object.values(worlds)) {
      const objects = worldOf(policy, platform).artifacts.map(({ object }) => object);
      const routes = objects.filter(({ kind }) => kind === 'HTTPRoute' || kind === 'GRPCRoute');
      for (const route of routes) {
        const own = objects.filter(({ kind, spec }) => kind === 'SecurityPolicy' && (spec as { targetRefs: readonly { kind: string; name: string }[] }).targetRefs.some((target) => target.kind === route.kind && target.name === route.metadata.name));
        expect(own.map(({ spec }) => (spec as { authorization: { defaultAction: string } }).authorization.defaultAction), route.metadata.name).toEqual(['Deny']);
      }
    }
  });
});
