import { isMapping } from '../mapping.ts';

export type Way = readonly (string | number)[];
/** A text that leads elsewhere, and where it stands. */
export interface FoundReference { readonly text: string; readonly way: Way }

/** Mappings whose keys are names that the author chose (OpenAPI Specification 3.1, and JSON Schema 2020-12). */
const named: ReadonlySet<string> = new Set([
  'paths', 'webhooks', 'callbacks', 'pathItems', 'schemas', 'responses', 'parameters', 'examples', 'requestBodies', 'headers', 'securitySchemes', 'links',
  'content', 'encoding', 'variables', 'properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas',
]);
/** What holds other people's data, in which a `$ref` is a key like any other. */
const data: ReadonlySet<string> = new Set(['example', 'default', 'const', 'enum']);

interface Visit { readonly value: unknown; readonly kind: 'object' | 'names' | 'example'; readonly step: string | number; readonly parent: Visit | undefined }

/** Every `$ref` of a document, in no order, each place once. Without recursion: a document is as deep as its author likes. */
export function findReferences(root: unknown): readonly FoundReference[] {
  const found: FoundReference[] = [];
  const seen = new Set<unknown>();
  const left: Visit[] = [{ value: root, kind: 'object', step: '', parent: undefined }];
  for (let visit = left.pop(); visit !== undefined; visit = left.pop()) {
    const { value, kind } = visit;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value); // an alias stands for the same object
    if (Array.isArray(value)) {
      for (const [step, member] of (value as readonly unknown[]).entries()) left.push({ value: member, kind: 'object', step, parent: visit });
      continue;
    }
    if (!isMapping(value)) continue;
    for (const [key, member] of Object.entries(value)) {
      if ((key === '$ref' || key === '$dynamicRef') && typeof member === 'string') { found.push({ text: member, way: [...wayOf(visit), key] }); continue; }
      if (kind === 'names') { left.push({ value: member, kind: visit.step === 'examples' ? 'example' : 'object', step: key, parent: visit }); continue; }
      if (key.startsWith('x-') || data.has(key) || (key === 'examples' && Array.isArray(member)) || (kind === 'example' && key === 'value')) continue;
      left.push({ value: member, kind: named.has(key) && !Array.isArray(member) ? 'names' : 'object', step: key, parent: visit });
    }
  }
  return found;
}

function wayOf(visit: Visit): Way {
  const way: (string | number)[] = [];
  for (let here = visit; here.parent !== undefined; here = here.parent) way.unshift(here.step);
  return way;
}
