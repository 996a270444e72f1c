import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '#ir';
import { ledgerMarkdown } from '../../src/cli/report/ledger-markdown.ts';
import { ledgerText } from '../../src/cli/report/ledger-text.ts';
import { asOf, countersign, folder, sound, soundPlatform, soundPolicy } from './countersign.ts';

const root = join(import.meta.dirname, '../..');
const retail = join(root, 'stacks/retail-store/policy.ts');
const tour = ['--as-of', '2026-11-24'] as const;
const validate = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false, allowUnionTypes: true }).compile(JSON.parse(readFileSync(join(root, 'schemas/ledger.v1.json'), 'utf8')) as object);
const shop = (words: readonly string[], files: Readonly<Record<string, string>> = sound, env: Readonly<Record<string, string>> = {}) => countersign(['ledger', ...words, ...asOf], { cwd: folder(files), env });

describe('the ledger of a small shop', () => {
  it('is a table: a grant a paragraph, a plane a column, and what it rests on below', () => {
    const { code, stderr, stdout } = shop([]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(0, 6).map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
      'shop on kubernetes', '', 'grant and what it asks  network', 'web → orders.list', '  identity  wider*, accepted [1] netpol shop/orders', '  GET /orders  not enforced, accepted [2]',
    ]);
    expect(stdout).toMatch(/\n {2}port 8080 +exact\* netpol shop\/orders\n/);
    expect(stdout).toMatch(/\naccepted, in writing\n {2}\[1\] identity\.workload on the network plane, for all grants \(1 rests on it\): no mesh yet \(platform, until 2027-06-30\)\n/);
    expect(stdout).toMatch(/\nassumed\n {2}own-node \(kubernetes\): Traffic between a pod and the node/);
    expect(stdout).toMatch(/\nread back {2}\d+ connections, all of them; \d+ ways around, open to nobody more: \d+ to pods' own addresses\n$/);
  });

  it('is JSON that its schema describes, with every field', () => {
    const { code, stdout } = shop(['--format', 'json']);
    const found = JSON.parse(stdout) as Ledger;
    expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
    expect(code).toBe(0);
    expect(found.grants[0]!.lines.find(({ feature }) => feature === 'port')!.cells).toEqual([{
      plane: 'network', does: 'exact', answers: 'kubernetes',
      by: [{ artifact: 'networking.k8s.io/v1/NetworkPolicy/shop/countersign-orders', field: 'spec.ingress[0].ports[0]', rule: expect.stringContaining('(Kubernetes API reference, "NetworkPolicyIngressRule")') }],
    }]);
    expect(found.readBack).toMatchObject({ exhaustive: true, bypasses: { podAddress: expect.any(Number) } });
  });

  it('is Markdown, objects and fields in full', () => {
    const { code, stdout } = shop(['--format', 'markdown']);
    expect([code, stdout.includes('| `web → orders.list` | identity | **wider\\*, accepted \\[1\\]**<br>NetworkPolicy `shop/countersign-orders` `spec.ingress[0].from[0].podSelector` |')]).toEqual([0, true]);
    const table = stdout.split('\n').filter((line) => line.startsWith('|'));
    expect(new Set(table.map((line) => line.split(/(?<!\\)\|/).length)).size, 'every row has as many cells').toBe(1);
  });

  it('is in colours where they are wanted only', () => {
    expect(shop([], sound, { FORCE_COLOR: '1' }).stdout).toContain('\u001b[32mexact* netpol shop/orders\u001b[0m');
    expect(shop([], sound, { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout).not.toContain('\u001b[');
    expect(shop([]).stdout).not.toContain('\u001b[');
  });

  it('never breaks a name, however long', () => {
    const long = 'x'.repeat(40);
    const files = { ...sound, 'policy.ts': soundPolicy.replaceAll("workload('orders'", `workload('${long}'`).replaceAll("facts('orders')", `facts('${long}')`) };
    expect(shop([], files).stdout).toContain(`netpol shop/${long}`);
  });

  it('writes nothing', () => {
    const cwd = folder(sound);
    countersign(['ledger', ...asOf], { cwd });
    expect(countersign(['compile', '--out', 'out', ...asOf], { cwd }).stdout).not.toContain('unchanged');
  });
});

describe('a part of the ledger', () => {
  it.each<readonly [readonly string[], readonly string[]]>([
    [['--grant', 'web -> orders.list'], ['identity', 'GET /orders', 'port 8080']], [['--feature', 'port'], ['port 8080']], [['--feature', 'operation.http'], ['GET /orders']], [['--feature', 'operation'], ['GET /orders']],
    [['--plane', 'network'], ['identity', 'GET /orders', 'port 8080']],
  ])('%j', (words, asks) => {
    const { code, stdout } = shop([...words, '--format', 'json']);
    const found = JSON.parse(stdout) as Ledger;
    expect([code, found.grants.flatMap(({ lines }) => lines.map((line) => line.asks)), validate(found)]).toEqual([0, asks, true]);
  });
  it('shows what it rests on, and not what is true of the whole', () => {
    const { stdout } = shop(['--feature', 'identity']);
    expect([stdout.includes('[1] identity.workload'), stdout.includes('[2]'), stdout.includes('assumed'), stdout.includes('read back')]).toEqual([true, false, false, false]);
  });
  it.each<readonly [readonly string[], string, string]>([
    [['--grant', 'web -> order.list'], 'the ledger has no grant `web → order.list`', 'did you mean `web → orders.list`?'],
    [['--explain', 'nobody → nothing'], 'the ledger has no grant `nobody → nothing`', 'the grants are those that `countersign ledger` lists'],
    [['--plane', 'netwerk'], 'the ledger has no plane `netwerk`', 'did you mean `network`?'],
    [['--plane', 'mesh'], 'the ledger has no plane `mesh`', 'the platform `kubernetes` has enforcers on network'],
    [['--feature', 'operation.htp'], 'the ledger has no feature `operation.htp`', 'did you mean `operation.http`?'],
    [['--explain', 'web → orders.list', '--condition', 'mfs'], 'the ledger has no condition `mfs`', 'did you mean `mfa`?'],
    [['--explain', 'web → orders.list', '--condition', 'mfa'], 'the ledger has no condition `mfa`', '`web → orders.list` asks for identity.workload, operation.http, port'],
  ])('that is not there is an error with the nearest name (CS5022): %j', (words, message, help) => {
    const { code, stderr, stdout } = shop(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error[CS5022]: ${message}`);
    expect(stderr).toContain(help);
    const json = shop([...words, '--format', 'json']);
    expect([json.code, (JSON.parse(json.stdout) as { code: string }[])[0]!.code]).toEqual([2, 'CS5022']);
  });
});

describe('a cell explained', () => {
  it('is the object, the field, what stands there, and the rule', () => {
    const { code, stdout } = shop(['--explain', 'web → orders.list', '--condition', 'port']);
    expect(code).toBe(0);
    expect(stdout).toBe(`web → orders.list · port 8080 · network
  does    exact; kubernetes answers for it
  object  NetworkPolicy shop/countersign-orders  (networking.k8s.io/v1)
  field   spec.ingress[0].ports[0]
  value   protocol: TCP
          port: 8080
  rule    a rule admits the listed ports of the pod (Kubernetes API reference, "NetworkPolicyIngressRule")
`);
  });
  it('says whose word it rests on where nothing enforces it', () => {
    const { stdout } = shop(['--explain', 'web -> orders.list', '--condition', 'operation']);
    expect(stdout).toBe(`web → orders.list · GET /orders · network
  does    not enforced, accepted [2]; kubernetes answers for it
  because no mesh yet (platform, until 2027-06-30)
  object  none: nothing that was emitted does it
`);
  });
  it('is data for programs, values and all', () => {
    const { stdout } = shop(['--explain', 'web → orders.list', '--condition', 'port', '--format', 'json']);
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ grant: 'web → orders.list', feature: 'port', plane: 'network', by: [expect.objectContaining({ field: 'spec.ingress[0].ports[0]', value: { protocol: 'TCP', port: 8080 } })] })]);
  });
});

describe('the ledger of what does not compile', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, RegExp]>([
    ['without acceptances', { ...sound, 'platform.ts': soundPlatform.replace(', accept }', ' }') }, /error\[CS3001\]/],
    ['without a platform', { 'policy.ts': soundPolicy }, /error\[CS5001\]: there is no platform/],
    ['with a mistake', { ...sound, 'policy.ts': soundPolicy.replace('ordersApi.list,', 'ordersApi.read as never,') }, /error\[CS1012\]/],
  ])('is not there: %s', (_, files, message) => {
    const { code, stderr, stdout } = shop([], files);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(message);
  });
  it('leaves expired grants out when told to', () => {
    const files = { ...sound, 'policy.ts': soundPolicy.replace("because: 'show orders'", "because: 'show orders', until: '2026-11-30'") };
    expect(shop([], files).code).toBe(3);
    const { code, stdout } = shop(['--drop-expired'], files);
    expect([code, stdout.includes('no grant: nobody may do anything')]).toEqual([0, true]);
  });
});

describe('the ledger of the retail store', () => {
  const whole = countersign(['ledger', retail, ...tour]);
  const data = JSON.parse(countersign(['ledger', retail, '--format', 'json', ...tour]).stdout) as Ledger;

  it('has four planes, every grant and every derived one, and fits the page', () => {
    expect([whole.code, whole.stderr]).toEqual([0, '']);
    expect(whole.stdout).toMatch(/^retail-store on retail\n\ngrant and what it asks +network +mesh +gateway +cloud\n/);
    for (const { grant } of data.grants) expect(whole.stdout).toContain(`\n${grant}`);
    expect(whole.stdout.slice(0, whole.stdout.indexOf('\n* answers')).split('\n').filter((line) => line.length > 140)).toEqual([]);
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true);
  });

  it('says what is exact, delegated and accepted, and by which object', () => {
    const cell = (grant: string, feature: string, plane: string) => data.grants.find((one) => one.grant === grant)?.lines.find((line) => line.feature === feature)?.cells.find((one) => one.plane === plane);
    expect(cell('support → orders.listOrders', 'condition.authenticatedWithin', 'gateway')).toMatchObject({ does: 'exact', answers: 'gateway', by: [{ artifact: expect.stringContaining('/SecurityPolicy/') }] });
    expect(cell('support → orders.listOrders', 'condition.authenticatedWithin', 'mesh')).toEqual({ plane: 'mesh', does: 'absent', by: [] });
    expect(cell('acme → catalog.getCatalogProducts', 'identity.partner', 'mesh')).toMatchObject({ does: 'delegated', to: 'gateway' });
    expect(cell('ui acting for shoppers → carts.addItem', 'identity.person', 'mesh')).toMatchObject({ does: 'exact', answers: 'istio', by: [{ artifact: expect.stringContaining('/AuthorizationPolicy/carts/') }] });
    expect(cell('metricsScraper → carts.metrics', 'operation.http', 'mesh')).toMatchObject({ does: 'wider', answers: 'istio', accepted: { owner: 'team-platform' } });
  });

  it('says of a grant in the cloud what the network and IAM do, each object by a short name', () => {
    const cells = data.grants.find(({ grant }) => grant === 'orders → retail-orders.send')!.lines.map(({ cells: all, feature }) => [feature, ...all.filter(({ does }) => does !== 'absent').map(({ answers, does, plane }) => `${plane} ${does} ${answers ?? ''}`)]);
    expect(cells).toEqual([['identity.workload', 'cloud exact aws-iam'], ['operation.cloud', 'cloud exact aws-iam'], ['endpoint', 'network exact kubernetes'], ['atRest', 'cloud exact aws-iam']]);
    const own = whole.stdout.slice(whole.stdout.indexOf('orders → retail-orders.send')).split('\n').slice(1, 9).join('\n');
    expect(own).toMatch(/^ {2}identity .* exact\* role\n +retail-orders \+1\n {2}send .* exact\* \w+\n/);
    expect(own).toMatch(/\n {2}the endpoint of sqs +exact\* netpol .*\n +orders\/orders/);
    expect(whole.stdout).toMatch(/\n.*inline RolePolicy.*; names are shown/);
  });

  it('explains a verb: the field of the document that allows it', () => {
    const { code, stdout } = countersign(['ledger', retail, '--explain', 'orders -> retail-orders.send', '--condition', 'operation.cloud', '--plane', 'cloud', ...tour]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^orders → retail-orders\.send · send · cloud\n {2}does {4}exact; aws-iam answers for it\n/);
    expect(stdout).toMatch(/\n {2}object {2}RolePolicy retail-orders\/grants {2}\(aws\/iam\)\n {2}field {3}policy\.Statement\[\d+\]\.Resource\n {2}value {3}- "\{\{retail-orders\}\}"\n {2}rule {4}.+\(IAM, "[^"]+"\)\n/);
    expect(stdout).not.toContain('nothing stands there');
  });

  it('explains a condition on one plane: the rule of the gateway that asks for the factor', () => {
    const { code, stdout } = countersign(['ledger', retail, '--explain', 'support -> orders.listOrders', '--condition', 'mfa', '--plane', 'gateway', ...tour]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^support → orders\.listOrders · mfa within 15m: a factor · gateway\n {2}does {4}exact/);
    expect(stdout).toMatch(/\n {2}object {2}SecurityPolicy \S+\/countersign-\S+ {2}\(gateway\.envoyproxy\.io\/v1alpha1\)\n {2}field {3}spec\.authorization\.rules\[\d+\]\.cel\n {2}value {3}[^]*\['amr'\][^]*\n {2}rule {4}.+\n$/);
  });

  it('says where a plane is not on the way', () => {
    const { stdout } = countersign(['ledger', retail, '--explain', 'ui → catalog.getCatalogTags', '--plane', 'gateway', ...tour]);
    expect(stdout).toBe('ui → catalog.getCatalogTags\n  does not cross the gateway plane\n');
  });

  it('counts the ways around it that were judged, by kind', () => {
    expect(Object.keys(data.readBack.bypasses)).toEqual(['podAddress', 'otherService', 'pastMesh', 'pastWaypoint', 'otherHost', 'pastGateway', 'pastEndpoint']);
  });

  it('lists the assumptions of every target', () => {
    expect(new Set(data.assumptions.flatMap(({ targets }) => targets))).toEqual(new Set(['check', 'kubernetes', 'istio', 'gateway', 'aws-iam']));
    expect(data.assumptions.map(({ name }) => name)).toEqual(expect.arrayContaining(['identities-unlent', 'own-node', 'enrolled', 'tokens-expire', 'proxies-let-out', 'administrators-unbounded']));
  });
});

describe('a grant to what is not owned', () => {
  const short: Ledger = {
    version: 1, policy: 'shop', platform: 'case', planes: ['network', 'cloud'], acceptances: [], assumptions: [], readBack: { exhaustive: true, cells: 4, of: 4, bypasses: {} },
    grants: [
      { grant: 'orders → jobs.send', kind: 'granted', lines: [{ feature: 'operation.cloud', asks: 'send', cells: [{ plane: 'network', does: 'absent', by: [] }, { plane: 'cloud', does: 'exact', answers: 'aws-iam', by: [{ artifact: 'aws/iam/Role/case-orders', field: 'assumeRolePolicy', rule: 'x' }] }] }] },
      { grant: 'orders → log.send', kind: 'granted', until: '2027-01-31', callersSideOnly: true, lines: [] },
    ],
  };
  it('says so, in a table and in Markdown, and what that means', () => {
    expect(validate(short), JSON.stringify(validate.errors)).toBe(true);
    const text = ledgerText(short, { colour: false, width: 140 });
    expect(text).toContain('\norders → jobs.send\n  send                  –        exact* role case-orders\n');
    expect(text).toContain('\norders → log.send, until 2027-01-31, caller\'s side only\n');
    expect(text).toContain('\ncaller\'s side only: the resource\'s own policy is somebody else\'s, and who else may use it is not known here.\n');
    const markdown = ledgerMarkdown(short);
    expect(markdown).toContain('| `orders → log.send` until 2027-01-31, caller\'s side only | nothing is asked |');
    expect(markdown).toContain('\nCaller\'s side only: the resource\'s own policy is somebody else\'s');
  });
  it('is not spoken of where everything is owned', () => {
    const owned = { ...short, grants: short.grants.slice(0, 1) };
    expect([ledgerText(owned, { colour: false, width: 140 }), ledgerMarkdown(owned)].join('')).not.toMatch(/caller's side/i);
  });
});
