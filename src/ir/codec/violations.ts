import { escapePointer, nearest } from '#diagnostics';
import type { Node, RecordNode } from './shape.ts';

/** What a compiled validator says of one problem. */
export interface SchemaError { readonly instancePath: string; readonly keyword: string; readonly params: Readonly<Record<string, unknown>> }
/** One thing that does not have the shape it should; `key` where it is the property's name that is wrong. */
export interface Violation { readonly pointer: string; readonly key?: boolean; readonly message: string; readonly help?: string }

/**
 * What a schema's errors mean to a person: one violation for each real problem, with the nearest thing that would be
 * right. `root` is the shape that the schema was made of, and says what would have been valid where. `written` is what stands
 * somewhere without quotes, in a format where a text may.
 */
export function violations(root: Node, document: unknown, errors: readonly SchemaError[], written: (pointer: string) => string | undefined = () => undefined): readonly Violation[] {
  const missing = new Map<string, Set<string>>();
  for (const { keyword, instancePath, params } of errors) {
    if (keyword === 'required') missing.set(instancePath, (missing.get(instancePath) ?? new Set()).add(String(params['missingProperty'])));
  }
  const found: Violation[] = [];
  for (const error of errors) {
    if (error.keyword === 'additionalProperties') found.push(unknownProperty(root, document, error, missing.get(error.instancePath)));
  }
  for (const [pointer, names] of missing) if (names.size > 0) found.push(missingProperties(root, document, pointer, [...names]));
  for (const error of errors) found.push(...wrongValue(root, document, error, written));
  return found;
}

/** A name that is nearly a missing one is that name misspelt, and then it is not missing. */
function unknownProperty(root: Node, document: unknown, { instancePath, params }: SchemaError, missing: Set<string> | undefined): Violation {
  const unknown = String(params['additionalProperty']);
  const names = lookUp(root, document, instancePath).record?.fields.map(({ name }) => name) ?? [];
  const meant = nearest(unknown, missing ?? []) ?? nearest(unknown, names);
  if (meant !== undefined) missing?.delete(meant);
  return {
    pointer: `${instancePath}/${escapePointer(unknown)}`,
    key: true,
    message: `${placeOf(document, instancePath)} has a property ${quoted(unknown)}, which the schema does not know there`,
    help: meant === undefined ? `its properties are ${listed(names, 'and')}` : `did you mean \`${meant}\`?`,
  };
}

function missingProperties(root: Node, document: unknown, pointer: string, names: readonly string[]): Violation {
  const [only] = names;
  const description = names.length > 1 ? undefined : lookUp(root, document, pointer).record?.fields.find(({ name }) => name === only)?.description;
  return {
    pointer,
    message: `${placeOf(document, pointer)} has no ${listed(names, 'and no')}, and needs ${names.length === 1 ? 'it' : 'them'}`,
    help: description === undefined ? '`countersign schema` prints what each is for' : `it says: ${description.charAt(0).toLowerCase()}${description.slice(1).replace(/\.$/, '')}`,
  };
}

function wrongValue(root: Node, document: unknown, { keyword, instancePath, params }: SchemaError, written: (pointer: string) => string | undefined): readonly Violation[] {
  const value = valueAt(document, instancePath);
  const expected = lookUp(root, document, instancePath);
  const wrong = (actual: string, allowed: string, help?: string): readonly Violation[] =>
    [{ pointer: instancePath, message: `${placeOf(document, instancePath)} is ${actual}, and has to be ${allowed}`, ...(help === undefined ? {} : { help }) }];
  switch (keyword) {
    case 'additionalProperties': case 'required': return [];
    case 'enum': case 'const':
      // of the wrong type altogether: `type` says so of the same place
      return typeof value === typeof expected.allowed?.[0] ? wrong(quoted(value), listed(expected.allowed!, 'or'), expected.allowed!.length === 1 ? undefined : meantBy(value, expected.allowed!)) : [];
    case 'type': {
      const types = [params['type']].flat().map(String);
      const plain = written(instancePath);
      const wantsText = types.includes('string');
      if (plain === '') return wrong('empty', allowedTypes(types, expected.allowed), 'write a value, or leave the property out');
      return wrong(typeName(value), allowedTypes(types, expected.allowed), plain === undefined ? undefined : wantsText ? `quote it: \`${JSON.stringify(plain)}\`` : typeof value === 'string' ? meantWithoutQuotes(types, plain) : undefined);
    }
    case 'discriminator': {
      const kinds = expected.kinds ?? [];
      const { kind } = value as { readonly kind?: unknown };
      if (kind === undefined) return [{ pointer: instancePath, message: `${placeOf(document, instancePath)} has no \`kind\`, and needs it`, help: `\`kind\` is ${listed(kinds, 'or')}` }];
      const help = meantBy(kind, kinds);
      const pointer = `${instancePath}/kind`;
      return [{ pointer, message: `${placeOf(document, pointer)} is ${quoted(kind)}, and has to be ${listed(kinds, 'or')}`, ...(help === undefined ? {} : { help }) }];
    }
    case 'minimum': return wrong(quoted(value), `at least ${String(params['limit'])}`);
    case 'maximum': return wrong(quoted(value), `at most ${String(params['limit'])}`);
    case 'pattern': return wrong(quoted(value), expected.otherwise ?? 'of another form');
    default: throw new Error(`the schemas have no keyword ${keyword}`);
  }
}

const allowedTypes = (types: readonly string[], allowed: readonly unknown[] | undefined): string => (allowed === undefined ? types.map((type) => typeNames[type] ?? type).join(' or ') : listed(allowed, 'or'));

/** `true` or `false`, where a word without quotes is nearly one. */
const meantWithoutQuotes = (types: readonly string[], plain: string): string | undefined => (types.includes('boolean') ? meantBy(plain, [true, false]) : undefined);

const meantBy = (value: unknown, allowed: readonly unknown[]): string | undefined => {
  const meant = nearest(String(value), allowed.map(String));
  return meant === undefined ? undefined : `did you mean \`${meant}\`?`;
};

interface Found { readonly record?: RecordNode; readonly kinds?: readonly string[]; readonly allowed?: readonly unknown[]; readonly otherwise?: string }

/** What the shape says of the place that a pointer leads to in this document. */
function lookUp(root: Node, document: unknown, pointer: string): Found {
  let node: Node | undefined = root;
  let value = document;
  for (const token of tokens(pointer)) {
    node = step(node, value, token);
    value = (value as Readonly<Record<string, unknown>>)[token];
  }
  return describe(node, value);
}

function step(node: Node | undefined, value: unknown, token: string): Node | undefined {
  switch (node?.node) {
    case 'named': return step(node.get(), value, token);
    case 'either': return step(node.other, value, token);
    case 'record': return node.fields.find(({ name }) => name === token)?.node;
    case 'union': return step(node.members.get(String((value as { readonly kind?: unknown }).kind)), value, token);
    case 'list': case 'map': return node.of;
    default: return undefined;
  }
}

function describe(node: Node | undefined, value: unknown): Found {
  switch (node?.node) {
    case 'named': return describe(node.get(), value);
    case 'either': return { ...describe(node.other, value), ...(node.text.node === 'literal' ? { otherwise: `${listed(node.text.values, 'or')} or a list` } : {}) };
    case 'record': return { record: node };
    case 'union': {
      const member = node.members.get(String((value as { readonly kind?: unknown } | null)?.kind));
      return { kinds: [...node.members.keys()], ...(member === undefined ? {} : { record: member }) };
    }
    case 'literal': return { allowed: node.values };
    default: return {};
  }
}

const tokens = (pointer: string): readonly string[] => pointer.split('/').slice(1).map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const token of tokens(pointer)) value = (value as Readonly<Record<string, unknown>> | undefined)?.[token];
  return value;
}

/** `apis[0].offers[1].to`, with the name of the nearest thing around it that has one: `apis[0].offers` (`orders`). */
function placeOf(document: unknown, pointer: string): string {
  if (pointer === '') return 'the document';
  let text = '';
  let value = document;
  let around: string | undefined;
  for (const token of tokens(pointer)) {
    text += Array.isArray(value) ? `[${token}]` : /^[\w$]+$/.test(token) ? `${text === '' ? '' : '.'}${token}` : `[${JSON.stringify(token)}]`;
    value = (value as Readonly<Record<string, unknown>>)[token];
    const name = typeof value === 'object' && value !== null ? (value as { readonly name?: unknown }).name : undefined;
    if (typeof name === 'string') around = name;
  }
  return around === undefined || pointer.endsWith('/name') ? `\`${text}\`` : `\`${text}\` (\`${around}\`)`;
}

const typeNames: Readonly<Record<string, string>> = { string: 'a string', integer: 'a whole number', number: 'a number', boolean: '`true` or `false`', array: 'a list', object: 'an object', null: '`null`' };
function typeName(value: unknown): string {
  if (value === null) return '`null`';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? `the string ${quoted(value)}` : quoted(value);
}
function quoted(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value) ?? String(value);
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}
const listed = (values: readonly unknown[], last: 'and' | 'or' | 'and no'): string => {
  const all = values.map(quoted);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} ${last} ${all.at(-1)}`;
};
