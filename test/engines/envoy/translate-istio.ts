import { askEngine } from './ask-engine.ts';
import type { Manifest } from './manifest.ts';
import type { Json, ProxyConfig } from './translate-gateway.ts';

/** What an Envoy tells istiod of itself when it connects. */
export interface IstioProxy {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its pod's. */
  readonly address: string;
  readonly type: 'sidecar' | 'waypoint';
}

export interface IstioTranslationOptions {
  /** As the API server has them: a Service with its address, a Pod with its address in the status. */
  readonly objects: readonly Manifest[];
  readonly proxies?: readonly IstioProxy[];
  /** `trustDomain`, `pathNormalization`, `meshMTLS` and whatever else istiod's ConfigMap may hold. */
  readonly meshConfig?: Json;
  /** Istiod runs with the ambient profile; then there is an answer for ztunnel. */
  readonly ambient?: boolean;
}

/** `istio.security.Authorization` and what istiod writes into the policy's status. */
export interface ZtunnelAuthorization {
  /** `Kind namespace/name`, or `Unknown /` for a policy of istiod's own. */
  readonly source: string;
  /** Absent if ztunnel is sent nothing. */
  readonly authorization?: Json;
  readonly reason?: string;
  readonly message?: string;
}

export interface IstioTranslation {
  readonly refused: readonly { readonly kind: string; readonly namespace?: string; readonly name: string; readonly reason: string }[];
  /** In the order of the proxies. */
  readonly configured: readonly ProxyConfig[];
  readonly ztunnel?: { readonly authorizations: readonly ZtunnelAuthorization[]; readonly addresses: readonly Json[] };
}

/** Pilot's own translation; see istio/xlate/main.go. */
export async function translateIstio({ objects, proxies = [], meshConfig = {}, ambient = false }: IstioTranslationOptions): Promise<IstioTranslation> {
  const spoken = (await askEngine('xlate', ambient ? ['--ambient'] : [], { objects, proxies, meshConfig })) as IstioTranslation;
  // A proxy of pilot's has no secrets in its configuration: it asks its own node for them.
  return { ...spoken, configured: spoken.configured.map((config) => ({ ...config, secrets: [] })) };
}

export interface IstioVerdict {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** False for a kind that Istio does not validate, such as a Service. */
  readonly known: boolean;
  readonly error?: string;
  readonly warning?: string;
}

/** Istio's own validation, of each object alone. */
export async function validateIstio(objects: readonly Manifest[]): Promise<readonly IstioVerdict[]> {
  return (await askEngine('ivalidate', [], { objects })) as readonly IstioVerdict[];
}
