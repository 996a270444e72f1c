import { describe, expect, test } from 'vitest';
import { compile, type Compiled } from '#compile';
import { fieldValue, ledger } from '#analysis';
import { isError } from '#diagnostics';
import { builtinTargets } from '#targets';
import boutique from '../../../stacks/online-boutique/policy.ts';
import boutiquePlatform from '../../../stacks/online-boutique/platform.ts';
import retail from '../../../stacks/retail-store/policy.ts';
import retailPlatform from '../../../stacks/retail-store/platform.ts';
import { ambient, desk, sidecar } from '../../spec/desk.ts';
import type { Declared } from '#diagnostics';
import type { Feature, Platform, Policy } from '#ir';

const accept: Platform['accept'] = [{ grants: ['metricsScraper → tickets.metrics'], feature: 'operation.http', plane: 'mesh', because: 'metrics are no secret', owner: 'platform', until: '2027-06-30' }];
const plain = <T>(draft: T): Declared<T> => ({ draft, diagnostics: [], sites: { find: () => undefined } });

function compiled(policy: Declared<Policy>, platform: Declared<Platform>): Compiled {
  const result = compile({ policy, platform, asOf: '2026-11-24' });
  if (!result.ok) throw new Error(result.diagnostics.filter(isError).map(({ code, message }) => `${code} ${message}`).join('\n'));
  return result.value;
}

/** Every statement of IAM asks for TLS and judges each request, and what is never is denied there, whether or not a grant needs it. */
const alwaysDone: readonly Feature[] = ['transport.tls', 'transport.lifetime', 'invariant.deny'];

describe.each<readonly [string, () => Compiled]>([
  ['the retail store, ambient', () => compiled(retail, retailPlatform)],
  ['the Online Boutique, sidecars', () => compiled(boutique, boutiquePlatform)],
  ['the desk, ambient', () => compiled(plain(desk), plain({ ...ambient, accept }))],
  ['the desk, sidecars', () => compiled(plain(desk), plain(sidecar))],
])('what the built-in targets say of their objects: %s', (_, make) => {
  const found = make(), whole = ledger(found);
  const objects = new Map<string, unknown>(found.artifacts.map((artifact) => [artifact.id, artifact.kind === 'kubernetes' ? artifact.object : { ...artifact.properties, ...artifact.documents }]));
  const lines = whole.grants.flatMap(({ grant, lines: all }) => all.map((line) => ({ grant, ...line })));

  test('names a field of an object that is there, and a rule with the title of its page', () => {
    const wrong = lines.flatMap(({ cells, feature, grant }) => cells.flatMap(({ by, plane }) => by.filter(({ artifact, field, rule }) => fieldValue(objects.get(artifact), field) === undefined || !/\(.+\)$/.test(rule))
      .map(({ artifact, field, rule }) => `${grant}, ${feature} on the ${plane}: ${artifact} ${field}: ${rule}`)));
    expect(wrong).toEqual([]);
  });

  test('is about grants that there are, and what they need', () => {
    const known = new Map(whole.grants.map(({ grant, lines: all }) => [grant, new Set(all.map(({ feature }) => feature))]));
    const strange = found.targets.flatMap(({ evidence, id }) => [...evidence()].filter(({ feature, grant }) => known.get(grant)?.has(feature) !== true && !(id === 'aws-iam' && known.has(grant) && alwaysDone.includes(feature))).map(({ feature, grant }) => `${id}: ${grant}, ${feature}`));
    expect([...new Set(strange)]).toEqual([]);
  });

  test('never adds up to more than the target\'s own table', () => {
    const tables = new Map(builtinTargets.map(({ capabilities, plane }) => [plane, capabilities(found.platform)]));
    const better = lines.flatMap(({ cells, feature, grant }) => cells.filter(({ does, plane }) => does === 'exact' && tables.get(plane)![feature] !== 'exact').map(({ plane }) => `${grant}: ${feature} on the ${plane} is ${tables.get(plane)![feature]}`));
    expect(better).toEqual([]);
  });

  test('leaves nobody who answers exactly without an object that does', () => {
    const bare = lines.flatMap(({ cells, feature, grant }) => cells.filter(({ accepted, answers, by, does }) => answers !== undefined && accepted === undefined && (does !== 'exact' || by.length === 0))
      .map(({ does, plane }) => `${grant}: ${feature} on the ${plane} is ${does}`));
    expect(bare).toEqual([]);
  });

  test('names a plane that is on the way wherever something is delegated', () => {
    const lost = lines.flatMap(({ cells, feature, grant }) => cells.filter(({ does, to }) => does === 'delegated' && !cells.some(({ does: other, plane }) => plane === to && other === 'exact')).map(({ plane, to }) => `${grant}: ${feature} of the ${plane} to ${to}`));
    expect(lost).toEqual([]);
  });
});
