import type { Labels } from '#ir';
import { fieldsOf, isFields, labelsOf, textOf, type Fields } from './reading.ts';

export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE' | 'UNSET';

export interface PeerAuthentication {
  readonly namespace: string;
  /** Undefined: of the whole namespace, or of the whole mesh in its own. */
  readonly selector?: Labels;
  readonly mode: MtlsMode;
  readonly ports: Readonly<Record<string, MtlsMode>>;
  /** Something in it could not be read. */
  readonly unreadable: boolean;
}

export function readPeerAuthentication(object: Fields): PeerAuthentication {
  const namespace = textOf(fieldsOf(object['metadata'])['namespace']) ?? 'default';
  const spec = fieldsOf(object['spec']);
  const labels = spec['selector'] === undefined ? {} : labelsOf(spec['selector']);
  const ports = spec['portLevelMtls'] ?? {};
  const modes = isFields(ports) ? Object.entries(ports).map(([port, entry]) => [port, modeOf(entry)] as const) : [];
  return {
    namespace, mode: modeOf(spec['mtls']) ?? 'UNSET', ports: Object.fromEntries(modes.map(([port, mode]) => [port, mode ?? 'UNSET'])),
    unreadable: labels === undefined || !isFields(ports) || modeOf(spec['mtls']) === undefined || modes.some(([, mode]) => mode === undefined),
    ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { selector: labels }),
  };
}

function modeOf(mtls: unknown): MtlsMode | undefined {
  if (mtls === undefined || mtls === null) return 'UNSET';
  const mode = isFields(mtls) ? mtls['mode'] ?? 'UNSET' : undefined;
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' || mode === 'UNSET' ? mode : undefined;
}

/**
 * The mode at a port of a pod: the port's own, else the workload's, the namespace's, the mesh's, else PERMISSIVE
 * (Istio, "PeerAuthentication"). A policy of pods in the mesh's own namespace says nothing. Of several policies of
 * one scope the oldest counts, which no artefact shows: `unknown` where they differ.
 */
export function modeAt(policies: readonly PeerAuthentication[], root: string, namespace: string, labels: Labels, port: number, ambient: boolean): MtlsMode | 'unknown' {
  const carried = (selector: Labels): boolean => Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
  const scopes = [
    policies.filter((policy) => policy.namespace === namespace && namespace !== root && policy.selector !== undefined && carried(policy.selector)),
    policies.filter((policy) => policy.namespace === namespace && namespace !== root && policy.selector === undefined),
    policies.filter((policy) => policy.namespace === root && policy.selector === undefined),
  ] as const;
  const settings = scopes.map((scope) => (scope.some(({ unreadable }) => unreadable) || new Set(scope.map(({ mode, ports }) => JSON.stringify([mode, ports]))).size > 1 ? 'unknown' : scope[0]));
  if (settings.includes('unknown')) return 'unknown';
  const [workload, ...wider] = settings as readonly (PeerAuthentication | undefined)[];
  const inherited = [workload, ...wider].map((policy) => policy?.mode ?? 'UNSET').find((mode) => mode !== 'UNSET') ?? 'PERMISSIVE';
  const own = workload?.ports[String(port)] ?? 'UNSET';
  if (own === 'UNSET') return inherited;
  // An ambient mesh does not know DISABLE; beside no PERMISSIVE port it leaves an inherited STRICT as it is.
  if (ambient && own === 'DISABLE' && workload?.mode === 'UNSET' && !Object.values(workload.ports).includes('PERMISSIVE')) return inherited;
  return own;
}
