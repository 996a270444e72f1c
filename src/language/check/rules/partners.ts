import { diagnose, type Diagnostic } from '#diagnostics';
import type { Partner } from '#ir';
import type { Located } from '../located.ts';
import type { PolicyContext } from '../policy-context.ts';
import { sanProblem } from '../syntax/san.ts';
import { quoted } from '../wording.ts';

/** CS1046 and CS1047: a partner is one name in a certificate, and no other partner is. */
export function partners(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const bySan = new Map<string, Located<Partner>>();
  for (const partner of [...context.partners].sort((a, b) => (context.before(a.pointer, b.pointer) ? -1 : 1))) {
    const { value: { certificate: { ca, san }, name }, pointer } = partner;
    const at = `${pointer}/certificate/san`;
    if (san === '') {
      found.push(diagnose('CS1046', { message: `the partner ${quoted(name)} has no SAN, so that everybody with a certificate of ${quoted(ca)} would be it`, pointer: at, help: 'state the name that its certificate has: `san: \'uri:spiffe://acme.example/billing\'` or `san: \'dns:billing.acme.example\'`' }));
      continue;
    }
    const problem = sanProblem(san);
    if (problem !== undefined) {
      found.push(diagnose('CS1046', { message: `the SAN of the partner ${quoted(name)}, ${quoted(san)}, ${problem.what}`, pointer: at, help: problem.instead === undefined ? 'write one name as it stands in the certificate, `uri:…` or `dns:…`' : `write ${quoted(problem.instead)}` }));
      continue;
    }
    const first = bySan.get(san);
    if (first === undefined) { bySan.set(san, partner); continue; }
    if (first.value.name === name) continue; // said by `duplicates`
    found.push(diagnose('CS1047', {
      message: first.value.certificate.ca === ca ? `the partners ${quoted(first.value.name)} and ${quoted(name)} are one certificate: ${quoted(san)} of ${quoted(ca)}`
        : `the partners ${quoted(first.value.name)} and ${quoted(name)} have one name, ${quoted(san)}, told apart only by who vouches for it, ${quoted(first.value.certificate.ca)} or ${quoted(ca)}`,
      pointer: at, related: [{ message: `${quoted(first.value.name)} is declared`, pointer: first.pointer }],
      help: first.value.certificate.ca === ca ? 'declare the partner once, and offer to it whatever it may call' : 'let each have a name of its own in its certificate',
    }));
  }
  return found;
}
