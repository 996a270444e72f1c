import { grantRef, identityName, type Api, type Invariant, type InvariantObject, type InvariantSubject, type Policy } from '#ir';

/** One declaration that two policies do not have alike. `pointer` leads into the later one, or, of what was removed, into the earlier. */
export interface PolicyChange { readonly does: 'added' | 'removed' | 'changed'; /** `offer \`orders.list\`` */ readonly what: string; readonly pointer: string }

interface Declared { readonly what: string; readonly text: string; readonly pointer: string }

/** Which declarations were added, removed or changed, by their names. Both are canonical. What is in an API that came or went is not said again. */
export function policyChanges(before: Policy, after: Policy): readonly PolicyChange[] {
  const [earlier, later] = [declaredIn(before), declaredIn(after)];
  const found: PolicyChange[] = [];
  for (const [key, { pointer, text, what }] of later) {
    const was = earlier.get(key);
    if (was === undefined) found.push({ does: 'added', what, pointer }); else if (was.text !== text) found.push({ does: 'changed', what, pointer });
  }
  for (const [key, { pointer, what }] of earlier) if (!later.has(key)) found.push({ does: 'removed', what, pointer });
  const whole = new Set(found.flatMap(({ does, what }) => (does !== 'changed' && what.startsWith('API ') ? [`${what.slice('API '.length, -1)}.`] : [])));
  const part = /^(?:operation|offer) (`.*\.)[^.]*`$/;
  return found.filter(({ what }) => !whole.has(part.exec(what)?.[1] ?? ''));
}

const singular = { segments: 'segment', workloads: 'workload', identityProviders: 'identity provider', people: 'people', partners: 'partner', holes: 'hole' } as const;

/** By a key that names it. Several of one key (two offers of an operation) are one, with the place of the first. */
function declaredIn(policy: Policy): ReadonlyMap<string, Declared> {
  const found = new Map<string, Declared>();
  const add = (what: string, pointer: string, value: unknown): void => {
    const before = found.get(what), text = JSON.stringify(value);
    found.set(what, before === undefined ? { what, pointer, text } : { ...before, text: `${before.text}\n${text}` });
  };
  add('the name of the policy', '/name', policy.name);
  for (const list of Object.keys(singular) as (keyof typeof singular)[]) {
    for (const [index, one] of policy[list].entries()) add(`${singular[list]} \`${one.name}\``, `/${list}/${index}`, one);
  }
  for (const [index, api] of policy.apis.entries()) addApi(api, `/apis/${index}`, add);
  for (const [index, ask] of policy.asks.entries()) add(`request \`${grantRef(ask.from, ask.to.api, ask.to.operation)}\``, `/asks/${index}`, ask);
  for (const [index, invariant] of policy.never.entries()) add(`invariant \`${invariantText(invariant)}\``, `/never/${index}`, invariant);
  return found;
}

function addApi({ offers, operations, ...api }: Api, pointer: string, add: (what: string, pointer: string, value: unknown) => void): void {
  add(`API \`${api.name}\``, pointer, api);
  for (const [index, operation] of operations.entries()) add(`operation \`${api.name}.${operation.name}\``, `${pointer}/operations/${index}`, operation);
  for (const [index, offer] of offers.entries()) add(`offer \`${api.name}.${offer.operation}\``, `${pointer}/offers/${index}`, offer);
}

const invariantText = ({ from, kind, to }: Invariant): string => `${kind}: ${subjectText(from)} → ${objectText(to)}`;
function subjectText(subject: InvariantSubject): string {
  switch (subject.kind) {
    case 'segment': return `whatever is in ${subject.name}`;
    case 'anyIdentity': return subject.except.length === 0 ? 'any identity' : `any identity but ${subject.except.map(identityName).join(', ')}`;
    default: return identityName(subject);
  }
}
function objectText(object: InvariantObject): string {
  switch (object.kind) {
    case 'segment': case 'api': return object.name;
    case 'operation': return `${object.api}.${object.operation}`;
    default: return object satisfies never;
  }
}
