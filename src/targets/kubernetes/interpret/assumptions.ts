import type { Assumption, Hop } from '#spec';

/** Nothing that a hop shows tells whether the assumption is needed, so no hop is left out on its account. */
const nowhere = (): boolean => false;

/** What reading NetworkPolicies relies on, and no NetworkPolicy shows. */
export const assumptions: readonly Assumption[] = Object.freeze([
  {
    name: 'own-node',
    sentence: 'Traffic between a pod and the node that it runs on is always admitted, whatever the policies say.',
    // A hop does not show which node an end is on: each that has a node's address may be the pod's own.
    covers: (hop: Hop) => (hop.direction === 'ingress' ? hop.from : hop.to).hostNetwork === true,
  },
  {
    name: 'labels-unforged',
    sentence: 'Only those who may deploy a workload can give a pod its labels.',
    covers: nowhere, // the accepted policy admits whatever bears the labels, so there is nothing to leave out
  },
  {
    name: 'policies-arrived',
    sentence: 'Every policy has reached the node of every pod that it selects, and connections opened before that are gone.',
    covers: nowhere, // a hop has no time
  },
  {
    name: 'owners-enforced',
    sentence: 'Every pod belongs to a controller whose pods the network plugin enforces.',
    covers: nowhere, // a hop does not show what created its pods; where a declared workload breaks it, lowering refuses (CS3006)
  },
  {
    name: 'strangers-off-node-ports',
    sentence: 'Pods of namespaces that are not governed here, and nodes, do not come to an exposed workload through a node\'s port, where they look like its clients.',
    covers: nowhere, // the node that passes them on shows its own address
  },
  {
    name: 'control-planes-found',
    sentence: 'Proxies find their control planes at istiod\'s pods (`app: istiod`) on 15012 and Envoy Gateway\'s (`control-plane: envoy-gateway`) on 18000, and those are outside the mesh.',
    covers: nowhere, // it is about traffic that no request makes
  },
  {
    name: 'proxies-let-out',
    sentence: 'Where there is a mesh, its proxies pass on what goes to an address outside of it, to that address: `outboundTrafficPolicy` is `ALLOW_ANY`, or the endpoints are registered.',
    covers: nowhere, // what is not passed on would be stopped, never let through elsewhere (Istio, "Accessing External Services")
  },
  {
    name: 'nothing-else-selects',
    sentence: 'No policy that this project did not emit selects these pods or overrules what it emitted.',
    covers: nowhere,
  },
].map((assumption) => Object.freeze(assumption)));
