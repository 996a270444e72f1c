import { diagnose, type Diagnostic } from '#diagnostics';
import { builtinPeers } from '#ir';
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
  each('hole', context.holes);
  for (const { value, pointer } of [...context.workloads, ...context.people, ...context.partners]) {
    if (value.name === 'anyone') judge('identity', value.name, `${pointer}/name`, { what: 'is what a policy calls whoever arrives from outside' });
    if ((builtinPeers as readonly string[]).includes(value.name)) judge('identity', value.name, `${pointer}/name`, { what: 'is what a policy calls a peer that every cluster has' });
  }
  for (const api of context.apis) {
    for (const { value, pointer } of api.operations) judge('operation', value.name, `${pointer}/name`, operationNameProblem(value.name));
  }
  return found;
}

export function invalidName(kind: string, name: string, pointer: string, { what, instead }: Problem): Diagnostic {
  const shown = name.length > 80 ? `${name.slice(0, 77)}…` : name;
  return diagnose('CS1003', {
    message: name === '' ? `a ${kind} has an empty name` : `the name \`${shown}\` of this ${kind} ${what}`,
    pointer,
    help: instead === undefined ? `choose a short name for the ${kind}, such as \`${kind === 'operation' ? 'create' : 'orders'}\`` : `write \`${instead}\``,
  });
}
