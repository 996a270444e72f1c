import { diagnose, nearest, type Diagnostic } from '#diagnostics';
import { cloudServiceFacts, cloudVerbOf, isCloudApi, verbsOf, type CloudApi, type CloudOperation } from '#ir';
import type { Located } from '../located.ts';
import type { PolicyContext } from '../policy-context.ts';
import { indexProblem, prefixProblem } from '../syntax/cloud-part.ts';
import { listed, quoted } from '../wording.ts';

/** CS1062, CS1063 and CS1064: operations of a cloud resource are verbs that its service has, on parts that policies can tell apart. */
export function cloudOperations(context: PolicyContext): readonly Diagnostic[] {
  return context.apis.flatMap((api) => {
    if (!isCloudApi(api.value)) return [];
    const operations = api.operations.filter((operation): operation is Located<CloudOperation> => operation.value.kind === 'cloud'); // others: CS1026
    return [...operations.flatMap((operation) => verbProblems(api.value as CloudApi, operation)), ...partProblems(api.value as CloudApi, operations)];
  });
}

function verbProblems(api: CloudApi, { value: { name, verb, within }, pointer }: Located<CloudOperation>): readonly Diagnostic[] {
  const { service } = api.servedBy, { noun } = cloudServiceFacts[service];
  const known = cloudVerbOf(service, verb);
  if (known !== undefined && (within === undefined || known.narrowed === 'may')) return [];
  const verbs = verbsOf(service);
  if (known === undefined) {
    const meant = nearest(verb, verbs.map((one) => one.verb));
    return [diagnose('CS1062', {
      message: `${quoted(`${api.name}.${name}`)} uses the verb ${quoted(verb)}, which a ${noun} does not have`, pointer: `${pointer}/verb`,
      help: meant === undefined ? `write ${listed(verbs.map((one) => one.verb), 'or')}` : `write ${quoted(meant)}`,
    })];
  }
  const narrow = verbs.filter(({ narrowed }) => narrowed === 'may').map((one) => one.verb);
  return [diagnose('CS1062', {
    message: `${quoted(`${api.name}.${name}`)} is narrowed to ${quoted(within ?? '')}, and the verb ${quoted(verb)} is about a ${noun} as a whole`, pointer: `${pointer}/within`,
    help: narrow.length === 0 ? `leave \`within\` out: nothing of a ${noun} can be told apart` : `leave \`within\` out, or use a verb that can be narrowed: ${listed(narrow, 'or')}`,
  })];
}

/** Each part once, however many verbs there are on it. */
function partProblems(api: CloudApi, operations: readonly Located<CloudOperation>[]): readonly Diagnostic[] {
  const { noun, within: narrowedTo } = cloudServiceFacts[api.servedBy.service];
  if (narrowedTo === undefined) return [];
  const parts = new Map<string, Located<CloudOperation>>();
  for (const operation of operations) {
    const { within } = operation.value;
    if (within !== undefined && !parts.has(within)) parts.set(within, operation);
  }
  const found: Diagnostic[] = [];
  for (const [part, { pointer }] of parts) {
    const problem = narrowedTo === 'index' ? indexProblem(part) : prefixProblem(part);
    if (problem !== undefined) {
      found.push(diagnose('CS1063', {
        message: `the ${narrowedTo} ${quoted(part.length > 80 ? `${part.slice(0, 77)}…` : part)} of the ${noun} ${quoted(api.name)} ${problem.what}`, pointer: `${pointer}/within`,
        help: problem.instead !== undefined ? `write ${quoted(problem.instead)}` : narrowedTo === 'index' ? 'write the name of the index as it stands in the table' : 'write what the keys begin with, such as `thumbs/`',
      }));
    }
  }
  if (narrowedTo === 'index') return found; // an index is one thing, and the table itself another
  const sound = [...parts].filter(([part]) => part !== '');
  for (const [part, { pointer }] of sound) {
    const wider = sound.find(([other]) => other !== part && part.startsWith(other));
    if (wider === undefined) continue;
    found.push(diagnose('CS1064', {
      message: `the prefix ${quoted(part)} of the ${noun} ${quoted(api.name)} begins with the prefix ${quoted(wider[0])}, so that whoever is granted that one is granted both`, pointer: `${pointer}/within`,
      related: [{ message: `${quoted(wider[0])} is declared`, pointer: `${wider[1].pointer}/within` }], help: 'declare prefixes of which none begins another, such as `orders/open/` and `orders/closed/`',
    }));
  }
  const whole = operations.find(({ value }) => value.within === undefined), [narrow] = sound;
  if (whole !== undefined && narrow !== undefined) {
    found.push(diagnose('CS1064', {
      message: `${quoted(`${api.name}.${whole.value.name}`)} is about the whole ${noun}, and ${quoted(`${api.name}.${narrow[1].value.name}`)} about ${quoted(narrow[0])} in it: one takes in the other`, pointer: whole.pointer,
      related: [{ message: `${quoted(narrow[1].value.name)} is declared`, pointer: narrow[1].pointer }], help: 'declare operations on prefixes only, or on the whole only',
    }));
  }
  return found;
}
