import type { Platform } from '#ir';
import type { Hop } from '#spec';
import { addressReader, isBlock, type InBlocks } from './addresses.ts';
import { pathTest } from './paths.ts';
import { holdsOnly, isFields, listOf, textOf, textsOf, type Fields } from './reading.ts';
import { matchesAny, matchesText } from './strings.ts';
import { claimTexts, type Verified } from './tokens.ts';
import { every, no, not, perhaps, some, truth, yes, type Truth } from '../../truth.ts';

/** A hop as the rules of one proxy see it. */
export interface View {
  readonly hop: Hop;
  /** The pod's, and at a waypoint the Service's. */
  readonly port: number;
  /** After normalisation. */
  readonly path?: string;
  readonly token: Verified;
  /** What tests of a request say of a hop that shows none, since only its port is asked about. */
  readonly unseen: Truth;
}
export type RuleTest = (view: View) => Truth;

/** `envoy`: sidecars and waypoints, which read requests. `ztunnel`: connections only. */
export type Reader = 'envoy' | 'ztunnel';
export interface Reading { readonly reader: Reader; readonly action: 'ALLOW' | 'DENY' | 'CUSTOM'; /** Of the policy. */ readonly namespace: string; readonly platform: Platform }

const doubtful: RuleTest = () => perhaps;
/** What is not known of a request is no better known of its negation. */
const negated = (test: RuleTest, ofRequest: boolean): RuleTest => (view) => (test === doubtful ? perhaps : ofRequest && view.hop.http === undefined ? view.unseen : not(test(view)));
const requestFields: readonly string[] = ['methods', 'paths', 'hosts'];
const upgradeKey = /^request\.headers\[upgrade\]$/i;
const spiffe = 'spiffe://';

/** One of `rules`: some `from`, some `to` and every `when` (Istio, "Authorization Policy", "Rule"). */
export function ruleTest(rule: Fields, reading: Reading): RuleTest {
  const from = listOf(rule['from']), to = listOf(rule['to']), when = listOf(rule['when']);
  if (from === undefined || to === undefined || when === undefined || !holdsOnly(rule, ['from', 'to', 'when'])) return doubtful;
  const sources = from.map((entry) => entryTest(entry, 'source', sourceTests(reading)));
  const operations = to.map((entry) => entryTest(entry, 'operation', operationTests(reading)));
  const conditions = when.map((entry) => conditionTest(entry, reading));
  const clauses = [sources, operations, ...conditions.map((condition) => [condition])].filter((clause) => clause.length > 0);
  if (reading.reader === 'ztunnel' && reading.action === 'ALLOW' && clauses.flat().some(({ requests }) => requests)) return () => no; // "rules matching HTTP attributes are omitted"
  return (view) => every(clauses, (clause) => some(clause, ({ test }) => test(view)));
}

/** `requests`: some field of it speaks of requests, which a ztunnel does not see. */
interface Clause { readonly requests: boolean; readonly test: RuleTest }
/** Of one field: its test, or what stands in its place. */
type FieldTest = ((values: readonly string[]) => RuleTest | undefined) | 'request' | 'ignored';

function entryTest(entry: Fields, field: string, tests: Readonly<Record<string, FieldTest>>): Clause {
  const value = entry[field];
  if (!isFields(value) || !holdsOnly(entry, [field])) return { requests: false, test: doubtful };
  let requests = false;
  const parts: RuleTest[] = [];
  for (const [name, given] of Object.entries(value)) {
    const isNegated = /^not[A-Z]/.test(name), plain = isNegated ? name.charAt(3).toLowerCase() + name.slice(4) : name;
    const test = tests[plain], values = textsOf(given);
    if (test === undefined || values === undefined) { parts.push(doubtful); continue; }
    if (values.length === 0) continue;
    if (test === 'request') { requests = true; continue; }
    if (test === 'ignored') continue;
    const made = test(values) ?? doubtful;
    parts.push(isNegated ? negated(made, requestFields.includes(plain)) : made);
  }
  // What is left empty matches nothing in a ztunnel, which is why a denial of requests is none there; elsewhere, everything.
  return { requests, test: parts.length === 0 && isZtunnel(tests) ? () => no : (view) => every(parts, (part) => part(view)) };
}

const isZtunnel = (tests: Readonly<Record<string, FieldTest>>): boolean => Object.values(tests).includes('request');

const principals = (values: readonly string[], { reader, platform }: Reading): RuleTest => {
  const known = reader === 'envoy' ? values.map((value) => localTrustDomain(value, platform.mesh?.trustDomain)) : values;
  return ({ hop }) => matchesAny(known, hop.peer, spiffe);
};

/** In an Envoy `cluster.local` stands for the mesh's own trust domain; a ztunnel takes it at its word. */
function localTrustDomain(principal: string, trustDomain: string | undefined): string {
  const parts = principal.split('/');
  return parts.length === 5 && parts[0] === 'cluster.local' && trustDomain !== undefined ? [trustDomain, ...parts.slice(1)].join('/') : principal;
}

function namespaces(values: readonly string[]): RuleTest {
  return ({ hop }) => truth(hop.peer !== undefined && values.some((value) => new RegExp(`^.*/ns/${value.split('*').map(escaped).join('.*')}/.*$`).test(hop.peer!)));
}
/** In a ztunnel by its string matching, of the namespace alone. */
const namespacesInZtunnel = (values: readonly string[]): RuleTest => ({ hop }) => matchesAny(values, /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\/[^/]+$/.exec(hop.peer ?? '')?.[1]);

function serviceAccounts(values: readonly string[], { namespace, reader }: Reading): RuleTest {
  const named = values.map((value) => (value.includes('/') ? value.split('/', 2) : [namespace, value]) as [string, string]);
  return ({ hop }) => truth(hop.peer !== undefined && named.some(([ns, account]) => (reader === 'ztunnel'
    ? hop.peer!.endsWith(`/ns/${ns}/sa/${account}`) : new RegExp(`^spiffe://.+/ns/${escaped(ns)}/(?:.+/|)sa/${escaped(account)}(?:/.+)?$`).test(hop.peer!))));
}

const trustDomains = (values: readonly string[]): RuleTest => ({ hop }) => matchesAny(values, /^spiffe:\/\/([^/]+)\//.exec(hop.peer ?? '')?.[1]);

function addresses(values: readonly string[], end: 'from' | 'to', inBlocks: InBlocks): RuleTest | undefined {
  return values.every(isBlock) ? ({ hop }) => inBlocks(hop[end], values) : undefined;
}

/** `<issuer>/<subject>`, split at the last slash; both have to be there. */
const requestPrincipals = (values: readonly string[]): RuleTest => ({ token }) => {
  if (token.kind !== 'claims') return token.kind === 'unknown' ? perhaps : no;
  const [issuer] = claimTexts(token, ['iss']), [subject] = claimTexts(token, ['sub']);
  if (issuer === undefined || subject === undefined || issuer === '' || subject === '') return no;
  return some(values, (value) => {
    if (value === '*') return yes;
    const slash = value.lastIndexOf('/'), [iss, sub] = slash < 0 ? [value, undefined] : [value.slice(0, slash), value.slice(slash + 1)];
    if (value.startsWith('*')) return truth(sub === undefined ? subject.endsWith(value.slice(1)) : (iss === '*' || issuer.endsWith(iss.slice(1))) && sub === subject);
    if (value.endsWith('*')) return truth(sub === undefined ? issuer.startsWith(value.slice(0, -1)) : iss === issuer && matchesText(sub, subject));
    return truth(iss === issuer && (sub ?? '') === subject);
  });
};

const claim = (path: readonly string[], values: readonly string[]): RuleTest => ({ token }) =>
  (token.kind === 'claims' ? truth(claimTexts(token, path).some((said) => values.some((value) => matchesText(value, said)))) : token.kind === 'unknown' ? perhaps : no);

function ports(values: readonly string[]): RuleTest | undefined {
  return values.every((value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535) ? ({ port }) => truth(values.some((value) => Number(value) === port)) : undefined;
}

const methods = (values: readonly string[]): RuleTest => ({ hop, unseen }) => (hop.http === undefined ? unseen : matchesAny(values, hop.http.method));
function paths(values: readonly string[]): RuleTest | undefined {
  const tests = values.map(pathTest);
  return tests.every((test) => test !== undefined) ? ({ hop, path, unseen }) => (hop.http === undefined || path === undefined ? unseen : truth(tests.some((test) => test(path)))) : undefined;
}
/** Compared with the port that the authority may carry, which a hop does not show. */
const hosts = (values: readonly string[]): RuleTest => ({ hop, unseen }) => {
  if (hop.http === undefined) return unseen;
  const host = hop.http.host?.toLowerCase();
  return host === undefined || values.some((value) => matchesText(value.toLowerCase(), host) || value.toLowerCase().startsWith(`${host}:`)) ? perhaps : no;
};

function header(name: string, values: readonly string[]): RuleTest {
  return ({ hop, unseen }) => {
    if (name === 'upgrade') return hop.http === undefined ? unseen : matchesAny(values, hop.http.upgrade);
    return matchesAny(values, hop.http?.headers?.[name]);
  };
}

function sourceTests(reading: Reading): Readonly<Record<string, FieldTest>> {
  const inBlocks = addressReader(reading.platform);
  const connection = { principals: (values: readonly string[]) => principals(values, reading), serviceAccounts: (values: readonly string[]) => serviceAccounts(values, reading), ipBlocks: (values: readonly string[]) => addresses(values, 'from', inBlocks) };
  return reading.reader === 'ztunnel'
    ? { ...connection, namespaces: namespacesInZtunnel, trustDomains: 'ignored', requestPrincipals: 'request', remoteIpBlocks: 'request' }
    : { ...connection, namespaces, trustDomains, requestPrincipals, remoteIpBlocks: () => undefined }; // by a header that anybody may send
}

function operationTests({ reader }: Reading): Readonly<Record<string, FieldTest>> {
  return reader === 'ztunnel' ? { ports, hosts: 'request', methods: 'request', paths: 'request' } : { ports, hosts, methods, paths };
}

/** What a ztunnel sees of conditions (Istio, "Ambient: use Layer 4 security policy"). */
const connectionKeys: readonly string[] = ['source.ip', 'source.namespace', 'source.principal', 'destination.ip', 'destination.port'];

function conditionTest(entry: Fields, reading: Reading): Clause {
  const key = textOf(entry['key']), values = textsOf(entry['values']), notValues = textsOf(entry['notValues']);
  if (key === undefined || values === undefined || notValues === undefined || values.length + notValues.length === 0 || !holdsOnly(entry, ['key', 'values', 'notValues'])) return { requests: false, test: doubtful };
  // Nothing of it is left in a ztunnel: the condition matches nothing.
  if (reading.reader === 'ztunnel' && !connectionKeys.includes(key)) return { requests: true, test: () => no };
  const parts: RuleTest[] = [];
  if (values.length > 0) parts.push(keyTest(key, values, reading) ?? doubtful);
  if (notValues.length > 0) parts.push(negated(keyTest(key, notValues, reading) ?? doubtful, upgradeKey.test(key)));
  return { requests: false, test: (view) => every(parts, (part) => part(view)) };
}

function keyTest(key: string, values: readonly string[], reading: Reading): RuleTest | undefined {
  const inBlocks = addressReader(reading.platform);
  switch (key) {
    case 'source.ip': return addresses(values, 'from', inBlocks);
    case 'destination.ip': return addresses(values, 'to', inBlocks);
    case 'source.namespace': return reading.reader === 'ztunnel' ? namespacesInZtunnel(values) : namespaces(values);
    case 'source.principal': return principals(values, reading);
    case 'source.serviceAccount': return serviceAccounts(values, reading);
    case 'source.trustDomain': return trustDomains(values);
    case 'destination.port': return ports(values);
    case 'request.auth.principal': return requestPrincipals(values);
    case 'request.auth.audiences': return claim(['aud'], values);
    case 'request.auth.presenter': return claim(['azp'], values);
    default: break; // `remote.ip`, `connection.sni`, filters' metadata: not shown by a hop
  }
  const name = /^request\.headers\[(.+)\]$/.exec(key)?.[1];
  if (name !== undefined) return header(name.toLowerCase(), values);
  const nested = /^request\.auth\.claims((?:\[[^[\]]+\])+)$/.exec(key)?.[1];
  return nested === undefined ? undefined : claim(nested.slice(1, -1).split(']['), values);
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
