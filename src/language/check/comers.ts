import { identityName, type IdentityRef, type InvariantSubject, type PodsRef, type Workload } from '#ir';
import type { Located } from './located.ts';
import type { PolicyContext } from './policy-context.ts';
import { quoted } from './wording.ts';

/** Somebody of an invariant's subject who comes by what is offered to an identity, perhaps to another than its own. */
export interface Comer {
  /** In which witnesses are chosen. */
  readonly order: string;
  readonly text: string;
  /** Who makes the request: with whose pod, token or certificate. */
  readonly as: IdentityRef;
  /** Of these people as well, by one token. */
  readonly alsoOf?: string;
  readonly workload?: Located<Workload>;
}

/**
 * Who of a subject can come by an offer. People and partners also come by what is offered to `anyone`; people by what a
 * workload is offered that acts for them; a workload that acts for somebody by what it is offered alone, where its
 * token is ignored. What a workload may do alone is never put down to a person: that token says nothing there.
 */
export function comersOf(context: PolicyContext, offered: IdentityRef, subject: InvariantSubject, membersOf: (pods: PodsRef) => readonly Located<Workload>[]): readonly Comer[] {
  switch (offered.kind) {
    case 'workload': { const workload = context.workloadNamed.get(offered.name); return workload === undefined ? none : ofWorkload(context, workload, offered.actingFor, subject); }
    case 'people': return ofPeople(context, offered.name, subject);
    case 'partner': return subject.kind === 'partner' ? (subject.name === offered.name ? [partnerComer(offered.name)] : []) : isAnyBut(subject, offered) ? [partnerComer(offered.name)] : [];
    case 'anyone':
      switch (subject.kind) {
        case 'anyone': return [outsider];
        case 'anyIdentity': return isAnyBut(subject, offered) ? [outsider] : [];
        case 'people': return context.peopleNamed.has(subject.name) ? [personComer(subject.name)] : [];
        case 'partner': return [partnerComer(subject.name)];
        case 'workload': case 'segment': case 'builtin': case 'pods': return [];
        default: return subject satisfies never;
      }
    case 'pods': return [
      ...membersOf(offered).flatMap((workload) => ofWorkload(context, workload, undefined, subject)),
      ...(isEveryPod(offered) && (subject.kind === 'anyone' || isAnyBut(subject, { kind: 'anyone' })) ? [stranger] : []),
    ];
    case 'builtin': return subject.kind === 'builtin' && subject.name === offered.name ? [{ order: `6${offered.name}`, text: quoted(offered.name), as: offered }] : [];
    default: return offered satisfies never;
  }
}

const outsider: Comer = { order: '1', text: 'an unauthenticated client', as: { kind: 'anyone' } };
/** Carries no label and lives in no declared namespace: only an identity of every pod takes it in. */
const stranger: Comer = { order: '2', text: 'a pod that nobody declared', as: { kind: 'pods', namespace: 'undeclared.invalid', labels: {} } };
const isEveryPod = ({ labels, namespace }: PodsRef): boolean => namespace === '*' && Object.keys(labels).length === 0;
const personComer = (name: string): Comer => ({ order: `3${name}`, text: quoted(name), as: { kind: 'people', name } });
const partnerComer = (name: string): Comer => ({ order: `4${name}`, text: quoted(name), as: { kind: 'partner', name } });

function ofWorkload(context: PolicyContext, workload: Located<Workload>, actingFor: string | undefined, subject: InvariantSubject): readonly Comer[] {
  const { name, segment } = workload.value;
  if ((subject.kind === 'workload' && subject.name !== name) || (subject.kind === 'segment' && subject.name !== segment) || subject.kind === 'anyone' || subject.kind === 'partner') return none; // most, at once
  const as = (people: string | undefined): IdentityRef => (people === undefined ? { kind: 'workload', name } : { kind: 'workload', name, actingFor: people });
  const comer = (people: string | undefined, alsoOf?: string): Comer => {
    const identity = as(people);
    return { order: `0${identityName(identity)}`, text: quoted(identityName(identity)), as: identity, workload, ...(alsoOf === undefined || alsoOf === people ? {} : { alsoOf }) };
  };
  const together = (people: string): readonly Comer[] => (actingFor === undefined ? [comer(people)] : sameProvider(context, actingFor, people) ? [comer(actingFor, people)] : []);
  switch (subject.kind) {
    case 'workload': return subject.actingFor === undefined ? [comer(actingFor)] : together(subject.actingFor);
    case 'people': return actingFor === undefined ? [] : together(subject.name);
    case 'segment': return [comer(actingFor)];
    case 'anyIdentity': return isAnyBut(subject, as(undefined)) && (actingFor === undefined || isAnyBut(subject, as(actingFor))) ? [comer(actingFor)] : [];
    case 'builtin': case 'pods': return none;
    default: return subject satisfies never;
  }
}
const none: readonly never[] = Object.freeze([]);

function ofPeople(context: PolicyContext, offered: string, subject: InvariantSubject): readonly Comer[] {
  if (subject.kind === 'people') return sameProvider(context, offered, subject.name) ? [{ ...personComer(subject.name), ...(offered === subject.name ? {} : { alsoOf: offered }) }] : [];
  return isAnyBut(subject, { kind: 'people', name: offered }) ? [personComer(offered)] : [];
}

/** One token can only make somebody of groups that one provider knows. */
function sameProvider(context: PolicyContext, group: string, other: string): boolean {
  const [a, b] = [context.peopleNamed.get(group)?.value.via, context.peopleNamed.get(other)?.value.via];
  return a !== undefined && a === b;
}

/** `anyIdentity`, and not excepted. An exception of a workload takes in whomever it acts for; one of people does not take in what acts for them. */
const isAnyBut = (subject: InvariantSubject, identity: IdentityRef): boolean =>
  subject.kind === 'anyIdentity' && !subject.except.some((one) => identityName(one) === identityName(identity) && one.kind === identity.kind);
