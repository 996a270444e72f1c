import type { Labels } from '#ir';

/** Labels that something of a namespace is known by. Any of its pods that carries them is it, whatever else it carries. */
interface Selecting { readonly principal: number; readonly pairs: readonly (readonly [key: string, value: string])[]; readonly serviceAccount: string | undefined }

/**
 * Who a pod of one namespace is, by its labels. Each selector stands under one of its pairs of key and value, so that only
 * those that share a pair with the pod are looked at: in the order of making, nothing is allocated on the way.
 */
export class NamespacePods {
  readonly #keys: string[] = [];
  readonly #byKey = new Map<string, Map<string, Selecting[]>>();
  /** What every pod of the namespace is. */
  readonly #always: Selecting[] = [];

  add(principal: number, labels: Labels, serviceAccount?: string): void {
    const pairs = Object.entries(labels), selecting = { principal, pairs, serviceAccount };
    if (pairs.length === 0) { this.#always.push(selecting); return; }
    const [key, value] = pairs.reduce((best, pair) => (this.#crowd(pair) < this.#crowd(best) ? pair : best));
    let values = this.#byKey.get(key);
    if (values === undefined) { this.#byKey.set(key, values = new Map()); this.#keys.push(key); }
    const list = values.get(value);
    if (list === undefined) values.set(value, [selecting]); else list.push(selecting);
  }

  /** Puts every principal that the pod is into the list. A ServiceAccount counts where both are known. */
  match(labels: Labels, serviceAccount: string | undefined, into: number[]): void {
    for (let index = 0; index < this.#always.length; index++) push(this.#always[index]!, labels, serviceAccount, into);
    for (let index = 0; index < this.#keys.length; index++) {
      const key = this.#keys[index]!, value = labels[key];
      const list = value === undefined ? undefined : this.#byKey.get(key)!.get(value);
      if (list !== undefined) for (let at = 0; at < list.length; at++) push(list[at]!, labels, serviceAccount, into);
    }
  }

  /** A key that is there already, with a value that few have. */
  #crowd([key, value]: readonly [string, string]): number {
    const values = this.#byKey.get(key);
    return values === undefined ? 1 : 2 * (values.get(value)?.length ?? 0);
  }
}

function push({ pairs, principal, serviceAccount: account }: Selecting, labels: Labels, serviceAccount: string | undefined, into: number[]): void {
  if (serviceAccount !== undefined && account !== undefined && serviceAccount !== account) return;
  for (let index = 0; index < pairs.length; index++) if (labels[pairs[index]![0]] !== pairs[index]![1]) return;
  into.push(principal);
}
