import * as pulumi from '@pulumi/pulumi';
import { fillWithin, tokensWithin } from '#ir';

/** What fills tokens, by their names: a text, or an output of something that the same program makes. */
export type Filling = ReadonlyMap<string, pulumi.Input<string>>;

/**
 * `then` of a value with its tokens filled: at once where it has none, else as soon as those are known that it has. It waits for
 * no others, or one unknown value would make every document unknown.
 */
export function filled<T, R>(value: T, filling: Filling, then: (full: T) => R): R | pulumi.Output<R> {
  const names = tokensWithin(value);
  if (names.length === 0) return then(value);
  const waited = names.map((name) => {
    const input = filling.get(name);
    if (input === undefined) throw new Error(`nothing fills ${name}`); // `checkNames` comes first, and keys are made first
    return pulumi.output(input);
  });
  return pulumi.all(waited).apply((texts) => then(fillWithin(value, new Map(names.map((name, index) => [name, texts[index]!]))))) as pulumi.Output<R>;
}
