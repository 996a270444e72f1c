package main

import (
	"bytes"

	"github.com/envoyproxy/gateway/internal/gatewayapi/resource"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// statusOf is one object's status as Envoy Gateway would write it.
type statusOf struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	Status    any    `json:"status"`
}

func statusesOf(resources *resource.Resources) []statusOf {
	var all []statusOf
	add := func(object client.Object) {
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
		if err != nil {
			panic(err)
		}
		kinds, _, err := scheme.ObjectKinds(object)
		if err != nil {
			panic(err)
		}
		all = append(all, statusOf{kinds[0].Kind, object.GetNamespace(), object.GetName(), content["status"]})
	}
	if resources.EnvoyProxyForGatewayClass != nil {
		add(resources.EnvoyProxyForGatewayClass)
	}
	addEach(add, resources.EnvoyProxiesForGateways)
	addEach(add, resources.Gateways)
	addEach(add, resources.ListenerSets)
	addEach(add, resources.HTTPRoutes)
	addEach(add, resources.GRPCRoutes)
	addEach(add, resources.TLSRoutes)
	addEach(add, resources.TCPRoutes)
	addEach(add, resources.UDPRoutes)
	addEach(add, resources.ClientTrafficPolicies)
	addEach(add, resources.BackendTrafficPolicies)
	addEach(add, resources.SecurityPolicies)
	addEach(add, resources.BackendTLSPolicies)
	addEach(add, resources.EnvoyExtensionPolicies)
	addEach(add, resources.EnvoyPatchPolicies)
	addEach(add, resources.Backends)
	return all
}

func addEach[T client.Object](add func(client.Object), objects []T) {
	for _, object := range objects {
		add(object)
	}
}

// complaints keeps what a logger writes.
type complaints struct{ bytes.Buffer }
