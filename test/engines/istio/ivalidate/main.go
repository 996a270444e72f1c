// ivalidate asks Istio's own validation, the one behind its webhook, about each object alone.
//
// It reads `{"objects": […]}` from standard input and writes one verdict an object to standard output.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/log"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type verdict struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	// Known is false for a kind that Istio does not validate.
	Known   bool   `json:"known"`
	Error   string `json:"error,omitempty"`
	Warning string `json:"warning,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	options := log.DefaultOptions()
	options.OutputPaths = []string{"stderr"}
	if err := log.Configure(options); err != nil {
		return err
	}
	var asked struct {
		Objects []map[string]any `json:"objects"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return fmt.Errorf("reading the question: %w", err)
	}
	verdicts := []verdict{}
	for _, object := range asked.Objects {
		one, err := judge(object)
		if err != nil {
			return err
		}
		verdicts = append(verdicts, one)
	}
	return json.NewEncoder(os.Stdout).Encode(verdicts)
}

func judge(object map[string]any) (verdict, error) {
	un := &unstructured.Unstructured{Object: object}
	one := verdict{Kind: un.GetKind(), Namespace: un.GetNamespace(), Name: un.GetName()}
	text, err := json.Marshal(object)
	if err != nil {
		return one, err
	}
	configs, _, err := crd.ParseInputs(string(text))
	if err != nil {
		one.Known, one.Error = true, err.Error()
		return one, nil
	}
	for _, each := range configs {
		schema, known := collections.Pilot.FindByGroupVersionAliasesKind(each.GroupVersionKind)
		if !known {
			continue
		}
		one.Known = true
		warning, err := schema.ValidateConfig(each)
		if err != nil {
			one.Error = err.Error()
		}
		if warning != nil {
			one.Warning = warning.Error()
		}
	}
	return one, nil
}
