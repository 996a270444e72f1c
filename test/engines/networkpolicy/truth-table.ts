import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { requireEngine } from '../engine.ts';
import { worldOf, type Probe, type Protocol, type TruthTableInput } from './world.ts';

/** `test/engines/truthtable/truthtable.go` is the other end of this conversation. */
export type NetworkPolicyEngine = 'cyclonus' | 'cilsim';

export interface Verdict {
  readonly ingress: boolean;
  readonly egress: boolean;
  readonly combined: boolean;
}

export interface Flow extends Verdict, Probe {
  readonly from: string;
  readonly to: string;
}

export interface TruthTable {
  /**
   * Endpoints are "namespace/name" for pods and the address for external ones. Throws for what no
   * policy governs ("a pod cannot block access to itself"; two external addresses) or was not probed.
   */
  allowed(from: string, to: string, protocol: Protocol, port: number): Verdict;
  /** Every cell there is. */
  flows(): Iterable<Flow>;
}

/** The engine's own reader turned a policy down; that is an answer, of the kind a test may want. */
export class PolicyRefused extends Error {
  override readonly name = 'PolicyRefused';
  readonly engine: NetworkPolicyEngine;
  readonly policy: string;
  readonly reason: string;
  constructor(engine: NetworkPolicyEngine, policy: string, reason: string) {
    super(`${engine} refuses ${policy}: ${reason}`);
    this.engine = engine;
    this.policy = policy;
    this.reason = reason;
  }
}

interface Answer {
  readonly endpoints?: readonly string[];
  readonly verdicts?: readonly { readonly protocol: Protocol; readonly port: number; readonly ingress: string; readonly egress: string }[];
  readonly refused?: { readonly policy: string; readonly reason: string };
  readonly error?: string;
}

export async function cyclonusTruthTable(input: TruthTableInput): Promise<TruthTable> {
  return onlyTable('cyclonus', input);
}

export async function ciliumTruthTable(input: TruthTableInput): Promise<TruthTable> {
  return onlyTable('cilsim', input);
}

async function onlyTable(engine: NetworkPolicyEngine, input: TruthTableInput): Promise<TruthTable> {
  for await (const table of truthTables(engine, [input])) return table;
  throw new Error(`${engine} gave no answer`);
}

/**
 * One process for all worlds, one world in memory at a time on both sides. Tables come in the order of
 * the worlds; the first world that the engine can't judge ends the batch with its error.
 */
export async function* truthTables(
  engine: NetworkPolicyEngine,
  inputs: Iterable<TruthTableInput>,
): AsyncGenerator<TruthTable, void, undefined> {
  const child = spawn(requireEngine(engine), [], { stdio: ['pipe', 'pipe', 'pipe'] });
  // A test that dies must not leave an engine behind.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4096)));
  const exited = once(child, 'close');
  const fed = pipeline(Readable.from(linesOf(inputs)), child.stdin).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    for await (const line of createInterface({ input: child.stdout })) yield tableOf(engine, JSON.parse(line) as Answer);
    const [status, signal] = (await exited) as [number | null, string | null];
    // Of an engine that died the exit status tells more than the broken pipe does.
    if (status !== 0) throw new Error(`${engine} ended with ${signal ?? `status ${status}`}: ${complaint}`);
    const unfed = await fed;
    if (unfed !== undefined) throw unfed;
  } finally {
    kill();
    process.off('exit', kill);
  }
}

function* linesOf(inputs: Iterable<TruthTableInput>): Generator<string> {
  for (const input of inputs) yield `${JSON.stringify(worldOf(input))}\n`;
}

function tableOf(engine: NetworkPolicyEngine, answer: Answer): TruthTable {
  const { endpoints = [], verdicts = [], refused, error } = answer;
  if (refused !== undefined) throw new PolicyRefused(engine, refused.policy, refused.reason);
  if (error !== undefined) throw new Error(`${engine}: ${error}`);
  const rows = new Map(endpoints.map((name, index) => [name, index]));
  const probed = new Map(verdicts.map((verdict) => [`${verdict.protocol} ${verdict.port}`, verdict]));
  const at = (name: string): number => {
    const index = rows.get(name);
    if (index === undefined) throw new Error(`${name} is not an endpoint of the world`);
    return index;
  };
  const read = (from: number, to: number, { ingress, egress }: { ingress: string; egress: string }): Verdict | undefined => {
    const cell = from * endpoints.length + to;
    if (ingress[cell] === '-') return undefined;
    const verdict = { ingress: ingress[cell] === '1', egress: egress[cell] === '1' };
    return { ...verdict, combined: verdict.ingress && verdict.egress };
  };
  return {
    allowed(from, to, protocol, port) {
      const probe = probed.get(`${protocol} ${port}`);
      if (probe === undefined) throw new Error(`${protocol} ${port} was not probed`);
      const verdict = read(at(from), at(to), probe);
      if (verdict === undefined) throw new Error(`no policy governs what ${from} sends to ${to}`);
      return verdict;
    },
    *flows() {
      for (const probe of verdicts) {
        for (const [i, from] of endpoints.entries()) {
          for (const [j, to] of endpoints.entries()) {
            const verdict = read(i, j, probe);
            if (verdict !== undefined) yield { from, to, protocol: probe.protocol, port: probe.port, ...verdict };
          }
        }
      }
    },
  };
}
