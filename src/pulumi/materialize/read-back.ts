import * as pulumi from '@pulumi/pulumi';
import { diagnose, type Diagnostic } from '#diagnostics';
import type { KubernetesArtifact } from '#targets';

/**
 * What the API server answered for an object, beside what was proved. It may add (defaults); it may not leave out or
 * change. It does leave out, without a word to the user, what the installed definition of a kind does not know (Kubernetes,
 * "Custom Resources", on pruning; the Pulumi provider silences warnings): a rule without its condition is a wider rule.
 * A preview's answer is that of a dry run, so what is found there has not happened yet; lists may be longer in it, because the
 * provider takes over its own first writing only at `up`, and until then items of that stay. Not known before the answer is.
 */
export function readBack(artifact: KubernetesArtifact, resource: pulumi.CustomResource): pulumi.Output<readonly Diagnostic[]> {
  if (artifact.object.spec === undefined) return pulumi.output([]);
  const { spec: answered } = resource as unknown as { readonly spec: pulumi.Output<object | undefined> }; // every input is an output too
  return answered.apply((spec) => differing(artifact.object.spec, spec, 'spec', pulumi.runtime.isDryRun()).map((path) => diagnose('CS5032', {
    message: `the cluster does not have \`${artifact.id}\` as it was proved: \`${path}\` is missing there or differs`,
    help: 'bring the definition of its kind to the version that the platform file names, or take away the transform that changes it',
  })));
}

/** The first path, if there is one, at which `answered` lacks or changes what was `sent`. Nothing and an empty list or object are alike. */
function differing(sent: unknown, answered: unknown, path: string, longer: boolean): readonly string[] {
  if (Array.isArray(sent)) {
    if (sent.length === 0 && answered === undefined) return [];
    if (!Array.isArray(answered) || answered.length < sent.length || (answered.length > sent.length && !longer)) return [path];
    const items: readonly unknown[] = answered;
    if (items.length > sent.length) return sent.every((item) => items.some((other) => differing(item, other, path, longer).length === 0)) ? [] : [path];
    return firstOf(sent.map((item, index) => [item, items[index], `${path}[${index}]`]), longer);
  }
  if (typeof sent === 'object' && sent !== null) {
    if (typeof answered !== 'object' || answered === null || Array.isArray(answered)) return answered === undefined && Object.keys(sent).length === 0 ? [] : [path];
    return firstOf(Object.entries(sent).map(([key, value]) => [value, (answered as Readonly<Record<string, unknown>>)[key], `${path}.${key}`]), longer);
  }
  return sent === undefined || Object.is(sent, answered) ? [] : [path];
}

function firstOf(pairs: readonly (readonly [unknown, unknown, string])[], longer: boolean): readonly string[] {
  for (const [sent, answered, path] of pairs) {
    const found = differing(sent, answered, path, longer);
    if (found.length > 0) return found;
  }
  return [];
}
