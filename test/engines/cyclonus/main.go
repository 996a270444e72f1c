// Command cyclonus answers worlds with the matcher of github.com/mattfenwick/cyclonus: an
// implementation of NetworkPolicy by people who test network plugins with it, pure and without a cluster.
package main

import (
	"fmt"

	"countersign.test/engines/truthtable"
	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/json"
)

func main() { truthtable.Serve(open) }

type engine struct {
	policy *matcher.Policy
	labels labelBook
}

func open(world truthtable.World, _ []truthtable.Endpoint) (truthtable.Engine, error) {
	book := newLabelBook(world)
	var policies []*networkingv1.NetworkPolicy
	for _, document := range world.Policies {
		policy := &networkingv1.NetworkPolicy{}
		strict, err := json.UnmarshalStrict(document, policy)
		if err == nil && len(strict) > 0 {
			err = strict[0]
		}
		if err == nil && policy.Kind != "NetworkPolicy" {
			err = fmt.Errorf("cyclonus reads NetworkPolicy only, not %q", policy.Kind)
		}
		name := policy.Namespace + "/" + policy.Name
		if err != nil {
			return nil, &truthtable.Refused{Policy: name, Reason: err.Error()}
		}
		defaultPolicyTypes(policy)
		if err := book.rewrite(policy); err != nil {
			return nil, &truthtable.Refused{Policy: name, Reason: err.Error()}
		}
		if err := readable(policy); err != nil {
			return nil, &truthtable.Refused{Policy: name, Reason: err.Error()}
		}
		policies = append(policies, policy)
	}
	return &engine{policy: matcher.BuildNetworkPolicies(false, policies), labels: book}, nil
}

// The API server fills policyTypes before any plugin sees a policy (NetworkPolicySpec: "If this field
// is not specified, it will default based on the existence of ingress or egress rules; policies that
// contain an egress section are assumed to affect egress, and all policies … ingress").
func defaultPolicyTypes(policy *networkingv1.NetworkPolicy) {
	if len(policy.Spec.PolicyTypes) > 0 {
		return
	}
	policy.Spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
	if len(policy.Spec.Egress) > 0 {
		policy.Spec.PolicyTypes = append(policy.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
	}
}

// cyclonus says "I can't read this" by panicking.
func readable(policy *networkingv1.NetworkPolicy) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%v", fault)
		}
	}()
	matcher.BuildTarget(policy)
	return nil
}

func (e *engine) Ingress(from, to truthtable.Endpoint, probe truthtable.Probe) (bool, error) {
	return e.ask(from, to, probe, true), nil
}

func (e *engine) Egress(from, to truthtable.Endpoint, probe truthtable.Probe) (bool, error) {
	return e.ask(from, to, probe, false), nil
}

// A named port means the port of that name on the destination pod, whichever direction the rule is
// for. cyclonus takes one name with a flow, so a port that bears two names is asked about twice.
func (e *engine) ask(from, to truthtable.Endpoint, probe truthtable.Probe, ingress bool) bool {
	for _, name := range portNames(to, probe) {
		traffic := &matcher.Traffic{
			Source:           e.peer(from),
			Destination:      e.peer(to),
			ResolvedPort:     probe.Port,
			ResolvedPortName: name,
			Protocol:         corev1.Protocol(probe.Protocol),
		}
		if e.policy.IsIngressOrEgressAllowed(traffic, ingress).IsAllowed() {
			return true
		}
	}
	return false
}

func portNames(to truthtable.Endpoint, probe truthtable.Probe) []string {
	var names []string
	if to.Pod != nil {
		for _, port := range to.Pod.Ports {
			if port.Number == probe.Port && port.Protocol == probe.Protocol && port.Name != "" {
				names = append(names, port.Name)
			}
		}
	}
	if len(names) == 0 {
		return []string{""}
	}
	return names
}

func (e *engine) peer(end truthtable.Endpoint) *matcher.TrafficPeer {
	peer := &matcher.TrafficPeer{IP: end.IP.String()}
	if end.Pod != nil {
		peer.Internal = &matcher.InternalPeer{
			PodLabels:       e.labels.pods[end.Name()],
			NamespaceLabels: e.labels.namespaces[end.Pod.Namespace],
			Namespace:       end.Pod.Namespace,
		}
	}
	return peer
}
