package main

import (
	"encoding/json"
	"fmt"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

type refusal struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	Reason    string `json:"reason"`
}

// read gives pilot each object twice where it looks for it in two places: in the API server, which the ambient
// index and the registries watch, and among its own configuration.
func (out *answer) read(given []map[string]any) ([]runtime.Object, []config.Config) {
	var objects []runtime.Object
	var configs []config.Config
	decoder := kube.IstioCodec.UniversalDeserializer()
	for _, each := range given {
		un := &unstructured.Unstructured{Object: each}
		refuse := func(err error) {
			out.Refused = append(out.Refused, refusal{un.GetKind(), un.GetNamespace(), un.GetName(), err.Error()})
		}
		text, err := json.Marshal(each)
		if err != nil {
			refuse(err)
			continue
		}
		object, _, err := decoder.Decode(text, nil, nil)
		if err != nil {
			refuse(err)
			continue
		}
		objects = append(objects, object)
		parsed, _, err := crd.ParseInputs(string(text))
		if err != nil {
			refuse(fmt.Errorf("as configuration: %w", err))
			continue
		}
		configs = append(configs, parsed...)
	}
	return objects, configs
}
