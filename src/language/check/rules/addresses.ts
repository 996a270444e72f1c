import { diagnose, type Diagnostic } from '#diagnostics';
import type { Condition } from '#ir';
import type { PolicyContext } from '../policy-context.ts';
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
  const ranges = (what: string, condition: Condition, pointer: string): void => {
    if (condition.kind === 'all' || condition.kind === 'any') for (const [index, inner] of condition.of.entries()) ranges(what, inner, `${pointer}/of/${index}`);
    if (condition.kind === 'from') found.push(...condition.cidrs.flatMap((cidr, index) => rangeProblem(what, cidr, `${pointer}/cidrs/${index}`)));
  };
  for (const { value: api, pointer, offers } of context.apis) {
    if (api.exposedAt?.kind === 'gateway') {
      host(`the host of ${quoted(api.name)}`, api.exposedAt.host, `${pointer}/exposedAt/host`, hostnameProblem(api.exposedAt.host));
      for (const [index, origin] of (api.exposedAt.browser?.origins ?? []).entries()) {
        host(`an origin of ${quoted(api.name)}`, origin, `${pointer}/exposedAt/browser/origins/${index}`, originProblem(origin));
      }
    }
    for (const offer of offers) {
      for (const [index, condition] of offer.value.when.entries()) ranges(`a range in the offer of ${quoted(`${api.name}.${offer.value.operation}`)}`, condition, `${offer.pointer}/when/${index}`);
    }
  }
  for (const { value: segment, pointer } of context.segments) {
    for (const kind of ['people', 'workloads', 'partners'] as const) {
      for (const [index, condition] of segment.requires[kind].entries()) ranges(`a range that ${quoted(segment.name)} requires`, condition, `${pointer}/requires/${kind}/${index}`);
    }
  }
  for (const { value: provider, pointer } of context.identityProviders) {
    host(`the issuer of ${quoted(provider.name)}`, provider.issuer, `${pointer}/issuer`, httpsProblem(provider.issuer));
    host(`the key address of ${quoted(provider.name)}`, provider.jwksUri, `${pointer}/jwksUri`, httpsProblem(provider.jwksUri));
  }
  for (const { value: people, pointer } of context.people) if (people.where !== undefined) ranges(`a range of ${quoted(people.name)}`, people.where, `${pointer}/where`);
  return found;
}

export function rangeProblem(what: string, cidr: string, pointer: string): readonly Diagnostic[] {
  const problem = cidrProblem(cidr);
  return problem === undefined ? [] : [diagnose('CS1005', {
    message: `${what}, ${quoted(cidr)}, ${problem.what}`, pointer,
    help: problem.instead === undefined ? 'write an address and a prefix length, such as `10.0.0.0/8` or `2001:db8::/32`' : `write ${quoted(problem.instead)}`,
  })];
}
