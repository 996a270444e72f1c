import { diagnose, type Diagnostic } from '#diagnostics';
import { cloudServiceFacts, isCloudApi } from '#ir';
import type { LocatedApi, PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/** Longest ARN that AWS takes anywhere (IAM, "IAM and AWS STS quotas"). */
const longestArn = 2048;

/** CS1055, CS1065 and CS1066: every hole stands for one resource, and every resource is one API. */
export function holes(context: PolicyContext): readonly Diagnostic[] {
  const byHole = new Map<string, LocatedApi[]>(), byArn = new Map<string, LocatedApi[]>();
  for (const api of context.apis) {
    if (!isCloudApi(api.value)) continue;
    const { arn } = api.value.servedBy;
    if (arn === undefined) continue;
    const [by, key] = typeof arn === 'string' ? [byArn, arn] : [byHole, arn.hole];
    const list = by.get(key);
    if (list === undefined) by.set(key, [api]); else list.push(api);
  }
  const found: Diagnostic[] = [];
  for (const { value: { maxLength, name, service }, pointer } of context.holes) {
    if (!byHole.has(name) && ![...context.leftOut].some((left) => left.startsWith('apis:'))) {
      found.push(diagnose('CS1065', { message: `no API of this policy is the resource that the hole ${quoted(name)} stands for`, pointer, help: `name it as the \`arn\` of a ${cloudServiceFacts[service].noun} that the policy lists, or remove it` }));
    }
    const shortest = shortestArn(service);
    if (maxLength < shortest || maxLength > longestArn) {
      found.push(diagnose('CS1055', {
        message: `the hole ${quoted(name)} has room for ${maxLength} characters, and the ARN of a ${cloudServiceFacts[service].noun} has at least ${shortest} and at most ${longestArn}`, pointer: `${pointer}/maxLength`,
        help: 'leave `maxLength` out, or write the longest ARN that is expected; policies are split so that it fits',
      }));
    }
  }
  for (const [by, text] of [[byHole, 'the hole'], [byArn, 'the ARN']] as const) {
    for (const [key, apis] of by) {
      const [first, ...later] = [...apis].sort((a, b) => (context.before(a.pointer, b.pointer) ? -1 : 1));
      for (const { value, pointer } of later) {
        found.push(diagnose('CS1066', {
          message: `${quoted(value.name)} and ${quoted(first!.value.name)} are one resource, ${text} ${quoted(key)}: whoever is granted something of one is granted it of the other`, pointer: `${pointer}/servedBy/arn`,
          related: [{ message: `${quoted(first!.value.name)} is declared`, pointer: first!.pointer }], help: 'declare the resource once, with the offers of both',
        }));
      }
    }
  }
  return found;
}

/** Of a thing called by as few characters as AWS takes: region `us-x-1` at the least, account, one character. */
function shortestArn(service: keyof typeof cloudServiceFacts): number {
  const { account, arnService, regional } = cloudServiceFacts[service];
  return `arn:aws:${arnService}:${regional ? 'us-x-1' : ''}:${account ? '111122223333' : ''}:x`.length;
}
