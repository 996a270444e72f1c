package main

import (
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/spiffe"
)

// proxy is what an Envoy tells istiod of itself when it connects.
type proxy struct {
	Name           string            `json:"name"`
	Namespace      string            `json:"namespace"`
	ServiceAccount string            `json:"serviceAccount"`
	Labels         map[string]string `json:"labels"`
	Address        string            `json:"address"`
	// Type is `sidecar` or `waypoint`.
	Type string `json:"type"`
}

type configured struct {
	Listeners []json.RawMessage `json:"listeners"`
	Clusters  []json.RawMessage `json:"clusters"`
	Routes    []json.RawMessage `json:"routes"`
	Endpoints []json.RawMessage `json:"endpoints"`
}

var types = map[string]model.NodeType{"sidecar": model.SidecarProxy, "waypoint": model.Waypoint}

func configure(server *xds.FakeDiscoveryServer, given proxy, trustDomain string) (*configured, error) {
	kind, known := types[given.Type]
	if !known {
		return nil, fmt.Errorf("`%s` is neither sidecar nor waypoint", given.Type)
	}
	node := server.SetupProxy(&model.Proxy{
		Type:            kind,
		ID:              given.Name + "." + given.Namespace,
		ConfigNamespace: given.Namespace,
		DNSDomain:       given.Namespace + ".svc.cluster.local",
		Labels:          given.Labels,
		IPAddresses:     []string{given.Address},
		VerifiedIdentity: &spiffe.Identity{
			TrustDomain: trustDomain, Namespace: given.Namespace, ServiceAccount: given.ServiceAccount,
		},
		Metadata: &model.NodeMetadata{
			Namespace:      given.Namespace,
			Labels:         given.Labels,
			ServiceAccount: given.ServiceAccount,
			ClusterID:      "Kubernetes",
			IstioVersion:   "1.31.0",
		},
	})
	listeners := server.Listeners(node)
	out := &configured{}
	var err error
	if out.Listeners, err = printed(listeners); err != nil {
		return nil, err
	}
	if out.Clusters, err = printed(server.Clusters(node)); err != nil {
		return nil, err
	}
	if out.Routes, err = printed(server.RoutesFromListeners(node, listeners)); err != nil {
		return nil, err
	}
	out.Endpoints, err = printed(server.Endpoints(node))
	return out, err
}

func printed[T proto.Message](messages []T) ([]json.RawMessage, error) {
	all := []json.RawMessage{}
	for _, message := range messages {
		text, err := protojson.Marshal(message)
		if err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, nil
}
