import type { AnswerAcceptance, AnswerBecause, AnswerGrant, AnswerStep, AnswerVerdict, WhyAnswer } from '#ir';
import { accepted, decide, isCanonicalPath, type Destination, type Request } from '#spec';
import type { AccessGrant } from '#algebra';
import { answerGrant } from './answer-grant.ts';
import { destinationText } from './asked.ts';
import type { Askable } from './askable.ts';
import { askerName, type Asker } from './asker.ts';
import { canonicalSpelling } from './canonical-spelling.ts';
import { carriersOf } from './carriers.ts';
import { derivedOn } from './derived.ts';
import { forbiddenBy } from './forbidden.ts';
import { minimal } from './minimal.ts';
import { missed } from './missing.ts';
import { nearestWays } from './nearest-ways.ts';
import { requestLineOf } from './request-line-of.ts';
import { asking, standingOf } from './standing.ts';
import { usableOf, usableOn, type Usable } from './usable.ts';
import { waySteps } from './way-steps.ts';

export interface WhyQuestion {
  readonly asker: Asker;
  readonly to: Destination;
  /** One request, with all its facts. Without, the question is about every request of theirs, whatever its facts. */
  readonly request?: Request;
}

/** May somebody do something, and why: by the meaning, and by what each enforcer on the way makes of it. */
export function why(askable: Askable, question: WhyQuestion): WhyAnswer {
  const { asker, to } = question, found = question.request === undefined ? whateverFacts(askable, question) : oneRequest(askable, question, question.request);
  const { decision, request } = found, { enforced, policy } = askable;
  const because = decision.because as readonly AnswerBecause[];
  const first = because[0], denied = first === undefined || 'grant' in first ? undefined : missed(askable, asker, to, first);
  const about = new Set([...found.grants.map(({ grant }) => grant), ...(denied === undefined ? [] : refsAround(askable, asker, to))]);
  const way = enforced === undefined ? [] : waySteps(policy, enforced, request, about, denied === undefined ? [] : admittedThere(askable, to, request));
  const letThrough = denied === undefined ? undefined : acceptedBy(askable, request, way);
  return {
    kind: 'why', version: 1, policy: policy.name, ...(enforced === undefined ? {} : { platform: enforced.platform.name }),
    question: { who: askerName(asker), what: destinationText(to), asOf: request.context.time },
    answer: found.answer, says: denied?.says ?? allowedText(found.answer, asker, to, found.grants),
    stated: question.request !== undefined, request: requestLineOf(request), decision: decision.decision, because,
    grants: found.grants, ...(denied === undefined ? {} : { missing: denied.missing }), way,
    ...(letThrough === undefined ? {} : { accepted: letThrough }),
    nearest: denied === undefined ? [] : nearestWays(askable, asker, to),
    notes: notesOf(askable, question, found.answer, way, letThrough),
  };
}

interface Found { readonly answer: AnswerVerdict; readonly request: Request; readonly decision: ReturnType<typeof decide>; readonly grants: readonly AnswerGrant[] }

function oneRequest(askable: Askable, { asker, to }: WhyQuestion, request: Request): Found {
  const decision = decide(askable.policy, request);
  const refs = new Set(decision.because.flatMap((one) => ('grant' in one ? [one.grant] : one.nearest === undefined ? [] : [one.nearest])));
  const granted = carriersOf(askable.policy, to).flatMap(({ api, operation, wholePort }) => askable.access.grantsOn(api.name, operation.name).filter(({ ref }) => refs.has(ref)).map((grant) => answerGrant(askable, grant, { asker, wholePort })));
  return { answer: decision.decision === 'allow' ? 'allowed' : 'denied', request, decision, grants: [...once(granted), ...derivedOn(askable, to).filter(({ grant }) => refs.has(grant))] };
}

function whateverFacts(askable: Askable, { asker, to }: WhyQuestion): Found {
  const { access, from, policy } = askable, standing = standingOf(askable, asker);
  const usable = usableOn(askable, asker, to), derived = derivedOn(askable, to).filter((one) => isTheirs(asker, one));
  const [best] = usable, [byItself] = derived;
  const nothing = access.space.conditions.satisfy(standing.when, from) ?? { throughExposure: false, context: { time: from } };
  const request = best !== undefined ? asking(standing, best.facts, to) : asking(standing, nothing, byItself === undefined ? to : wireOf(to, byItself));
  const decision = decide(policy, request);
  if ((decision.decision === 'allow') !== (best !== undefined || byItself !== undefined)) throw new Error(`\`why\` and \`decide\` disagree about ${JSON.stringify(request)}`);
  if (decision.decision === 'deny') return { answer: 'denied', request, decision, grants: nearestGrants(askable, asker, to, decision) };
  const always = byItself === undefined ? best!.always : isExactly(askable, to, byItself);
  return { answer: always ? 'allowed' : 'conditional', request, decision, grants: [...once(usable.map((one) => shown(askable, asker, one))), ...derived.map((one) => (always ? one : { ...one, when: [`it is \`${one.asks}\``] }))] };
}

const shown = (askable: Askable, asker: Asker, { grant, wholePort }: Usable): AnswerGrant => answerGrant(askable, grant, { asker, wholePort });
const once = (grants: readonly AnswerGrant[]): readonly AnswerGrant[] => [...new Map(grants.map((one) => [JSON.stringify([one.grant, one.offer, one.request]), one])).values()];

/** What is derived is for one request; an operation may have more. */
function isExactly({ policy }: Askable, to: Destination, { asks }: AnswerGrant): boolean {
  const [owner] = carriersOf(policy, to);
  return to.kind !== 'operation' || (owner?.operation.kind === 'http' && `${owner.operation.method} ${owner.operation.path}` === asks) || owner?.operation.kind === 'grpc';
}

function wireOf(to: Destination, { asks }: AnswerGrant): Destination {
  const [method = '', path = ''] = asks.split(' ');
  return to.kind === 'operation' && path.startsWith('/') ? { kind: 'http', api: to.api, method, path } : to;
}

const isTheirs = (asker: Asker, { who }: AnswerGrant): boolean => asker.kind === 'identity' && (asker.identity.kind === 'builtin' || asker.identity.kind === 'workload') && asker.identity.name === who;

function nearestGrants(askable: Askable, asker: Asker, to: Destination, { because }: ReturnType<typeof decide>): readonly AnswerGrant[] {
  const refs = new Set(because.flatMap((one) => ('grant' in one || one.nearest === undefined ? [] : [one.nearest])));
  return once(carriersOf(askable.policy, to).flatMap(({ api, operation, wholePort }) => askable.access.grantsOn(api.name, operation.name).filter(({ ref }) => refs.has(ref)).map((grant) => answerGrant(askable, grant, { asker, wholePort }))));
}

/** Grants whose objects stand where this request goes: to the same operation, and by the same caller. */
function refsAround(askable: Askable, asker: Asker, to: Destination): readonly string[] {
  return [...carriersOf(askable.policy, to).flatMap(({ api, operation }) => askable.access.grantsOn(api.name, operation.name)), ...usableOf(askable, asker)].map(({ ref }) => ref);
}

/** Requests that pass where this one does not, to say what it lacks. */
function admittedThere(askable: Askable, to: Destination, { context }: Request): readonly Request[] {
  const { conditions } = askable.access.space;
  const grants = carriersOf(askable.policy, to).flatMap(({ api, operation }) => askable.access.grantsOn(api.name, operation.name));
  return grants.slice(0, 8).flatMap((grant): readonly Request[] => {
    const facts = conditions.satisfy(grant.when, context.time), peer = peerOf(grant);
    return facts === undefined ? [] : [{ ...(peer === undefined ? {} : { peer }), ...facts, to: { kind: 'operation', api: grant.api.name, operation: grant.operation.name } }];
  });
}
const peerOf = ({ from }: AccessGrant): Request['peer'] => (from.kind === 'workload' || from.kind === 'builtin' ? { kind: from.kind, name: from.name } as Request['peer'] : undefined);

/** Where nothing is sure to stop what is denied: the fewest acceptances that let it through. */
function acceptedBy({ enforced, policy }: Askable, request: Request, way: readonly AnswerStep[]): readonly AnswerAcceptance[] | undefined {
  if (enforced === undefined || way.length === 0 || way.some(({ does }) => does === 'stops')) return undefined;
  const { platform } = enforced;
  const letsPass = (accept: typeof platform.accept): boolean => decide(accepted(policy, { ...platform, accept }), request).decision === 'allow';
  if (!letsPass(platform.accept)) return undefined;
  return minimal(platform.accept, letsPass).map(({ because, feature, owner, plane, until }) => ({ feature, plane, because, owner, until }));
}

function allowedText(answer: AnswerVerdict, asker: Asker, to: Destination, grants: readonly AnswerGrant[]): string {
  const by = [...new Set(grants.map(({ grant }) => `\`${grant}\``))];
  return `\`${askerName(asker)}\` may use \`${destinationText(to)}\`${answer === 'conditional' ? ' under conditions' : ''}, by ${by.slice(0, 3).join(', ')}${by.length > 3 ? ` and ${by.length - 3} more` : ''}`;
}

function notesOf(askable: Askable, { asker, to }: WhyQuestion, answer: AnswerVerdict, way: readonly AnswerStep[], letThrough: readonly AnswerAcceptance[] | undefined): readonly string[] {
  const canonical = to.kind === 'http' && !isCanonicalPath(to.path) ? canonicalSpelling(to.path) : undefined;
  return [
    ...(to.kind === 'http' && !isCanonicalPath(to.path) ? [`a path has one spelling, and any other is denied${canonical === undefined ? '' : `: the one for this is \`${canonical}\``}`] : []),
    ...(answer === 'denied' ? forbiddenBy(askable, asker, to) : []),
    ...(askable.enforced === undefined ? ['by the meaning of the policy alone: no platform was given, whose enforcers could be asked'] : way.length === 0 ? ['there is no way there on this platform'] : []),
    ...(askable.enforced !== undefined && answer === 'denied' && letThrough === undefined && way.length > 0 && !way.some(({ does }) => does === 'stops') ? ['no object of this policy stops it on the way: what does is somebody else\'s to write'] : []),
  ];
}
