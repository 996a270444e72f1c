import { diagnose, type Diagnostic } from '#diagnostics';
import { builtinPeers, tokenName } from '#ir';
import type { Located } from '../located.ts';
import type { PolicyContext } from '../policy-context.ts';
import { labelNameProblem, operationNameProblem } from '../syntax/kubernetes-name.ts';
import type { Problem } from '../syntax/problem.ts';

/**
 * CS1003. Names become names and labels of objects, and parts of grant names (`checkout → orders.create`), so that
 * they have to be within limits as they stand: shortening them could make two equal.
 */
export function names(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const judge = (kind: string, name: string, pointer: string, problem: Problem | undefined): void => {
    if (problem !== undefined) found.push(invalidName(kind, name, pointer, problem));
  };
  const each = (kind: string, located: readonly Located<{ readonly name: string }>[]): void => {
    for (const { value, pointer } of located) judge(kind, value.name, `${pointer}/name`, labelNameProblem(value.name));
  };
  judge('policy', context.policyName, '/name', labelNameProblem(context.policyName));
  each('segment', context.segments);
  each('workload', context.workloads);
  each('API', context.apis);
  each('group of people', context.people);
  each('partner', context.partners);
  each('identity provider', context.identityProviders);
  for (const { value, pointer } of context.holes) judge('hole', value.name, `${pointer}/name`, holeNameProblem(value.name));
  for (const { value, pointer } of [...context.workloads, ...context.people, ...context.partners]) {
    if (value.name === 'anyone') judge('identity', value.name, `${pointer}/name`, { what: 'is what a policy calls whoever arrives from outside' });
    if ((builtinPeers as readonly string[]).includes(value.name)) judge('identity', value.name, `${pointer}/name`, { what: 'is what a policy calls a peer that every cluster has' });
  }
  for (const api of context.apis) {
    for (const { value, pointer } of api.operations) judge('operation', value.name, `${pointer}/name`, operationNameProblem(value.name));
  }
  return found;
}

/** Names of holes stand in texts that are filled in, and become no names of objects. */
function holeNameProblem(name: string): Problem | undefined {
  if (name === '') return { what: 'is empty' };
  if (name.length > 128) return { what: `has ${name.length} characters, and it can have at most 128` };
  const instead = name.replaceAll(/[^A-Za-z0-9_-]+/g, '-');
  return tokenName.test(name) ? undefined : { what: 'is not made of letters, digits, `_` and `-`', ...(/[A-Za-z0-9]/.test(instead) ? { instead } : {}) };
}

export function invalidName(kind: string, name: string, pointer: string, { what, instead }: Problem): Diagnostic {
  const shown = name.length > 80 ? `${name.slice(0, 77)}…` : name;
  return diagnose('CS1003', {
    message: name === '' ? `a ${kind} has an empty name` : `the name \`${shown}\` of this ${kind} ${what}`,
    pointer,
    help: instead === undefined ? `choose a short name for the ${kind}, such as \`${kind === 'operation' ? 'create' : 'orders'}\`` : `write \`${instead}\``,
  });
}
