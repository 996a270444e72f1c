import type { Compiled } from '#compile';
import { diagnosticJson, type Diagnostic } from '#diagnostics';
import { grants, type Platform, type Policy } from '#ir';
import type { Written } from '../output/write-tree.ts';
import { spell } from '../talk.ts';

/** Longer names push their line to the right. */
const column = 17;
const label = (name: string): string => name.padEnd(column - 2) + '  ';
const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** `retail-store   5 workloads · 4 APIs · 26 operations · 19 offers, 17 countersigned · 3 invariants hold` */
function policyLine(policy: Policy): string {
  const offered = policy.apis.flatMap((api) => api.offers.flatMap((offer) => offer.to)).length;
  return `${label(policy.name)}${[
    count(policy.workloads.length, 'workload'), count(policy.apis.length, 'API'),
    count(policy.apis.flatMap((api) => api.operations).length, 'operation'),
    `${count(offered, 'offer')}, ${grants(policy).length} countersigned`,
    ...(policy.never.length === 0 ? [] : [policy.never.length === 1 ? '1 invariant holds' : `${policy.never.length} invariants hold`]),
  ].join(' · ')}\n`;
}

const platformLine = (platform: Platform): string => `${label('platform')}${platform.name}: ${platform.cni.name}\n`;

/** What `check` says when there is nothing wrong. */
export function checkSummary(policy: Policy, platform: Platform | undefined): string {
  return policyLine(policy) + (platform === undefined ? '' : platformLine(platform))
    + `${label('sound')}${platform === undefined ? 'the declaration; no platform was given to enforce it on' : 'and enforceable on this platform'}\n`;
}

/** What `compile` says: what they got, and what to do next (one screen). */
export function compileSummary(compiled: Compiled, found: readonly Diagnostic[], written: Written, paths: { readonly out: string; readonly policy: string }): string {
  const { policy, platform, artifacts, coverage } = compiled;
  const kinds = new Map<string, number>();
  for (const { object } of artifacts) kinds.set(`${object.kind.toLowerCase().replace(/y$/, 'ie')}s`, (kinds.get(`${object.kind.toLowerCase().replace(/y$/, 'ie')}s`) ?? 0) + 1);
  const changes = [
    ...(written.unchanged > 0 ? [`${written.unchanged} unchanged`] : []),
    ...(written.removed.length > 0 ? [`${written.removed.length} removed`] : []),
  ];
  const notes = notesOf(found, compiled);
  return [
    policyLine(policy), platformLine(platform), '\n',
    ledger(compiled), '\n',
    `${label('wrote')}${count(artifacts.length, 'object')} to ${paths.out}  (${[...kinds].map(([kind, number]) => `${kind} ${number}`).join(', ')}${changes.length === 0 ? '' : `; ${changes.join(', ')}`})\n`,
    `${label('read back')}${coverage.exhaustive ? `${coverage.cells} connections, all of them` : `${coverage.cells} connections, a sample of ${coverage.of}`}: as the policy means, under the platform's assumptions\n`,
    ...(notes.length === 0 ? [] : [notes.map((note, index) => `${label(index === 0 ? 'notes' : '')}${note}\n`).join('')]),
    '\n',
    `${label('next')}kubectl apply --server-side --recursive -f ${paths.out}\n`,
    `${label('')}pulumi up --stack ${policy.name}\n`,
    `${label('')}countersign decide ${paths.policy} requests.jsonl\n`,
  ].join('');
}

/** Per plane, how many grants are enforced how. A grant counts by the weakest of its duties there. */
function ledger({ placement, grants: all }: Compiled): string {
  const planes = [...new Set(placement.duties.map(({ plane }) => plane))];
  const rank = { exact: 0, narrower: 1, accepted: 2 } as const;
  type Kind = keyof typeof rank;
  const worst = new Map<string, Kind>();
  for (const { plane, grant, fidelity, accepted } of placement.duties) {
    const kind: Kind = accepted !== undefined ? 'accepted' : fidelity === 'exact' ? 'exact' : 'narrower';
    const before = worst.get(`${plane} ${grant}`);
    if (before === undefined || rank[kind] > rank[before]) worst.set(`${plane} ${grant}`, kind);
  }
  const row = (name: string, kind: Kind, meaning: string): string =>
    `  ${name.padEnd(column - 2)}${planes.map((plane) => String([...worst].filter(([key, found]) => found === kind && key.startsWith(`${plane} `)).length).padEnd(10)).join('')}${meaning}`.trimEnd() + '\n';
  const features = [...new Set(placement.duties.flatMap(({ accepted, feature }) => (accepted === undefined ? [] : [feature])))];
  return `${label('')}${planes.map((plane) => plane.padEnd(10)).join('').trimEnd()}\n`
    + row('enforced', 'exact', `of ${count(all.length, 'grant')}, exactly`)
    + row('narrower', 'narrower', '')
    + row('accepted', 'accepted', features.length === 0 ? '' : `weaker, with a reason: ${features.join(', ')}`);
}

function notesOf(found: readonly Diagnostic[], { dropped }: Compiled): readonly string[] {
  const latent = found.filter(({ code }) => code === 'CS1020');
  const others = found.filter(({ severity, code }) => severity === 'info' && code !== 'CS1020').map(({ message }) => message);
  return [
    ...(latent.length === 0 ? [] : [`${count(latent.length, 'offer')} nobody asks for (latent privilege): ${latent.slice(0, 3).map(({ message }) => /`[^`]+`/.exec(message)?.[0] ?? message).join(', ')}${latent.length > 3 ? ' …' : ''}`]),
    ...(dropped.length === 0 ? [] : [`${count(dropped.length, 'expired grant')} left out: ${dropped.join(', ')}`]),
    ...others.slice(0, 5),
  ];
}

/** The same for programs. */
export function compileJson({ policy, platform, artifacts, placement, coverage, dropped }: Compiled, found: readonly Diagnostic[], written: Written, out: string): string {
  return `${JSON.stringify({
    version: 1, policy: policy.name, platform: platform.name, out, objects: artifacts.map(({ id }) => id),
    written: written.written, unchanged: written.unchanged, removed: written.removed, dropped, coverage,
    grants: grants(policy).map(({ ref }) => ref), duties: placement.duties, diagnostics: found.map((diagnostic) => diagnosticJson(diagnostic, spell)),
  }, null, 2)}\n`;
}
