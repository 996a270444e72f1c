import { diagnose, type Diagnostic } from '#diagnostics';
import type { Condition } from '#ir';
import { conditionAtoms, type AtomicCondition } from '../condition-atoms.ts';
import type { Located } from '../located.ts';
import type { PolicyContext } from '../policy-context.ts';
import { statedConditions } from '../stated-conditions.ts';
import { claimNameProblem, claimValueProblem } from '../syntax/claim.ts';
import { headerNameProblem, headerValueProblem } from '../syntax/header.ts';
import type { Problem } from '../syntax/problem.ts';
import { windowProblem } from '../syntax/window.ts';
import { quoted } from '../wording.ts';

/** CS1038, CS1041, CS1042 and CS1043: a condition can hold, does not hold for everybody, and is written so that every enforcer reads it alike. */
export function conditions(context: PolicyContext): readonly Diagnostic[] {
  return [
    ...statedConditions(context).flatMap(({ condition, of, pointer }) => [
      ...emptyJoints(of, condition, pointer),
      ...conditionAtoms(condition, pointer).flatMap((atom) => atomProblems(of, atom)),
    ]),
    ...context.segments.flatMap(({ value: { name, requires }, pointer }) => (requires.reauthenticateEvery === undefined || requires.reauthenticateEvery > 0 ? []
      : [emptyCondition(`the segment ${quoted(name)} bounds the life of streams to ${requires.reauthenticateEvery} seconds, in which nothing can be said`, `${pointer}/requires/reauthenticateEvery`, 'write how long one may live, such as `30m`')])),
  ];
}

/** Of nothing, all hold and none does. */
function emptyJoints(of: string, condition: Condition, pointer: string): readonly Diagnostic[] {
  if (condition.kind !== 'all' && condition.kind !== 'any') return [];
  if (condition.of.length > 0) return condition.of.flatMap((part, index) => emptyJoints(of, part, `${pointer}/of/${index}`));
  return [condition.kind === 'all'
    ? emptyCondition(`${of} asks for all of no conditions, which always hold`, pointer, 'put the conditions into it that are meant, or leave it out')
    : emptyCondition(`${of} asks for any of no conditions, which never holds`, pointer, 'put the conditions into it of which one is enough, or remove what it guards')];
}

function atomProblems(of: string, { value: condition, pointer }: Located<AtomicCondition>): readonly Diagnostic[] {
  const never = (what: string): string => `${of} asks for ${what}, which nobody has`;
  switch (condition.kind) {
    case 'claim': {
      const name = claimNameProblem(condition.claim);
      return [
        ...(name === undefined ? [] : [malformedClaim(`the claim ${quoted(condition.claim)} of ${of}`, name, `${pointer}/claim`)]),
        ...(condition.anyOf.length > 0 ? [] : [emptyCondition(never(`one of no values of the claim ${quoted(condition.claim)}`), `${pointer}/anyOf`, `name them: \`claim('${condition.claim}').includes('…')\``)]),
        ...condition.anyOf.flatMap((text, index) => claimText(of, condition.claim, text, `${pointer}/anyOf/${index}`)),
      ];
    }
    case 'device': return [
      ...(condition.anyOf.length > 0 ? [] : [emptyCondition(never('one of no states of a device'), `${pointer}/anyOf`, 'name the states: `device(\'managed\')`')]),
      ...condition.anyOf.flatMap((text, index) => claimText(of, undefined, text, `${pointer}/anyOf/${index}`)),
    ];
    case 'mfa': return condition.within === undefined || condition.within > 0 ? [] : [noTime(of, 'an authentication', condition.within, `${pointer}/within`)];
    case 'authenticatedWithin': return condition.seconds > 0 ? [] : [noTime(of, 'an authentication', condition.seconds, `${pointer}/seconds`)];
    case 'maxTokenAge': return condition.seconds > 0 ? [] : [noTime(of, 'a token', condition.seconds, `${pointer}/seconds`)];
    case 'from': return [
      ...(condition.cidrs.length > 0 ? [] : [emptyCondition(never('an address in no range'), `${pointer}/cidrs`, 'name the ranges: `from(\'192.0.2.0/24\')`')]),
      ...condition.cidrs.flatMap((cidr, index) => (/^(?:0\.0\.0\.0|::)\/0$/.test(cidr) ? [emptyCondition(`${of} asks for an address in ${quoted(cidr)}, where every address is`, `${pointer}/cidrs/${index}`, 'name the ranges that are meant, or leave the condition out')] : [])),
    ];
    case 'during': {
      const problem = windowProblem(condition);
      return [
        ...(condition.days.length > 0 ? [] : [emptyCondition(never('a time on no day of the week'), `${pointer}/days`, 'name the days: `days: [\'mon\', \'tue\']`')]),
        ...(problem === undefined ? [] : [diagnose('CS1042', {
          message: `a window of ${of} ${problem.what}`, pointer: `${pointer}/${problem.field}`,
          help: problem.instead !== undefined ? `write ${quoted(problem.instead)}`
            : problem.field === 'timeZone' ? 'write a name of the IANA time zone database, such as `Europe/Vienna` or `UTC`'
              : 'write times as in `08:00` or `24:00`; a window that goes past midnight is two, joined by `anyOf`',
        })]),
      ];
    }
    case 'header': {
      const name = headerNameProblem(condition.name);
      return [
        ...(name === undefined ? [] : [unsafeHeader(`the header ${quoted(condition.name)} of ${of}`, name, `${pointer}/name`)]),
        ...(condition.anyOf.length > 0 ? [] : [emptyCondition(never(`one of no values of the header ${quoted(condition.name)}`), `${pointer}/anyOf`, 'name the values: `anyOf: [\'gold\']`')]),
        ...condition.anyOf.flatMap((text, index) => {
          const problem = headerValueProblem(text);
          return problem === undefined ? [] : [unsafeHeader(`the value ${quoted(text)} of the header ${quoted(condition.name)} of ${of}`, problem, `${pointer}/anyOf/${index}`)];
        }),
      ];
    }
    case 'risk': return []; // refused as a whole: CS1021
    default: return condition satisfies never;
  }
}

function claimText(of: string, claim: string | undefined, text: string, pointer: string): readonly Diagnostic[] {
  const problem = claimValueProblem(claim, text);
  return problem === undefined ? [] : [malformedClaim(claim === undefined ? `the state ${quoted(text)} of a device of ${of}` : `the value ${quoted(text)} of the claim ${quoted(claim)} of ${of}`, problem, pointer)];
}

export const malformedClaim = (what: string, { what: problem, instead }: Problem, pointer: string): Diagnostic =>
  diagnose('CS1038', { message: `${what} ${problem}`, pointer, help: instead === undefined ? 'write it as it stands in the token: a name such as `groups` or `realm_access.roles`, a value as a whole' : `write ${quoted(instead)}` });
export const emptyCondition = (message: string, pointer: string, help: string): Diagnostic => diagnose('CS1041', { message, pointer, help });
const noTime = (of: string, what: string, seconds: number, pointer: string): Diagnostic =>
  emptyCondition(`${of} asks for ${what} that is at most ${seconds} seconds old, which nobody has in time`, pointer, 'write how old it may be, such as `15m`');
const unsafeHeader = (what: string, { what: problem, instead }: Problem, pointer: string): Diagnostic =>
  diagnose('CS1043', { message: `${what} ${problem}`, pointer, help: instead === undefined ? 'choose a header that only the trusted hop sets, such as `x-device-posture`, and a plain value' : `write ${quoted(instead)}` });
