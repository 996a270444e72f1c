export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface PodFact {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly ports: readonly { readonly number: number; readonly protocol: Protocol; readonly name?: string }[];
}

/** `kubernetes.io/metadata.name` need not be among the labels: the API server sets it, so the harness does. */
export interface NamespaceFact {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Probe {
  readonly protocol: Protocol;
  readonly port: number;
}

/** What an engine is told: a cluster at rest, the policies in it, and which ports to ask about. */
export interface TruthTableInput {
  readonly namespaces: readonly NamespaceFact[];
  readonly pods: readonly PodFact[];
  /** Addresses outside the cluster; each is asked about as a sender to and a receiver from every pod. */
  readonly external?: readonly string[];
  readonly policies: readonly object[];
  readonly probes: readonly Probe[];
}

/** An engine's table is only as good as its world; a slip in a fixture must not pass for an answer. */
export function worldOf(input: TruthTableInput): TruthTableInput {
  const namespaces = new Set(input.namespaces.map(({ name }) => name));
  for (const pod of input.pods) {
    if (!namespaces.has(pod.namespace)) throw new Error(`pod ${pod.namespace}/${pod.name} is in no namespace of the world`);
  }
  const external = input.external ?? [];
  refuseRepeats('pods', input.pods.map(({ namespace, name }) => `${namespace}/${name}`));
  refuseRepeats('addresses', [...input.pods.map(({ ip }) => ip), ...external]);
  refuseRepeats('probes', input.probes.map(({ protocol, port }) => `${protocol} ${port}`));
  return {
    ...input,
    external,
    namespaces: input.namespaces.map(({ name, labels }) => ({
      name,
      labels: { ...labels, 'kubernetes.io/metadata.name': name },
    })),
  };
}

function refuseRepeats(what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new Error(`two ${what} of the world are ${name}`);
    seen.add(name);
  }
}
