import { diagnose, type Diagnostic, type Related } from '#diagnostics';
import { decodeLock, type Lock } from '#ir';
import { policyChanges } from './policy-changes.ts';

/** The versions of a file that a merge began from, where somebody still has them: its common ancestor, and either side. */
export interface Stages { readonly base?: string | undefined; readonly ours?: string | undefined; readonly theirs?: string | undefined }

/** No line of a lock begins so but by a merge: every line is indented, or a brace. */
const marker = /^(?:<{7}|\|{7}|={7}|>{7})(?: (.*))?$/;

/** Whether a merge has left its markers in a lock; one that a hand has missed is enough. */
export function isConflicted(input: string | Uint8Array): boolean {
  return /^(?:<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$/m.test(textOf(input));
}

const textOf = (input: string | Uint8Array): string => (typeof input === 'string' ? input : new TextDecoder().decode(input));

interface Conflict { readonly line: number; readonly ours: string; readonly theirs: string; readonly sides: Stages }

/** Says which side changed what, as far as the versions that are known can be read. */
export function conflictIn(input: string | Uint8Array, path: string, stages: Stages): Diagnostic {
  const { line, ours, sides, theirs } = split(textOf(input));
  const known = stages.ours !== undefined && stages.theirs !== undefined ? stages : sides;
  return diagnose('CS5061', {
    message: `a merge of \`${ours}\` and \`${theirs}\` has left its markers in the lock`,
    at: { path, span: { line, column: 1 } }, related: told(known, ours, theirs),
    help: 'merge the policy itself; then run `countersign lock`, which writes the lock afresh: nothing in it is merged by hand',
  });
}

/** The platforms that either side of a conflict has, or undefined where neither can be read. */
export function conflictPlatforms(input: string | Uint8Array, stages: Stages): readonly string[] | undefined {
  const { sides } = split(textOf(input));
  const locks = [stages.ours ?? sides.ours, stages.theirs ?? sides.theirs].map(lockOf).filter((lock) => lock !== undefined);
  return locks.length === 0 ? undefined : [...new Set(locks.flatMap(({ platforms }) => platforms.map((one) => one.path)))].sort();
}

/** The whole text as each side would have it. What merged without conflict is in all of them. Sides that can't be told apart are absent. */
function split(text: string): Conflict {
  const [ours, base, theirs]: [string[], string[], string[]] = [[], [], []];
  const names = { ours: 'ours', theirs: 'theirs' };
  let within: 'both' | 'ours' | 'base' | 'theirs' = 'both';
  let first: number | undefined, sound = true, hasBase = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const found = marker.exec(line);
    if (found === null) {
      if (within === 'both' || within === 'ours') ours.push(line);
      if (within === 'both' || within === 'base') base.push(line);
      if (within === 'both' || within === 'theirs') theirs.push(line);
      continue;
    }
    first ??= index + 1;
    const name = found[1]?.trim();
    switch (line.charAt(0)) {
      case '<': sound &&= within === 'both'; within = 'ours'; if (name !== undefined && name !== '') names.ours = name; break;
      case '|': sound &&= within === 'ours'; within = 'base'; hasBase = true; break;
      case '=': sound &&= within === 'ours' || within === 'base'; within = 'theirs'; break;
      default: sound &&= within === 'theirs'; within = 'both'; if (name !== undefined && name !== '') names.theirs = name;
    }
  }
  sound &&= within === 'both';
  const sides: Stages = sound ? { ours: ours.join('\n'), theirs: theirs.join('\n'), ...(hasBase ? { base: base.join('\n') } : {}) } : {};
  return { line: first ?? 1, ...names, sides };
}

/** Most changes that are told of one side. */
const most = 12;

function told(stages: Stages, ours: string, theirs: string): readonly Related[] {
  const [base, mine, other] = [stages.base, stages.ours, stages.theirs].map(lockOf);
  if (mine === undefined || other === undefined) return [{ message: 'what each side changed can\'t be read from it' }];
  if (base !== undefined) {
    return ([[ours, mine], [theirs, other]] as const).flatMap(([name, side]) => {
      const changes = changesBetween(base, side);
      return listed(changes.map(({ does, what }) => `\`${name}\` ${does} ${what}`), `\`${name}\``).concat(changes.length > 0 ? [] : [{ message: `\`${name}\` changed places or the tool's version, and nothing that is declared` }]);
    });
  }
  const apart = changesBetween(other, mine).map(({ does, what }) => {
    switch (does) {
      case 'added': return `only \`${ours}\` has ${what}`;
      case 'removed': return `only \`${theirs}\` has ${what}`;
      case 'changed': return `\`${ours}\` and \`${theirs}\` differ in ${what}`;
      default: return does satisfies never;
    }
  });
  return apart.length > 0 ? listed(apart, 'both sides') : [{ message: 'what the sides declare did not meet: only digests and places did' }];
}

const listed = (messages: readonly string[], who: string): Related[] => [
  ...messages.slice(0, most).map((message) => ({ message })),
  ...(messages.length > most ? [{ message: `and ${messages.length - most} more of ${who}` }] : []),
];

/** A side of a conflict is no longer what its digests say: its shape alone is asked for. */
function lockOf(text: string | undefined): Lock | undefined {
  const decoded = text === undefined ? undefined : decodeLock(text, '');
  return decoded?.ok === true ? decoded.value.lock : undefined;
}

function changesBetween(before: Lock, after: Lock): readonly { readonly does: 'added' | 'removed' | 'changed'; readonly what: string }[] {
  const platforms = (lock: Lock): ReadonlyMap<string, string> => new Map(lock.platforms.map(({ path, platform }) => [path, JSON.stringify(platform)]));
  const [was, is] = [platforms(before), platforms(after)];
  return [
    ...policyChanges(before.policy, after.policy),
    ...[...new Set([...was.keys(), ...is.keys()])].sort().flatMap((path) => {
      if (was.get(path) === is.get(path)) return [];
      return [{ does: !was.has(path) ? 'added' as const : !is.has(path) ? 'removed' as const : 'changed' as const, what: `the platform \`${path}\`` }];
    }),
  ];
}
