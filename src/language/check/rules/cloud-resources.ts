import { diagnose, type Diagnostic } from '#diagnostics';
import { cloudServiceFacts, isCloudApi, type CloudServer, type Hole } from '#ir';
import type { Located } from '../located.ts';
import type { PolicyContext } from '../policy-context.ts';
import { arnProblem, resourceForm, type ArnForm, type ArnProblem } from '../syntax/arn.ts';
import { quoted } from '../wording.ts';
import { numberProblem } from './ports.ts';

/** Days between two rotations of a key (AWS KMS, `EnableKeyRotation`, `RotationPeriodInDays`). */
const [shortestRotation, longestRotation] = [90, 2560];

/** CS1055, CS1060, CS1061, CS1070 and CS1071: a cloud resource is named as its service names such things, and says what its service has and no more. */
export function cloudResources(context: PolicyContext): readonly Diagnostic[] {
  const holes = new Map(context.holes.map((hole) => [hole.value.name, hole]));
  return context.apis.flatMap(({ value: api, pointer }) => (isCloudApi(api)
    ? [...arnProblems(holes, api.name, api.servedBy, pointer), ...factProblems(api.name, api.servedBy, `${pointer}/servedBy`), ...leftAlone(context, api.name, api.servedBy, `${pointer}/servedBy/owned`)] : []));
}

function arnProblems(holes: ReadonlyMap<string, Located<Hole>>, name: string, { arn, service }: CloudServer, pointer: string): readonly Diagnostic[] {
  const { example, noun } = cloudServiceFacts[service];
  if (arn === undefined) {
    return service === 'kms' ? [] : [diagnose('CS1071', {
      message: `${quoted(name)} is a ${noun} without an ARN, and only keys are made along with a policy`, pointer: `${pointer}/servedBy`,
      help: `state its \`arn\`, such as \`${example}\`, or a \`hole('${name}', { kind: 'arn', service: '${service}' })\` for what the same program makes`,
    })];
  }
  if (typeof arn === 'string') return malformedArn(`the ARN of ${quoted(name)}`, arn, `${pointer}/servedBy/arn`, resourceForm(service), `a ${noun}`);
  const hole = holes.get(arn.hole); // that there is none is said by `references`
  return hole === undefined || hole.value.service === service ? [] : [diagnose('CS1061', {
    message: `${quoted(name)} is a ${noun}, and the hole ${quoted(arn.hole)} stands for a ${cloudServiceFacts[hole.value.service].noun}`, pointer: `${pointer}/servedBy/arn`,
    related: [{ message: `${quoted(arn.hole)} is declared`, pointer: hole.pointer }], help: `declare the hole with \`service: '${service}'\`, or the resource with the function of its own service`,
  })];
}

/** `what` in a sentence, `kind` of thing that belongs there. */
export function malformedArn(what: string, text: string, pointer: string, form: ArnForm, kind: string): readonly Diagnostic[] {
  const problem: ArnProblem | undefined = arnProblem(text, form);
  if (problem === undefined) return [];
  const shown = text.length > 120 ? `${text.slice(0, 117)}…` : text;
  return [diagnose(problem.kind === 'service' ? 'CS1061' : 'CS1060', {
    message: text === '' ? `${what} is empty` : `${what}, ${quoted(shown)}, ${problem.what}${problem.kind === 'service' ? `, and ${kind} belongs there` : ''}`, pointer,
    help: problem.instead === undefined ? `write the ARN of ${kind}, such as \`${form.example}\`` : `write ${quoted(problem.instead)}`,
  })];
}

/** An unmanaged segment is not touched; owning is writing the whole policy. */
function leftAlone(context: PolicyContext, name: string, { owned, segment }: CloudServer, pointer: string): readonly Diagnostic[] {
  const found = segment === undefined ? undefined : context.segmentNamed.get(segment);
  return !owned || found?.value.managed !== 'unmanaged' ? [] : [diagnose('CS1071', {
    message: `${quoted(name)} is \`owned\`, and its segment ${quoted(found.value.name)} is unmanaged, where nothing is touched`, pointer, related: [{ message: `${quoted(found.value.name)} is declared`, pointer: found.pointer }],
    help: `leave \`owned\` out, or let ${quoted(found.value.name)} be \`managed\``,
  })];
}

function factProblems(name: string, { arn, owned, port, rotationDays, service }: CloudServer, pointer: string): readonly Diagnostic[] {
  const { noun, ownable, port: fixed } = cloudServiceFacts[service];
  const found: Diagnostic[] = [];
  const say = (message: string, at: string, help: string): void => { found.push(diagnose('CS1071', { message, pointer: at, help })); };
  if (owned && !ownable) {
    found.push(diagnose('CS1070', {
      message: `${quoted(name)} is \`owned\`, and no policy can be attached to a ${noun} that would refuse whom another policy of the account admits`, pointer: `${pointer}/owned`,
      help: 'leave `owned` out: only the callers\' side of it is written',
    }));
  }
  if (service === 'kms' && arn === undefined && !owned) say(`the key ${quoted(name)} is made along with the policy, and is not \`owned\``, `${pointer}/owned`, 'leave `owned` out: whoever makes a key writes its policy; or state the `arn` of a key that is there already');
  if (rotationDays !== undefined && service !== 'kms') say(`${quoted(name)} is a ${noun}, and only keys rotate`, `${pointer}/rotationDays`, 'leave `rotationDays` out, and state it on the key that encrypts it');
  else if (rotationDays !== undefined && arn !== undefined) say(`the key ${quoted(name)} is there already, and only a key that is made along with the policy is rotated by it`, `${pointer}/rotationDays`, 'leave `rotationDays` out, and let whoever makes the key rotate it; or leave `arn` out, and the key is made here');
  else if (rotationDays !== undefined && !(rotationDays >= shortestRotation && rotationDays <= longestRotation)) {
    found.push(diagnose('CS1055', { message: `the key ${quoted(name)} is to rotate every ${rotationDays} days, and KMS takes ${shortestRotation} to ${longestRotation}`, pointer: `${pointer}/rotationDays`, help: 'write `rotationDays: 365`, or another number in that range' }));
  }
  if (fixed !== undefined && port !== undefined) say(`${quoted(name)} states a port, and ${noun}s are asked at ${fixed}, whatever it says`, `${pointer}/port`, 'leave `port` out');
  if (fixed === undefined && port === undefined) say(`the ${noun} ${quoted(name)} does not say at which port it answers`, pointer, 'state its `port`, such as 5432 for PostgreSQL or 3306 for MySQL');
  if (fixed === undefined && port !== undefined) found.push(...numberProblem(`the port of ${quoted(name)}`, port, `${pointer}/port`));
  return found;
}
