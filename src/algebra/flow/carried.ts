import { isCloudApi, resolvePort, verbOf, type Api, type CloudApi, type CloudOperation, type Operation, type Policy } from '#ir';

/** An operation, by name. */
export interface Named { readonly api: string; readonly operation: string }

/**
 * What a request by a grant can be onto, beside the grant's own operation: at a port that is granted whole, whatever any API
 * speaks there; in the cloud, whatever asks for the same action of a part that the grant's takes in.
 */
export class Carried {
  readonly #policy: Pick<Policy, 'apis' | 'workloads'>;
  readonly #ports = new Map<string, Map<number | string, string | undefined>>();
  #facts: ReadonlyMap<string, Policy['workloads'][number]> | undefined;
  #spoken: ReadonlyMap<string, readonly Named[]> | undefined;

  constructor(policy: Pick<Policy, 'apis' | 'workloads'>) { this.#policy = policy; }

  /** Itself first, then the others in the policy's order. */
  by(api: Api, operation: Operation): readonly Named[] {
    const own = { api: api.name, operation: operation.name };
    const others = operation.kind === 'tcp' ? this.#spokenAt(api) : operation.kind === 'cloud' && isCloudApi(api) ? partsOf(api, operation) : [];
    return others.length === 0 ? [own] : [own, ...others.filter((other) => other.api !== own.api || other.operation !== own.operation)];
  }

  /** All that is served at the container port of an API. */
  #spokenAt(api: Api): readonly Named[] {
    if (this.#spoken === undefined) {
      const found = new Map<string, Named[]>();
      for (const one of this.#policy.apis) {
        const key = this.#portOf(one);
        if (key === undefined) continue;
        const list = found.get(key), spoken = one.operations.map(({ name }) => ({ api: one.name, operation: name }));
        if (list === undefined) found.set(key, spoken); else list.push(...spoken);
      }
      this.#spoken = found;
    }
    return this.#spoken.get(this.#portOf(api) ?? '') ?? [];
  }

  #portOf({ servedBy }: Api): string | undefined {
    if (servedBy.kind !== 'workload') return undefined;
    const { port, workload } = servedBy;
    let ports = this.#ports.get(workload);
    if (ports === undefined) this.#ports.set(workload, ports = new Map());
    if (!ports.has(port)) {
      this.#facts ??= new Map(this.#policy.workloads.map((one) => [one.name, one]));
      const facts = this.#facts.get(workload)?.kubernetes, found = facts === undefined ? undefined : resolvePort(facts, port, 'TCP');
      ports.set(port, found === undefined ? undefined : JSON.stringify([workload, found.number]));
    }
    return ports.get(port);
  }
}

/** A bucket's prefix takes in the longer ones, and all of the bucket each; an index is one thing, and the table itself another. */
function partsOf(api: CloudApi, operation: CloudOperation): readonly Named[] {
  const { verb, within } = operation, own = verbOf(api, operation)?.actions[0];
  if (own === undefined) return [];
  const byPrefix = own.on === 'object' || own.prefixKey !== undefined;
  return api.operations.flatMap((other) => (other.kind === 'cloud' && other.verb === verb && (byPrefix ? (other.within ?? '').startsWith(within ?? '') : other.within === within) ? [{ api: api.name, operation: other.name }] : []));
}
