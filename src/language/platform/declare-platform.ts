import type { Declared, Diagnostic, Site } from '#diagnostics';
import type { Platform } from '#ir';
import { lowerAcceptance } from '../declare/accept-weaker.ts';
import type { CallSite } from '../declare/call-site.ts';
import { declaration, each, isFields, isHandle, Lowering, type Fields } from '../declare/declaration.ts';
import { flat } from '../declare/nested.ts';
import { siteAt, tokensOf } from '../declare/policy-sites.ts';
import { insideAws, lowerAws } from './aws.ts';
import { coreDns } from './dns.ts';
import { lowerProfile } from './profile.ts';

/**
 * A platform from the facts of its literal: what profiles state as the IR has it, and what is written as a record, by
 * name, as the IR's list of it. `written`: what a field of the draft is called in the literal, where it is called otherwise.
 */
export function declarePlatform(facts: unknown, site: CallSite, written: Readonly<Record<string, string>> = {}): Declared<Platform> {
  if (!isFields(facts)) return { draft: facts as unknown as Platform, sites: { find: () => siteAt(site, []) }, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const root = new Lowering((value) => value, (diagnostic) => diagnostics.push(diagnostic));
  const draft: Record<string, unknown> = { version: 1, nodeCidrs: [], dns: coreDns(), ...facts };
  for (const part of ['mesh', 'metricsScraper', 'issuer'] as const) if (part in facts) draft[part] = lowerProfile(facts[part], root.below(part));
  if ('aws' in facts) draft['aws'] = lowerAws(facts['aws']);
  draft['gateways'] = roster(facts['gateways'], (gateway, name, index) => lowerProfile(gateway, root.below('gateways').below(index), name));
  draft['caBundles'] = roster(facts['caBundles'], (ref, name) => ({ name, ref }));
  draft['hosts'] = roster(facts['hosts'], (cidrs, name) => ({ name, cidrs }));
  draft['accept'] = each(flat(facts['accept'] ?? []), lowerAcceptance);
  return { draft: draft as unknown as Platform, sites: { find: (pointer) => placeOf(facts, site, written, tokensOf(pointer)) }, diagnostics };
}

/** What is no record, such as a list, is handed on as it is. */
const roster = (record: unknown, lower: (value: unknown, name: string, index: number) => unknown): unknown =>
  (record === undefined ? [] : isFields(record) ? Object.keys(record).map((name, index) => lower(record[name], name, index)) : record);

/** In the call of a profile or of an acceptance, wherever that is; else in the platform's own literal. */
function placeOf(facts: Fields, site: CallSite, written: Readonly<Record<string, string>>, tokens: readonly string[]): Site | undefined {
  const [field, index, ...rest] = tokens;
  if (field === undefined) return siteAt(site, []);
  const name = isFields(facts[field]) && index !== undefined && (field === 'gateways' || field === 'caBundles' || field === 'hosts') ? Object.keys(facts[field])[Number(index)] : undefined;
  const listed = field === 'accept' ? flat(facts['accept'] ?? []) : undefined;
  const [part, below] = name !== undefined && field === 'gateways' ? [(facts[field] as Fields)[name], rest]
    : Array.isArray(listed) && index !== undefined ? [listed[Number(index)] as unknown, rest]
      : [facts[field], tokens.slice(1)];
  if (isHandle(part) && !(name !== undefined && rest[0] === 'name')) {
    const declared = part[declaration];
    const found = siteAt(declared.site, declared.form.inside(declared, below));
    if (found !== undefined) return found;
  }
  // what a profile of the cluster adds to the literal is found under its own name
  if (field === 'aws' && isFields(part)) return siteAt(site, index !== undefined && written[`aws/${index}`] !== undefined ? [written[`aws/${index}`]!] : ['aws', ...insideAws(part, below)]);
  if (name === undefined) return siteAt(site, [Object.hasOwn(written, field) ? written[field]! : field, ...(index === undefined ? [] : [index, ...rest])]);
  return siteAt(site, [field, name, ...(rest[0] === 'name' ? [] : field === 'gateways' ? rest : rest.slice(1))]);
}
