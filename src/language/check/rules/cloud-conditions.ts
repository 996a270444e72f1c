import { diagnose, type Diagnostic, type Related } from '#diagnostics';
import { isCloudApi } from '#ir';
import { conditionAtoms, type AtomicCondition } from '../condition-atoms.ts';
import type { Located } from '../located.ts';
import { segmentServing, type LocatedApi, type PolicyContext } from '../policy-context.ts';
import { statedConditions } from '../stated-conditions.ts';
import { quoted } from '../wording.ts';

/** CS1074: a condition on a request to the cloud is one that IAM can look at in a workload's session. */
export function cloudConditions(context: PolicyContext): readonly Diagnostic[] {
  const served = new Map<string, LocatedApi>();
  for (const api of context.apis) {
    const segment = isCloudApi(api.value) ? segmentServing(context, api) : undefined;
    if (segment !== undefined && !served.has(segment.pointer)) served.set(segment.pointer, api);
  }
  return statedConditions(context).flatMap((stated) => {
    const atoms = conditionAtoms(stated.condition, stated.pointer);
    if (stated.by === 'offer') return isCloudApi(stated.api.value) ? atoms.flatMap((atom) => refused(atom, stated.of, [])) : [];
    const resource = stated.by === 'segment' && stated.kind === 'workloads' ? served.get(stated.segment.pointer) : undefined;
    // that workloads have no token is said of the segment, whatever is in it: CS1040
    return resource === undefined ? [] : atoms.filter(({ value }) => !readsToken(value)).flatMap((atom) => refused(atom, stated.of, [{ message: `${quoted(resource.value.name)} is in it`, pointer: resource.pointer }]));
  });
}

function refused({ pointer, value }: Located<AtomicCondition>, of: string, related: readonly Related[]): readonly Diagnostic[] {
  const why = unseen(value);
  return why === undefined ? [] : [diagnose('CS1074', {
    message: `${of} asks for \`${value.kind}\` of a request to a resource of the cloud, and ${why}`, pointer, related,
    help: related.length === 0 ? 'leave the condition out, ask where requests come from (`from(…)`), or ask for it where people call the workload' : 'keep the resource in a segment of its own, without the condition; or ask for it in the offers of the others',
  })];
}

/** Why IAM can't decide it for a workload; undefined for what it can, and for what is refused everywhere. */
function unseen(condition: AtomicCondition): string | undefined {
  switch (condition.kind) {
    case 'from': return undefined; // `aws:VpcSourceIp`, `aws:SourceIp`
    case 'claim': case 'maxTokenAge': return 'IAM sees no token of a person there';
    case 'mfa': return 'no session of a workload begins with a second factor: `aws:MultiFactorAuthPresent` is never true there';
    case 'authenticatedWithin': return '`aws:MultiFactorAuthAge` is absent from a session that nobody began with a second factor';
    case 'device': return 'IAM knows nothing of devices';
    case 'header': return 'IAM compares no headers but a service\'s own, and whoever signs a request sets them';
    case 'during': return 'IAM compares `aws:CurrentTime` with dates only, and a weekly window is none';
    case 'risk': return undefined; // CS1021
    default: return condition satisfies never;
  }
}

const readsToken = ({ kind }: AtomicCondition): boolean => kind === 'claim' || kind === 'mfa' || kind === 'authenticatedWithin' || kind === 'maxTokenAge' || kind === 'device';
