// The Pulumi program: the stack's name chooses the estate, `retail-store` or `retail-store.staging`.
import * as pulumi from '@pulumi/pulumi';
import type { Declared, Platform, Policy } from 'countersign';
import { Countersign } from 'countersign/pulumi';

interface Estate { readonly policy: Declared<Policy>; readonly platform: Declared<Platform>; readonly values?: Readonly<Record<string, pulumi.Input<string>>> }
const estates: Readonly<Record<string, () => Promise<Estate>>> = {
  'online-boutique': async () => ({
    policy: (await import('./online-boutique/policy.ts')).default,
    platform: (await import('./online-boutique/platform.ts')).default,
  }),
  'retail-store': async () => ({
    policy: (await import('./retail-store/policy.ts')).default,
    platform: (await import('./retail-store/platform.ts')).default,
    values: (await import('./retail-store/resources.ts')).resources(),
  }),
};

const stack = pulumi.getStack();
const name = stack.split('.')[0] ?? stack;
const estate = Object.hasOwn(estates, name) ? estates[name] : undefined;
if (estate === undefined) {
  const unknown = new pulumi.RunError(`there is no estate for the stack \`${stack}\`: name it after one of ${Object.keys(estates).map((known) => `\`${known}\``).join(', ')}`);
  delete unknown.stack; // never shown, and slow to inspect
  throw unknown;
}

// Expiry is judged at the present, unless the stack pins a day: `pulumi config set countersign:asOf 2026-12-01`.
const asOf = new pulumi.Config('countersign').get('asOf');
const countersign = new Countersign(name, { ...(await estate()), ...(asOf === undefined ? {} : { asOf }) });

export const policyDigest = countersign.policyDigest;
export const grants = countersign.grants;
export const objects = countersign.objects;
export const accepted = countersign.accepted;
