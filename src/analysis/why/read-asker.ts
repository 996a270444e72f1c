import { diagnose, nearest, type Diagnostic } from '#diagnostics';
import { builtinPeers, parseArn, type BuiltinPeer, type IdentityRef, type Policy } from '#ir';
import { askerSpelling, type Asker } from './asker.ts';

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Diagnostic[] };

const kinds = ['workload', 'people', 'partner', 'builtin', 'credentialsOf', 'principal'] as const;

/**
 * Whom somebody means. `ui`, `anyone`, `nodeProbes`; in full `workload:ui`, `people:support`; `ui acting for shoppers` as
 * grants say it, or `ui+shoppers`; `credentialsOf:orders`; the ARN of a principal.
 */
export function readAsker(policy: Policy, written: string): Read<Asker> {
  const text = written.trim().replace(/^`|`$/g, '');
  if (text === 'anyone') return found({ kind: 'anyone' });
  if (text.startsWith('arn:') || text.startsWith('principal:')) return principal(text.replace(/^principal:/, ''));
  if (text.startsWith('credentialsOf:')) {
    const workload = text.slice('credentialsOf:'.length);
    return policy.workloads.some(({ name }) => name === workload) ? { ok: true, value: { kind: 'credentialsOf', workload } } : unknown('workload', workload, policy.workloads.map(({ name }) => name));
  }
  const acting = /^(.+?)(?:\s+acting\s+for\s+|\s*\+\s*)(.+)$/.exec(text);
  if (acting !== null) {
    const [workload, people] = [acting[1]!.replace(/^workload:/, ''), acting[2]!.replace(/^people:/, '')];
    const problems = [
      ...(policy.workloads.some(({ name }) => name === workload) ? [] : problemsOf(unknown('workload', workload, policy.workloads.map(({ name }) => name)))),
      ...(policy.people.some(({ name }) => name === people) ? [] : problemsOf(unknown('group of people', people, policy.people.map(({ name }) => name)))),
    ];
    return problems.length > 0 ? { ok: false, problems } : found({ kind: 'workload', name: workload, actingFor: people });
  }
  const [, kind, bare] = /^(?:(\w+):)?(.*)$/s.exec(text) ?? [];
  if (kind !== undefined && !kinds.some((one) => one === kind)) {
    return { ok: false, problems: [diagnose('CS5071', { message: `\`${written}\` says no one: nothing is called \`${kind}:\``, help: didYouMean(kind, kinds) ?? `write ${kinds.map((one) => `\`${one}:\``).join(', ')} and the name, or the name alone` })] };
  }
  const all = identitiesOf(policy), named = all.filter((identity) => identity.name === bare && (kind === undefined || identity.kind === kind));
  const [only, ...others] = named;
  if (only === undefined) return unknown(kind === undefined ? 'identity' : wordOf[kind as IdentityRef['kind']] ?? kind, bare ?? '', all.filter((identity) => kind === undefined || identity.kind === kind).map(({ name }) => name));
  if (others.length === 0) return found(only);
  const spellings = named.map((identity) => `\`${askerSpelling({ kind: 'identity', identity })}\``);
  return { ok: false, problems: [diagnose('CS5072', { message: `\`${bare}\` is ${named.map((identity) => wordOf[identity.kind]).join(' and ')} at once`, help: `write ${spellings.slice(0, -1).join(', ')} or ${spellings.at(-1)}` })] };
}

type Named = Extract<IdentityRef, { kind: 'workload' | 'people' | 'partner' | 'builtin' }>;
const wordOf: Readonly<Partial<Record<string, string>>> = { workload: 'a workload', people: 'a group of people', partner: 'a partner', builtin: 'a built-in peer' };

const identitiesOf = (policy: Policy): readonly Named[] => [
  ...policy.workloads.map(({ name }): Named => ({ kind: 'workload', name })), ...policy.people.map(({ name }): Named => ({ kind: 'people', name })),
  ...policy.partners.map(({ name }): Named => ({ kind: 'partner', name })), ...builtinPeers.map((name: BuiltinPeer): Named => ({ kind: 'builtin', name })),
];

const found = (identity: Exclude<IdentityRef, { kind: 'pods' }>): Read<Asker> => ({ ok: true, value: { kind: 'identity', identity } });

function principal(arn: string): Read<Asker> {
  const service = parseArn(arn)?.service;
  if ((service === 'iam' || service === 'sts') && !/[*?\s]/.test(arn)) return { ok: true, value: { kind: 'principal', arn } };
  return { ok: false, problems: [diagnose('CS5071', { message: `\`${arn}\` is no ARN of a principal`, help: 'write it as in `arn:aws:iam::111122223333:role/other`' })] };
}

/** A name that is not there, with the nearest that is. */
export function unknown(what: string, name: string, known: readonly string[]): Read<never> {
  const plain = what.replace(/^an? /, '');
  return { ok: false, problems: [diagnose('CS5070', { message: `there is no ${plain} \`${name}\``, help: didYouMean(name, known) ?? (known.length === 0 ? 'there are none' : `there are ${known.slice(0, 8).map((one) => `\`${one}\``).join(', ')}${known.length > 8 ? ' …' : ''}`) })] };
}

export const problemsOf = (read: Read<unknown>): readonly Diagnostic[] => (read.ok ? [] : read.problems);

function didYouMean(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}
