import { describe, expect, it } from 'vitest';
import type { Placement, Platform, Policy } from '#ir';
import type { Endpoint, Hop } from '#spec';
import { lower } from '../../../src/targets/kubernetes/lower.ts';
import { emit } from '../../../src/targets/kubernetes/emit.ts';
import { evidence } from '../../../src/targets/kubernetes/evidence.ts';
import { interpret } from '../../../src/targets/kubernetes/interpret.ts';
import { accepting, host, onAws, resource } from './cloud-estate.ts';
import { noPlacement, policy, segment, tcpPort, workload } from './estate.ts';

const queue = resource('jobs', 'sqs', ['send'], ['orders']);
const orders = workload('orders'), idle = workload('idle');
const calling = policy([orders, idle], [queue]);

const compiled = (declared: Policy, place: Platform = onAws(), placement: Placement = noPlacement) => {
  const { losses, plan } = lower(declared, place, placement);
  return { losses, plan, artifacts: emit(plan), decide: interpret(emit(plan), place) };
};
const egress = (declared: Policy, name: string, place?: Platform, placement?: Placement): unknown =>
  (compiled(declared, place, placement).artifacts.find(({ id }) => id.endsWith(`/countersign-${name}`))!.object.spec as { egress?: unknown }).egress;

const from = (name: string, namespace = 'shop'): Endpoint => ({ namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, podLabels: { app: name }, serviceAccount: name });
const out = (name: string, ip: string, port: number): Hop => ({ enforcer: 'network', direction: 'egress', from: from(name), to: { ip }, port, protocol: 'TCP' });
const dns = { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }], ports: [{ protocol: 'TCP', port: 53 }, { protocol: 'UDP', port: 53 }] };
const tcp = (port: number) => [{ protocol: 'TCP', port }];

describe('a grant of something in the cloud', () => {
  it('lets the caller out to the service\'s addresses, to its credentials and to DNS, and nowhere else', () => {
    expect(egress(calling, 'orders')).toEqual([
      dns,
      { to: [{ ipBlock: { cidr: '169.254.170.23/32' } }], ports: tcp(80) },
      { to: [{ ipBlock: { cidr: '172.20.0.0/26' } }], ports: tcp(443) },
    ]);
    expect(egress(calling, 'idle'), 'who is granted nothing gets no credentials').toBeUndefined();
    expect(compiled(calling).losses).toEqual([]);
  });

  it.each<readonly [string, Hop, 'allow' | 'deny']>([
    ['the service, at its port', out('orders', '172.20.0.1', 443), 'allow'],
    ['the service, in the clear', out('orders', '172.20.0.1', 80), 'deny'],
    ['another service\'s addresses', out('orders', '172.20.0.65', 443), 'deny'],
    ['anywhere else', out('orders', '203.0.113.7', 443), 'deny'],
    ['its credentials', out('orders', '169.254.170.23', 80), 'allow'],
    ['its credentials at another port', out('orders', '169.254.170.23', 2703), 'deny'],
    ['the metadata of its instance', out('orders', '169.254.169.254', 80), 'deny'],
    ['the service, for who is granted nothing', out('idle', '172.20.0.1', 443), 'deny'],
    ['somebody\'s credentials', out('idle', '169.254.170.23', 80), 'deny'],
    ['the metadata of the instance, for who is granted nothing', out('idle', '169.254.169.254', 80), 'deny'],
  ])('read back: %s', (_, hop, verdict) => {
    expect(compiled(calling).decide(hop)).toBe(verdict);
  });

  it('is answered at the port of a database', () => {
    const declared = policy([orders], [resource('books', 'rds-db', ['connect'], ['orders'], { port: 5432 })]);
    expect(egress(declared, 'orders', onAws({ aws: { endpoints: [{ service: 'rds-db', cidrs: ['172.20.1.0/28', '172.20.1.16/28'] }] } }))).toContainEqual(
      { to: [{ ipBlock: { cidr: '172.20.1.0/28' } }, { ipBlock: { cidr: '172.20.1.16/28' } }], ports: tcp(5432) });
  });

  it('needs nothing of the key that the service uses in the caller\'s name; a grant of the key itself does', () => {
    const key = resource('books-key', 'kms', ['decrypt'], []), encrypted = resource('jobs', 'sqs', ['send'], ['orders'], { encryptedBy: 'books-key' });
    const kms = { to: [{ ipBlock: { cidr: '172.20.0.64/26' } }], ports: tcp(443) };
    expect(egress(policy([orders], [encrypted, key]), 'orders')).not.toContainEqual(kms);
    expect(egress(policy([orders], [resource('books-key', 'kms', ['decrypt'], ['orders'])]), 'orders')).toContainEqual(kms);
  });

  it('has no packets of ours where its caller is a host outside, or is not ours to hold', () => {
    const outside = compiled(policy([host('batch')], [resource('jobs', 'sqs', ['send'], ['batch'])]));
    expect([outside.artifacts, outside.losses]).toEqual([[], []]);
    const unmanaged = policy([workload('orders', {}, { segment: 'old' })], [queue], { segments: [segment('old', { managed: 'unmanaged' })] });
    expect(compiled(unmanaged).artifacts).toEqual([]);
  });

  it('is not told the instance\'s metadata by a range that holds it', () => {
    const wide = onAws({ podCidrs: ['10.0.0.0/16'], nodeCidrs: ['192.168.0.0/24'], aws: { endpoints: [{ service: 'sqs', cidrs: ['168.0.0.0/6', 'fd00::/16'] }] } });
    expect(egress(calling, 'orders', wide)).toContainEqual({
      to: [{ ipBlock: { cidr: '168.0.0.0/6', except: ['169.254.169.254/32'] } }, { ipBlock: { cidr: 'fd00::/16', except: ['fd00:ec2::254/128'] } }], ports: tcp(443),
    });
    const { decide } = compiled(calling, wide);
    expect([decide(out('orders', '169.254.169.254', 443)), decide(out('orders', 'fd00:ec2::254', 443)), decide(out('orders', '169.1.1.1', 443))]).toEqual(['deny', 'deny', 'allow']);
  });
});

describe('credentials', () => {
  it('are at the agent\'s other address too where pods have IPv6', () => {
    expect(egress(calling, 'orders', onAws({ podCidrs: ['10.0.0.0/16', 'fd12::/56'] }))).toContainEqual({ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }], ports: tcp(80) });
  });

  const irsa = { kind: 'irsa', issuer: 'oidc.eks.eu-west-1.amazonaws.com/id/ABC' } as const, sqs = { service: 'sqs', cidrs: ['172.20.0.0/26'] } as const;
  it('are STS\'s where tokens are shown to it', () => {
    const place = onAws({ aws: { identity: irsa, endpoints: [sqs, { service: 'sts', cidrs: ['172.20.2.0/28'] }] } });
    expect(egress(calling, 'orders', place)).toEqual([dns, { to: [{ ipBlock: { cidr: '172.20.0.0/26' } }, { ipBlock: { cidr: '172.20.2.0/28' } }], ports: tcp(443) }]);
    expect(egress(calling, 'idle', place)).toBeUndefined();
  });

  it('can\'t be fetched where nobody says where STS answers, unless the caller is let out anywhere', () => {
    const without = onAws({ aws: { identity: irsa, endpoints: [sqs] } });
    expect(compiled(calling, without).losses).toMatchObject([{ code: 'CS1024', severity: 'error', pointer: '/apis/0/offers/0', message: expect.stringContaining('where STS answers') }]);
    expect(compiled(calling, onAws({ aws: { identity: irsa, endpoints: [] } }), accepting('orders → jobs.send')).losses).toEqual([]);
  });
});

describe('a service whose addresses nobody states', () => {
  const nowhere = onAws({ aws: { endpoints: [] } });
  it('is not reached, and it is for placement to say so', () => {
    const { artifacts, losses } = compiled(calling, nowhere);
    expect([losses, artifacts.flatMap(({ grants }) => grants)]).toEqual([[], []]);
    expect(egress(calling, 'orders', nowhere)).toBeUndefined();
  });

  it('is reached at every address but the cluster\'s and the instance\'s own, where a person has accepted that', () => {
    const placement = accepting('orders → jobs.send');
    expect(egress(calling, 'orders', nowhere, placement)).toContainEqual({
      to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/16', '169.254.0.0/16', '172.16.0.10/32', '192.168.0.0/24'] } }], ports: tcp(443),
    });
    expect(egress(calling, 'orders', onAws({ aws: { endpoints: [] }, podCidrs: ['10.0.0.0/16', 'fd12::/56'] }), placement)).toContainEqual({
      to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/16', '169.254.0.0/16', '172.16.0.10/32', '192.168.0.0/24'] } }, { ipBlock: { cidr: '::/0', except: ['fd00:ec2::/32', 'fd12::/56'] } }], ports: tcp(443),
    });
    const { decide } = compiled(calling, nowhere, placement);
    expect(['203.0.113.7', '169.254.169.254', '10.0.3.4', '192.168.0.9', '172.16.0.10'].map((ip) => decide(out('orders', ip, 443)))).toEqual(['allow', 'deny', 'deny', 'deny', 'deny']);
    expect(decide(out('orders', '203.0.113.7', 80))).toBe('deny');
    expect(decide(out('idle', '203.0.113.7', 443)), 'it is that caller\'s alone').toBe('deny');
  });

  it('leaves the API server to who calls that as well', () => {
    const talking = policy([workload('orders', {}, { callsApiServer: { because: 'it elects a leader' } })], [queue]);
    expect(compiled(talking, onAws({ aws: { endpoints: [] }, apiServer: { cidrs: ['172.16.0.10/32'], port: 443 } }), accepting('orders → jobs.send')).decide(out('orders', '172.16.0.10', 443))).toBe('allow');
  });
});

describe('a range that is somebody else\'s too', () => {
  const at = (cidr: string, rest: Parameters<typeof onAws>[0] = {}) => compiled(calling, onAws({ aws: { endpoints: [{ service: 'kms', cidrs: ['10.0.0.0/8'] }, { service: 'sqs', cidrs: ['172.20.0.0/26', cidr] }] }, ...rest }));
  it.each<readonly [string, string, Parameters<typeof onAws>[0], RegExp]>([
    ['the pods\'', '10.0.128.0/20', {}, /`case` says that `sqs` answers in 10\.0\.128\.0\/20, which is where pods or nodes have their addresses as well \(10\.0\.0\.0\/16\)/],
    ['all the pods\' and more', '10.0.0.0/8', {}, /which is where pods or nodes/],
    ['the nodes\'', '192.168.0.64/26', {}, /pods or nodes have their addresses as well \(192\.168\.0\.0\/24\)/],
    ['the API server\'s, at its port', '172.16.0.0/24', { apiServer: { cidrs: ['172.16.0.10/32'], port: 443 } }, /which is where the API server answers as well \(172\.16\.0\.10\/32\)/],
    ['the instance\'s metadata', '169.254.169.254/32', {}, /an instance's own services answer, its credentials among them/],
    ['the instance\'s metadata, of IPv6', 'fd00:ec2::254/128', {}, /its credentials among them/],
    ['link-local', '169.254.1.0/24', {}, /an instance's own services answer$/],
  ])('is refused: %s', (_, cidr, rest, message) => {
    expect(at(cidr, rest).losses).toMatchObject([{ code: 'CS3010', severity: 'error', pointer: '/aws/endpoints/1/cidrs/1', message: expect.stringMatching(message), related: [{ pointer: '/workloads/0' }] }]);
  });
  it.each<readonly [string, string, Parameters<typeof onAws>[0]]>([
    ['one address among the pods\', which is an endpoint\'s interface', '10.0.3.4/32', {}],
    ['the API server\'s at another port', '172.16.0.0/24', {}],
  ])('is told apart: %s', (_, cidr, rest) => {
    expect(at(cidr, rest).losses).toEqual([]);
  });
  it('is the API server\'s to who calls that anyhow', () => {
    const talking = policy([workload('orders', {}, { callsApiServer: { because: 'it elects a leader' } })], [queue]);
    expect(compiled(talking, onAws({ aws: { endpoints: [{ service: 'sqs', cidrs: ['172.16.0.0/24'] }] }, apiServer: { cidrs: ['172.16.0.10/32'], port: 443 } })).losses).toEqual([]);
  });
  it('does not matter of a service that nobody calls', () => {
    expect(compiled(policy([orders], [resource('books-key', 'kms', ['decrypt'], [])]), onAws({ aws: { endpoints: [{ service: 'kms', cidrs: ['10.0.0.0/8'] }] } })).losses).toEqual([]);
  });
});

describe('a network plugin', () => {
  it('that never matches a node by range can\'t let pods out to the agent of Pod Identity', () => {
    const place = onAws({ cni: { name: 'cilium', ipBlockMatchesNodes: false, ipBlockMatchesPods: false } });
    const { decide, losses } = compiled(calling, place);
    expect(losses).toMatchObject([{ code: 'CS3007', severity: 'error', pointer: '/aws/identity', message: expect.stringContaining('EKS Pod Identity'), related: [{ message: '`orders` would get no credentials' }] }]);
    expect(decide(out('orders', '169.254.170.23', 80)), 'it would be denied').toBe('deny');
    expect(decide(out('orders', '172.20.0.1', 443))).toBe('allow');
    expect(compiled(policy([orders], []), place).losses, 'who calls nothing needs none').toEqual([]);
  });
  it('that matches nodes and not pods can, and not to an endpoint among the pods\' addresses', () => {
    const cilium = { name: 'cilium', ipBlockMatchesNodes: true, ipBlockMatchesPods: false };
    expect(compiled(calling, onAws({ cni: cilium })).losses).toEqual([]);
    expect(compiled(calling, onAws({ cni: cilium, aws: { endpoints: [{ service: 'sqs', cidrs: ['10.0.3.4/32'] }] } })).losses)
      .toMatchObject([{ code: 'CS3007', pointer: '/aws/endpoints/0/cidrs/0' }]);
  });
  it('has its limit of ports for one range counted over all that is called there', () => {
    const databases = Array.from({ length: 24 }, (_, index) => resource(`books-${index}`, 'rds-db', ['connect'], ['orders'], { port: 5400 + index }));
    const place = (limit: number) => onAws({ cni: { maxPortsPerPeer: limit }, aws: { endpoints: [{ service: 'rds-db', cidrs: ['172.20.1.0/28'] }] } });
    const declared = policy([workload('orders', { ports: [tcpPort(8080)] })], databases);
    expect(compiled(declared, place(24)).losses).toEqual([]);
    expect(compiled(declared, place(23)).losses).toMatchObject([{ code: 'CS3004', message: expect.stringContaining('24 different ports') }]);
  });
});

describe('the evidence', () => {
  it('is the field that lets the caller out, exact or as wide as it was accepted', () => {
    const cells = (place: Platform, placement?: Placement) => [...evidence(compiled(calling, place, placement).plan)].map(({ artifact, does, feature, field, grant }) => [grant, feature, does, artifact, field]);
    expect(cells(onAws())).toEqual([['orders → jobs.send', 'endpoint', 'exact', 'networking.k8s.io/v1/NetworkPolicy/shop/countersign-orders', 'spec.egress[2].to[0].ipBlock']]);
    expect(cells(onAws({ aws: { endpoints: [] } }), accepting('orders → jobs.send'))).toEqual([['orders → jobs.send', 'endpoint', 'wider', 'networking.k8s.io/v1/NetworkPolicy/shop/countersign-orders', 'spec.egress[2].to[0].ipBlock']]);
  });
  it('names the grant on the object', () => {
    expect(compiled(calling).artifacts.find(({ id }) => id.endsWith('/countersign-orders'))!.grants).toEqual(['orders → jobs.send']);
  });
});
