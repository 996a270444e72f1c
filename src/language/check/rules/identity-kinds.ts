import { diagnose, type Diagnostic } from '#diagnostics';
import type { PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/** CS1033: identities that can't stand where they stand, whatever their name. */
export function identityKinds(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const pods = (pointer: string): void => {
    found.push(diagnose('CS1033', { message: 'pods by label are not an identity that a policy can name: labels are not authenticated', pointer, help: 'declare a workload with this selector and its ServiceAccount, and name it' }));
  };
  for (const api of context.apis) {
    for (const { value: offer, pointer } of api.offers) {
      if (offer.to.length === 0) {
        found.push(diagnose('CS1033', { message: `the offer of ${quoted(`${api.value.name}.${offer.operation}`)} is to nobody`, pointer: `${pointer}/to`, help: 'name who may call it, or remove the offer' }));
      }
      for (const [index, identity] of offer.to.entries()) if (identity.kind === 'pods') pods(`${pointer}/to/${index}`);
    }
  }
  for (const { value: ask, pointer } of context.asks) {
    const name = quoted(`${ask.to.api}.${ask.to.operation}`);
    if (ask.from.kind === 'pods') pods(`${pointer}/from`);
    else if (ask.from.kind !== 'workload') {
      found.push(diagnose('CS1033', {
        message: `the request of ${name} comes from ${ask.from.kind === 'anyone' ? '`anyone`' : quoted(ask.from.name)}, and only workloads write requests`,
        pointer: `${pointer}/from`, help: 'remove the request: where the API offers the operation to them, the offer stands alone',
      }));
    }
  }
  for (const { value: invariant, pointer } of context.never) {
    if (invariant.from.kind === 'pods') pods(`${pointer}/from`);
    if (invariant.from.kind === 'anyIdentity') for (const [index, identity] of invariant.from.except.entries()) if (identity.kind === 'pods') pods(`${pointer}/from/except/${index}`);
  }
  return found;
}
