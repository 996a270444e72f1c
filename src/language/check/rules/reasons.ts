import { diagnose, type Diagnostic } from '#diagnostics';
import { identityName, isCloudApi } from '#ir';
import { segmentServing, type LocatedApi, type PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

const blank = (text: string | undefined): boolean => text === undefined || text.trim() === '';

/** CS1019: a reason where a reviewer will need one: for anyone, for partners, into `restricted`, and for every `never`. */
export function reasons(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const say = (message: string, pointer: string, example: string): void => { found.push(reasonRequired(message, pointer, example)); };
  for (const api of context.apis) {
    const into = restrictedSegment(context, api);
    for (const { value: offer, pointer } of api.offers) {
      if (!blank(offer.because)) continue;
      const name = quoted(`${api.value.name}.${offer.operation}`);
      const outside = isCloudApi(api.value) ? undefined // nobody from outside calls it, for whatever reason: CS1072
        : offer.to.find((identity) => identity.kind === 'anyone') ?? offer.to.find((identity) => identity.kind === 'partner');
      if (outside !== undefined) say(`${name} is offered to ${outside.kind === 'anyone' ? '`anyone`' : `the partner ${quoted(identityName(outside))}`} without a reason`, pointer, 'the public shop');
      else if (into !== undefined) say(`${name} is offered without a reason, and its segment ${quoted(into)} holds \`restricted\` data`, pointer, 'checkout charges the card');
    }
  }
  for (const { value: ask, pointer } of context.asks) {
    const api = context.apiNamed.get(ask.to.api);
    const into = api === undefined ? undefined : restrictedSegment(context, api);
    if (into !== undefined && blank(ask.because)) {
      say(`${quoted(identityName(ask.from))} asks for ${quoted(`${ask.to.api}.${ask.to.operation}`)} without a reason, and the segment ${quoted(into)} holds \`restricted\` data`, pointer, 'charge the card');
    }
  }
  for (const { value: workload, pointer } of context.workloads) {
    if (workload.callsApiServer !== undefined && blank(workload.callsApiServer.because)) say(`${quoted(workload.name)} calls the API server without a reason`, `${pointer}/callsApiServer`, 'elects a leader through a Lease');
    if (workload.callsDns !== undefined && blank(workload.callsDns.because)) say(`${quoted(workload.name)} looks names up without a reason`, `${pointer}/callsDns`, 'sends mail to hosts outside');
  }
  for (const { value: invariant, pointer } of context.never) if (blank(invariant.because)) say('a `never` has no reason', pointer, 'PCI scope');
  return found;
}

export const reasonRequired = (message: string, pointer: string, example: string): Diagnostic =>
  diagnose('CS1019', { message, pointer, help: `add \`because\`: one line that says what breaks without it, such as '${example}'` });

function restrictedSegment(context: PolicyContext, api: LocatedApi): string | undefined {
  const segment = segmentServing(context, api)?.value;
  return segment?.holds === 'restricted' ? segment.name : undefined;
}
