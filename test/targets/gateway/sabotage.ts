import type { KubernetesArtifact } from '../../../src/targets/target.ts';

type Json = Record<string, unknown>;
export type Sabotage = (artifacts: readonly KubernetesArtifact[]) => readonly KubernetesArtifact[];

/** Changes the specs of all objects of a kind, or of the one whose name ends so. */
export const change = (kind: string, edit: (spec: Json) => unknown, name = ''): Sabotage => (artifacts) => artifacts.map((artifact) => {
  if (artifact.object.kind !== kind || !artifact.object.metadata.name.endsWith(name)) return artifact;
  const spec = structuredClone(artifact.object.spec) as Json;
  edit(spec);
  return { ...artifact, object: { ...artifact.object, spec } };
});
export const remove = (kind: string, name = ''): Sabotage => (artifacts) => artifacts.filter(({ object }) => object.kind !== kind || !object.metadata.name.endsWith(name));

const rules = (spec: Json): Json[] => ((spec['authorization'] as Json)['rules'] ?? []) as Json[];
const jwt = (spec: Json): Json => (spec['jwt'] ?? {}) as Json;
const routeRules = (spec: Json): Json[] => spec['rules'] as Json[];

/** What somebody could change in a cluster. What is read from the result is what a real Envoy does, or `unknown`. */
export const sabotages: Readonly<Record<string, Sabotage>> = {
  'a token may be missing': change('SecurityPolicy', (spec) => { if (spec['jwt'] !== undefined) jwt(spec)['optional'] = true; }),
  'a token may be bad': change('SecurityPolicy', (spec) => { if (spec['jwt'] !== undefined) jwt(spec)['failOpen'] = true; }),
  'whatever no rule is about is allowed': change('SecurityPolicy', (spec) => { (spec['authorization'] as Json)['defaultAction'] = 'Allow'; }),
  'a route says nothing of authorization': change('SecurityPolicy', (spec) => { delete spec['authorization']; }, 'orders.token'),
  'a route has no policy of its own': remove('SecurityPolicy', 'orders.token'),
  'nothing denies by default': remove('SecurityPolicy', 'countersign-edge'),
  'no policy is left': remove('SecurityPolicy'),
  'rules look at no token': change('SecurityPolicy', (spec) => { for (const rule of rules(spec)) { delete rule['cel']; rule['principal'] = { clientCIDRs: ['0.0.0.0/0', '::/0'] }; } }),
  'rules look at no path': change('SecurityPolicy', (spec) => { for (const rule of rules(spec)) delete (rule['operation'] as Json)['path']; }),
  'rules look at no method': change('SecurityPolicy', (spec) => { for (const rule of rules(spec)) delete (rule['operation'] as Json)['methods']; }),
  'rules in another order': change('SecurityPolicy', (spec) => { rules(spec).reverse(); }),
  'denials are gone': change('SecurityPolicy', (spec) => { const kept = rules(spec).filter((rule) => rule['action'] === 'Allow'); if (rules(spec).length > 0) (spec['authorization'] as Json)['rules'] = kept; }),
  'audiences are not checked': change('SecurityPolicy', (spec) => { for (const provider of (jwt(spec)['providers'] ?? []) as Json[]) delete provider['audiences']; }),
  'a rule of exact paths': change('SecurityPolicy', (spec) => { for (const rule of rules(spec)) (rule['operation'] as Json)['path'] = { type: 'Exact', value: '/orders' }; }, 'orders.token'),
  'a rule of prefixes': change('SecurityPolicy', (spec) => { for (const rule of rules(spec)) (rule['operation'] as Json)['path'] = { type: 'PathPrefix', value: '/orders' }; }, 'orders.token'),
  'a rule of other paths': change('SecurityPolicy', (spec) => { for (const rule of rules(spec)) ((rule['operation'] as Json)['path'] as Json)['invert'] = true; }, 'orders.token'),
  'routes of prefixes': change('HTTPRoute', (spec) => { for (const rule of routeRules(spec)) rule['matches'] = [{ path: { type: 'PathPrefix', value: '/' } }]; }, 'orders.token'),
  'routes of every request': change('HTTPRoute', (spec) => { for (const rule of routeRules(spec)) delete rule['matches']; }, 'web.open'),
  'routes of every host': change('HTTPRoute', (spec) => { delete spec['hostnames']; }, 'web.open'),
  'routes of every listener': change('HTTPRoute', (spec) => { for (const parent of spec['parentRefs'] as Json[]) delete parent['sectionName']; delete spec['hostnames']; }, 'web.open'),
  'routes to another Service': change('HTTPRoute', (spec) => { for (const rule of routeRules(spec)) rule['backendRefs'] = [{ name: 'web', port: 80 }]; }, 'orders.token'),
  'routes to nowhere': change('HTTPRoute', (spec) => { for (const rule of routeRules(spec)) delete rule['backendRefs']; }, 'orders.token'),
  'nothing may be referred to': remove('ReferenceGrant'),
  'only other kinds may refer': change('ReferenceGrant', (spec) => { spec['from'] = [{ group: 'gateway.networking.k8s.io', kind: 'TLSRoute', namespace: 'edge' }]; }),
  'only others may refer': change('ReferenceGrant', (spec) => { spec['from'] = [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'other' }]; }),
  'any Service may be referred to': change('ReferenceGrant', (spec) => { spec['to'] = [{ group: '', kind: 'Service' }]; }),
  'upgrades of every request': remove('BackendTrafficPolicy'),
  'upgrades of no request': remove('BackendTrafficPolicy', 'websocket'),
  'clients are asked for nothing': remove('ClientTrafficPolicy', 'partners.example.com'),
  'clients may come without a certificate': change('ClientTrafficPolicy', (spec) => { ((spec['tls'] as Json)['clientValidation'] as Json)['mode'] = 'VerifyIfGiven'; }, 'partners.example.com'),
  'clients may have any name': change('ClientTrafficPolicy', (spec) => { delete ((spec['tls'] as Json)['clientValidation'] as Json)['subjectAltNames']; }, 'partners.example.com'),
  'listeners are left to their defaults': remove('ClientTrafficPolicy'),
  'slashes are merged': change('ClientTrafficPolicy', (spec) => { spec['path'] = { escapedSlashesAction: 'UnescapeAndForward', disableMergeSlashes: false }; }),
  'slashes stay as they are': change('ClientTrafficPolicy', (spec) => { spec['path'] = { escapedSlashesAction: 'KeepUnchanged', disableMergeSlashes: true }; }),
  'a listener for every host': change('Gateway', (spec) => { for (const listener of spec['listeners'] as Json[]) if (listener['name'] === 'shop.example.com') listener['hostname'] = '*.example.com'; }),
};
