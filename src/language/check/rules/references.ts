import { diagnose, nearest, type Diagnostic } from '#diagnostics';
import type { IdentityRef, InvariantObject, InvariantSubject } from '#ir';
import type { LocatedApi, PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

type Roster = 'segments' | 'workloads' | 'people' | 'partners' | 'identityProviders' | 'apis' | 'holes';
const nouns: Readonly<Record<Roster, string>> = {
  segments: 'a segment', workloads: 'a workload', people: 'a group of people', partners: 'a partner', identityProviders: 'an identity provider', apis: 'an API', holes: 'a hole',
};

/** CS1001: every name that is used has to be somebody's. Knows the whole policy, so that it can say whose was meant. */
export function references(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const known = new Map<Roster, ReadonlySet<string>>();
  const names = (roster: Roster): ReadonlySet<string> => {
    let set = known.get(roster);
    if (set === undefined) known.set(roster, set = new Set((context[roster] as readonly { readonly value: { readonly name: string } }[]).map(({ value }) => value.name)));
    return set;
  };
  const want = (roster: Roster, name: string, pointer: string): boolean => {
    if (names(roster).has(name)) return true;
    if (context.leftOut.has(`${roster}:${name}`)) return false;
    const meant = nearest(name, names(roster));
    const elsewhere = (Object.keys(nouns) as Roster[]).find((other) => other !== roster && names(other).has(name));
    found.push(diagnose('CS1001', {
      message: `${quoted(name)} is not ${nouns[roster]} of this policy${elsewhere === undefined ? '' : `, but ${nouns[elsewhere]}`}`,
      pointer,
      ...(meant === undefined ? {} : { related: [{ message: `${quoted(meant)} is declared`, pointer: (context[roster] as readonly { readonly value: { readonly name: string }; readonly pointer: string }[]).find(({ value }) => value.name === meant)?.pointer ?? '' }] }),
      help: meant === undefined ? `declare ${nouns[roster]} called ${quoted(name)} and list it in the policy, or correct the name` : `write ${quoted(meant)}`,
    }));
    return false;
  };
  const wantIdentity = (identity: IdentityRef, pointer: string): void => {
    switch (identity.kind) {
      case 'workload':
        want('workloads', identity.name, `${pointer}/name`);
        if (identity.actingFor !== undefined) want('people', identity.actingFor, `${pointer}/actingFor`);
        return;
      case 'people': want('people', identity.name, `${pointer}/name`); return;
      case 'partner': want('partners', identity.name, `${pointer}/name`); return;
      case 'anyone': case 'builtin': case 'pods': return;
      default: return identity satisfies never;
    }
  };
  const wantOperation = (api: LocatedApi, name: string, pointer: string): void => {
    const operations = context.operationsOf(api);
    if (operations.has(name) || context.leftOut.has(`operations:${api.value.name}.${name}`)) return;
    const meant = nearest(name, operations.keys());
    const all = [...operations.keys()].sort();
    found.push(diagnose('CS1001', {
      message: `${quoted(api.value.name)} has no operation ${quoted(name)}`,
      pointer,
      related: [{ message: `${quoted(meant === undefined ? api.value.name : `${api.value.name}.${meant}`)} is declared`, pointer: (meant === undefined ? undefined : operations.get(meant)?.pointer) ?? api.pointer }],
      help: meant !== undefined ? `write ${quoted(meant)}` : all.length === 0 ? 'declare the operation in the API' : `write one of its operations (${all.slice(0, 6).map(quoted).join(', ')}${all.length > 6 ? ', …' : ''}), or declare it there`,
    }));
  };
  const wantEntry = (api: string, operation: string, pointer: string): void => {
    if (!want('apis', api, `${pointer}/api`)) return;
    const located = context.apiNamed.get(api);
    if (located !== undefined) wantOperation(located, operation, `${pointer}/operation`);
  };

  for (const { value, pointer } of context.workloads) if (value.segment !== undefined) want('segments', value.segment, `${pointer}/segment`);
  for (const { value, pointer } of context.people) want('identityProviders', value.via, `${pointer}/via`);
  for (const api of context.apis) {
    const { servedBy } = api.value;
    if (servedBy.kind === 'workload') want('workloads', servedBy.workload, `${api.pointer}/servedBy/workload`);
    else {
      if (typeof servedBy.arn === 'object') want('holes', servedBy.arn.hole, `${api.pointer}/servedBy/arn/hole`);
      if (servedBy.segment !== undefined) want('segments', servedBy.segment, `${api.pointer}/servedBy/segment`);
      if (servedBy.encryptedBy !== undefined) want('apis', servedBy.encryptedBy, `${api.pointer}/servedBy/encryptedBy`);
    }
    for (const { value: offer, pointer } of api.offers) {
      wantOperation(api, offer.operation, `${pointer}/operation`);
      for (const [index, identity] of offer.to.entries()) wantIdentity(identity, `${pointer}/to/${index}`);
    }
  }
  for (const { value: ask, pointer } of context.asks) {
    wantIdentity(ask.from, `${pointer}/from`);
    wantEntry(ask.to.api, ask.to.operation, `${pointer}/to`);
  }
  const wantSubject = (subject: InvariantSubject, pointer: string): void => {
    if (subject.kind === 'segment') { want('segments', subject.name, `${pointer}/name`); return; }
    if (subject.kind === 'anyIdentity') { for (const [index, identity] of subject.except.entries()) wantIdentity(identity, `${pointer}/except/${index}`); return; }
    wantIdentity(subject, pointer);
  };
  const wantObject = (object: InvariantObject, pointer: string): void => {
    switch (object.kind) {
      case 'segment': want('segments', object.name, `${pointer}/name`); return;
      case 'api': want('apis', object.name, `${pointer}/name`); return;
      case 'operation': wantEntry(object.api, object.operation, pointer); return;
      default: return object satisfies never;
    }
  };
  for (const { value: invariant, pointer } of context.never) {
    wantSubject(invariant.from, `${pointer}/from`);
    wantObject(invariant.to, `${pointer}/to`);
    for (const [index, object] of (invariant.through ?? []).entries()) wantObject(object, `${pointer}/through/${index}`);
  }
  return found;
}
