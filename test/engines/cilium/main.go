// Command cilsim answers worlds with Cilium's own policy engine: its parsers, its selector cache and
// the policy map state that its agent would write for the datapath. No agent, no kernel.
package main

import (
	"io"
	"log/slog"

	"countersign.test/engines/truthtable"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/labelsfilter"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/u8proto"
)

const clusterName = "default"

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// A default installation, dual-stack. Without the address families, `0.0.0.0/0` would select IPv6 too;
// without the label filter, labels would select that a default Cilium leaves out of identities.
func main() {
	option.Config.ClusterName = clusterName
	option.Config.EnableIPv4 = true
	option.Config.EnableIPv6 = true
	policy.SetPolicyEnabled(option.DefaultEnforcement)
	if err := labelsfilter.ParseLabelPrefixCfg(quiet, nil, nil, ""); err != nil {
		panic(err)
	}
	truthtable.Serve(open)
}

// The policy of every pod is resolved once; a flow is then one look-up in its map state.
type engine struct {
	identities map[string]*identity.Identity
	pods       map[string]*policy.EndpointPolicy
}

func open(world truthtable.World, endpoints []truthtable.Endpoint) (truthtable.Engine, error) {
	census, err := takeCensus(world, endpoints)
	if err != nil {
		return nil, err
	}
	repository := policy.NewPolicyRepository(quiet, census.labels, nil, nil, nil, nil)
	repository.GetSelectorCache().SetLocalIdentityNotifier(noNames{})
	repository.SetNamedPortsGetter(census)
	repository.UpdateIdentities(census.labels, nil)
	for _, document := range world.Policies {
		entries, resource, err := parse(document)
		if err != nil {
			return nil, err
		}
		repository.ReplaceByResource(entries, resource)
	}
	e := &engine{identities: census.of, pods: map[string]*policy.EndpointPolicy{}}
	// A rule that sends traffic to the proxy counts as "allowed at L3/L4": there is no proxy here.
	redirects := map[string]uint16{policy.FallbackRedirectID: 65535}
	for number, endpoint := range endpoints {
		if endpoint.Pod == nil {
			continue
		}
		name := endpoint.Name()
		selected, _, err := repository.ComputeSelectorPolicy(census.of[name])
		if err != nil {
			return nil, err
		}
		owner := &pod{number: uint64(number + 1), ports: census.ports[name]}
		distilled := selected.DistillPolicy(quiet, owner, redirects)
		if err := distilled.Ready(); err != nil {
			return nil, err
		}
		distilled.Detach(quiet)
		selected.Supersede()
		e.pods[name] = distilled
	}
	return e, nil
}

func (e *engine) Ingress(from, to truthtable.Endpoint, probe truthtable.Probe) (bool, error) {
	return e.lookup(to, policy.IngressKey().WithIdentity(e.identities[from.Name()].ID), probe)
}

func (e *engine) Egress(from, to truthtable.Endpoint, probe truthtable.Probe) (bool, error) {
	return e.lookup(from, policy.EgressKey().WithIdentity(e.identities[to.Name()].ID), probe)
}

func (e *engine) lookup(judged truthtable.Endpoint, key policy.Key, probe truthtable.Probe) (bool, error) {
	protocol, err := u8proto.ParseProtocol(probe.Protocol)
	if err != nil {
		return false, err
	}
	entry, _, _ := e.pods[judged.Name()].Lookup(key.WithPortProto(protocol, uint16(probe.Port)))
	return !entry.IsDeny(), nil
}

// noNames: DNS names are learnt from a proxy at run time, so `toFQDNs` selects nothing here.
type noNames struct{}

func (noNames) RegisterFQDNSelector(api.FQDNSelector) uint64   { return 0 }
func (noNames) UnregisterFQDNSelector(api.FQDNSelector) uint64 { return 0 }

var _ policy.NamedPortsGetter = (*census)(nil)
var _ policy.PolicyOwner = (*pod)(nil)
