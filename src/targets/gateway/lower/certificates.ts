import type { Platform } from '#ir';
import { policyName } from '../../object-name.ts';
import type { CertificatePlan } from '../plan.ts';
import type { Edge } from './exposures.ts';

/** What cert-manager is asked for where the platform names an issuer: a gateway's certificate for its hosts, and of a server behind one, where TLS goes on to it. */
export function certificatesOf({ issuer }: Platform, edges: readonly Edge[]): readonly CertificatePlan[] {
  if (issuer === undefined) return [];
  const found = new Map<string, CertificatePlan>();
  const common = { duration: issuer.duration, issuer: { kind: issuer.kind, name: issuer.name } };
  for (const { exposed, gateway } of edges) {
    const { certificate, name, upstream } = gateway;
    const hosts = [...new Set(exposed.map(({ host }) => host))];
    const earlier = found.get(`${certificate.namespace}/${certificate.name}`); // one Secret for two gateways is one Certificate for the hosts of both
    found.set(`${certificate.namespace}/${certificate.name}`, {
      ...common, name: earlier?.name ?? policyName(`${name}.certificate`), namespace: certificate.namespace, secret: certificate.name,
      purpose: 'What clients of the exposed hosts are shown.', hosts: [...new Set([...(earlier?.hosts ?? []), ...hosts])].sort(),
      usages: ['digital signature', 'key encipherment', 'server auth'], grants: [],
    });
    if (upstream.kind !== 'tls') continue;
    if (upstream.clientCertificate !== undefined) {
      found.set(`${upstream.clientCertificate.namespace}/${upstream.clientCertificate.name}`, {
        ...common, name: policyName(`${name}.client-certificate`), namespace: upstream.clientCertificate.namespace, secret: upstream.clientCertificate.name,
        purpose: `What the proxies of ${name} show to servers.`, hosts: [`${gateway.pods.serviceAccount}.${gateway.pods.namespace}.svc`],
        usages: ['digital signature', 'key encipherment', 'client auth'], grants: [],
      });
    }
    for (const { backend, unmanaged, workload } of exposed) {
      if (backend === undefined || unmanaged) continue;
      const key = `${backend.namespace}/${policyName(`${backend.service}.server-certificate`)}`;
      found.set(key, {
        ...common, name: policyName(`${backend.service}.server-certificate`), namespace: backend.namespace, secret: policyName(`${backend.service}.tls`),
        purpose: `What ${workload.name} shows to the gateway, once it reads this Secret.`, hosts: [`${backend.service}.${backend.namespace}.svc`, `${backend.service}.${backend.namespace}.svc.cluster.local`],
        usages: ['digital signature', 'key encipherment', 'server auth'], grants: [],
      });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, plan]) => plan);
}
