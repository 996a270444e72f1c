import { describe, expect, it } from 'vitest';
import type { Platform, Policy } from '#ir';
import { emit } from '../../../src/targets/kubernetes/emit.ts';
import { lower } from '../../../src/targets/kubernetes/lower.ts';
import { api, connect, http, kubeDns, noPlacement, platform, policy, rpc, segment, service, tcpPort, workload } from './estate.ts';

interface Rule { readonly from?: readonly unknown[]; readonly to?: readonly unknown[]; readonly ports: readonly unknown[] }
interface Spec { readonly podSelector: object; readonly policyTypes: readonly string[]; readonly ingress?: readonly Rule[]; readonly egress?: readonly Rule[] }

const compiled = (declared: Policy, place: Platform = platform()) => {
  const { plan, losses } = lower(declared, place, noPlacement);
  return { objects: emit(plan), losses };
};
const specOf = (objects: ReturnType<typeof emit>, id: string): Spec => {
  const found = objects.find((artifact) => artifact.id === `networking.k8s.io/v1/NetworkPolicy/${id}`);
  if (found === undefined) throw new Error(`no ${id} among ${objects.map((artifact) => artifact.id).join(', ')}`);
  return found.object.spec as Spec;
};
const podsOf = (app: string) => ({ podSelector: { matchLabels: { app } } });
const tcp = (port: number | string) => ({ protocol: 'TCP', port });

const a = workload('a'), b = workload('b'), c = workload('c');

describe('what a policy admits', () => {
  it('denies a whole namespace first, and names both directions everywhere', () => {
    const { objects } = compiled(policy([a, b], [api('b', { offers: { read: ['a'] } })]));
    expect(objects.map(({ stage, id, grants }) => [stage, id.slice('networking.k8s.io/v1/NetworkPolicy/'.length), grants])).toEqual([
      [1, 'shop/countersign-a', ['a → b.read']], [1, 'shop/countersign-b', ['a → b.read']], [0, 'shop/countersign-default-deny', []],
    ]);
    expect(specOf(objects, 'shop/countersign-default-deny')).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    for (const { object } of objects) expect((object.spec as Spec).policyTypes).toEqual(['Ingress', 'Egress']);
  });

  it('opens a called pod and its caller, and leaves out the rules of a direction that nobody uses', () => {
    const { objects } = compiled(policy([a, b], [api('b', { offers: { read: ['a'] } })]));
    const server = specOf(objects, 'shop/countersign-b');
    expect(server.ingress).toEqual([{ from: [podsOf('a')], ports: [tcp(8080)] }]);
    expect(server).not.toHaveProperty('egress');
    expect(specOf(objects, 'shop/countersign-a')).not.toHaveProperty('ingress');
  });

  it('opens nothing for an offer that nobody asks for', () => {
    const { objects } = compiled(policy([a, b], [api('b', { offers: { read: ['a'] } })], { asks: [] }));
    for (const { object } of objects) {
      expect(object.spec).not.toHaveProperty('ingress');
      expect(object.spec).not.toHaveProperty('egress');
    }
  });

  it('joins the ports that admit the same peers in one rule, and no others', () => {
    const many = workload('b', { ports: [tcpPort(80), tcpPort(81), tcpPort(82)] });
    const { objects } = compiled(policy([a, many, c], [
      api('b0', { server: 'b', port: 80, offers: { read: ['a', 'c'] } }),
      api('b1', { server: 'b', port: 81, offers: { read: ['a'] } }),
      api('b2', { server: 'b', port: 82, offers: { read: ['c', 'a'] } }),
    ]));
    expect(specOf(objects, 'shop/countersign-b').ingress).toEqual([
      { from: [podsOf('a'), podsOf('c')], ports: [tcp(80), tcp(82)] },
      { from: [podsOf('a')], ports: [tcp(81)] },
    ]);
  });

  it('tells pods of the same labels in two namespaces apart, in one peer item', () => {
    const here = workload('here', { selector: { app: 'x' } }), there = workload('there', { namespace: 'away', selector: { app: 'x' } });
    const { objects } = compiled(policy([here, there, b], [api('b', { offers: { read: ['there'] } })]));
    expect(specOf(objects, 'shop/countersign-b').ingress).toEqual([{
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'away' } }, podSelector: { matchLabels: { app: 'x' } } }], ports: [tcp(8080)],
    }]);
  });

  it('lets a workload call itself', () => {
    const { objects } = compiled(policy([a], [api('a', { offers: { read: ['a'] } })]));
    const spec = specOf(objects, 'shop/countersign-a');
    expect(spec.ingress).toEqual([{ from: [podsOf('a')], ports: [tcp(8080)] }]);
    expect(spec.egress).toContainEqual({ to: [podsOf('a')], ports: [tcp(8080)] });
  });

  it.each([
    ['the name where the API names it', 'http', tcp('http')],
    ['the number where the API gives it', 8080, tcp(8080)],
  ] as const)('admits at the container port by %s, and the caller goes by number', (_, port, ingress) => {
    const server = workload('b', { ports: [tcpPort(8080, 'http')], services: [service('b', 80, 'http')] });
    const { objects } = compiled(policy([a, server], [api('b', { port, offers: { read: ['a'] } })]));
    expect(specOf(objects, 'shop/countersign-b').ingress?.[0]?.ports).toEqual([ingress]);
    expect(specOf(objects, 'shop/countersign-a').egress).toContainEqual({ to: [podsOf('b')], ports: [tcp(8080)] });
  });

  it('opens a tcp API, a gRPC one and an HTTP one alike', () => {
    for (const operation of [connect(8080), rpc('Get'), http('get')]) {
      const { objects } = compiled(policy([a, b], [api('b', { operations: [operation], offers: { [operation.name]: ['a'] } })]));
      expect(specOf(objects, 'shop/countersign-b').ingress).toEqual([{ from: [podsOf('a')], ports: [tcp(8080)] }]);
    }
  });

  it('needs no rule for the probes of a pod\'s own node', () => {
    const { objects, losses } = compiled(policy([b], [api('b', { offers: { read: [{ kind: 'builtin', name: 'nodeProbes' }] } })]));
    expect(losses).toEqual([]);
    expect(specOf(objects, 'shop/countersign-b')).not.toHaveProperty('ingress');
  });
});

describe('DNS', () => {
  const calls = policy([a, b], [api('b', { offers: { read: ['a'] } })]);
  const dnsPods = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };

  it('is reached at the port of its pods, by UDP and TCP', () => {
    const { objects } = compiled(calls, platform({ dns: { ...kubeDns, port: 5353 } }));
    expect(specOf(objects, 'shop/countersign-a').egress).toContainEqual({ to: [dnsPods], ports: [{ protocol: 'TCP', port: 5353 }, { protocol: 'UDP', port: 5353 }] });
  });

  it('is reached at the caches of the nodes on 53, whatever the pods listen on', () => {
    const { objects } = compiled(calls, platform({ dns: { ...kubeDns, port: 5353, nodeLocalCidrs: ['169.254.20.10/32', 'fd00::53/128'] } }));
    expect(specOf(objects, 'shop/countersign-a').egress).toContainEqual({
      to: [{ ipBlock: { cidr: '169.254.20.10/32' } }, { ipBlock: { cidr: 'fd00::53/128' } }], ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }],
    });
  });

  it('is not reached by who calls nothing', () => {
    expect(specOf(compiled(calls).objects, 'shop/countersign-b')).not.toHaveProperty('egress');
  });

  it('is a pod of the same namespace for who lives there', () => {
    const { objects } = compiled(calls, platform({ dns: { ...kubeDns, namespace: 'shop', labels: { app: 'dns' } } }));
    expect(specOf(objects, 'shop/countersign-a').egress).toContainEqual({ to: [podsOf('dns')], ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }] });
  });
});

describe('the API server', () => {
  it('is reached by who says so, at its address and port, and by nobody else', () => {
    const { objects } = compiled(policy([workload('a', {}, { callsApiServer: { because: 'leases' } }), b], []), platform({ apiServer: { cidrs: ['172.16.0.11/32', '172.16.0.10/32'], port: 6443 } }));
    expect(specOf(objects, 'shop/countersign-a').egress).toEqual([{ to: [{ ipBlock: { cidr: '172.16.0.10/32' } }, { ipBlock: { cidr: '172.16.0.11/32' } }], ports: [tcp(6443)] }]);
    expect(specOf(objects, 'shop/countersign-b')).not.toHaveProperty('egress');
  });
});

describe('exposure', () => {
  const exposed = policy([workload('web', { services: [service('web', 80, 8080, 'LoadBalancer')] })], [
    api('web', { exposedAt: { kind: 'service', service: 'web' }, offers: { read: ['anyone'] } }),
  ]);
  const block = (cidr: string, except?: readonly string[]) => ({ ipBlock: except === undefined ? { cidr } : { cidr, except } });

  it.each<readonly [string, Partial<Platform>, readonly unknown[]]>([
    ['IPv4 pods', { podCidrs: ['10.0.0.0/16'] }, [block('0.0.0.0/0', ['10.0.0.0/16'])]],
    ['IPv6 pods', { podCidrs: ['fd00:10::/56'] }, [block('::/0', ['fd00:10::/56'])]],
    ['pods of both families', { podCidrs: ['FD00:0010::/56', '10.0.0.0/16'] }, [block('0.0.0.0/0', ['10.0.0.0/16']), block('::/0', ['fd00:10::/56'])]],
    ['ranges that contain each other', { podCidrs: ['10.1.2.0/24', '10.1.0.0/16'] }, [block('0.0.0.0/0', ['10.1.0.0/16'])]],
    ['a range with host bits', { podCidrs: ['10.1.2.3/16'] }, [block('0.0.0.0/0', ['10.1.0.0/16'])]],
    ['clients behind nodes', { loadBalancer: { clientAddress: 'node' }, nodeCidrs: ['192.168.0.0/24', 'fd00:1::/64'] }, [block('192.168.0.0/24'), block('fd00:1::/64')]],
    ['clients behind nodes among pods', { loadBalancer: { clientAddress: 'node' }, nodeCidrs: ['10.0.0.0/16'] }, [block('10.0.0.0/16')]],
  ])('admits the outside and no pod: %s', (_, place, peers) => {
    const { objects, losses } = compiled(exposed, platform(place));
    expect(losses).toEqual([]);
    expect(specOf(objects, 'shop/countersign-web').ingress).toEqual([{ from: peers, ports: [tcp(8080)] }]);
  });

  it('admits nobody where `anyone` was offered nothing', () => {
    const { objects } = compiled({ ...exposed, apis: [{ ...exposed.apis[0]!, offers: [] }] });
    expect(specOf(objects, 'shop/countersign-web')).not.toHaveProperty('ingress');
  });

  it.each<readonly [string, Partial<Platform>]>([
    ['loadBalancer.clientAddress', { loadBalancer: undefined as never }],
    ['podCidrs', { podCidrs: [] }],
    ['podCidrs', { podCidrs: ['0.0.0.0/0'] }],
    ['nodeCidrs', { loadBalancer: { clientAddress: 'node' }, nodeCidrs: [] }],
  ])('does not compile without %s', (fact, place) => {
    const { losses } = compiled(exposed, platform(place));
    expect(losses).toMatchObject([{ code: 'CS1024', severity: 'error', pointer: '/apis/0/exposedAt', help: expect.stringContaining(`\`${fact}\``) }]);
  });
});

describe('what can\'t be lowered', () => {
  it.each<readonly [string, Policy, string]>([
    ['a builtin caller whose place no platform says', policy([b], [api('b', { offers: { read: [{ kind: 'builtin', name: 'metricsScraper' }] } })]), '/apis/0/offers/0'],
    ['pods that nobody declares', policy([b], [api('b', { offers: { read: [{ kind: 'pods', namespace: 'x', labels: { app: 'x' } }] } })]), '/apis/0/offers/0'],
    ['a gateway', policy([b], [api('b', { exposedAt: { kind: 'gateway', gateway: 'edge', host: 'b.example.com' }, offers: { read: ['anyone'] } })]), '/apis/0/offers/0'],
    ['a segment that is not managed', policy([a], [], { segments: [segment('old', { managed: 'staged' })] }), '/segments/0/managed'],
  ])('is refused: %s', (_, declared, pointer) => {
    expect(compiled(declared).losses).toMatchObject([{ code: 'CS1021', severity: 'error', pointer }]);
  });

  it.each<readonly [string, Policy, Partial<Platform>, string]>([
    ['DNS, for who calls something', policy([a, b], [api('b', { offers: { read: ['a'] } })]), { dns: undefined as never }, '/workloads/0'],
    ['a protocol of DNS', policy([a, b], [api('b', { offers: { read: ['a'] } })]), { dns: { ...kubeDns, protocols: [] } }, '/workloads/0'],
    ['an address of the API server', policy([workload('a', {}, { callsApiServer: { because: 'x' } })], []), { apiServer: { cidrs: [], port: 443 } }, '/workloads/0/callsApiServer'],
    ['the API server, for who calls it', policy([b, workload('a', {}, { callsApiServer: { because: 'x' } })], []), { apiServer: undefined as never }, '/workloads/1/callsApiServer'],
  ])('is refused without %s', (_, declared, place, pointer) => {
    expect(compiled(declared, platform(place)).losses).toMatchObject([{ code: 'CS1024', severity: 'error', pointer }]);
  });
});

describe('two workloads whose policies would have one name', () => {
  it('are refused, since one would overwrite the other', () => {
    // found by search: the first 40 bits of their SHA-256 are the same
    const [one, other] = ['a____!!!!__!!!_!_!_!_!!!!b', 'a___!!!!__!_!__!!_!_!_!_!b'];
    const twins = (namespace: string) => policy([workload(one, { selector: { app: 'one' } }), workload(other, { namespace, selector: { app: 'other' } })], []);
    expect(compiled(twins('shop')).losses).toMatchObject([{ code: 'CS1003', severity: 'error', pointer: '/workloads/0/name' }]);
    expect(compiled(twins('away')).losses).toEqual([]);
  });
});

describe('namespaces of the cluster\'s controllers', () => {
  it.each(['kube-system', 'dns'])('get no default deny, and that is said: %s', (namespace) => {
    const { objects, losses } = compiled(policy([workload('a', { namespace }), b], []), platform({ dns: { ...kubeDns, namespace: 'dns', labels: { app: 'dns' } } }));
    expect(objects.map(({ object }) => `${object.metadata.namespace}/${object.metadata.name}`)).toEqual([`${namespace}/countersign-a`, 'shop/countersign-b', 'shop/countersign-default-deny'].sort());
    expect(losses).toMatchObject([{ code: 'CS3008', severity: 'warning', pointer: '/workloads/0/kubernetes/namespace' }]);
  });
});
