import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isError } from '#diagnostics';
import { builtinPeers, cloudServices, conditionKinds, controllers, dataClasses, decodePlatform, decodePolicy, encodePlatform, encodePolicy, features, httpMethods, planes, probeNames, type Condition, type Hole, type IdentityRef } from '#ir';
import { cloudBuiltins, type CloudBuiltin, type Context, type Decision, type Destination } from '#spec';
import { required, record, text, union, optional, integer, literal, type Shape } from '../../src/ir/codec/shape.ts';
import { cloudDestinations, type DecisionLine, type RequestContext, type RequestTo } from '../../src/ir/codec/request-shape.ts';
import { arbitraryPlatform, arbitraryPolicy } from './arbitrary-policy.ts';

type Schema = { readonly [key: string]: unknown };
const root = new URL('../../', import.meta.url);
const names = ['policy', 'platform', 'diagnostics', 'request', 'decision', 'ledger'] as const;
const schemas = Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(new URL(`schemas/${name}.v1.json`, root), 'utf8')) as Schema])) as Record<(typeof names)[number], Schema>;
const compile = (schema: Schema) => new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, validateFormats: false, keywords: ['discriminator'] }).compile(schema);

/** Every schema inside a schema, with its JSON pointer. */
function* inside(schema: unknown, pointer = ''): Generator<{ readonly schema: Schema; readonly pointer: string }> {
  if (typeof schema !== 'object' || schema === null) return;
  yield { schema: schema as Schema, pointer };
  for (const [key, inner] of Object.entries(schema)) if (key !== 'default' && key !== 'examples') yield* inside(inner, `${pointer}/${key}`);
}
const definition = (schema: Schema, name: string): Schema => (schema['$defs'] as Readonly<Record<string, Schema>>)[name]!;
const kindsOf = (schema: Schema): readonly unknown[] => (schema['oneOf'] as readonly { readonly properties: { readonly kind: { readonly const: string } } }[]).map(({ properties }) => properties.kind.const);

describe('the committed schemas and validators', () => {
  it('are what `npm run schemas` would write now', () => {
    const said = execFileSync(process.execPath, ['scripts/schemas.mjs', '--check'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect(said).toContain('up to date');
  });

  it.each(names)('are valid JSON Schema 2020-12, with the address that they name: %s', (name) => {
    expect(schemas[name]).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `https://countersign.dev/schemas/${name}.v1.json` });
    expect(() => compile(schemas[name])).not.toThrow();
  });

  it.each(names)('explain every property and leave no object open: %s', (name) => {
    for (const { schema, pointer } of inside(schemas[name])) {
      if (schema['type'] === 'object' && 'properties' in schema) expect(schema, pointer).toMatchObject({ additionalProperties: false });
      if (!/\/properties$/.test(pointer)) continue;
      for (const [property, inner] of Object.entries(schema)) expect(inner, `${pointer}/${property}`).toMatchObject({ title: expect.stringMatching(/^[A-Z]/), description: expect.stringMatching(/[.`?]$/) });
    }
    for (const [definitionName, schema] of Object.entries((schemas[name]['$defs'] ?? {}) as object)) expect(schema, definitionName).toMatchObject({ title: expect.any(String), description: expect.any(String) });
  });

  it('name what the IR names', () => {
    const { policy, platform } = schemas;
    expect(kindsOf(definition(policy, 'condition'))).toEqual(conditionKinds);
    expect(kindsOf(definition(policy, 'identity'))).toEqual(['workload', 'people', 'partner', 'anyone', 'builtin', 'pods'] satisfies IdentityRef['kind'][]);
    const enums = (schema: Schema): string[] => [...inside(schema)].flatMap(({ schema: inner }) => ('enum' in inner ? [JSON.stringify(inner['enum'])] : []));
    for (const constant of [builtinPeers, dataClasses, [...httpMethods, 'ANY'], probeNames, controllers]) expect(enums(policy)).toContain(JSON.stringify(constant));
    for (const constant of [features, planes, controllers]) expect(enums(platform)).toContain(JSON.stringify(constant));
  });
});

describe('the precompiled validators', () => {
  // another judge: plain ajv on the published schema, without discriminator, defaults or our changes
  const judges = { policy: compile(schemas.policy), platform: compile(schemas.platform) };

  /** One value somewhere in the document replaced or removed. */
  function damaged(document: unknown, at: number, by: unknown): unknown {
    const copy = structuredClone(document);
    const places: (() => void)[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const key of Object.keys(value)) {
        places.push(() => { if (by === undefined) { delete (value as Record<string, unknown>)[key]; } else Object.defineProperty(value, key, { value: by, enumerable: true, configurable: true, writable: true }); });
        visit((value as Record<string, unknown>)[key]);
      }
      if (!Array.isArray(value)) places.push(() => { (value as Record<string, unknown>)['surplus'] = by ?? null; });
    };
    visit(copy);
    places[at % places.length]!();
    return copy;
  }
  const replacement = fc.constantFrom<unknown>(undefined, null, 0, -1, 1.5, 'x', true, [], {}, [1], { kind: 'mfa' }, { kind: 'nobody' });

  it.each([
    ['policies', arbitraryPolicy.map((policy) => JSON.parse(encodePolicy(policy)) as object), judges.policy, decodePolicy],
    ['platforms', arbitraryPlatform.map((platform) => JSON.parse(encodePlatform(platform)) as object), judges.platform, decodePlatform],
  ] as const)('agree with ajv on the published schema about damaged %s', (_, documents, judge, decode) => {
    let broken = 0;
    fc.assert(fc.property(documents, fc.nat(), replacement, (document, at, by) => {
      // a lost `$schema` or `version` is another story, told by another code
      const changed = { ...damaged(document, at, by) as object, $schema: (document as Schema)['$schema'], version: 1 };
      const text = JSON.stringify(changed);
      const valid = judge(JSON.parse(text));
      const decoded = decode(text, 'document.json');
      expect(decoded.ok, JSON.stringify(decoded.diagnostics.map(({ message }) => message))).toBe(valid);
      if (!valid) { broken++; expect(new Set(decoded.diagnostics.map(({ code }) => code))).toEqual(new Set(['CS5005'])); }
    }), { numRuns: 600 });
    expect(broken).toBeGreaterThan(100);
  });
});

describe('the schema of diagnostics', () => {
  it('fits what is said', () => {
    const judge = compile(schemas.diagnostics);
    const { diagnostics } = decodePolicy('{"version":1,"name":"x","name":"y"}', 'policy.json');
    expect(diagnostics.some(isError)).toBe(true);
    expect(judge(diagnostics), JSON.stringify(judge.errors)).toBe(true);
    expect(judge([{ ...diagnostics[0], witness: { any: ['thing'] }, fix: { grade: 'narrows', title: 't', edits: [{ at: { path: 'p' }, text: '' }] } }])).toBe(true);
    expect(judge([{ ...diagnostics[0], code: 'X1' }])).toBe(false);
    expect(judge([{ ...diagnostics[0], surplus: 1 }])).toBe(false);
  });
});

describe('the schemas of `decide`', () => {
  const request = compile(schemas.request);
  const decision = compile(schemas.decision);
  const to = { api: 'frontend', operation: 'home' };
  const from = { workload: 'checkoutservice' };

  it.each<[string, unknown, boolean]>([
    ['a workload', { from, to }, true],
    ['a pod', { from: { pod: { namespace: 'default', labels: { app: 'x' } } }, to }, true],
    ['anyone', { from: { anyone: true }, to }, true],
    ['a built-in peer', { from: { builtin: 'nodeProbes' }, to }, true],
    ['a method and a path', { from, to: { api: 'frontend', method: 'GET', path: '/cart' } }, true],
    ['a probe', { from, to: { workload: 'x', probe: 'readiness' } }, true],
    ['a port', { from, to: { workload: 'x', port: 80, protocol: 'TCP' } }, true],
    ['a port, of TCP as nothing else is said', { from, to: { workload: 'x', port: 80 } }, true],
    ['the DNS', { from, to: { builtin: 'clusterDns' } }, true],
    ['somebody with stolen credentials', { from: { credentialsOf: 'x' }, to }, true],
    ['another principal', { from: { principal: 'arn:aws:iam::111122223333:role/other' }, to }, true],
    ['an action', { from, to: { api: 'orders', action: 'sqs:SendMessage' } }, true],
    ['an action on a part', { from, to: { api: 'media', action: 's3:GetObject', within: 'thumbs/1.png' } }, true],
    ['an action through a service', { from, to: { api: 'key', action: 'kms:Decrypt', via: 'sqs' } }, true],
    ['an action through no service', { from, to: { api: 'key', action: 'kms:Decrypt', via: 'post' } }, false],
    ['whoever gives credentials', { from, to: { builtin: 'cloudCredentials' } }, true],
    ['the instance metadata', { from, to: { builtin: 'instanceMetadata' } }, true],
    ['a caller that is the instance metadata', { from: { builtin: 'instanceMetadata' }, to }, false],
    ['a context', { from, to, context: { time: '2026-06-30T12:00:00Z', mfa: true } }, true],
    ['nobody', { from: {}, to }, false],
    ['two callers', { from: { workload: 'x', anyone: true }, to }, false],
    ['anyone but not', { from: { anyone: false }, to }, false],
    ['an operation by name and path', { from, to: { ...to, path: '/' } }, false],
    ['a surplus property', { from, to, when: 'now' }, false],
  ])('a request of %s', (_, line, valid) => {
    expect(request(line)).toBe(valid);
  });

  it.each<[unknown, boolean]>([
    [{ decision: 'allow', because: [{ grant: 'checkout → orders.create' }] }, true],
    [{ decision: 'deny', because: [{ missing: 'offer' }, { missing: 'condition', nearest: 'a → b.c' }] }, true],
    [{ error: { code: 'CS5016', line: 3, message: 'there is no API `x`', help: 'did you mean `y`?' } }, true],
    [{ decision: 'maybe', because: [] }, false],
    [{ decision: 'deny', because: [{ missing: 'luck' }] }, false],
    [{ decision: 'allow' }, false],
  ])('an answer %j', (line, valid) => {
    expect(decision(line)).toBe(valid);
  });

  it('say what the meaning says', () => {
    // by types: what `#spec` decides is an answer line, and a line's context is its context but for the time
    const answer = (decided: Decision): DecisionLine => decided;
    const context = (line: Required<RequestContext>): Required<Context> => line;
    const back = (full: Required<Context>): Required<RequestContext> => full;
    const destination = (name: Extract<RequestTo, { builtin: unknown }>['builtin']): Extract<Destination, { kind: 'builtin' }>['name'] => name;
    const named = (name: CloudBuiltin): (typeof cloudDestinations)[number] => name;
    expect([answer, context, back, destination, named]).toHaveLength(5);
    expect(cloudDestinations).toEqual(cloudBuiltins);
  });
});

describe('a shape', () => {
  it('does not type-check unless it is that of its type, no less and no more', () => {
    const fields = { name: required(text(), 'd'), kind: required(literal('arn'), 'd'), service: required(literal(...cloudServices), 'd'), maxLength: required(integer(), 'd') };
    const { service: _, ...lacking } = fields;
    const complete: Shape<Hole> = record<Hole>(fields);
    const wrong = [
      // @ts-expect-error a property that nobody described
      () => record<Hole>(lacking),
      // @ts-expect-error a property that the type does not have
      () => record<Hole>({ ...fields, surplus: required(text(), 'd') }),
      // @ts-expect-error optional here, required there
      () => record<Hole>({ ...fields, service: optional(text(), 'd') }),
      // @ts-expect-error a number is no text
      () => record<Hole>({ ...fields, service: required(integer(), 'd') }),
      // @ts-expect-error more values than the type has
      () => record<Hole>({ ...fields, kind: required(literal('arn', 'url'), 'd') }),
      // @ts-expect-error fewer values than the type has
      () => record<{ readonly tls: '1.2' | '1.3' }>({ tls: required(literal('1.3'), 'd') }),
      // @ts-expect-error members that are missing
      () => union<Condition>({ mfa: { description: 'd', fields: { within: optional(integer(), 'd') } } }),
    ];
    expect(complete.node).toBe('record');
    expect(wrong).toHaveLength(7);
  });
});
