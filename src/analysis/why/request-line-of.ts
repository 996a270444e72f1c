import type { Request } from '#spec';

/** A request as a line that `decide` reads (`schemas/request.v1.json`). Undefined of one that no line can say: a caller and an exposure at once. */
export function requestLineOf({ client, context, peer, subject, throughExposure, to }: Request): Readonly<Record<string, unknown>> {
  const { kind: _kind, ...destination } = to;
  const named = to.kind === 'builtin' ? { builtin: to.name } : destination;
  return { from: fromOf({ client, peer, subject, throughExposure }), to: named, context };
}

function fromOf({ client, peer, subject, throughExposure }: { readonly [Key in 'client' | 'peer' | 'subject' | 'throughExposure']: Request[Key] | undefined }): Readonly<Record<string, unknown>> {
  switch (peer?.kind) {
    case undefined: break;
    case 'workload': return subject === undefined ? { workload: peer.name } : { person: subject, through: peer.name };
    case 'pod': { const { kind: _kind, ...pod } = peer; return { pod }; }
    case 'builtin': return { builtin: peer.name };
    case 'credentials': return { credentialsOf: peer.of };
    case 'principal': return { principal: peer.arn };
    default: peer satisfies never;
  }
  if (client !== undefined) return { partner: client.partner };
  if (subject !== undefined) return { person: subject };
  return throughExposure === true ? { anyone: true } : {};
}
