import { describe, expect, it } from 'vitest';
import { features, type Mesh, type Platform } from '#ir';
import { builtinTargets } from '#targets';
import { capabilities } from '../../../src/targets/kubernetes/capabilities.ts';
import { platform } from './estate.ts';

const mesh = (dataPlane: Mesh['dataPlane']): Mesh => ({ kind: 'istio', version: '1.31', dataPlane, namespace: 'istio-system', trustDomain: 'prod.example', minTls: '1.3', waypoint: 'waypoint' });
const stated = (place: Platform) => Object.fromEntries(Object.entries(capabilities(place)).filter(([, fidelity]) => fidelity !== 'absent'));

describe('what NetworkPolicies can do', () => {
  it('is answered for every feature', () => {
    expect(Object.keys(capabilities(platform()))).toEqual([...features]);
  });

  it.each<readonly [string, Platform, object]>([
    ['on a conformant CNI: ports, endpoints and exposure exactly, labels for identities', platform(), { 'identity.workload': 'wider', port: 'exact', endpoint: 'exact', exposure: 'exact' }],
    ['where pods and nodes share addresses: exposure wider', platform({ podCidrs: ['10.0.0.0/16'], nodeCidrs: ['192.168.0.0/24', '10.0.128.0/20'] }), { 'identity.workload': 'wider', port: 'exact', endpoint: 'exact', exposure: 'wider' }],
    ['where nodes contain the pods: exposure wider', platform({ podCidrs: ['10.1.0.0/24'], nodeCidrs: ['10.0.0.0/8'] }), { 'identity.workload': 'wider', port: 'exact', endpoint: 'exact', exposure: 'wider' }],
    ['in an ambient mesh: every port by the tunnel\'s', platform({ mesh: mesh('ambient') }), { 'identity.workload': 'wider', port: 'wider', endpoint: 'exact', exposure: 'exact' }],
    ['with sidecars: ports as they are', platform({ mesh: mesh('sidecar') }), { 'identity.workload': 'wider', port: 'exact', endpoint: 'exact', exposure: 'exact' }],
    ['where nothing is enforced: nothing', platform({ cni: { networkPolicy: 'absent' } }), {}],
  ])('%s', (_, place, able) => {
    expect(stated(place)).toEqual(able);
  });
});

describe('the registry of targets', () => {
  it('has the Kubernetes one first, on the network plane', () => {
    expect([builtinTargets[0]?.id, builtinTargets[0]?.plane]).toEqual(['kubernetes', 'network']);
  });
});
