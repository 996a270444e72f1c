import { join } from 'node:path';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { asOf, countersign, folder, sound, soundPlatform, soundPolicy } from './countersign.ts';

const policy = (content: string) => folder({ ...sound, 'policy.ts': content });

describe('the command line', () => {
  it('has every command that has a file', () => {
    const files = readdirSync(join(import.meta.dirname, '../../src/cli/commands')).filter((name) => !['index.ts', 'command.ts'].includes(name)).map((name) => name.replace('.ts', ''));
    expect(commands.map(({ name }) => name).sort()).toEqual(files.sort());
  });
  it('teaches', () => {
    const { code, stdout } = countersign(['--help']);
    expect(code).toBe(0);
    for (const words of ['compile policy.ts --out out', 'Exit codes: 0 ok, 1 findings, 2 usage or an unreadable request, 3 does not compile', ...commands.map(({ name }) => `  ${name}`)]) expect(stdout).toContain(words);
    for (const { name } of commands) expect(countersign([name, '--help']).stdout).toMatch(new RegExp(`Usage: countersign ${name}`));
  });
  it.each([[['fly']], [['check', '--frobnicate']], [['check', '--format', 'xml']], [['check', '--as-of', '2027-02-30']], [['check', '--as-of', 'soon']], [['check', 'a', 'b']], [['schema', 'nothing']], [['explain', 'CS9999']], [['import', 'manifests']]] as const)(
    'ends in 2 for %j, with advice and without a stack', (words) => {
      const ran = countersign(words, { cwd: folder(sound) });
      expect([ran.code, ran.stdout]).toEqual([2, '']);
      expect(ran.stderr).not.toBe('');
      expect(ran.stderr).not.toMatch(/\n\s+at /);
    });
});

describe('check', () => {
  it('is quiet about a sound policy but for one summary', () => {
    const ran = countersign(['check', 'policy.ts', ...asOf], { cwd: folder(sound) });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/1 countersigned\n.*\nsound +and enforceable on this platform\n$/);
  });
  it.each([[['check', '-p', 'policy.ts']], [['check', '--policy', 'policy.ts']], [['check']]] as const)('takes the policy by %j', (words) => {
    expect(countersign([...words, ...asOf], { cwd: folder(sound) }).code).toBe(0);
  });
  it('checks a policy alone where there is no platform', () => {
    expect(countersign(['check', ...asOf], { cwd: folder({ 'policy.ts': soundPolicy }) }).stdout).toMatch(/no platform was given/);
  });
  it('says everything at once, each at its line, in the order of the lines', () => {
    const cwd = policy(soundPolicy.replace("get('/orders/{id}')", "get('orders')").replace("selector: { app: name }", 'selector: {}').replace('ordersApi.list,', 'ordersApi.read as never,'));
    const { code, stderr } = countersign(['check', ...asOf], { cwd });
    expect(code).toBe(3);
    const places = [...stderr.matchAll(/error\[(CS\d+)\][^\n]*\n +┌─ policy\.ts:(\d+):/g)].map(([, found, line]) => [found, Number(line)]);
    expect(new Set(places.map(([found]) => found))).toEqual(new Set(['CS1004', 'CS1012', 'CS1013']));
    expect(places.map(([, line]) => line)).toEqual(places.map(([, line]) => line).sort((a, b) => Number(a) - Number(b)));
    expect(stderr).toMatch(/6│ .*get\('orders'\)/);
  });
  it('finds the very value inside a literal', () => {
    const { stderr } = countersign(['check', ...asOf], { cwd: policy(soundPolicy.replace("because: 'the shop shows orders'", "because: 'the shop shows orders',\n  until: '2026-02-30'")) });
    expect(stderr).toMatch(/error\[CS1007\][^]*┌─ policy\.ts:8:10\n 8│   until: '2026-02-30'/);
  });
  it('gives programs JSON on stdout', () => {
    const ran = countersign(['check', '--format', 'json', ...asOf], { cwd: policy(soundPolicy.replace('ordersApi.list,', 'ordersApi.read as never,')) });
    const said = JSON.parse(ran.stdout) as { code: string; at: { path: string; span: { line: number } } }[];
    const valid = new Ajv2020({ strict: false }).compile(JSON.parse(countersign(['schema', 'diagnostics']).stdout) as object);
    expect([valid(said), valid.errors]).toEqual([true, null]);
    expect([ran.code, ran.stderr, said.map(({ code, at }) => [code, at.path, at.span.line])]).toEqual([3, '', expect.arrayContaining([['CS1012', 'policy.ts', 9]])]);
  });
  it('colours for FORCE_COLOR, and never under NO_COLOR', () => {
    const cwd = policy(soundPolicy.replace('ordersApi.list,', 'ordersApi.read as never,'));
    const stderr = (env: Record<string, string>): string => countersign(['check', ...asOf], { cwd, env }).stderr;
    expect(stderr({ FORCE_COLOR: '1' })).toContain('\u001b[');
    expect(stderr({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain('\u001b[');
    expect(stderr({})).not.toContain('\u001b[');
  });
});

describe('files that can not be read', () => {
  it.each([
    ['a missing file', {}, 'CS5001', /there is no policy file `policy\.ts`/],
    ['a file of another kind', { 'policy.ts': soundPolicy, 'x.toml': '' }, 'CS5001', /neither a program nor JSON/, 'x.toml'],
    ['no default export', { 'policy.ts': 'export const x = 1;' }, 'CS5002', /has no default export/],
    ['another default export', { 'policy.ts': 'export default { a: 1 };' }, 'CS5002', /is not a policy/],
    ['a platform for a policy', { 'policy.ts': soundPlatform }, 'CS5002', /is not a policy/],
    ['a missing import', { 'policy.ts': "import { x } from './gone.ts';\nexport default x;" }, 'CS5001', /gone\.ts.*no such file[^]*policy\.ts:1:/],
    ['a syntax error', { 'policy.ts': 'export default policy(;' }, 'CS5009', /can't be read[^]*policy\.ts:1:/],
    ['a program that throws', { 'policy.ts': "const x: any = undefined;\n\nexport default x.y;" }, 'CS5009', /threw TypeError: [^]*policy\.ts:3:/],
    ['cyclic imports', { 'policy.ts': "import { a } from './a.ts';\nexport default a;", 'a.ts': "// first\nimport { b } from './b.ts';\nexport const a = b;", 'b.ts': "import { a } from './a.ts';\nexport const b = a;" }, 'CS5006', /in a circle: `a\.ts` → `b\.ts` → `a\.ts`[^]*b\.ts:1:/],
    ['corrupted JSON', { 'policy.json': '{ "version": 1,\n  "name": }' }, 'CS5003', /policy\.json:2:/, 'policy.json'],
    ['foreign JSON', { 'policy.json': '{ "Version": "2012-10-17", "Statement": [] }' }, 'CS5004', /policy\.json/, 'policy.json'],
    ['duplicate keys', { 'policy.json': '{ "version": 1,\n "name": "a",\n "name": "b" }' }, 'CS5007', /policy\.json:3:/, 'policy.json'],
    ['invalid UTF-8', { 'policy.json': new Uint8Array([0x7b, 0xff, 0x7d]) }, 'CS5008', /policy\.json/, 'policy.json'],
    ['JSON that breaks the schema', { 'policy.json': '{ "version": 1, "name": "a",\n "workload": [] }' }, 'CS5005', /workload[^]*policy\.json:2:[^]*workloads/, 'policy.json'],
  ] as const)('%s is refused at its line, with advice and without a stack', (_, files, code, message, path: string = 'policy.ts') => {
    const ran = countersign(['check', path, ...asOf], { cwd: folder(files) });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain(`error[${code}]`);
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr).toMatch(/help: /);
    expect(ran.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
  });
  it('lets files import each other\'s types', () => {
    const cwd = folder({ ...sound, 'a.ts': "import type { B } from './b.ts';\nexport interface A { readonly b?: B }\nexport const a = 1;", 'b.ts': "import { a } from './a.ts';\nexport type B = typeof a;\nexport const b = a;", 'policy.ts': `import './b.ts';\n${soundPolicy}` });
    expect(countersign(['check', ...asOf], { cwd }).stderr).toBe('');
  });
});

describe('decide', () => {
  const ask = (lines: readonly object[] | string, words: readonly string[] = []) => countersign(['decide', 'policy.ts', ...words, ...asOf], { cwd: folder(sound), input: typeof lines === 'string' ? lines : lines.map((line) => JSON.stringify(line)).join('\n') });
  it('answers every line in order', () => {
    const ran = ask([
      { from: { workload: 'web' }, to: { api: 'orders', operation: 'list' } }, { from: { workload: 'web' }, to: { api: 'orders', method: 'GET', path: '/orders' } },
      { from: { workload: 'web' }, to: { api: 'orders', method: 'GET', path: '/orders/7' } }, { from: { pod: { namespace: 'shop', labels: { app: 'web' } } }, to: { workload: 'orders', port: 8080, protocol: 'TCP' } },
      { from: { anyone: true }, to: { api: 'orders', operation: 'list' } }, { from: { builtin: 'nodeProbes' }, to: { workload: 'orders', port: 8080 } },
      { from: { workload: 'web' }, to: { builtin: 'clusterDns' } },
    ]);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout.trim().split('\n').map((line) => JSON.parse(line))).toEqual([
      { decision: 'allow', because: [{ grant: 'web → orders.list' }] }, { decision: 'allow', because: [{ grant: 'web → orders.list' }] },
      { decision: 'deny', because: [{ missing: 'offer', nearest: 'web → orders.list' }] }, { decision: 'allow', because: [{ grant: 'web → orders.list' }] },
      { decision: 'deny', because: [{ missing: 'offer', nearest: 'web → orders.list' }] }, { decision: 'deny', because: [{ missing: 'offer', nearest: 'web → orders.list' }] },
      { decision: 'allow', because: [{ grant: 'web → clusterDns' }] },
    ]);
  });
  describe('of people and partners', () => {
    const retail = `import { api, claim, get, identityProvider, mfa, partner, people, policy, websocket, workload } from 'countersign';
const facts = (name: string) => ({ namespace: 'shop', serviceAccount: name, selector: { app: name }, ports: [{ number: 8080 }], services: [{ name, port: 80, targetPort: 8080 }] });
const ui = workload('ui', { kubernetes: facts('ui') });
const orders = workload('orders', { kubernetes: facts('orders') });
const feeds = workload('feeds', { kubernetes: facts('feeds') });
const staff = identityProvider('staff', { issuer: 'https://login.example.com', audiences: ['retail'], jwksUri: 'https://login.example.com/keys', asserts: { mfa: { claim: 'amr', anyOf: ['mfa'] }, authenticatedAt: 'auth_time' } });
const support = people('support-leads', { via: staff, where: claim('groups').includes('support-leads') });
const acme = partner('acme', { certificate: { ca: 'acme', san: 'uri:spiffe://acme.example/billing' } });
const ordersApi = api('orders', { servedBy: orders, port: 8080, operations: { list: get('/orders'), read: get('/orders/{id}') }, exposedAt: { gateway: 'edge', host: 'desk.example.com' },
  offers: { list: { to: [support], when: [mfa({ within: '15m' })], because: 'refunds' }, read: { to: [ui.actingFor(support)], because: 'a look at one' } } });
const feedsApi = api('feeds', { servedBy: feeds, port: 8080, operations: { live: websocket('/feed'), past: get('/feed/past') }, exposedAt: { gateway: 'edge', host: 'partners.example.com' },
  offers: { live: { to: [acme], because: 'the feed' } } });
export default policy('shop', { apis: [ordersApi, feedsApi], asks: [ui.actingFor(support).calls(ordersApi.read)] });
`;
    const time = '2026-12-01T12:00:00Z', now = Date.parse(time) / 1000;
    const person = (claims: object) => ({ person: { provider: 'staff', claims: { exp: now + 600, groups: ['support-leads'], ...claims } } });
    const list = { api: 'orders', method: 'GET', path: '/orders' }, feed = { api: 'feeds', method: 'GET', path: '/feed' };
    const strong = person({ amr: ['pwd', 'mfa'], auth_time: now - 899 });
    const cases = [
      ['whoever has what is asked for', strong, list, { decision: 'allow', because: [{ grant: 'support-leads → orders.list' }] }],
      ['an authentication that is too long ago', person({ amr: ['mfa'], auth_time: now - 901 }), list, { decision: 'deny', because: [{ missing: 'condition', nearest: 'support-leads → orders.list', condition: 'mfa within 15m' }] }],
      ['a token without an end', { person: { provider: 'staff', claims: { groups: ['support-leads'] } } }, list, { decision: 'deny', because: [{ missing: 'identity', nearest: 'support-leads → orders.list' }] }],
      ['a token that is passed on', { ...strong, through: 'ui' }, { api: 'orders', operation: 'read' }, { decision: 'allow', because: [{ grant: 'ui acting for support-leads → orders.read' }] }],
      ['a workload alone, where it acts for people', { workload: 'ui' }, { api: 'orders', operation: 'read' }, { decision: 'deny', because: [{ missing: 'identity', nearest: 'ui acting for support-leads → orders.read' }] }],
      ['a token alone, where it is passed on', strong, { api: 'orders', operation: 'read' }, { decision: 'deny', because: [{ missing: 'offer', nearest: 'support-leads → orders.list' }] }],
      ['a partner with its certificate', { partner: 'acme' }, { ...feed, upgrade: 'websocket' }, { decision: 'allow', because: [{ grant: 'acme → feeds.live' }] }],
      ['the same without an upgrade', { partner: 'acme' }, feed, { decision: 'deny', because: [{ missing: 'offer', nearest: 'acme → feeds.live' }] }],
      ['a token where a certificate is asked for', strong, { ...feed, upgrade: 'websocket' }, { decision: 'deny', because: [{ missing: 'identity', nearest: 'acme → feeds.live' }] }],
    ] as const;
    it('answers each as the meaning does, with the condition that is missing', () => {
      const ran = countersign(['decide', 'policy.ts', ...asOf], { cwd: folder({ 'policy.ts': retail }), input: cases.map(([, from, to]) => JSON.stringify({ from, to, context: { time } })).join('\n') });
      expect(ran.stderr).toBe('');
      const answers = ran.stdout.trim().split('\n').map((line) => JSON.parse(line) as unknown);
      expect(cases.map(([what], index) => [what, answers[index]])).toEqual(cases.map(([what, , , answer]) => [what, answer]));
    });
    it('writes and reads what its schemas say', () => {
      const valid = (schema: string) => new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(countersign(['schema', schema]).stdout) as object);
      const [request, decision] = [valid('request'), valid('decision')];
      for (const [what, from, to, answer] of cases) expect([what, request({ from, to, context: { time } }), decision(answer)]).toEqual([what, true, true]);
      for (const wrong of [{ from: { person: {} }, to: feed }, { from: { partner: 'acme', through: 'ui' }, to: feed }, { from: { partner: 'acme' }, to: { ...feed, upgrade: 'h2c' } }]) expect(request(wrong)).toBe(false);
    });
    it.each([
      [{ person: { provider: 'staf' } }, /no identity provider `staf`.*did you mean `staff`/], [{ partner: 'acne' }, /no partner `acne`.*did you mean `acme`/], [{ ...strong, through: 'iu' }, /no workload `iu`.*did you mean `ui`/],
    ] as const)('%j is nobody, and the nearest is named', (from, message) => {
      const ran = countersign(['decide', 'policy.ts', ...asOf], { cwd: folder({ 'policy.ts': retail }), input: JSON.stringify({ from, to: list }) });
      const { error } = JSON.parse(ran.stdout) as { error: { code: string; message: string; help: string } };
      expect([ran.code, error.code, `${error.message} ${error.help}`]).toEqual([2, 'CS5016', expect.stringMatching(message)]);
    });
  });
  it('reads a file of requests, and judges at the stated time', () => {
    const cwd = folder({ ...sound, 'policy.ts': soundPolicy.replace("because: 'show orders'", "because: 'show orders', until: '2026-12-31'"), 'r.jsonl': '{"from":{"workload":"web"},"to":{"api":"orders","operation":"list"}}\r\n\r\n{"from":{"workload":"web"},"to":{"api":"orders","operation":"list"},"context":{"time":"2027-01-01T00:00:00Z"}}\n' });
    for (const words of [['decide', 'policy.ts', 'r.jsonl'], ['decide', '-p', 'policy.ts', 'r.jsonl']]) {
      expect(countersign([...words, ...asOf], { cwd }).stdout.trim().split('\n').map((line) => (JSON.parse(line) as { decision: string }).decision)).toEqual(['allow', 'deny']);
    }
  });
  it.each([
    ['{', 'CS5014', /not JSON/], ['[]', 'CS5014', /not an object/], ['{"from":{"workload":"wbe"},"to":{"builtin":"clusterDns"}}', 'CS5016', /did you mean `web`/],
    ['{"from":{"workload":"web"},"to":{"api":"order","operation":"list"}}', 'CS5016', /did you mean `orders`/], ['{"from":{"workload":"web"},"to":{"api":"orders","operation":"lst"}}', 'CS5016', /did you mean `list`/],
    ['{"from":{"workload":"web"},"to":{"api":"orders"}}', 'CS5014', /no destination/], ['{"from":{},"to":{"builtin":"clusterDns"}}', 'CS5014', /no caller/],
    ['{"form":{"workload":"web"},"to":{"builtin":"clusterDns"}}', 'CS5014', /did you mean `from`/], ['{"from":{"person":{}},"to":{"builtin":"clusterDns"}}', 'CS5014', /the identity provider is not text/],
    ['{"from":{"person":{"provider":"staff"}},"to":{"builtin":"clusterDns"}}', 'CS5016', /no identity provider `staff`.*there are none/], ['{"from":{"partner":"acme"},"to":{"builtin":"clusterDns"}}', 'CS5016', /no partner `acme`/],
    ['{"from":{"workload":"web","through":"web"},"to":{"builtin":"clusterDns"}}', 'CS5014', /`through` beside `workload`/], ['{"from":{"workload":"web","anyone":true},"to":{"builtin":"clusterDns"}}', 'CS5014', /no caller, or several/],
    ['{"from":{"workload":"web"},"to":{"api":"orders","method":"GET","path":"/orders","upgrade":"h2c"}}', 'CS5014', /not `websocket`/],
    ['{"from":{"workload":"web"},"to":{"workload":"orders","port":70000}}', 'CS5014', /not a port/], ['{"from":{"workload":"web"},"to":{"workload":"orders","probe":"readiness"}}', 'CS5016', /no readiness probe/],
    ['{"from":{"workload":"web"},"to":{"builtin":"clusterDns"},"context":{"time":"noon"}}', 'CS5014', /not an instant/], ['{"from":{"anyone":false},"to":{"builtin":"clusterDns"}}', 'CS5014', /not `true`/],
    ['{"from":{"workload":"__proto__"},"to":{"builtin":"clusterDns"}}', 'CS5016', /no workload/], ['{"from":{"pod":{"namespace":"shop","labels":{"app":1}}},"to":{"builtin":"clusterDns"}}', 'CS5014', /not text/],
  ] as const)('answers %s with an error line and goes on', (line, code, message) => {
    const ran = ask(`${line}\n{"from":{"workload":"web"},"to":{"builtin":"clusterDns"}}`);
    const [first, second] = ran.stdout.trim().split('\n').map((one) => JSON.parse(one) as { error?: { code: string; line: number; message: string; help: string }; decision?: string });
    expect([ran.code, first?.error?.code, first?.error?.line, second?.decision]).toEqual([2, code, 1, 'allow']);
    expect(`${first?.error?.message} ${first?.error?.help}`).toMatch(message);
  });
  it('refuses a policy that is not sound, and a missing file of requests', () => {
    expect(countersign(['decide', 'policy.ts', ...asOf], { cwd: policy(soundPolicy.replace('ordersApi.list,', 'ordersApi.read as never,')) }).code).toBe(3);
    expect(ask('', ['gone.jsonl']).code).toBe(2);
  });
});

describe('export', () => {
  it('prints the same bytes for the JSON that it printed', () => {
    const cwd = folder(sound);
    const first = countersign(['export', 'policy.ts', ...asOf], { cwd });
    expect(first.code).toBe(0);
    const again = folder({ 'policy.json': first.stdout });
    expect(countersign(['export', 'policy.json', ...asOf], { cwd: again }).stdout).toBe(first.stdout);
    expect(first.stdout).not.toContain(cwd);
  });
});

describe('schema and explain', () => {
  it.each(['policy', 'platform', 'diagnostics', 'request', 'decision'])('prints the schema of a %s', (name) => {
    expect((JSON.parse(countersign(['schema', name]).stdout) as { $schema: string }).$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  });
  it('explains a code, in any spelling, and lists them all', () => {
    for (const code of ['CS1012', 'cs1012', '1012']) expect(countersign(['explain', code]).stdout).toMatch(/CS1012[^]*Why[^]*What to do/);
    expect(countersign(['explain']).stdout.split('\n').length).toBeGreaterThan(50);
    expect(countersign(['explain', 'CS1O12']).stderr).toMatch(/did you mean `CS1012`/);
  });
});

describe('import', () => {
  const manifests = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec: { serviceAccountName: web, containers: [{ name: c, image: i, ports: [{ containerPort: 8080 }] }] }\n';
  it('writes a module, finds it fresh, then stale', () => {
    const cwd = folder({ 'm.yaml': manifests });
    const words = ['import', 'manifests', 'm.yaml', '--namespace', 'shop', '--out', 'made.ts', '--source', 'a shop'];
    expect(countersign(words, { cwd }).code).toBe(0);
    expect(readFileSync(join(cwd, 'made.ts'), 'utf8')).toMatch(/a shop[^]*sha256:[0-9a-f]{64}[^]*export const web/);
    expect(countersign([...words, '--check'], { cwd }).code).toBe(0);
    const changed = folder({ 'm.yaml': manifests.replace('8080', '9090'), 'made.ts': readFileSync(join(cwd, 'made.ts')) });
    const stale = countersign([...words, '--check'], { cwd: changed });
    expect([stale.code, /\[CS5013\].*stale/.test(stale.stderr)]).toEqual([1, true]);
    expect(readFileSync(join(changed, 'made.ts'), 'utf8')).toContain('8080');
  });
  it('asks for the namespace that the manifests do not name, and writes nothing', () => {
    const cwd = folder({ 'm.yaml': manifests });
    const ran = countersign(['import', 'manifests', 'm.yaml', '--out', 'made.ts'], { cwd });
    expect([ran.code, ran.stderr.includes('error[CS5011]'), existsSync(join(cwd, 'made.ts'))]).toEqual([3, true, false]);
  });
  it('takes a folder, and protobuf', () => {
    const cwd = folder({ 'p/a.proto': 'syntax = "proto3";\npackage shop;\nmessage M {}\nservice Pay { rpc Charge (M) returns (M); }\n', 'p/readme.md': 'no' });
    expect(countersign(['import', 'proto', 'p'], { cwd }).stdout).toMatch(/Charge: rpc\('shop\.Pay\/Charge'\)/);
  });
});
