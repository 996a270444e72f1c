import { identityText, segmentOf, type Invariant, type InvariantObject, type InvariantSubject, type Policy } from '#ir';
import type { Request } from '#spec';
import type { Asker } from './asker.ts';
import type { Askable } from './askable.ts';
import { carriersOf } from './carriers.ts';

/** The invariants by which somebody must never get something, whatever is granted: an offer to them would not compile. */
export function forbiddenBy({ policy, place }: Askable, asker: Asker, to: Request['to']): readonly string[] {
  const api = 'api' in to ? to.api : undefined, operations = new Set(carriersOf(policy, to).map((one) => `${one.api.name}.${one.operation.name}`));
  return policy.never.flatMap((invariant, index): readonly string[] => {
    if (invariant.kind !== 'reach' || !isMeant(policy, invariant.from, asker) || !isOnto(policy, invariant.to, api, operations)) return [];
    const at = place?.(`/never/${index}`);
    return [`a \`never\` forbids it: ${reasonOf(invariant)}${at === undefined ? '' : `  (${at.path}${at.line === undefined ? '' : `:${at.line}`})`}`];
  });
}

const reasonOf = ({ because, owner }: Invariant): string => `"${because}"${owner === undefined ? '' : `, says ${owner}`}`;

function isMeant(policy: Policy, subject: InvariantSubject, asker: Asker): boolean {
  if (asker.kind !== 'identity') return false;
  const { identity } = asker;
  switch (subject.kind) {
    case 'anyIdentity': return identity.kind !== 'anyone' && !subject.except.some((one) => identityText(one) === identityText(identity) || (one.kind === 'workload' && one.actingFor === undefined && identity.kind === 'workload' && one.name === identity.name));
    case 'segment': return identity.kind === 'workload' && policy.workloads.some(({ name, segment }) => name === identity.name && segment === subject.name);
    case 'workload': return identity.kind === 'workload' && identity.name === subject.name && (subject.actingFor === undefined || subject.actingFor === identity.actingFor);
    case 'anyone': case 'people': case 'partner': case 'builtin': case 'pods': return identityText(subject) === identityText(identity);
    default: return subject satisfies never;
  }
}

function isOnto(policy: Policy, object: InvariantObject, name: string | undefined, operations: ReadonlySet<string>): boolean {
  const api = policy.apis.find((one) => one.name === name);
  switch (object.kind) {
    case 'api': return object.name === name;
    case 'segment': return api !== undefined && segmentOf(policy, api)?.name === object.name;
    case 'operation': return operations.has(`${object.api}.${object.operation}`);
    default: return object satisfies never;
  }
}
