import type { CloudApi, Workload } from '#ir';
import type { HttpFacts, Request } from '#spec';

/** One thing that somebody may try, and how to speak of it. */
export interface Attempt {
  readonly request: Request;
  /** Who, and how: `` `ui` with a token that has expired ``. */
  readonly who: string;
  /** What they do: `` connect to TCP 8080 of `orders` ``, `` ask `GET /orders` of `orders` ``. */
  readonly does: string;
  /** Attempts at one place are said together. */
  readonly place: string;
  /** In the policy; found only for what is shown. */
  readonly pointer: () => string | undefined;
  /** What the meaning of it depends on, of workloads. */
  readonly server?: Workload;
  /** Where it is a resource of the cloud that answers. */
  readonly resource?: CloudApi;
  readonly caller?: Workload;
  /** What is spoken at a port that no API serves. */
  readonly spoken?: HttpFacts;
}

/** So many attempts, made when they are looked at. */
export interface Stratum { readonly size: number; readonly at: (index: number) => Attempt }

/** Every source at every target, target by target. */
export const product = <S, T>(sources: readonly S[], targets: readonly T[], attempt: (source: S, target: T) => Attempt): Stratum => ({
  size: sources.length * targets.length,
  at: (index) => attempt(sources[index % sources.length]!, targets[Math.floor(index / sources.length)]!),
});

export const listed = (attempts: readonly Attempt[]): Stratum => ({ size: attempts.length, at: (index) => attempts[index]! });
