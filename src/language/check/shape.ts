import { diagnose, escapePointer, nearest, type Diagnostic } from '#diagnostics';
import type { ShapeNode } from '#ir';

/**
 * What of a draft is not of its type: a draft comes from JavaScript or data as often as from checked TypeScript, and
 * a rule would throw on it, or miss a key that is misspelt. Everything is said at once; nothing is read past a value
 * of the wrong type. `root` is what the draft is called in messages.
 */
export function shapeDiagnostics(shape: ShapeNode, draft: unknown, root: string): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  walk(shape, draft, { tokens: [], found, root });
  return found;
}

interface Walk { readonly tokens: string[]; readonly found: Diagnostic[]; readonly root: string }

function walk(node: ShapeNode, value: unknown, at: Walk): void {
  switch (node.node) {
    case 'named': return walk(node.get(), value, at);
    case 'anything': return;
    case 'text': return typeof value === 'string' ? undefined : wrong(at, value, 'a text');
    case 'integer': return typeof value === 'number' && Number.isSafeInteger(value) ? undefined : wrong(at, value, 'a whole number');
    case 'number': return typeof value === 'number' && Number.isFinite(value) ? undefined : wrong(at, value, 'a number');
    case 'boolean': return typeof value === 'boolean' ? undefined : wrong(at, value, '`true` or `false`');
    case 'literal': return node.values.includes(value as never) ? undefined : wrongLiteral(at, value, node.values.map(String));
    case 'either': return typeof value === 'string' ? walk(node.text, value, at) : walk(node.other, value, at);
    case 'alternatives': return; // in schemas for readers only
    case 'list':
      if (!Array.isArray(value)) return wrong(at, value, 'a list');
      for (let index = 0; index < value.length; index++) step(node.of, value[index], String(index), at);
      return;
    case 'map':
      if (!isRecord(value)) return wrong(at, value, 'an object');
      for (const key of Object.keys(value)) step(node.of, value[key], key, at);
      return;
    case 'union': {
      if (!isRecord(value)) return wrong(at, value, `an object with a \`kind\` (${oneOf([...node.members.keys()])})`);
      const member = typeof value['kind'] === 'string' ? node.members.get(value['kind']) : undefined;
      if (member !== undefined) return record(member.fields, value, at);
      at.tokens.push('kind');
      wrongLiteral(at, value['kind'], [...node.members.keys()]);
      at.tokens.pop();
      return;
    }
    case 'record': return isRecord(value) ? record(node.fields, value, at) : wrong(at, value, 'an object');
    default: return node satisfies never;
  }
}

function step(node: ShapeNode, value: unknown, token: string, at: Walk): void {
  at.tokens.push(token);
  walk(node, value, at);
  at.tokens.pop();
}

function record(fields: Extract<ShapeNode, { node: 'record' }>['fields'], value: Readonly<Record<string, unknown>>, at: Walk): void {
  let known = 0;
  for (const field of fields) {
    const present = Object.hasOwn(value, field.name);
    if (present) known++;
    const content = present ? value[field.name] : undefined;
    if (content !== undefined) step(field.node, content, field.name, at);
    else if (field.presence !== 'optional') {
      at.found.push(diagnose('CS1033', { message: `${placeText(at)} lacks \`${field.name}\``, pointer: pointerOf([...at.tokens, field.name]), help: `add \`${field.name}\`: ${field.description}` }));
    }
  }
  const keys = Object.keys(value);
  if (keys.length === known) return;
  const names = fields.map(({ name }) => name);
  for (const key of keys) {
    if (names.includes(key)) continue;
    const meant = nearest(key, names);
    at.found.push(diagnose('CS1033', {
      message: `${placeText(at)} has \`${key}\`, which the language does not know`,
      pointer: pointerOf([...at.tokens, key]),
      help: meant === undefined ? `remove it; known here are ${names.map((name) => `\`${name}\``).join(', ')}` : `write \`${meant}\``,
    }));
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value) && !isOutput(value);

/** Pulumi marks its `Output`s so; their value is not known while a policy is declared. */
const isOutput = (value: unknown): boolean =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && '__pulumiOutput' in value;

function wrong(at: Walk, value: unknown, expected: string): void {
  at.found.push(isOutput(value)
    ? diagnose('CS1032', {
      message: `${placeText(at)} is a Pulumi \`Output\`, whose value is not known while the policy is checked`,
      pointer: pointerOf(at.tokens),
      help: 'write the value itself, or a `hole(…)` that `new Countersign(…, { values })` fills in',
    })
    : diagnose('CS1033', {
      message: `${placeText(at)} is ${described(value)}, where ${expected} belongs`,
      pointer: pointerOf(at.tokens),
      help: `write ${expected}`,
    }));
}

function wrongLiteral(at: Walk, value: unknown, allowed: readonly string[]): void {
  if (typeof value !== 'string') return wrong(at, value, oneOf(allowed));
  const meant = nearest(value, allowed);
  at.found.push(diagnose('CS1033', {
    message: `${placeText(at)} is \`${value}\`, where ${oneOf(allowed)} belongs`,
    pointer: pointerOf(at.tokens),
    help: `write ${meant === undefined ? oneOf(allowed) : `\`${meant}\``}`,
  }));
}

const oneOf = (names: readonly string[]): string =>
  names.length === 1 ? `\`${names[0]}\`` : `${names.slice(0, -1).map((name) => `\`${name}\``).join(', ')} or \`${names.at(-1)}\``;

/** `apis[2].offers[0].until` of the policy, as a person would write it. */
function placeText({ tokens, root }: Walk): string {
  if (tokens.length === 0) return `the ${root}`;
  const path = tokens.map((token, index) => (/^\d+$/.test(token) ? `[${token}]` : `${index === 0 ? '' : '.'}${token}`)).join('');
  return `\`${path}\` of the ${root}`;
}

const pointerOf = (tokens: readonly string[]): string => tokens.map((token) => `/${escapePointer(token)}`).join('');

function described(value: unknown): string {
  if (value === null) return '`null`';
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string': return `the text \`${value.length > 40 ? `${value.slice(0, 40)}…` : value}\``;
    case 'number': case 'boolean': case 'bigint': return `\`${String(value)}\``;
    case 'function': return 'a function';
    case 'symbol': return 'a symbol';
    default: return 'an object';
  }
}
