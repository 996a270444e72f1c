import { diagnose, type Diagnostic } from '#diagnostics';
import { isMapping } from '../mapping.ts';
import { shortened, type OpenApiFiles } from './openapi-files.ts';
import { rootOf, type OpenApiNode } from './openapi-node.ts';
import { readReference } from './reference.ts';

/** What may stand beside a `$ref` without being one of two answers to the same question. */
const besides = /^(?:\$ref|summary|description|parameters|x-.*)$/s;

/**
 * The path item that is meant by one, which may be a `$ref` to one, and that too. undefined where it leads to none; that
 * is said here, but for what leads to other files, which whoever read the files has said.
 */
export function resolvePathItem(item: OpenApiNode, { byName }: OpenApiFiles, say: (diagnostic: Diagnostic) => void): OpenApiNode | undefined {
  const seen = new Set<string>();
  let here = item;
  for (;;) {
    const { value } = here;
    if (!isMapping(value) || !Object.hasOwn(value, '$ref')) return here;
    const place = here.child('$ref');
    const text = place.value;
    if (typeof text !== 'string') { say(diagnose('CS5018', { message: 'a `$ref` is not a text', at: place.at(), help: 'write it as in `#/components/pathItems/orders`' })); return undefined; }
    const refuse = (what: string, help: string): undefined => { say(diagnose('CS5020', { message: `the reference \`${shortened(text)}\` ${what}`, at: place.at(), help })); };

    const beside = Object.keys(value).find((key) => !besides.test(key));
    if (beside !== undefined) {
      say(diagnose('CS5019', { message: `\`${shortened(beside)}\` stands beside a \`$ref\`, and OpenAPI does not say which of the two counts`, at: here.child(beside).at(), help: 'write everything where the `$ref` leads, or here without it' }));
      return undefined;
    }
    const reference = readReference(text, here.file.name);
    if (reference.to === 'nowhere') return undefined;
    if (reference.pointer === undefined) return refuse('does not lead to a place by a JSON pointer', 'write it as in `#/components/pathItems/orders`');
    const file = reference.to === 'here' ? here.file : byName.get(reference.path);
    if (file === undefined) return undefined;
    const key = JSON.stringify([file.name, ...reference.pointer]);
    if (seen.has(key)) return refuse('leads back to itself', 'let it lead to a path item');
    seen.add(key);
    here = reference.pointer.reduce<OpenApiNode>((node, step) => node.child(step), rootOf(file));
    if (here.value === undefined) return refuse('leads to nothing', 'correct it, or write what it should lead to');
  }
}
