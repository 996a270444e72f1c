import type { Assumption, Hop } from '#spec';
import { normalised } from './paths.ts';

const atEnvoy = (hop: Hop): boolean => hop.enforcer === 'mesh' && hop.proxy !== 'ztunnel';

export const assumptions: readonly Assumption[] = Object.freeze([
  {
    name: 'enrolled',
    sentence: 'Namespaces and Services carry the labels that put them into the mesh (CS3118), and no pod is excepted from it by annotations.',
    covers: () => false,
  },
  {
    name: 'no-other-allow',
    sentence: 'Nobody else\'s AuthorizationPolicy, PeerAuthentication or RequestAuthentication concerns these workloads, and the mesh has no aliases of its trust domain.',
    covers: () => false,
  },
  {
    name: 'requests-recognised',
    sentence: 'Ports whose requests are read are HTTP to Istio, by `appProtocol`, by the Service\'s port name, or by what is seen; elsewhere they are refused.',
    covers: () => false,
  },
  {
    name: 'tokens-expire',
    sentence: 'Identity providers issue no token without an end: Istio can\'t demand one.',
    covers: ({ enforcer, token }) => enforcer === 'mesh' && token !== undefined && !(typeof token.claims['exp'] === 'number' && token.claims['exp'] >= 1),
  },
  {
    name: 'probes-rewritten',
    sentence: 'The kubelet\'s probes of pods with sidecars are rewritten by the injector, as is its default, and so ask the agent, which asks the container.',
    covers: (hop) => hop.enforcer === 'mesh' && hop.proxy === 'sidecar' && hop.peer === undefined && hop.from.hostNetwork === true,
  },
  {
    name: 'segments-as-spelt',
    sentence: 'A server reads a segment in another than its one spelling (`;…`, percent-encoding that need not be, is in lower case, or is missing) as a value of that segment and as nothing else.',
    covers: (hop) => atEnvoy(hop) && hop.http !== undefined && isOddlySpelt(normalised(hop.http.path, 'DECODE_AND_MERGE_SLASHES') ?? ''),
  },
] satisfies readonly Assumption[]);

/** Not how a path is divided, but what stands in a segment (RFC 3986, sections 3.3 and 6.2.2). */
function isOddlySpelt(path: string): boolean {
  return !/^(?:[/A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-F]{2})*$/.test(path)
    || (path.match(/%[0-9A-F]{2}/g) ?? []).some((escape) => /[\u0000-\u001f\u007f/\\A-Za-z0-9._~!$&'()*+,=:@-]/.test(String.fromCharCode(Number.parseInt(escape.slice(1), 16))));
}
