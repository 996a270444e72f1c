// The arguments and outputs of a resource of `@pulumi/aws`, read off the package's own declarations (`<module>/<name>.d.ts`) with
// TypeScript's parser: which there are, which are required, and of what type. So it is not ours to get wrong. What is nested
// (`inputs.dynamodb.TableAttribute`) is read off `types/input.d.ts`; of any other type a value is refused, and not taken unseen.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const root = path.dirname(require.resolve('@pulumi/aws/package.json'));
const known = new Map();

/** `aws:iam/role:Role` → `{ args: { name: { required, shape } }, outputs: [names] }`; undefined where the package has no such resource. */
function schemaOf(type) {
  if (!known.has(type)) known.set(type, kept(type, () => read(type)));
  return known.get(type);
}

/** What was read once is kept beside the account, for the next command: loading the parser takes longer than the rest of one. */
function kept(type, make) {
  if (process.env.CS_AWS_WORLD === undefined) return make();
  const file = path.join(process.env.CS_AWS_WORLD, `schema@${encodeURIComponent(type)}.json`);
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8'));
  const schema = make();
  if (schema !== undefined) fs.writeFileSync(file, JSON.stringify(schema));
  return schema;
}

function read(type) {
  const match = /^aws:([a-z0-9]+\/[A-Za-z0-9]+):([A-Z][A-Za-z0-9]*)$/.exec(type);
  const file = match && path.join(root, `${match[1]}.d.ts`);
  if (!match || !fs.existsSync(file)) return undefined;
  const ts = require('typescript'); // a third of a second, and only where there is something to read
  const source = ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  let args = {};
  const outputs = [];
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === `${match[2]}Args`) args = membersOf(ts, statement);
    if (ts.isClassDeclaration(statement) && statement.name.text === match[2]) {
      for (const member of statement.members) {
        if (ts.isPropertyDeclaration(member) && member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword)) outputs.push(member.name.text);
      }
    }
  }
  return { args, outputs };
}

const membersOf = (ts, declared) => Object.fromEntries(declared.members.map(member => [member.name.text, { required: member.questionToken === undefined, shape: shapeOf(ts, member.type) }]));

let inputs;
const nested = new Map();

/** `inputs.dynamodb.TableAttribute`: the file is as large as all services, so that only the interface that is wanted is parsed. */
function nestedIn(ts, text) {
  if (nested.has(text)) return nested.get(text);
  const match = /^inputs\.([a-z0-9]+)\.([A-Za-z0-9]+)$/.exec(text);
  inputs ??= fs.readFileSync(path.join(root, 'types', 'input.d.ts'), 'utf8');
  const start = match ? inputs.indexOf(`\n    interface ${match[2]} {`, inputs.indexOf(`\nexport declare namespace ${match[1]} {`)) : -1;
  if (start < 0) return undefined;
  const [declared] = ts.createSourceFile('input.d.ts', inputs.slice(start, inputs.indexOf('\n    }', start) + 6), ts.ScriptTarget.Latest, true).statements;
  nested.set(text, { elsewhere: text }); // while its members are read: a type may hold itself, and is not followed further
  const shape = { record: membersOf(ts, declared) };
  nested.set(text, shape);
  return shape;
}

/** `string`, `number`, `boolean`, `{ list }`, `{ map }`, `{ record }`, `{ any: [shapes] }`, or `{ elsewhere: text }`. */
function shapeOf(ts, node) {
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword: return 'string';
    case ts.SyntaxKind.NumberKeyword: return 'number';
    case ts.SyntaxKind.BooleanKeyword: return 'boolean';
    case ts.SyntaxKind.ArrayType: return { list: shapeOf(ts, node.elementType) };
    case ts.SyntaxKind.ParenthesizedType: return shapeOf(ts, node.type);
    case ts.SyntaxKind.UnionType: {
      const shapes = node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword).map(member => shapeOf(ts, member));
      return shapes.length === 1 ? shapes[0] : { any: shapes };
    }
    case ts.SyntaxKind.TypeLiteral: {
      const [index] = node.members;
      return node.members.length === 1 && ts.isIndexSignatureDeclaration(index) ? { map: shapeOf(ts, index.type) } : { elsewhere: node.getText() };
    }
    case ts.SyntaxKind.TypeReference:
      if (node.typeName.getText() === 'pulumi.Input') return shapeOf(ts, node.typeArguments[0]);
      return nestedIn(ts, node.getText()) ?? { elsewhere: node.getText() };
    default: return { elsewhere: node.getText() };
  }
}

/** What is wrong with a value of that shape, or undefined. `isUnknown` tells what is not known yet. */
function fault(value, shape, isUnknown) {
  if (isUnknown(value)) return undefined;
  if (typeof shape === 'string') return typeof value === shape ? undefined : `expected a ${shape}, got ${JSON.stringify(value)}`;
  if (shape.any) {
    const faults = shape.any.map(one => fault(value, one, isUnknown));
    return faults.includes(undefined) ? undefined : faults[0];
  }
  if (shape.list) {
    if (!Array.isArray(value)) return `expected a list, got ${JSON.stringify(value)}`;
    return value.map(member => fault(member, shape.list, isUnknown)).find(found => found !== undefined);
  }
  if (shape.map) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `expected a map, got ${JSON.stringify(value)}`;
    return Object.values(value).map(member => fault(member, shape.map, isUnknown)).find(found => found !== undefined);
  }
  if (shape.record) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `expected an object, got ${JSON.stringify(value)}`;
    return recordFaults(value, shape.record, isUnknown).map(({ property, reason }) => `${property}: ${reason}`)[0];
  }
  return `this stand-in does not know the type \`${shape.elsewhere}\``;
}

function recordFaults(value, members, isUnknown) {
  return [
    ...Object.entries(members).filter(([name, { required }]) => required && value[name] === undefined).map(([property]) => ({ property, reason: 'missing required property' })),
    ...Object.entries(value).flatMap(([property, member]) => {
      if (!Object.hasOwn(members, property)) return [{ property, reason: 'there is no such property' }];
      const reason = fault(member, members[property].shape, isUnknown);
      return reason === undefined ? [] : [{ property, reason }];
    }),
  ];
}

/** `{ property, reason }` for everything that the package's declarations do not allow. */
function faultsOf(type, given, isUnknown) {
  const schema = schemaOf(type);
  return schema ? recordFaults(given, schema.args, isUnknown) : [{ property: '', reason: `@pulumi/aws has no resource \`${type}\`` }];
}

module.exports = { faultsOf, schemaOf };
