import type { PathNormalization, TlsVersion } from '#ir';
import { callSite, type CallSite } from '../declare/call-site.ts';
import { defined, isFields, noForm, type Form } from '../declare/declaration.ts';
import { profile, type Profile } from './profile.ts';

export type DeclaredMesh = Profile<'mesh'>;

interface IstioOptions {
  /** `meshConfig.trustDomain`. Say it even where it is `cluster.local`: some enforcers expand that name and some do not. */
  readonly trustDomain: string;
  /**
   * `meshConfig.pathNormalization.normalization`; Istio's own default is `BASE`, under which `//` and `%2F` reach servers
   * as they are (Istio, "Authorization Policy Normalization"). A policy on paths does not compile without it.
   */
  readonly pathNormalization?: PathNormalization | undefined;
  /** `1.31`, the release that this profile was read in, where nothing is said. */
  readonly version?: string | undefined;
  /** Of the control plane; `istio-system` where nothing is said (Istio, "Install with Helm"). */
  readonly namespace?: string | undefined;
  /** `meshConfig.meshMTLS.minProtocolVersion`; TLS 1.2 where nothing is said (Istio, "Global Mesh Options", `MeshConfig.TLSConfig`). */
  readonly minTls?: TlsVersion | undefined;
}
export interface IstioAmbientOptions extends IstioOptions {
  /** Name of the waypoint in each namespace that needs one, and of its ServiceAccount; `countersign-waypoint` where nothing is said. */
  readonly waypoint?: string | undefined;
}
export type IstioSidecarOptions = IstioOptions;

/** Istio in ambient mode: a ztunnel on each node for connections, waypoints for requests (Istio, "Ambient mode overview"). */
export const istioAmbient = (options: IstioAmbientOptions): DeclaredMesh => mesh('ambient', options, callSite(istioAmbient));

/** Istio with a proxy in every pod (Istio, "Sidecar mode"). */
export const istioSidecar = (options: IstioSidecarOptions): DeclaredMesh => mesh('sidecar', options, callSite(istioSidecar));

const formOf = (dataPlane: 'ambient' | 'sidecar'): Form => ({
  ...noForm,
  lower: ({ options }) => (isFields(options)
    ? { kind: 'istio', version: '1.31', dataPlane, namespace: 'istio-system', minTls: '1.2', waypoint: 'countersign-waypoint', ...defined(options) }
    : options),
});
const forms = { ambient: formOf('ambient'), sidecar: formOf('sidecar') };
const mesh = (dataPlane: 'ambient' | 'sidecar', options: unknown, site: CallSite): DeclaredMesh => profile('mesh', forms[dataPlane], options, site);
