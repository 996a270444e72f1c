import { diagnose, type Diagnostic } from '#diagnostics';
import { cloudServiceFacts, isCloudApi, type IdentityRef } from '#ir';
import type { PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/** CS1072: only workloads call resources of the cloud, each as itself, and nobody from outside arrives there. */
export function cloudCallers(context: PolicyContext): readonly Diagnostic[] {
  return context.apis.flatMap((located) => {
    const api = located.value;
    if (!isCloudApi(api)) return [];
    const { noun } = cloudServiceFacts[api.servedBy.service];
    const found: Diagnostic[] = [];
    if (api.exposedAt !== undefined) {
      found.push(diagnose('CS1072', {
        message: `the ${noun} ${quoted(api.name)} states \`exposedAt\`, and a resource of the cloud answers at its service's own address`, pointer: `${located.pointer}/exposedAt`,
        help: 'leave `exposedAt` out, and let a workload that is exposed call it',
      }));
    }
    for (const { value: offer, pointer } of located.offers) {
      for (const [index, identity] of offer.to.entries()) {
        const why = uncallable(identity);
        if (why !== undefined) found.push(diagnose('CS1072', { message: `${quoted(`${api.name}.${offer.operation}`)} is offered to ${why.who}, and ${why.what}`, pointer: `${pointer}/to/${index}`, help: why.help }));
      }
    }
    return found;
  });
}

function uncallable(identity: IdentityRef): { readonly who: string; readonly what: string; readonly help: string } | undefined {
  const instead = 'offer it to the workload that calls it for them';
  switch (identity.kind) {
    case 'workload': return identity.actingFor === undefined ? undefined : {
      who: `${quoted(identity.name)} acting for ${quoted(identity.actingFor)}`, what: 'IAM sees the workload\'s credentials and no token of a person',
      help: `offer it to ${quoted(identity.name)}, and ask for ${quoted(identity.actingFor)} where they call ${quoted(identity.name)}`,
    };
    case 'people': return { who: `the people ${quoted(identity.name)}`, what: 'only workloads have credentials of the cloud here', help: instead };
    case 'partner': return { who: `the partner ${quoted(identity.name)}`, what: 'only workloads have credentials of the cloud here', help: instead };
    case 'anyone': return { who: '`anyone`', what: 'only workloads have credentials of the cloud here', help: instead };
    case 'builtin': return undefined; // as a caller of whatever: CS1021
    case 'pods': return undefined; // no identity at all: CS1033
    default: return identity satisfies never;
  }
}
