import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checked, Declared, Diagnostic } from '#diagnostics';
import { decodePlatform, decodePolicy, encodePolicy, maxDepth, maxDocumentBytes } from '#ir';
import { readFaults } from '../../src/ir/codec/json-fault.ts';
import { arbitraryPolicy } from './arbitrary-policy.ts';

/** `CS5003 2:7 message`, with `→ help` where there is one: what a person sees. */
function said(result: Checked<Declared<unknown>>): readonly string[] {
  return result.diagnostics.map(({ code, at, message, help }: Diagnostic) => `${code} ${at?.span === undefined ? '-' : `${at.span.line}:${at.span.column}`} ${message}${help === undefined ? '' : ` → ${help}`}`);
}
const policy = (fields: object): string => JSON.stringify({ version: 1, name: 'retail', ...fields });

describe('text that is not JSON', () => {
  it.each<[string, string, string]>([
    ['', '1:1', 'the file is empty'],
    [' \n ', '2:2', 'the file is empty'],
    ['{\n  "name": "retail"', '2:19', 'the text ends inside an object that is never closed → close it with `}`'],
    ['{\n  "apis": [', '2:12', 'the text ends inside a list that is never closed → close it with `]`'],
    ['{\r\n  "version": 1,\r\n}', '3:1', 'a comma stands before `}`, and JSON has no trailing commas → remove the comma'],
    ['{"apis": [1,]}', '1:13', 'a comma stands before `]`, and JSON has no trailing commas → remove the comma'],
    ['{"version" 1}', '1:12', '`1` stands where a colon belongs after the key `version`'],
    ['{version: 1}', '1:2', '`v` stands where a key in double quotes belongs → write keys in double quotes'],
    ['{"name": \'retail\'}', '1:10', '`\'retail\'` is not a JSON value → write strings in double quotes'],
    ['{\n  // the version\n  "version": 1}', '2:3', 'a comment stands here, and JSON has none → remove it, or declare the policy in TypeScript, which has comments'],
    ['{"a": 1\n "b": 2}', '2:2', '`"` stands where a comma or `}` belongs → is a comma missing before it?'],
    ['{"a": "x\ny"}', '1:9', 'a line ends inside a string → close the string, or write the character as an escape such as `\\n`'],
    ['{"a": "\t"}', '1:8', 'the character U+0009 stands bare in a string → close the string, or write the character as an escape such as `\\n`'],
    ['{"a": "C:\\x"}', '1:10', '`\\x` is no escape that JSON knows → a backslash itself is written `\\\\`'],
    ['{"a": "x', '1:7', 'a string begins here that is never closed → close it with a double quote'],
    ['{}\n{}', '2:1', '`{` follows after the end of the document → a file holds one document'],
    ['{"a": 01}', '1:7', '`01` is not a JSON value → strings stand in double quotes; other values are numbers, `true`, `false` and `null`'],
    ['name: retail', '1:1', '`name` is not a JSON value → strings stand in double quotes; other values are numbers, `true`, `false` and `null`'],
    ['{"emoji": "🛂", x}', '1:17', '`x` stands where a key in double quotes belongs → write keys in double quotes'],
  ])('%j is refused at %s', (text, place, why) => {
    expect(said(decodePolicy(text, 'policy.json'))).toEqual([`CS5003 ${place} the file is not JSON: ${why}`]);
  });

  it('finds a fault exactly where there is one', () => {
    // fragments join to nearly-JSON far more often than letters do
    const fragment = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"b\\n"', '"\\u00e4"', '"', '\\', '1', '-0.5e+3', '01', '.5', 'true', 'null', 'nul', ' ', '\n', '\u00a0', '/', '"a":1', '"a":[]');
    fc.assert(fc.property(fc.oneof(fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join('')), fc.json(), fc.json().chain((text) => fc.nat({ max: text.length }).map((end) => text.slice(0, end)))), (text) => {
      let parses = true;
      try { JSON.parse(text); } catch { parses = false; }
      const { fault } = readFaults(text, 10);
      expect(fault === undefined).toBe(parses);
      if (fault !== undefined) expect(fault.offset).toBeLessThanOrEqual(text.length);
    }), { numRuns: 3000 });
  });
});

describe('a key that stands twice', () => {
  it('is refused with both places, however it is spelt and wherever it is', () => {
    const result = decodePolicy('{"version": 1,\n "name": "a",\n "n\\u0061me": "b",\n "apis": [{}, {"x": {"y": 1, "y": 1}}]}', 'policy.json');
    expect(said(result)).toEqual([
      'CS5007 3:2 the key `name` stands twice in one object, and only one of its values would count → keep the one that is meant',
      'CS5007 4:30 the key `y` stands twice in one object, and only one of its values would count → keep the one that is meant',
    ]);
    expect(result.diagnostics.map(({ pointer }) => pointer)).toEqual(['', '/apis/1/x']);
    expect(result.diagnostics.map(({ related }) => related[0]?.at?.span)).toEqual([
      { line: 2, column: 2, endLine: 2, endColumn: 8 }, { line: 4, column: 22, endLine: 4, endColumn: 25 },
    ]);
  });

  it('is found in any document that has one', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat({ max: 5 }), (keys, which, depth) => {
      const twice = [...keys, keys[which % keys.length]!].map((key) => `${JSON.stringify(key)}: 1`).join(',');
      const once = keys.map((key) => `${JSON.stringify(key)}: 1`).join(',');
      const wrapped = (inner: string): string => `${'[{"in":'.repeat(depth)}{${inner}}${'}]'.repeat(depth)}`;
      expect(decodePolicy(wrapped(twice), 'policy.json').diagnostics.map(({ code }) => code)).toEqual(['CS5007']);
      expect(decodePolicy(wrapped(once), 'policy.json').diagnostics.map(({ code }) => code)).not.toContain('CS5007');
    }));
  });

  it('may be `__proto__`, which is a key like any other', () => {
    expect(said(decodePolicy('{"__proto__": 1, "__proto__": 2}', 'policy.json'))[0]).toContain('CS5007 1:18 the key `__proto__` stands twice');
  });
});

describe('JSON that is something else', () => {
  const expected = 'expected a Countersign policy: an object with `"$schema": "https://countersign.dev/schemas/policy.v1.json"`, `"version": 1` and `"name"`';
  it.each<[unknown, string, string]>([
    [[], '1:1', `this is a list, not a Countersign policy → ${expected}`],
    [null, '1:1', `this is \`null\`, not a Countersign policy → ${expected}`],
    ['retail', '1:1', `this is a string, not a Countersign policy → ${expected}`],
    [{}, '1:1', `the document has no \`version\`, so it is not known to be a Countersign policy → ${expected}`],
    [{ apis: [], name: 'retail' }, '1:1', `the document has no \`version\`, so it is not known to be a Countersign policy → ${expected}`],
    [{ apiVersion: 'v1', kind: 'Service' }, '1:1', `this looks like a Kubernetes manifest, not a Countersign policy → ${expected}; workloads come from manifests by \`countersign import manifests\``],
    [{ openapi: '3.1.0', paths: {} }, '1:1', `this looks like an OpenAPI description, not a Countersign policy → ${expected}`],
    [{ Version: '2012-10-17', Statement: [] }, '1:1', `this looks like an IAM policy document, not a Countersign policy → ${expected}`],
    [{ name: 'retail', version: '1.0.0', dependencies: {} }, '1:1', `this looks like a package.json, not a Countersign policy → ${expected}`],
    [{ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' }, '1:1', `this looks like a JSON Schema, not a Countersign policy → ${expected}`],
    [{ version: 1, name: 'prod', cni: {} }, '1:1', 'this is a Countersign platform, where a Countersign policy is expected → give it as the platform, and here a Countersign policy'],
    [{ $schema: 'https://countersign.dev/schemas/platform.v1.json' }, '1:12', 'this is a Countersign platform, where a Countersign policy is expected → give it as the platform, and here a Countersign policy'],
    [{ $schema: 'https://other.example/policy.json', version: 1 }, '1:12', `the document follows the schema \`https://other.example/policy.json\`, which is not that of a Countersign policy → ${expected}`],
    [{ version: 2, name: 'retail' }, '1:12', 'the document has version 2 of the format, which a later Countersign has written; this one reads version 1 → update Countersign, or export the document again with this one'],
    [{ version: '1', name: 'retail' }, '1:12', `the document's \`version\` is \`"1"\`, and a Countersign policy has 1 → ${expected}`],
  ])('%j is named', (document, place, why) => {
    expect(said(decodePolicy(JSON.stringify(document), 'policy.json'))).toEqual([`CS5004 ${place} ${why}`]);
  });

  it('is named when a policy stands for a platform as well', () => {
    expect(said(decodePlatform(policy({ apis: [] }), 'platform.json'))).toEqual(['CS5004 1:1 this is a Countersign policy, where a Countersign platform is expected → give it as the policy, and here a Countersign platform']);
  });
});

describe('a policy that breaks the schema', () => {
  it('hears of every problem once, each at its line, with the nearest thing that would be right', () => {
    const text = `{
  "version": 1,
  "name": "retail",
  "api": [],
  "segments": [{ "name": "commerce", "holds": "confidental" }, { "name": "edge", "holds": 3 }],
  "apis": [
    { "nmae": "orders", "servedBy": { "kind": "worklod", "workload": "orders" }, "operations": {} },
    {
      "name": "catalog",
      "servedBy": { "kind": "workload", "workload": "catalog", "port": true },
      "operations": [{ "name": "list", "kind": "http", "method": "get", "path": "/" }],
      "offers": [{ "operation": "list", "to": [{ "kind": "anyone" }], "becuase": "it is public", "when": [{ "kind": "all", "of": [{ "kind": "mfa", "within": -1 }, { "kind": "mafia" }, {}] }] }]
    },
    null
  ]
}`;
    expect(said(decodePolicy(text, 'policy.json'))).toEqual([
      'CS5005 4:3 the document has a property `api`, which the schema does not know there → did you mean `apis`?',
      'CS5005 5:47 `segments[0].holds` (`commerce`) is `confidental`, and has to be `public`, `internal`, `confidential` or `restricted` → did you mean `confidential`?',
      'CS5005 5:91 `segments[1].holds` (`edge`) is `3`, and has to be `public`, `internal`, `confidential` or `restricted`',
      'CS5005 7:7 `apis[0]` has a property `nmae`, which the schema does not know there → did you mean `name`?',
      'CS5005 7:47 `apis[0].servedBy.kind` is `worklod`, and has to be `workload` or `cloud` → did you mean `workload`?',
      'CS5005 7:96 `apis[0].operations` is an object, and has to be a list',
      'CS5005 10:72 `apis[1].servedBy.port` (`catalog`) is `true`, and has to be a string or a whole number',
      'CS5005 11:66 `apis[1].operations[0].method` (`list`) is `get`, and has to be `GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE`, `OPTIONS` or `ANY` → did you mean `GET`?',
      'CS5005 12:71 `apis[1].offers[0]` (`catalog`) has a property `becuase`, which the schema does not know there → did you mean `because`?',
      'CS5005 12:158 `apis[1].offers[0].when[0].of[0].within` (`catalog`) is `-1`, and has to be at least 0',
      'CS5005 12:174 `apis[1].offers[0].when[0].of[1].kind` (`catalog`) is `mafia`, and has to be `claim`, `mfa`, `authenticatedWithin`, `maxTokenAge`, `device`, `from`, `during`, `risk`, `header`, `all` or `any`',
      'CS5005 12:185 `apis[1].offers[0].when[0].of[2]` (`catalog`) has no `kind`, and needs it → `kind` is `claim`, `mfa`, `authenticatedWithin`, `maxTokenAge`, `device`, `from`, `during`, `risk`, `header`, `all` or `any`',
      'CS5005 14:5 `apis[2]` is `null`, and has to be an object',
    ]);
  });

  it('hears once of all that one object lacks, and what a single thing is for', () => {
    expect(said(decodePolicy(policy({ partners: [{}, { name: 'acme' }] }), 'policy.json'))).toEqual([
      'CS5005 1:42 `partners[0]` has no `certificate` and no `name`, and needs them → `countersign schema` prints what each is for',
      'CS5005 1:45 `partners[1]` (`acme`) has no `certificate`, and needs it → it says: how its certificate is known',
    ]);
  });

  it.each<[string, object, string]>([
    ['a property that is like none', { zzz: 1 }, 'has a property `zzz`, which the schema does not know there → its properties are'],
    ['a property called `__proto__`', JSON.parse('{"__proto__": {"name": "x"}}') as object, 'has a property `__proto__`, which the schema does not know there'],
    ['a whole number that is none', { holes: [{ name: 'q', kind: 'arn', service: 'sqs', maxLength: 1.5 }] }, '`holes[0].maxLength` (`q`) is `1.5`, and has to be a whole number'],
    ['text where an object belongs', { asks: [{ from: 'ui', to: { api: 'a', operation: 'o' } }] }, '`asks[0].from` is the string `ui`, and has to be an object'],
    ['a label that is not text', { workloads: [{ name: 'ui', kubernetes: { namespace: 'ui', selector: { 'app.kubernetes.io/name': 1 } } }] }, '`workloads[0].kubernetes.selector["app.kubernetes.io/name"]` (`ui`) is `1`, and has to be a string'],
  ])('hears of %s', (_, fields, expected) => {
    const text = JSON.stringify({ version: 1, name: 'retail' }).slice(0, -1) + ',' + JSON.stringify(fields).slice(1);
    const lines = said(decodePolicy(text, 'policy.json'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });

  it('says of a platform which grants an acceptance can be for', () => {
    const acceptance = { grants: 'al', feature: 'port', plane: 'network', because: 'b', owner: 'o', until: '2027-01-01' };
    const cni = { name: 'calico', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, ipBlockMatchesNodes: true, ipBlockMatchesPods: true, startsOpen: false };
    expect(said(decodePlatform(JSON.stringify({ version: 1, name: 'prod', cni, accept: [acceptance] }), 'platform.json')).map((line) => line.replace(/^\S+ \S+ /, ''))).toEqual(['`accept[0].grants` is `al`, and has to be `all` or a list']);
  });

  it('leaves meaning to `check`: a port out of range, an odd date and a crooked path are well-shaped', () => {
    const api = { name: 'orders', servedBy: { kind: 'workload', workload: 'nobody', port: 70_000 }, operations: [{ name: 'x', kind: 'http', method: 'GET', path: 'no//slash' }], offers: [{ operation: 'y', to: [], until: '31.12.' }] };
    expect(decodePolicy(policy({ apis: [api] }), 'policy.json').ok).toBe(true);
  });
});

describe('bytes', () => {
  const bytes = (...parts: readonly (string | number)[]): Uint8Array => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));
  it.each<[string, Uint8Array, string]>([
    ['Latin-1', bytes('{\n "name": "ä', 0xe4, '"}'), 'CS5008 2:12 the file is not UTF-8: the byte 0xE4 stands where no character can begin or go on → save the file as UTF-8'],
    ['a character cut short at the end', bytes('{\n "name": "ä', 0xe2, 0x82), 'CS5008 2:12 the file is not UTF-8: the byte 0xE2 stands where no character can begin or go on → save the file as UTF-8'],
    ['a surrogate', bytes('"🛂', 0xed, 0xa0, 0x80, '"'), 'CS5008 1:4 the file is not UTF-8: the byte 0xED stands where no character can begin or go on → save the file as UTF-8'],
    ['an overlong slash', bytes('"', 0xc0, 0xaf, '"'), 'CS5008 1:2 the file is not UTF-8: the byte 0xC0 stands where no character can begin or go on → save the file as UTF-8'],
    ['UTF-16', bytes(0xff, 0xfe, '{', 0), 'CS5008 1:1 the file begins with the byte order mark of UTF-16, and only UTF-8 is read → save the file as UTF-8'],
  ])('that are %s are refused', (_, input, expected) => {
    expect(said(decodePolicy(input, 'policy.json'))).toEqual([expected]);
  });

  it('that begin with a byte order mark are read without it', () => {
    for (const input of [bytes('\ufeff', policy({})), `\ufeff${policy({})}`]) expect(decodePolicy(input, 'policy.json')).toMatchObject({ ok: true, value: { draft: { name: 'retail' } } });
    expect(said(decodePolicy('\ufeff{x', 'policy.json'))[0]).toMatch(/^CS5003 1:2 /);
  });

  it('that are too many are refused unread', () => {
    expect(said(decodePolicy(new Uint8Array(maxDocumentBytes + 1), 'policy.json'))).toEqual(['CS5017 - the file is 51 MB, and at most 50 MB are read → split it']);
  });
});

describe('a hostile document', () => {
  const within = (milliseconds: number, text: string): readonly string[] => {
    const start = process.cpuUsage();
    const lines = said(decodePolicy(text, 'policy.json'));
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(milliseconds);
    return lines;
  };
  const nested = (depth: number): string => policy({ people: [{ name: 'p', via: 'v' }] }).replace('"via"', `"where":${'{"kind":"all","of":['.repeat(depth)}${']}'.repeat(depth)},"via"`);

  it('may not nest without end, and may nest as deep as is said', () => {
    expect(said(decodePolicy(nested((maxDepth - 3) / 2 | 0), 'policy.json'))).toEqual([]);
    expect(said(decodePolicy(nested(40), 'policy.json'))).toEqual([`CS5017 1:${nested(40).split(/[[{]/, 65).join('.').length + 1} lists and objects nest more than 64 deep here → write conditions within conditions flatter`]);
    expect(within(5000, '['.repeat(10_000_000))).toEqual(['CS5017 1:65 lists and objects nest more than 64 deep here → write conditions within conditions flatter']);
  });

  it.each<[string, string]>([
    ['nothing but errors', `{"version":1,"name":"x","apis":[${'1,'.repeat(1_000_000)}1]}`],
    ['nothing but broken records', `{"version":1,"name":"x","apis":[${'{"a":1},'.repeat(300_000)}1]}`],
    ['nothing but broken conditions', `{"version":1,"name":"x","people":[{"name":"p","via":"v","where":{"kind":"all","of":[${'{"kind":"any","of":[1]},'.repeat(200_000)}1]}}]}`],
    ['nothing but line feeds', `{"version":1,"name":"x","api":1${'\n'.repeat(5_000_000)}}`],
    ['nothing but unknown properties', `{"version":1,"name":"x",${Array.from({ length: 200_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
    ['nothing but doubles', `{"version":1,"name":"x"${',"a":1'.repeat(500_000)}}`],
    ['one string that never ends', `{"version":1,"name":"${'\\\\'.repeat(5_000_000)}`],
    ['one number that never ends', `{"version":${'1'.repeat(5_000_000)}x}`],
  ])('of %s is answered soon, and in at most 100 lines', (_, text) => {
    const lines = within(5000, text);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(100);
    expect(lines.every((line) => line.length < 1000)).toBe(true);
  });

  it('with a `__proto__` changes no prototype', () => {
    const labels = '{"__proto__": "x", "constructor": "y"}';
    const decoded = decodePolicy(policy({ workloads: [{ name: 'ui', kubernetes: { namespace: 'ui', selector: 0 } }] }).replace('"selector":0', `"selector":${labels}`), 'policy.json');
    if (!decoded.ok) throw new Error(said(decoded).join());
    const { selector } = decoded.value.draft.workloads[0]!.kubernetes!;
    expect(Object.getPrototypeOf(selector)).toBe(Object.prototype);
    expect(Object.keys(selector)).toEqual(['__proto__', 'constructor']);
    expect(encodePolicy(decoded.value.draft)).toContain('"__proto__": "x"');
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('sites', () => {
  it('lead every pointer to the place of its value', () => {
    fc.assert(fc.property(arbitraryPolicy, fc.constantFrom(undefined, 1, 2, '\t'), fc.boolean(), (draft, indent, crlf) => {
      const text = JSON.stringify(JSON.parse(encodePolicy(draft)), undefined, indent).replaceAll('\n', crlf ? '\r\n' : '\n');
      const decoded = decodePolicy(text, 'policy.json');
      if (!decoded.ok) throw new Error(said(decoded).join('\n'));
      const lines = text.split('\n');
      const visit = (value: unknown, pointer: string): void => {
        const { path, span } = decoded.value.sites.find(pointer)!.at;
        expect(path).toBe('policy.json');
        const written = lines[span!.line - 1]!.slice(span!.column - 1);
        if (Array.isArray(value)) expect(written.startsWith('[')).toBe(true);
        else if (typeof value === 'object' && value !== null) expect(written.startsWith('{')).toBe(true);
        else {
          expect(span!.endLine).toBe(span!.line);
          expect(written.slice(0, span!.endColumn! - span!.column)).toBe(JSON.stringify(value));
        }
        if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) visit(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
      };
      visit(JSON.parse(text), '');
    }), { numRuns: 100 });
  });

  it('lead a pointer that the text does not have to what encloses it', () => {
    const decoded = decodePolicy('{\n  "version": 1,\n  "name": "x",\n  "workloads": [\n    { "name": "ui" }\n  ]\n}', 'policy.json');
    if (!decoded.ok) throw new Error(said(decoded).join());
    const line = (pointer: string): number | undefined => decoded.value.sites.find(pointer)?.at.span?.line;
    expect([line('/workloads/0/kubernetes/ports/0'), line('/workloads/0/name'), line('/apis'), line('')]).toEqual([5, 5, 1, 1]);
  });
});

describe('what may be left out', () => {
  it('is filled in as the schema says', () => {
    const decoded = decodePolicy(policy({
      segments: [{ name: 'commerce' }],
      workloads: [{ name: 'ui', kubernetes: { namespace: 'ui', selector: {}, ports: [{ number: 80 }], services: [{ name: 'ui', port: 80, targetPort: 80 }] } }],
      apis: [{ name: 'ui', servedBy: { kind: 'workload', workload: 'ui', port: 80 }, operations: [], offers: [{ operation: 'x', to: [] }] }],
      never: [{ kind: 'reach', from: { kind: 'anyIdentity' }, to: { kind: 'api', name: 'ui' }, because: 'b' }],
    }), 'policy.json');
    if (!decoded.ok) throw new Error(said(decoded).join());
    expect(decoded.value.draft).toEqual({
      version: 1, name: 'retail', identityProviders: [], people: [], partners: [], asks: [], holes: [],
      segments: [{ name: 'commerce', holds: 'internal', managed: 'managed', requires: { people: [], workloads: [], partners: [] }, alerts: [] }],
      workloads: [{ name: 'ui', kubernetes: { namespace: 'ui', selector: {}, ports: [{ number: 80, protocol: 'TCP' }], services: [{ name: 'ui', port: 80, targetPort: 80, protocol: 'TCP', type: 'ClusterIP' }], probes: [] } }],
      apis: [{ name: 'ui', servedBy: { kind: 'workload', workload: 'ui', port: 80 }, operations: [], offers: [{ operation: 'x', to: [], when: [] }] }],
      never: [{ kind: 'reach', from: { kind: 'anyIdentity', except: [] }, to: { kind: 'api', name: 'ui' }, because: 'b' }],
    });
  });

  it('is filled in anew each time, so that two policies share nothing', () => {
    const read = (): unknown => { const decoded = decodePolicy(policy({ segments: [{ name: 'a' }, { name: 'b' }] }), 'p'); return decoded.ok ? decoded.value.draft.segments : undefined; };
    const [a, b] = read() as { requires: object }[];
    expect(a!.requires).not.toBe(b!.requires);
    expect((read() as { requires: object }[])[0]!.requires).not.toBe(a!.requires);
  });
});
