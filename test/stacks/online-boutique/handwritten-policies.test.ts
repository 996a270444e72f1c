import { expect, it } from 'vitest';
import { describeWithEngines } from '../../engines/engine.ts';
import { truthTables, type Flow, type NetworkPolicyEngine } from '../../engines/networkpolicy/truth-table.ts';
import { describeWithRealFiles } from '../real-files.ts';
import { cluster, deployedPods, dnsPod, outside, probes, strangers } from './cluster.ts';
import { emittedPolicies } from './compiled-estate.ts';
import { estate, handWrittenPolicies, namespace } from './manifests.ts';

const engines: readonly NetworkPolicyEngine[] = ['cyclonus', 'cilsim'];

interface Difference { readonly to: string; readonly ports: string; readonly from: readonly string[] }
const services = ['cartservice', 'checkoutservice', 'frontend', 'loadgenerator', 'recommendationservice', 'adservice', 'currencyservice', 'emailservice', 'paymentservice', 'productcatalogservice', 'redis-cart', 'shippingservice'];
const but = (...names: readonly string[]): readonly string[] => services.filter((name) => !names.includes(name));

/**
 * Everything that the estate's authors let through and we do not, with the reason why nothing is lost. Their egress is
 * open (`egress: [{}]` everywhere), and so is the frontend's ingress.
 */
const known: readonly (Difference & { readonly reason: string })[] = [
  {
    to: 'frontend', ports: 'every port', from: [...but('frontend', 'loadgenerator'), 'kube-system/coredns', 'elsewhere/namesake'],
    reason: 'no service and no other pod of the cluster has business with the frontend',
  },
  {
    to: 'frontend', ports: 'every port but TCP/8080', from: ['loadgenerator', ...outside],
    reason: 'the frontend listens on 8080 only; a debugger that somebody starts in the pod is nobody else\'s',
  },
  {
    to: 'kube-system/coredns', ports: 'every port but TCP/53, UDP/53', from: services,
    reason: 'every sidecar looks its control plane up, and needs the DNS port for it, not the rest of the pod',
  },
  {
    to: 'elsewhere/namesake', ports: 'every port', from: services,
    reason: 'nothing of the estate calls another namespace',
  },
  ...outside.map((address) => ({
    to: address, ports: 'every port', from: services,
    reason: address === '169.254.169.254' ? 'the credentials of the node are there' : address === '10.0.0.5' ? 'the kubelet and the node\'s own services are there' : 'nothing of the estate calls the internet; what is stolen would leave that way',
  })),
];

async function both(engine: NetworkPolicyEngine): Promise<readonly { readonly theirs: Flow; readonly ours: Flow }[]> {
  const pods = [...deployedPods(), dnsPod, ...strangers];
  const tables: Flow[][] = [];
  for await (const table of truthTables(engine, [cluster(pods, handWrittenPolicies()), cluster(pods, emittedPolicies())])) tables.push([...table.flows()]);
  const [theirs = [], ours = []] = tables;
  return theirs.map((flow, index) => {
    const other = ours[index];
    if (other === undefined || cell(flow) !== cell(other)) throw new Error('the tables are not of one world');
    return { theirs: flow, ours: other };
  });
}

const short = (name: string): string => (name.startsWith(`${namespace}/`) ? name.slice(namespace.length + 1) : name);
const cell = ({ from, to, protocol, port }: Flow): string => `${short(from)} -> ${short(to)} ${protocol}/${port}`;

/** Cells as rectangles: senders that have the same ports of one receiver go together. */
function rectangles(flows: readonly Flow[]): readonly Difference[] {
  const every = probes().map(({ protocol, port }) => `${protocol}/${port}`);
  const portsOf = new Map<string, Set<string>>();
  for (const { from, to, protocol, port } of flows) {
    const pair = `${short(to)} ${short(from)}`;
    portsOf.set(pair, (portsOf.get(pair) ?? new Set()).add(`${protocol}/${port}`));
  }
  const senders = new Map<string, string[]>();
  for (const [pair, found] of portsOf) {
    const [to = '', from = ''] = pair.split(' ');
    const without = every.filter((port) => !found.has(port));
    const ports = without.length === 0 ? 'every port' : without.length <= 3 ? `every port but ${without.join(', ')}` : [...found].join(', ');
    const rectangle = `${to}|${ports}`;
    senders.set(rectangle, [...(senders.get(rectangle) ?? []), from]);
  }
  return [...senders].map(([rectangle, from]) => { const [to = '', ports = ''] = rectangle.split('|'); return { to, ports, from: from.sort() }; }).sort(inOrder);
}
const inOrder = (a: Difference, b: Difference): number => `${a.to} ${a.ports}`.localeCompare(`${b.to} ${b.ports}`);

describeWithEngines(engines, 'our NetworkPolicies beside the hand-written ones', () => {
  describeWithRealFiles(estate, 'of the Online Boutique', () => {
    it.each(engines)('allow nothing that theirs deny, by %s', async (engine) => {
      const cells = await both(engine);
      expect(cells.filter(({ theirs, ours }) => ours.combined && !theirs.combined).map(({ ours }) => cell(ours))).toEqual([]);
      // 16 pairs of services, 4 addresses to the frontend, 12 sidecars to the DNS by UDP and TCP; the rest is between strangers
      const own = cells.filter(({ ours }) => ours.combined && (ours.from.startsWith(`${namespace}/`) || ours.to.startsWith(`${namespace}/`)));
      expect(own.length).toBe(16 + outside.length + 2 * services.length);
    });

    it.each(engines)('deny of what theirs allow only what is known, by %s', async (engine) => {
      const closed = (await both(engine)).filter(({ theirs, ours }) => theirs.combined && !ours.combined).map(({ theirs }) => theirs);
      expect(rectangles(closed)).toEqual(known.map(({ to, ports, from }) => ({ to, ports, from: [...from].sort() })).sort(inOrder));
      expect(closed.length).toBeGreaterThan(1_000);
    });

    it('close what is printed here', () => {
      const lines = known.map(({ to, ports, from, reason }) => `  ${to}, ${ports}, from ${from === services ? 'every service' : from.join(', ')}\n      ${reason}`);
      console.info(['Their NetworkPolicies allow, and ours deny:', ...lines].join('\n'));
      expect(lines.length).toBe(known.length);
    });
  });
});
