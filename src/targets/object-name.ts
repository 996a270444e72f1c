import { createHash } from 'node:crypto';

/**
 * Longest name of an object. Kubernetes takes 253 characters, but enforcers exist on which a NetworkPolicy with more
 * than 63 is accepted and does nothing (aws/aws-network-policy-agent issue 145, kubeovn/kube-ovn issue 1445).
 */
export const maxNameLength = 63;

export const defaultDenyName = 'countersign-default-deny';
const prefix = 'countersign-';
const hashLength = 10;

/** DNS-1123 subdomain (Kubernetes, "Object Names and IDs"). */
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** What this file makes up itself. A workload that is called so gets a hash, so that no two names meet. */
const reserved = /^default-deny$|^(gateway|waypoint)\.|\.part-\d+$|(^|-)[0-9a-f]{10}$/;
/** `.part-9999` still fits. */
const room = maxNameLength - prefix.length - '.part-9999'.length;

/** The name of a workload's policy: from the workload's name alone, so that it outlives every change of content. */
export function policyName(workload: string): string {
  if (workload.length <= room && subdomain.test(workload) && !reserved.test(workload)) return `${prefix}${workload}`;
  return `${prefix}${shortened(workload, room)}`;
}

/** The name of the policy of a proxy of the platform's: `countersign-gateway.edge`. */
export function proxyPolicyName(kind: 'gateway' | 'waypoint', name: string): string {
  const left = room - kind.length - 1;
  return `${prefix}${kind}.${name.length <= left && subdomain.test(name) && !reserved.test(name) ? name : shortened(name, left)}`;
}

/** The further parts of a policy that is too large for one object. Part 0 has the plain name. */
export const partName = (name: string, part: number): string => (part === 0 ? name : `${name}.part-${part}`);

/** A label's value: at most 63 of `[A-Za-z0-9._-]`, alphanumeric at both ends (Kubernetes, "Labels and Selectors"). */
export function labelValue(text: string): string {
  return text.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text) ? text : shortened(text, 63);
}

function shortened(text: string, length: number): string {
  const slug = text.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, length - hashLength - 1).replace(/^-+|-+$/g, '');
  const hash = hashOf(text).slice(0, hashLength);
  return slug === '' ? hash : `${slug}-${hash}`;
}

/** SHA-256 in hexadecimal: the same everywhere and always. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
