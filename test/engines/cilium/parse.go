package main

import (
	stdjson "encoding/json"
	"fmt"
	"log/slog"

	"countersign.test/engines/truthtable"
	ipcachetypes "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	ciliumv2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	slimnetworking "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/policy/utils"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/json"
)

type header struct {
	Kind              string `json:"kind"`
	metav1.ObjectMeta `json:"metadata"`
}

// parse reads strictly (the API server would refuse or warn about an unknown field) and then as Cilium does.
func parse(document []byte) (types.PolicyEntries, ipcachetypes.ResourceID, error) {
	var head header
	if err := stdjson.Unmarshal(document, &head); err != nil {
		return nil, "", err
	}
	var entries types.PolicyEntries
	var kind ipcachetypes.ResourceKind
	var err error
	switch head.Kind {
	case "NetworkPolicy":
		kind = ipcachetypes.ResourceKindNetpol
		entries, err = networkPolicy(document)
	case "CiliumNetworkPolicy":
		kind = ipcachetypes.ResourceKindCNP
		entries, err = ciliumPolicy(document, &ciliumv2.CiliumNetworkPolicy{})
	case "CiliumClusterwideNetworkPolicy":
		kind = ipcachetypes.ResourceKindCCNP
		entries, err = ciliumPolicy(document, &ciliumv2.CiliumClusterwideNetworkPolicy{})
	default:
		err = fmt.Errorf("cilsim reads NetworkPolicy and Cilium's own kinds, not %q", head.Kind)
	}
	if err != nil {
		return nil, "", &truthtable.Refused{Policy: head.Namespace + "/" + head.Name, Reason: err.Error()}
	}
	return entries, ipcachetypes.NewResourceID(kind, head.Namespace, head.Name), nil
}

func strictly(document []byte, into any) error {
	strict, err := json.UnmarshalStrict(document, into)
	if err == nil && len(strict) > 0 {
		err = strict[0]
	}
	return err
}

// Cilium's slim type knows a part of the metadata only, so strictness is upstream's type's business.
func networkPolicy(document []byte) (types.PolicyEntries, error) {
	if err := strictly(document, &networkingv1.NetworkPolicy{}); err != nil {
		return nil, err
	}
	var policy slimnetworking.NetworkPolicy
	if err := stdjson.Unmarshal(document, &policy); err != nil {
		return nil, err
	}
	return k8s.ParseNetworkPolicy(quiet, clusterName, &policy)
}

func ciliumPolicy[P interface {
	Parse(logger *slog.Logger, cluster string) (api.Rules, error)
}](document []byte, policy P) (types.PolicyEntries, error) {
	if err := strictly(document, policy); err != nil {
		return nil, err
	}
	rules, err := policy.Parse(quiet, clusterName)
	if err != nil {
		return nil, err
	}
	return utils.RulesToPolicyEntries(rules), nil
}
