import { diagnose, type Diagnostic } from '#diagnostics';
import { conditionAtoms } from '../condition-atoms.ts';
import type { PolicyContext } from '../policy-context.ts';
import { statedConditions } from '../stated-conditions.ts';
import { cidrProblem } from '../syntax/cidr.ts';
import { hostnameProblem, httpsProblem, originProblem } from '../syntax/hostname.ts';
import type { Problem } from '../syntax/problem.ts';
import { quoted } from '../wording.ts';

/** CS1005 and CS1006: ranges and host names, wherever a policy has them. */
export function addresses(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const host = (what: string, text: string, pointer: string, problem: Problem | undefined): void => {
    if (problem !== undefined) {
      found.push(diagnose('CS1006', {
        message: `${what}, ${quoted(text)}, ${problem.what}`, pointer,
        help: problem.instead === undefined ? 'write one host name, such as `api.example.com`, or a URL such as `https://login.example.com` where one is asked for' : `write ${quoted(problem.instead)}`,
      }));
    }
  };
  for (const { value: api, pointer } of context.apis) {
    if (api.exposedAt?.kind === 'gateway') {
      host(`the host of ${quoted(api.name)}`, api.exposedAt.host, `${pointer}/exposedAt/host`, hostnameProblem(api.exposedAt.host));
      for (const [index, origin] of (api.exposedAt.browser?.origins ?? []).entries()) {
        host(`an origin of ${quoted(api.name)}`, origin, `${pointer}/exposedAt/browser/origins/${index}`, originProblem(origin));
      }
    }
  }
  for (const { condition, of, pointer } of statedConditions(context)) {
    for (const atom of conditionAtoms(condition, pointer)) {
      if (atom.value.kind === 'from') found.push(...atom.value.cidrs.flatMap((cidr, index) => rangeProblem(`a range of ${of}`, cidr, `${atom.pointer}/cidrs/${index}`)));
    }
  }
  for (const { value: provider, pointer } of context.identityProviders) {
    host(`the issuer of ${quoted(provider.name)}`, provider.issuer, `${pointer}/issuer`, httpsProblem(provider.issuer));
    host(`the key address of ${quoted(provider.name)}`, provider.jwksUri, `${pointer}/jwksUri`, httpsProblem(provider.jwksUri, { query: true }));
  }
  return found;
}

export function rangeProblem(what: string, cidr: string, pointer: string): readonly Diagnostic[] {
  const problem = cidrProblem(cidr);
  return problem === undefined ? [] : [diagnose('CS1005', {
    message: `${what}, ${quoted(cidr)}, ${problem.what}`, pointer,
    help: problem.instead === undefined ? 'write an address and a prefix length, such as `10.0.0.0/8` or `2001:db8::/32`' : `write ${quoted(problem.instead)}`,
  })];
}
