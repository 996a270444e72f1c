import { askEngine } from './ask-engine.ts';
import type { Manifest } from './manifest.ts';

export type Json = Record<string, unknown>;

/** A proxy's configuration, each part as Envoy Gateway would send it over xDS. */
export interface ProxyConfig {
  readonly listeners: readonly Json[];
  readonly routes: readonly Json[];
  readonly clusters: readonly Json[];
  readonly endpoints: readonly Json[];
  readonly secrets: readonly Json[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface GatewayTranslation {
  /** By the Gateway's `namespace/name`. */
  readonly gateways: Readonly<Record<string, ProxyConfig>>;
  readonly bootstrap: Json;
  /** What a user would find wrong: refused objects, conditions that say no, policies that attach to nothing. */
  readonly problems: readonly string[];
  /** What is in force, with a word of caution: overlapping certificates, overlapping rules. */
  readonly warnings: readonly string[];
  /** Each object's conditions, under `Kind namespace/name`. */
  readonly conditions: Readonly<Record<string, readonly Condition[]>>;
  /** What the reconciler wrote, line by line. */
  readonly logged: string;
}

export interface GatewayTranslationOptions {
  readonly objects: readonly Manifest[];
  /** The controller's own configuration, an EnvoyGatewaySpec; the defaults otherwise. */
  readonly envoyGateway?: Json;
}

interface Spoken {
  readonly refused: readonly { readonly kind: string; readonly namespace?: string; readonly name: string; readonly reason: string }[];
  readonly errors: readonly string[];
  readonly logged: string;
  readonly statuses: readonly { readonly kind: string; readonly namespace?: string; readonly name: string; readonly status?: Json }[];
  readonly gateways: Readonly<Record<string, ProxyConfig>>;
  readonly bootstrap: Json;
}

/** Envoy Gateway's own validation, reconciler and translators; see egxlate/main.go. */
export async function translateGateway(options: GatewayTranslationOptions): Promise<GatewayTranslation> {
  const spoken = (await askEngine('egxlate', [], options)) as Spoken;
  const conditions = Object.fromEntries(
    spoken.statuses.map(({ kind, namespace = '', name, status }) => [`${kind} ${namespace}/${name}`, conditionsIn(status)]),
  );
  return {
    gateways: spoken.gateways,
    bootstrap: spoken.bootstrap,
    conditions,
    logged: spoken.logged,
    problems: [
      ...spoken.refused.map(({ kind, namespace = '', name, reason }) => `${kind} ${namespace}/${name} is refused: ${reason}`),
      ...spoken.errors,
      ...told(conditions, isProblem),
      ...unattached(options.objects, conditions),
    ],
    warnings: told(conditions, isCaution),
  };
}

/** Whatever a status nests them in: listeners, parents, ancestors. */
function conditionsIn(status: unknown): Condition[] {
  if (Array.isArray(status)) return status.flatMap(conditionsIn);
  if (typeof status !== 'object' || status === null) return [];
  return Object.entries(status).flatMap(([field, value]) => (field === 'conditions' ? (value as Condition[]) : conditionsIn(value)));
}

// Conditions that are True when something is wrong, or might be; the others are False then. `Overridden` and
// `Merged` say only that a policy of a route stands before the Gateway's.
const faults = new Set(['Conflicted', 'PartiallyInvalid']);
const cautions = new Set(['OverlappingTLSConfig', 'RouteRulesOverlap', 'Warning']);
const neutral = new Set([...cautions, 'BackendsAvailable', 'Overridden', 'Merged']);

function isProblem({ type, status }: Condition): boolean {
  return faults.has(type) ? status === 'True' : status === 'False' && !neutral.has(type);
}

/** A Service without a pod is the cluster's affair. */
function isCaution({ type, status }: Condition): boolean {
  return cautions.has(type) ? status === 'True' : type === 'BackendsAvailable' && status === 'False';
}

function told(conditions: GatewayTranslation['conditions'], which: (condition: Condition) => boolean): string[] {
  return Object.entries(conditions).flatMap(([object, all]) =>
    all.filter(which).map(({ type, status, reason, message }) => `${object}: ${type} is ${status} (${reason}): ${message}`),
  );
}

const attached = new Set(['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'SecurityPolicy', 'ClientTrafficPolicy', 'BackendTrafficPolicy', 'BackendTLSPolicy']);

/** An object that Envoy Gateway says nothing about took no part: no route, no policy. */
function unattached(objects: readonly Manifest[], conditions: GatewayTranslation['conditions']): string[] {
  return objects
    .filter(({ kind }) => attached.has(kind))
    .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? 'default'}/${metadata.name}`)
    .filter((object) => (conditions[object] ?? []).length === 0)
    .map((object) => `${object} has no status: it is attached to nothing`);
}
