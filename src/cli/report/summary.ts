import { proofAssumptions } from '#algebra';
import { assumptionsOf } from '#analysis';
import type { Compiled } from '#compile';
import { diagnosticJson, type Diagnostic } from '#diagnostics';
import { builtinGrants, grants, planes, type Gateway, type Plane, type Platform, type PodCredentials, type Policy } from '#ir';
import type { Written } from '../output/write-tree.ts';
import { spell } from '../talk.ts';
import { objectName } from './short-object.ts';
import { attemptsText, bypassText } from './ledger-text.ts';

/** Longer names push their line to the right. */
const column = 17;
const label = (name: string): string => name.padEnd(column - 2) + '  ';
/** Long lists go on below, between their members. */
const pageWidth = 120;
function wrapped(name: string, text: string): string {
  const lines: string[] = [];
  for (const part of text.split(/(?<=[,;:]) /)) {
    const last = lines.at(-1);
    if (last !== undefined && column + last.length + 1 + part.length <= pageWidth) lines[lines.length - 1] = `${last} ${part}`; else lines.push(part);
  }
  return lines.map((line, index) => `${label(index === 0 ? name : '')}${index === 0 ? '' : '  '}${line}\n`).join('');
}
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

/** `eks: cilium, istio ambient, envoy gateway` */
function platformLine({ aws, cni, gateways, mesh, name }: Platform): string {
  const kinds = [...new Set(gateways.map(({ kind }) => gatewayWords[kind]))];
  return `${label('platform')}${name}: ${[cni.name, ...(mesh === undefined ? [] : [`${mesh.kind} ${mesh.dataPlane}`]), ...kinds, ...(aws === undefined ? [] : [`aws ${aws.region}, ${credentialWords[aws.identity.kind]}`])].join(', ')}\n`;
}
const credentialWords: Readonly<Record<PodCredentials['kind'], string>> = { podIdentity: 'pod identity', irsa: 'roles for service accounts' };
const gatewayWords: Readonly<Record<Gateway['kind'], string>> = { envoyGateway: 'envoy gateway' };

/** Kinds as `kubectl` takes them: `networkpolicies`, `gateways`, `envoyproxies`. */
export function pluralKind(kind: string): string {
  const name = kind.toLowerCase();
  return /[^aeiou]y$/.test(name) ? name.replace(/y$/, 'ies') : /(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

/** What it rests on that the invariants hold, by name; `ledger` has the sentences. Where there are none nothing is said. */
function assumesLines(policy: Policy, assumptions: readonly { readonly name: string }[]): string {
  return policy.never.length === 0 ? '' : wrapped('assumes', [...new Set(assumptions.map(({ name }) => name))].join(', '));
}

/** What `check` says when there is nothing wrong: `compiled` where a platform was there to enforce it. */
export function checkSummary(policy: Policy, compiled: Pick<Compiled, 'platform' | 'targets'> | undefined): string {
  const platform = compiled?.platform;
  return policyLine(policy) + (platform === undefined ? '' : platformLine(platform))
    + assumesLines(policy, compiled === undefined ? proofAssumptions(policy, { enforced: false }) : assumptionsOf(policy, compiled.targets))
    + `${label('sound')}${platform === undefined ? 'the declaration; no platform was given to enforce it on' : 'and enforceable on this platform'}\n`;
}

/** What `compile` says: what they got, and what to do next (one screen). */
export function compileSummary(compiled: Compiled, found: readonly Diagnostic[], written: Written, paths: { readonly out: string; readonly policy: string; /** Whether the policy's holes have their values. */ readonly filled?: boolean }): string {
  const { policy, platform, artifacts, coverage } = compiled;
  const kinds = new Map<string, number>();
  for (const { id } of artifacts) { const kind = pluralKind(objectName(id).kind); kinds.set(kind, (kinds.get(kind) ?? 0) + 1); }
  const changes = [
    ...(written.unchanged > 0 ? [`${written.unchanged} unchanged`] : []),
    ...(written.removed.length > 0 ? [`${written.removed.length} removed`] : []),
  ];
  const notes = notesOf(found, compiled, paths.filled === true), around = bypassText(coverage);
  return [
    policyLine(policy), platformLine(platform), assumesLines(policy, assumptionsOf(policy, compiled.targets)), '\n',
    planesTable(compiled), '\n',
    wrapped('wrote', `${count(artifacts.length, 'object')} to ${paths.out}  (${[...kinds].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).map(([kind, number]) => `${kind} ${number}`).join(', ')}${changes.length === 0 ? '' : `; ${changes.join(', ')}`})`),
    `${label('read back')}${attemptsText(coverage, presentPlanes(compiled))}: as the policy means, under the platform's assumptions\n`,
    ...(around === undefined ? [] : [wrapped('', around)]),
    ...(notes.length === 0 ? [] : [notes.map((note, index) => `${label(index === 0 ? 'notes' : '')}${note}\n`).join('')]),
    '\n',
    `${label('next')}kubectl apply --server-side --recursive -f ${paths.out}/kubernetes\n`,
    `${label('')}countersign ledger ${paths.policy}\n`,
    `${label('')}pulumi up --stack ${policy.name}\n`,
    `${label('')}countersign decide ${paths.policy} requests.jsonl\n`,
  ].join('');
}

const presentPlanes = ({ targets }: Compiled): readonly Plane[] => planes.filter((plane) => targets.some((target) => target.plane === plane));

/** Per plane, how many grants are enforced how. A grant counts by the weakest of its duties there. */
function planesTable(compiled: Compiled): string {
  const { placement, policy } = compiled, present = presentPlanes(compiled), derived = builtinGrants(policy).length;
  const rank = { exact: 0, narrower: 1, accepted: 2 } as const;
  type Kind = keyof typeof rank;
  const worst = new Map(present.map((plane) => [plane, new Map<string, Kind>()]));
  const features = new Set<string>();
  for (const { accepted, feature, fidelity, grant, plane } of placement.duties) {
    const kind: Kind = accepted !== undefined ? 'accepted' : fidelity === 'exact' ? 'exact' : 'narrower';
    if (accepted !== undefined) features.add(feature);
    const grantsThere = worst.get(plane), before = grantsThere?.get(grant);
    if (before === undefined || rank[kind] > rank[before]) grantsThere?.set(grant, kind);
  }
  const counted = present.map((plane) => {
    const counts: Record<Kind, number> = { exact: 0, narrower: 0, accepted: 0 };
    for (const kind of worst.get(plane)!.values()) counts[kind] += 1;
    return counts;
  });
  const row = (name: string, kind: Kind, meaning: string): string =>
    `  ${name.padEnd(column - 2)}${counted.map((counts) => String(counts[kind]).padEnd(10)).join('')}${meaning}`.trimEnd() + '\n';
  return `${label('')}${present.map((plane) => plane.padEnd(10)).join('').trimEnd()}\n`
    + row('enforced', 'exact', `of ${count(compiled.grants.length, 'grant')}${derived === 0 ? '' : ` and ${derived} derived`}, exactly`)
    + row('narrower', 'narrower', '')
    + row('accepted', 'accepted', features.size === 0 ? '' : `weaker, with a reason: ${[...features].join(', ')}`);
}

function notesOf(found: readonly Diagnostic[], { dropped, policy: { holes } }: Compiled, filled: boolean): readonly string[] {
  const latent = found.filter(({ code }) => code === 'CS1020');
  const others = found.filter(({ severity, code }) => severity === 'info' && code !== 'CS1020').map(({ message }) => message);
  return [
    ...(latent.length === 0 ? [] : [`${count(latent.length, 'offer')} nobody asks for (latent privilege): ${latent.slice(0, 3).map(({ message }) => /`[^`]+`/.exec(message)?.[0] ?? message).join(', ')}${latent.length > 3 ? ' …' : ''}`]),
    ...(dropped.length === 0 ? [] : [`${count(dropped.length, 'expired grant')} left out: ${dropped.join(', ')}`]),
    ...(holes.length === 0 || filled ? [] : [`${count(holes.length, 'hole')} stand${holes.length === 1 ? 's' : ''} as \`{{name}}\`, for Pulumi or \`--values\` to fill`]),
    ...others.slice(0, 5),
  ];
}

/** The same for programs. */
export function compileJson({ policy, platform, targets, artifacts, placement, coverage, dropped }: Compiled, found: readonly Diagnostic[], written: Written, out: string): string {
  return `${JSON.stringify({
    version: 1, policy: policy.name, platform: platform.name, out, objects: artifacts.map(({ id }) => id),
    written: written.written, unchanged: written.unchanged, removed: written.removed, dropped, coverage,
    invariants: policy.never, assumptions: assumptionsOf(policy, targets),
    grants: grants(policy).map(({ ref }) => ref), duties: placement.duties, diagnostics: found.map((diagnostic) => diagnosticJson(diagnostic, spell)),
  }, null, 2)}\n`;
}
