import { diagnose, type Diagnostic } from '#diagnostics';
import type { PlatformContext } from '../../platform-context.ts';
import { hostnameProblem } from '../../syntax/hostname.ts';
import { labelNameProblem } from '../../syntax/kubernetes-name.ts';
import { quoted } from '../../wording.ts';
import { rangeProblem } from '../addresses.ts';
import { invalidName } from '../names.ts';

/** Names of objects are made of it, `countersign-<name>` and what follows: past this they would have to be shortened. */
const longestGatewayName = 40;

/** CS1002, CS1003, CS1005, CS1006 and CS1041: what a platform has several of has a name each, and an external host has addresses. */
export function platformNames({ platform }: PlatformContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const each = (list: 'gateways' | 'caBundles' | 'hosts', noun: string, judge: (name: string) => ReturnType<typeof labelNameProblem>): void => {
    const first = new Map<string, number>();
    for (const [index, { name }] of platform[list].entries()) {
      const known = first.get(name);
      if (known === undefined) first.set(name, index);
      else found.push(diagnose('CS1002', { message: `two ${noun}s are called ${quoted(name)}, and whatever names one would mean either`, pointer: `/${list}/${index}`, related: [{ message: 'the first one is declared', pointer: `/${list}/${known}` }], help: 'rename one of them, or remove the copy' }));
      const problem = judge(name);
      if (problem === undefined) continue;
      found.push(list !== 'hosts' ? invalidName(noun, name, `/${list}/${index}/name`, problem)
        : diagnose('CS1006', { message: `the external host ${quoted(name)} ${problem.what}`, pointer: `/hosts/${index}/name`, help: problem.instead === undefined ? 'write one host name, such as `login.example.com`' : `write ${quoted(problem.instead)}` }));
    }
  };
  each('gateways', 'gateway', (name) => labelNameProblem(name) ?? (name.length > longestGatewayName ? { what: `has ${name.length} characters, and it can have at most ${longestGatewayName}` } : undefined));
  each('caBundles', 'CA bundle', labelNameProblem);
  each('hosts', 'external host', hostnameProblem);
  for (const [index, { cidrs, name }] of platform.hosts.entries()) {
    if (cidrs.length === 0) found.push(diagnose('CS1041', { message: `the external host ${quoted(name)} answers at no address`, pointer: `/hosts/${index}/cidrs`, help: 'state the ranges that it answers at, or remove it' }));
    found.push(...cidrs.flatMap((cidr, at) => rangeProblem(`a range of the external host ${quoted(name)}`, cidr, `/hosts/${index}/cidrs/${at}`)));
  }
  return found;
}
