import type { Node, RecordNode } from './shape.ts';

export type JsonSchema = { readonly [key: string]: unknown };

/**
 * A shape as JSON Schema 2020-12. With `annotate` false only what a validator needs: no titles, no descriptions.
 * Objects are closed. `discriminator` is OpenAPI's keyword, an annotation to other readers; it lets a validator
 * judge by the one member that `kind` names, instead of telling why none of them fits.
 */
export function jsonSchema(id: string, root: Node, { annotate = true } = {}): JsonSchema {
  if (root.node !== 'named') throw new Error('the root of a schema has a name');
  const defs = new Map<string, JsonSchema>();
  const note = (annotations: JsonSchema): JsonSchema => (annotate ? annotations : {});

  function print(node: Node): JsonSchema {
    switch (node.node) {
      case 'text': return { type: 'string', ...(node.pattern === undefined ? {} : { pattern: node.pattern }), ...note({ ...(node.format === undefined ? {} : { format: node.format }), ...(node.examples === undefined ? {} : { examples: node.examples }) }) };
      case 'integer': case 'number': return { type: node.node, ...(node.minimum === undefined ? {} : { minimum: node.minimum }), ...(node.maximum === undefined ? {} : { maximum: node.maximum }) };
      case 'boolean': return { type: 'boolean' };
      case 'anything': return node.schema === undefined || !annotate ? {} : { $ref: node.schema };
      case 'literal': return { type: typeof node.values[0] === 'number' ? 'integer' : typeof node.values[0], ...(node.values.length === 1 ? { const: node.values[0] } : { enum: node.values }) };
      case 'record': return printRecord(node);
      case 'union': return { type: 'object', discriminator: { propertyName: 'kind' }, oneOf: [...node.members.values()].map(printRecord) };
      case 'alternatives': return { oneOf: node.members.map(print) };
      case 'list': return { type: 'array', items: print(node.of) };
      case 'map': return { type: 'object', additionalProperties: print(node.of) };
      case 'either': {
        const { type, examples, ...rest } = print(node.other);
        // keywords speak of one type each, so both halves stand side by side; `const` would speak of every type
        const words = node.text.node === 'literal' ? { pattern: `^(?:${node.text.values.join('|')})$` } : {};
        return { type: ['string', type], ...words, ...rest };
      }
      case 'named':
        if (!defs.has(node.name)) {
          defs.set(node.name, {}); // its place, for whatever in it refers to it
          defs.set(node.name, { ...note({ title: node.title, description: node.description }), ...print(node.get()) });
        }
        return { $ref: `#/$defs/${node.name}` };
      default: return node satisfies never;
    }
  }

  function printRecord({ title, description, fields }: RecordNode): JsonSchema {
    return {
      ...note({ ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) }),
      type: 'object',
      properties: Object.fromEntries(fields.map((field) => [field.name, {
        ...note({ title: heading(field.name), description: field.description }),
        ...print(field.node),
        ...(field.presence === 'defaulted' ? { default: field.fallback } : {}),
      }])),
      required: fields.filter(({ presence }) => presence === 'required').map(({ name }) => name),
      additionalProperties: false,
    };
  }

  const { title, description, get } = root;
  const body = print(get());
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    title,
    ...note({ description }),
    ...body,
    ...(defs.size === 0 ? {} : { $defs: Object.fromEntries([...defs].sort(([a], [b]) => (a < b ? -1 : 1))) }),
  };
}

/** A document says which schema it follows, so that an editor finds it and a reader knows what it has. */
export function documentSchema(id: string, root: Node, options?: { readonly annotate?: boolean }): JsonSchema {
  const schema = jsonSchema(id, root, options);
  const pointer = { ...(options?.annotate === false ? {} : { title: 'Schema', description: 'The schema that this document follows.' }), type: 'string' };
  return { ...schema, properties: { $schema: pointer, ...(schema['properties'] as object) } };
}

/** `servedBy` is `Served by`, `podCidrs` is `Pod CIDRs`. */
function heading(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/\b(?:api|arn|ca|cidr|cni|dns|jwks|mfa|san|tls|uri)(?=s?\b)/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
