package main

import (
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"istio.io/istio/pilot/pkg/serviceregistry/ambient"
)

// ztunnel is what a ztunnel is sent: policies as `istio.security.Authorization`, workloads and services as
// `istio.workload.Address`.
type ztunnel struct {
	Authorizations []authorization   `json:"authorizations"`
	Addresses      []json.RawMessage `json:"addresses"`
}

type authorization struct {
	// Source is the object that it was made from.
	Source string `json:"source"`
	// Authorization is absent if ztunnel is sent nothing.
	Authorization json.RawMessage `json:"authorization,omitempty"`
	// Reason and Message are what istiod writes into the object's status.
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`
}

func ztunnelOf(index ambient.Index) (*ztunnel, error) {
	out := &ztunnel{Authorizations: []authorization{}, Addresses: []json.RawMessage{}}
	for _, policy := range index.Policies(nil) {
		one := authorization{Source: policy.Source.Kind.String() + " " + policy.Source.Namespace + "/" + policy.Source.Name}
		if status := policy.Binding.Status; status != nil {
			one.Reason, one.Message = status.Reason, status.Message
		}
		if policy.Authorization != nil {
			text, err := protojson.Marshal(policy.Authorization)
			if err != nil {
				return nil, err
			}
			one.Authorization = text
		}
		out.Authorizations = append(out.Authorizations, one)
	}
	var addresses []proto.Message
	for _, each := range index.All() {
		addresses = append(addresses, each.Address)
	}
	var err error
	out.Addresses, err = printed(addresses)
	return out, err
}
