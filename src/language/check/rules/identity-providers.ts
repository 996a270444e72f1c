import { diagnose, type Diagnostic } from '#diagnostics';
import type { PolicyContext } from '../policy-context.ts';
import { claimNameProblem, claimValueProblem } from '../syntax/claim.ts';
import { listed, quoted } from '../wording.ts';
import { emptyCondition, malformedClaim } from './conditions.ts';

/** CS1036, CS1037, CS1038 and CS1041: a token is meant for somebody, is one provider's, and says things in a way that enforcers find. */
export function identityProviders(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const byIssuer = new Map<string, (typeof context.identityProviders)[number]>();
  for (const provider of [...context.identityProviders].sort((a, b) => (context.before(a.pointer, b.pointer) ? -1 : 1))) {
    const { value, pointer } = provider;
    const of = `the identity provider ${quoted(value.name)}`;
    if (value.audiences.every((audience) => audience.trim() === '')) {
      found.push(diagnose('CS1036', {
        message: `${of} names no audience, so that a token it issued for anybody else would be as good here`, pointer: `${pointer}/audiences`,
        help: 'state `audiences`: what `aud` says in tokens that are meant for this estate',
      }));
    }
    for (const [index, audience] of value.audiences.entries()) {
      const problem = claimValueProblem('aud', audience);
      if (problem !== undefined && audience.trim() !== '') found.push(malformedClaim(`an audience of ${of}, ${quoted(audience)},`, problem, `${pointer}/audiences/${index}`));
    }
    const first = byIssuer.get(value.issuer);
    if (first === undefined) byIssuer.set(value.issuer, provider);
    else if (first.value.name !== value.name) { // one name twice is said by `duplicates`
      found.push(diagnose('CS1037', {
        message: `${listed([first.value.name, value.name])} have one issuer, ${quoted(value.issuer)}, so that one token would be two people's`, pointer: `${pointer}/issuer`,
        related: [{ message: `${quoted(first.value.name)} is declared`, pointer: first.pointer }],
        help: 'declare the provider once, with the audiences of both, and tell its people apart by claims',
      }));
    }
    for (const [what, assertion] of Object.entries(value.asserts ?? {})) {
      if (assertion === undefined) continue;
      const at = `${pointer}/asserts/${what}`;
      const problem = claimNameProblem(assertion.claim, { moment: what === 'authenticatedAt' });
      if (problem !== undefined) found.push(malformedClaim(`the claim ${quoted(assertion.claim)} that ${of} maps to \`${what}\``, problem, `${at}/claim`));
      if (assertion.anyOf?.length === 0) found.push(emptyCondition(`${of} maps \`${what}\` to none of the values of ${quoted(assertion.claim)}, so that nobody ever has it`, `${at}/anyOf`, 'name the values that mean it, or leave `anyOf` out where the claim is `true` or `false`'));
      for (const [index, value] of (assertion.anyOf ?? []).entries()) {
        const wrong = claimValueProblem(assertion.claim, value);
        if (wrong !== undefined) found.push(malformedClaim(`the value ${quoted(value)} that ${of} maps to \`${what}\``, wrong, `${at}/anyOf/${index}`));
      }
    }
  }
  return found;
}
