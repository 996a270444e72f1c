// The same cluster with Cilium. In place of kube-proxy, with direct server return, it preserves a client's address.
import { cilium, kubernetes } from 'countersign';
import { facts } from './facts.ts';

export default kubernetes({ name: 'boutique-cilium', cni: cilium(), ...facts });
