import type { OutsideHost } from '#ir';
import { asking, type Asking } from './ask.ts';
import { callSite } from './call-site.ts';
import { declaration, defined, isFields, nameIn, noForm, type Form } from './declaration.ts';
import type { ActingIdentity, DeclaredPeople, WorkloadIdentity } from './identity.ts';
import { insideKubernetes, lowerKubernetes, type KubernetesFacts } from './kubernetes-facts.ts';
import type { DeclaredSegment } from './segment.ts';

export interface WorkloadOptions {
  readonly segment?: DeclaredSegment | undefined;
  readonly owner?: string | undefined;
  /** What the cluster knows it by. Without it nothing can be enforced, and nothing compiles. */
  readonly kubernetes?: KubernetesFacts | undefined;
  /** It runs outside the cluster, on a host known by its certificate, and calls resources of the cloud only. Then it has no `kubernetes`. */
  readonly host?: OutsideHost | undefined;
  /** It talks to the API server of its cluster. */
  readonly callsApiServer?: { readonly because: string } | undefined;
  /** It looks names up, whether or not it calls anything of this policy. */
  readonly callsDns?: { readonly because: string } | undefined;
}

/** A program of the estate, which serves APIs, calls them, or both. */
export type DeclaredWorkload<N extends string = string> = WorkloadIdentity<N> & Asking<`workload:${N}`> & {
  /** This workload together with a valid token of one of those people, at every hop. */
  readonly actingFor: <const P extends string>(people: DeclaredPeople<P>) => DeclaredActing<N, P>;
};
export type DeclaredActing<N extends string = string, P extends string = string> = ActingIdentity<N, P> & Asking<`workload:${N}+people:${P}`>;

const workloadForm: Form = {
  list: 'workloads',
  lower({ name, options }, { refer }) {
    if (!isFields(options)) return options;
    const { segment, kubernetes, ...rest } = defined(options);
    return {
      name, ...rest,
      ...(segment === undefined ? {} : { segment: nameIn(refer(segment)) }),
      ...(kubernetes === undefined ? {} : { kubernetes: lowerKubernetes(kubernetes) }),
    };
  },
  inside({ options }, tokens) {
    return tokens[0] === 'kubernetes' && isFields(options) ? ['kubernetes', ...insideKubernetes(options['kubernetes'], tokens.slice(1))] : tokens;
  },
};

/** Declares a workload. Its name is what grants and reports call it, and becomes part of Kubernetes names. */
export function workload<const N extends string>(name: N, options: WorkloadOptions = {}): DeclaredWorkload<N> {
  const self = Object.freeze({
    kind: 'workload' as const, name, ...asking<`workload:${N}`>(() => self),
    actingFor: <const P extends string>(people: DeclaredPeople<P>) => acting(self, people),
    [declaration]: { form: workloadForm, name, options, site: callSite(workload), ref: Object.freeze({ kind: 'workload', name }) },
  }) as DeclaredWorkload<N>;
  return self;
}

/** Stands for two declarations and is none itself: whoever refers to it refers to both. */
const actingForm: Form = {
  ...noForm,
  lower({ options }, { refer }) {
    const { who, people } = options as { readonly who: unknown; readonly people: unknown };
    refer(who);
    refer(people);
    return undefined;
  },
};

function acting<const N extends string, const P extends string>(who: WorkloadIdentity<N>, people: DeclaredPeople<P>): DeclaredActing<N, P> {
  const names = { name: who.name, people: nameIn(people) as P };
  const self = Object.freeze({
    kind: 'workload' as const, ...names, ...asking<`workload:${N}+people:${P}`>(() => self),
    [declaration]: { form: actingForm, name: who.name, options: { who, people }, site: {}, ref: Object.freeze({ kind: 'workload', name: who.name, actingFor: names.people }) },
  }) as DeclaredActing<N, P>;
  return self;
}
