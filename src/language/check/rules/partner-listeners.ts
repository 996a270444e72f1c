import { diagnose, type Diagnostic } from '#diagnostics';
import { identityName } from '#ir';
import { offeredAt, type OfferedTo, type PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/**
 * CS1048 and CS1049: certificates of clients are asked for at the listener of a host, before anything says which API is
 * meant. So a partner needs a gateway, and a host either has partners of one authority or none.
 */
export function partnerListeners(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const byHost = new Map<string, OfferedTo[]>();
  for (const offers of context.offered.groups()) {
    for (const half of offers) {
      const { exposedAt, name } = half.api.value;
      if (half.identity.kind === 'partner' && exposedAt?.kind === 'service') {
        found.push(diagnose('CS1049', {
          message: `${quoted(`${name}.${half.offer.value.operation}`)} is offered to the partner ${quoted(half.identity.name)}, and ${quoted(name)} is exposed at a Service, where nobody looks at certificates`,
          pointer: offeredAt(half), related: [{ message: `${quoted(name)} is exposed`, pointer: `${half.api.pointer}/exposedAt` }],
          help: `expose ${quoted(name)} at a gateway: \`exposedAt: { gateway: …, host: … }\``,
        }));
      }
      if (exposedAt?.kind !== 'gateway' || (half.identity.kind !== 'partner' && half.identity.kind !== 'people' && half.identity.kind !== 'anyone')) continue;
      const key = `${exposedAt.gateway}\0${exposedAt.host}`;
      const list = byHost.get(key);
      if (list === undefined) byHost.set(key, [half]); else list.push(half);
    }
  }
  const ca = new Map(context.partners.map(({ value }) => [value.name, value.certificate.ca]));
  for (const here of byHost.values()) {
    const partners = inOrder(context, here.filter(({ identity }) => identity.kind === 'partner'));
    const [first] = partners;
    if (first === undefined) continue;
    const host = first.api.value.exposedAt?.kind === 'gateway' ? first.api.value.exposedAt.host : '';
    const [other] = inOrder(context, here.filter(({ identity }) => identity.kind !== 'partner'));
    const foreign = partners.find(({ identity }) => caOf(ca, identity) !== caOf(ca, first.identity));
    const say = (later: OfferedTo, earlier: OfferedTo, message: string): void => {
      found.push(diagnose('CS1048', {
        message, pointer: offeredAt(later), related: [{ message: `${quoted(`${earlier.api.value.name}.${earlier.offer.value.operation}`)} is offered to ${quoted(identityName(earlier.identity))}`, pointer: offeredAt(earlier) }],
        help: 'give one of them an API of its own, exposed at a host of its own',
      }));
    };
    if (other !== undefined) say(first, other, `the host ${quoted(host)} is for the partner ${quoted(identityName(first.identity))} and for ${quoted(identityName(other.identity))}: either everybody there is asked for a certificate, or nobody`);
    if (foreign !== undefined) {
      say(foreign, first, `the host ${quoted(host)} is for the partners ${quoted(identityName(first.identity))} and ${quoted(identityName(foreign.identity))} of two authorities, ${quoted(caOf(ca, first.identity))} and ${quoted(caOf(ca, foreign.identity))}: each could issue what the other's partner is known by`);
    }
  }
  return found;
}

const caOf = (ca: ReadonlyMap<string, string>, identity: OfferedTo['identity']): string => (identity.kind === 'partner' ? ca.get(identity.name) ?? '' : '');
const inOrder = (context: PolicyContext, halves: readonly OfferedTo[]): readonly OfferedTo[] =>
  (halves.length < 2 ? halves : [...halves].sort((a, b) => (context.before(offeredAt(a), offeredAt(b)) ? -1 : 1)));
