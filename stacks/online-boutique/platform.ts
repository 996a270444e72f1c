// Production: Kubernetes run by ourselves, with Calico. Its eBPF data plane hands a client's own address on to the pod.
import { calico, kubernetes } from 'countersign';
import { facts } from './facts.ts';

export default kubernetes({ name: 'boutique-calico', cni: calico(), ...facts });
