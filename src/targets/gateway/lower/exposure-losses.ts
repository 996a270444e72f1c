import { diagnose, type Diagnostic, type Related } from '#diagnostics';
import { conditionsOn, type Condition, type Grant, type Platform, type Policy, type Segment } from '#ir';
import type { Edge, Exposed } from './exposures.ts';
import { unknownBundle } from './gateway-losses.ts';
import { sanOf } from './listeners.ts';
import type { Seen } from './operations.ts';
import { templateIndex } from './template-index.ts';

/** What is wrong with what is exposed, host by host and offer by offer. */
export function exposureLosses(policy: Policy, platform: Platform, edges: readonly Edge[]): readonly Diagnostic[] {
  return edges.flatMap(({ exposed, gateway }) => {
    const hosts = [...new Set(exposed.map(({ host }) => host))];
    return [
      ...exposed.flatMap((one) => [...hostProblem(one), ...services(one), ...offers(policy, one, gateway.name)]),
      ...hosts.flatMap((host) => {
        const here = exposed.filter((one) => one.host === host);
        return [...partners(policy, platform, host, here), ...kinds(host, here), ...overlaps(host, here)];
      }),
    ];
  });
}

function hostProblem({ api, host, pointer }: Exposed): readonly Diagnostic[] {
  const label = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
  if (host.length <= 253 && new RegExp(`^${label}(\\.${label})+$`).test(host) && !/^[\d.]+$/.test(host)) return [];
  return [diagnose('CS3208', {
    message: `\`${api.name}\` is exposed under \`${host}\`, which is not the full name of one host`, pointer: `${pointer}/exposedAt/host`,
    help: 'write a name such as `api.example.com`, in lower case, without a port and without `*`',
  })];
}

function services({ api, backend, pointer, workload }: Exposed): readonly Diagnostic[] {
  return backend !== undefined ? [] : [diagnose('CS3202', {
    message: `\`${api.name}\` is exposed at a gateway, and no Service of \`${workload.name}\` leads to its port`, pointer: `${pointer}/exposedAt`,
    help: `declare the Service in \`services\` of \`${workload.name}\`: a gateway sends requests to a Service, never to a pod`,
  })];
}

function offers(policy: Policy, one: Exposed, gateway: string): readonly Diagnostic[] {
  const { api, grants, operations, pointer, segment } = one;
  const at = (grant: Grant): string => `${pointer}/offers/${api.offers.indexOf(grant.offer)}`;
  if (grants.length === 0) return [diagnose('CS3214', { message: `\`${api.name}\` is exposed at the gateway \`${gateway}\`, and nobody outside is offered anything`, pointer: `${pointer}/exposedAt`, help: 'take `exposedAt` out, or offer an operation to people, partners or `anyone`' })];
  const carried = new Set(operations.map(({ operation }) => operation));
  return [
    ...grants.filter(({ operation }) => !carried.has(operation)).map((grant) => diagnose('CS3210', {
      message: `\`${grant.ref}\` would carry a whole port through the gateway \`${gateway}\`, which reads requests`, pointer: at(grant),
      help: 'name the operations: `get(…)`, `post(…)`, `rpc(…)`; or expose it at a load-balanced Service',
    })),
    ...operations.flatMap((seen) => mixed(segment, seen, at)),
    ...grants.flatMap((grant) => conditionProblems(policy, segment, grant, gateway, at(grant))),
  ];
}

/** CS3212: where a token is asked for, nobody comes without; so who may come without one on a condition can't be told from who has to show one. */
function mixed(segment: Segment | undefined, { grants, operation, scheme }: Seen, at: (grant: Grant) => string): readonly Diagnostic[] {
  const known = grants.find(({ from }) => from.kind !== 'anyone'), anyone = grants.filter(({ from }) => from.kind === 'anyone');
  if (scheme !== 'open' || known === undefined || anyone.some(({ from, offer }) => conditionsOn(segment, offer, from).length === 0)) return [];
  return [diagnose('CS3212', {
    message: `\`${operation.name}\` is offered to \`anyone\` on a condition and to \`${known.ref.split(' → ')[0]}\` as well, and a gateway asks all or none of an operation's clients for a token`, pointer: at(anyone[0]!),
    related: [{ message: 'the other offer', pointer: at(known) }], help: 'make two operations of it, or leave one of the offers out',
  })];
}

function conditionProblems(policy: Policy, segment: Segment | undefined, grant: Grant, gateway: string, pointer: string): readonly Diagnostic[] {
  const { from, offer } = grant;
  const where = from.kind === 'people' ? policy.people.find(({ name }) => name === from.name)?.where : undefined;
  const all = [...conditionsOn(segment, offer, from), ...(where === undefined ? [] : [where])].flatMap(atoms);
  const needsToken = from.kind === 'people' ? undefined : all.find(({ kind }) => readsToken.includes(kind));
  const split = all.find((condition) => condition.kind === 'claim' && condition.claim === 'scp');
  const set = all.find((condition) => condition.kind === 'header' && condition.trustedHop === gateway);
  return [
    ...(needsToken === undefined ? [] : [diagnose('CS3221', { message: `\`${grant.ref}\` asks for what only a token says (\`${needsToken.kind}\`), and shows none`, pointer, help: 'offer it to `people` of an identity provider' })]),
    ...(split === undefined ? [] : [diagnose('CS3213', { message: `\`${grant.ref}\` asks for the claim \`scp\`, which Envoy Gateway splits at spaces, so that one text would count as several`, pointer, help: 'ask for `scope`, or for another claim' })]),
    ...(set === undefined ? [] : [diagnose('CS3217', { message: `\`${grant.ref}\` believes a header of the gateway \`${gateway}\`, and nothing there sets one: what a client sends under that name is removed`, pointer, help: 'ask for a claim of the token, or for `from(network)`' })]),
  ];
}

const readsToken: readonly Condition['kind'][] = ['claim', 'mfa', 'authenticatedWithin', 'maxTokenAge', 'device'];
const atoms = (condition: Condition): readonly Condition[] => (condition.kind === 'all' || condition.kind === 'any' ? condition.of.flatMap(atoms) : [condition]);

/** CS3205, CS3206 and CS3207: a client certificate is asked of everybody who connects to a host, and judged by one bundle. */
function partners(policy: Policy, platform: Platform, host: string, here: readonly Exposed[]): readonly Diagnostic[] {
  const placed = here.flatMap(({ api, grants, pointer }) => grants.map((grant) => ({ grant, pointer: `${pointer}/offers/${api.offers.indexOf(grant.offer)}` })));
  const ours = placed.filter(({ grant }) => grant.from.kind === 'partner');
  if (ours.length === 0) return [];
  const stranger = placed.find(({ grant }) => grant.from.kind !== 'partner');
  const named = new Map(ours.map((one) => [(one.grant.from as { readonly name: string }).name, one]));
  const known = policy.partners.filter(({ name }) => named.has(name));
  const found: Diagnostic[] = [];
  if (stranger !== undefined) found.push(shared(host, ours[0]!.grant, 'others, who have no certificate', ours[0]!.pointer, [{ message: `\`${stranger.grant.ref}\``, pointer: stranger.pointer }]));
  const other = known.find(({ certificate }) => certificate.ca !== known[0]!.certificate.ca);
  if (other !== undefined) found.push(shared(host, named.get(known[0]!.name)!.grant, `\`${other.name}\`, whom other authorities vouch for`, named.get(known[0]!.name)!.pointer, [{ message: `\`${named.get(other.name)!.grant.ref}\``, pointer: named.get(other.name)!.pointer }]));
  for (const { certificate, name } of known) {
    const pointer = `/partners/${policy.partners.findIndex((partner) => partner.name === name)}/certificate`;
    if (sanOf(certificate.san) === undefined) found.push(diagnose('CS3206', { message: `\`${name}\` is known by \`${certificate.san}\`, which Envoy tells no rule of`, pointer: `${pointer}/san`, help: 'use a URI or a DNS name of the certificate: `uri:spiffe://…` or `dns:…`' }));
    if (platform.caBundles.every((bundle) => bundle.name !== certificate.ca)) found.push(unknownBundle(platform, certificate.ca, `the partner \`${name}\``, `${pointer}/ca`));
  }
  return found;
}

const shared = (host: string, { ref }: Grant, others: string, pointer: string, related: readonly Related[]): Diagnostic => diagnose('CS3205', {
  message: `\`${ref}\` shares the host \`${host}\` with ${others}`, pointer, related, help: 'expose what the partner uses under a host of its own',
});

/** CS3215: Gateway API lets one of an HTTPRoute and a GRPCRoute have a host name, and leaves open which. */
function kinds(host: string, here: readonly Exposed[]): readonly Diagnostic[] {
  const carries = (grpc: boolean) => here.find(({ operations }) => operations.some((seen) => seen.grants.length > 0 && (seen.carried === 'grpc') === grpc));
  const [grpc, http] = [carries(true), carries(false)];
  return grpc === undefined || http === undefined ? [] : [diagnose('CS3215', {
    message: `the host \`${host}\` would have a GRPCRoute for \`${grpc.api.name}\` and an HTTPRoute for \`${http.api.name}\`, of which a gateway may take only one`, pointer: `${grpc.pointer}/exposedAt/host`,
    related: [{ message: `\`${http.api.name}\``, pointer: `${http.pointer}/exposedAt/host` }], help: 'expose gRPC under a host of its own',
  })];
}

/** CS3211: two APIs under one host may not want the same request, by kind of traffic, method and path. */
function overlaps(host: string, here: readonly Exposed[]): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const earlier = templateIndex<{ readonly one: Exposed; readonly seen: Seen }>();
  for (const one of here) {
    const mine = one.operations;
    const clash = mine.flatMap((seen) => earlier.overlapping(seen.template).filter((other) => wantSame(seen, other.seen)).map((other) => ({ other, seen })))[0];
    if (clash !== undefined) {
      found.push(diagnose('CS3211', {
        message: `under \`${host}\`, a request can be for \`${clash.other.one.api.name}.${clash.other.seen.operation.name}\` and for \`${one.api.name}.${clash.seen.operation.name}\``, pointer: `${one.pointer}/exposedAt`,
        related: [{ message: `\`${clash.other.one.api.name}\``, pointer: `${clash.other.one.pointer}/exposedAt` }], help: 'expose them under different hosts, or on different paths',
      }));
    }
    for (const seen of mine) earlier.add(seen.template, { one, seen });
  }
  return found;
}

/** What one of two only declares and does not grant matters too: requests that it owns are for nobody. */
const wantSame = (a: Seen, b: Seen): boolean => (a.carried === 'websocket') === (b.carried === 'websocket') && (a.grants.length > 0 || b.grants.length > 0) && a.methods.some((method) => b.methods.includes(method));
