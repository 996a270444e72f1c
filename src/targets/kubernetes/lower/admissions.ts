import type { NonEmpty, PeerPlan, PortPlan, RulePlan } from '../plan.ts';
import type { Peer } from './estate.ts';

/** What one direction of one policy admits: at each port, which peers. A port without peers does not occur. */
export type Admissions = Map<string, Admission>;
export interface Admission {
  readonly port: PortPlan;
  /** The container port that `port` means. */
  readonly number: number;
  readonly peers: Map<string, Peer>;
}

export function admit(into: Admissions, port: PortPlan, number: number, peer: Peer): void {
  const key = portKey(port);
  const admission = into.get(key);
  if (admission === undefined) into.set(key, { port, number, peers: new Map([[peer.key, peer]]) });
  else admission.peers.set(peer.key, peer);
}

/** Numbers before names, in order. */
const portKey = ({ port, protocol }: PortPlan): string => `${typeof port === 'number' ? String(port).padStart(5, '0') : port} ${protocol}`;

/**
 * One rule for all ports that admit the same peers, in canonical order.
 *
 * This keeps the meaning: a rule admits each of its peers at each of its ports, and rules add up. The rule of a set
 * of ports that share the peers P admits P at each of them, which is what one rule for each port would; and a port is
 * in one rule only.
 */
export function rulesOf(admissions: Admissions): readonly RulePlan[] {
  const rules = new Map<string, { readonly peers: readonly PeerPlan[]; readonly ports: PortPlan[] }>();
  for (const [, { port, peers }] of [...admissions].sort(byKey)) {
    const sorted = [...peers].sort(byKey);
    const key = sorted.map(([peer]) => peer).join('\n');
    const rule = rules.get(key);
    if (rule === undefined) rules.set(key, { peers: sorted.map(([, peer]) => peer.plan), ports: [port] });
    else rule.ports.push(port);
  }
  return [...rules.values()].map(({ peers, ports }) => ({ peers: nonEmpty(peers), ports: nonEmpty(ports) }));
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

/** An empty list would admit everyone: nothing may be made of one. */
export function nonEmpty<T>(list: readonly T[]): NonEmpty<T> {
  if (list.length === 0) throw new Error('a rule without peers or ports admits everyone');
  return list as unknown as NonEmpty<T>;
}
