import * as pulumi from '@pulumi/pulumi';
import { diagnose, type Diagnostic } from '#diagnostics';
import { parseArn } from '#ir';
import type { AwsArtifact, PolicyDocument } from '#targets';
import { propertiesOf } from './aws.ts';
import { filled, type Filling } from './filled.ts';

/**
 * What AWS answered for a resource, beside what was proved. It prints documents its own way: lists of one become texts, an account
 * becomes its root user, statements and lists lose their order (IAM, "IAM JSON policy elements reference"). What counts is that they mean the same. At
 * preview the answer is the provider's plan: what a transform changes is found there already. Not known before the answer is. Where a provider
 * answers nothing for a property, the SDK takes it to be as the program gave it: what a transform takes out altogether is not seen.
 */
export function readBackAws(artifact: AwsArtifact, resource: pulumi.CustomResource, filling: Filling, accountId: string): pulumi.Output<readonly Diagnostic[]> {
  const answers = resource as unknown as Readonly<Record<string, pulumi.Output<unknown> | undefined>>; // every input is an output too
  const asked = [
    ...Object.entries(propertiesOf(artifact, filling)).map(([name, sent]) => answer(name, sent, answers[name], sameValue)),
    ...Object.entries(artifact.documents).map(([name, sent]) => answer(name, filled(sent, filling, (full) => full), answers[name], sameDocument)),
    ...(answers['arn'] === undefined ? [] : [answers['arn'].apply((arn) => (parseArn(String(arn))?.account === accountId ? [] : [`\`arn\` is \`${String(arn)}\`, which is not of the account \`${accountId}\``]))]),
  ];
  return pulumi.all(asked).apply((found) => found.flat().slice(0, 1).map((difference) => diagnose('CS5050', {
    message: `AWS does not have \`${artifact.id}\` as it was proved: ${difference}`,
    help: 'take away the transform that changes it, or give the component the provider of the account that the platform file names',
  })));
}

function answer<T>(name: string, sent: pulumi.Input<T>, answered: pulumi.Output<unknown> | undefined, same: (sent: T, answered: unknown) => boolean): pulumi.Output<readonly string[]> {
  return pulumi.all([sent, answered]).apply(([one, other]) => (same(one as T, other) ? [] : [`\`${name}\` is missing there or differs`]));
}

/** Lists of properties are sets: of roles, of policies. */
function sameValue(sent: unknown, answered: unknown): boolean {
  if (Array.isArray(sent)) return Array.isArray(answered) && JSON.stringify([...sent].sort()) === JSON.stringify([...answered].sort());
  if (typeof sent !== 'object' || sent === null) return sent === answered;
  return typeof answered === 'object' && answered !== null && Object.entries(sent).every(([key, value]) => sameValue(value, (answered as Readonly<Record<string, unknown>>)[key]));
}

/** Whether a text is a document that means what `sent` means: the same statements in any order, whatever they are called. */
export function sameDocument({ Statement }: PolicyDocument, answered: unknown): boolean {
  try {
    const { Statement: theirs, Version } = JSON.parse(String(answered)) as { readonly Statement?: unknown; readonly Version?: unknown };
    const meanings = (statements: unknown): string => JSON.stringify(listed(statements).map((one) => meaning(one as Statement)).sort());
    return Version === '2012-10-17' && meanings(theirs) === meanings(Statement);
  } catch { return false; } // no JSON
}

type Statement = Readonly<Record<string, unknown>>;
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
const set = (value: unknown, as: (text: string) => string = (text) => text): readonly string[] => [...new Set(listed(value).map((text) => as(String(text))))].sort();
const record = (value: unknown): readonly (readonly [string, unknown])[] => Object.entries((value ?? {}) as object);

/** One statement as one text. Actions and condition keys are the same in any case (IAM, "IAM JSON policy elements: Action", ": Condition"). */
function meaning({ Action, Condition, Effect, NotAction, NotPrincipal, NotResource, Principal, Resource, Sid: _, ...rest }: Statement): string {
  return JSON.stringify([
    Effect, principals(Principal), principals(NotPrincipal),
    ...[Action, NotAction].map((actions) => (actions === undefined ? null : set(actions, (text) => text.toLowerCase()))),
    ...[Resource, NotResource].map((resources) => (resources === undefined ? null : set(resources))),
    record(Condition).map(([operator, keys]) => [operator, record(keys).map(([key, values]) => [key.toLowerCase(), set(values)]).sort()]).sort(),
    rest, // an element that nobody knows makes it another statement
  ]);
}

/** `*` is everybody of any kind; an account is its root user (IAM, "AWS JSON policy elements: Principal"). */
function principals(principal: unknown): unknown {
  if (principal === undefined) return null;
  const byKind = typeof principal === 'object' && principal !== null ? record(principal) : [['AWS', principal] as const];
  return byKind.map(([kind, names]) => [kind, set(names, (text) => (/^\d{12}$/.test(text) ? `arn:aws:iam::${text}:root` : text.replace(/^arn:aws[a-z-]*:iam::(\d{12}):root$/, 'arn:aws:iam::$1:root')))]).sort();
}
