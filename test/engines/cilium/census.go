package main

import (
	"net/netip"

	"countersign.test/engines/truthtable"
	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/k8s"
	slimcore "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/core/v1"
	slimmeta "github.com/cilium/cilium/pkg/k8s/slim/k8s/apis/meta/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/labelsfilter"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
)

// census is what an agent would know about everybody: who has which identity, and which port a name
// means there. Pods whose identity labels agree share one identity, as they do in a cluster.
type census struct {
	of     map[string]*identity.Identity
	labels identity.IdentityMap
	ports  map[string]types.NamedPortMap
	named  types.NamedPortMultiMap
}

func (c *census) GetNamedPorts() types.NamedPortMultiMap { return c.named }

type namespace struct{ truthtable.Namespace }

func (n namespace) GetName() string              { return n.Name }
func (n namespace) GetLabels() map[string]string { return n.Labels }

func takeCensus(world truthtable.World, endpoints []truthtable.Endpoint) (*census, error) {
	namespaces := map[string]namespace{}
	for _, n := range world.Namespaces {
		namespaces[n.Name] = namespace{n}
	}
	named := types.NewNamedPortMultiMap()
	c := &census{
		of:     map[string]*identity.Identity{},
		labels: identity.IdentityMap{},
		ports:  map[string]types.NamedPortMap{},
		named:  named,
	}
	known := map[string]*identity.Identity{}
	for _, endpoint := range endpoints {
		name := endpoint.Name()
		var carried labels.Labels
		// Scopes matter: an engine rule for "everybody" is spread over the scopes (pkg/policy/aggregate.go).
		scope := identity.IdentityScopeLocal
		if endpoint.Pod == nil {
			// An agent gives an identity to each prefix that a policy names, and an address gets that of its
			// longest prefix; a prefix of the address alone is selected by the same rules.
			carried = labels.GetCIDRLabels(netip.PrefixFrom(endpoint.IP, endpoint.IP.BitLen()))
		} else {
			scope = identity.IdentityScopeGlobal
			carried, c.ports[name] = podLabels(endpoint.Pod, namespaces[endpoint.Pod.Namespace])
		}
		key := string(carried.SortedList())
		id, seen := known[key]
		if !seen {
			id = identity.NewIdentity(scope+identity.NumericIdentity(1000+len(known)), carried)
			known[key] = id
			c.labels[id.ID] = id.LabelArray
		}
		named.Update(id.ID, nil, c.ports[name])
		c.of[name] = id
	}
	return c, nil
}

// podLabels follows FetchK8sMetadataForEndpoint (pkg/endpoint/metadata) for a new pod.
func podLabels(pod *truthtable.Pod, in namespace) (labels.Labels, types.NamedPortMap) {
	var ports []slimcore.ContainerPort
	for _, port := range pod.Ports {
		ports = append(ports, slimcore.ContainerPort{
			Name: port.Name, ContainerPort: int32(port.Number), Protocol: slimcore.Protocol(port.Protocol)})
	}
	object := &slimcore.Pod{
		ObjectMeta: slimmeta.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name, Labels: pod.Labels},
		Spec:       slimcore.PodSpec{Containers: []slimcore.Container{{Name: "only", Ports: ports}}},
	}
	named, raw := k8s.GetPodMetadata(quiet, in, object)
	carried, _ := labelsfilter.Filter(labels.Map2Labels(raw, labels.LabelSourceK8s))
	for _, label := range k8s.NamedPortsIdentityLabels(named) {
		carried[label.Key] = label
	}
	return carried, named
}

// pod is the endpoint for which map state is made. Its own named ports resolve ingress rules; those
// of its peers resolve egress rules, through the census.
type pod struct {
	number uint64
	ports  types.NamedPortMap
}

func (p *pod) GetID() uint64 { return p.number }

func (p *pod) GetIngressNamedPort(name string, protocol u8proto.U8proto) uint16 {
	port, err := p.ports.GetNamedPort(name, protocol)
	if err != nil {
		return 0 // as pkg/endpoint does: the rule then allows nothing
	}
	return port
}

func (p *pod) PolicyDebug(string, ...any) {}
func (p *pod) IsHost() bool               { return false }
func (p *pod) PreviousMapStateSizes() policy.MapStateSizes {
	return policy.MapStateSizes{}
}
func (p *pod) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}
