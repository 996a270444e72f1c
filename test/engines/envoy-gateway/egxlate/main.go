// egxlate says what Envoy Gateway makes of Kubernetes objects: its own schema and CEL validation, its own
// reconciler (over an in-memory API server) and its own two translators, configured as a default installation
// on Kubernetes is. `egctl x translate` runs the same translators, yet its loader drops labels, annotations,
// ages and EndpointSlices, and it has neither endpoint routing nor secrets in its output.
//
// Its packages are internal to Envoy Gateway's import path, hence this module's name.
//
// It reads one JSON document from standard input and writes one to standard output.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	egv1a1 "github.com/envoyproxy/gateway/api/v1alpha1"
	"github.com/envoyproxy/gateway/internal/envoygateway/config"
	"github.com/envoyproxy/gateway/internal/gatewayapi/resource"
	"github.com/envoyproxy/gateway/internal/logging"
	"github.com/envoyproxy/gateway/internal/message"
	"github.com/envoyproxy/gateway/internal/provider/kubernetes"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

type question struct {
	Objects []map[string]any `json:"objects"`
	// EnvoyGateway is the controller's own configuration, an EnvoyGatewaySpec; what is absent has its default.
	EnvoyGateway map[string]any `json:"envoyGateway"`
}

type refusal struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	Reason    string `json:"reason"`
}

type answer struct {
	// Refused by Envoy Gateway's validator: the API server would not have stored these.
	Refused []refusal `json:"refused"`
	// Errors of a translator.
	Errors []string `json:"errors"`
	// Logged are the reconciler's complaints, such as a reference that leads nowhere.
	Logged    string                    `json:"logged"`
	Statuses  []statusOf                `json:"statuses"`
	Gateways  map[string]map[string]any `json:"gateways"`
	Bootstrap any                       `json:"bootstrap"`
}

func main() {
	out, err := translate(os.Stdin)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func translate(in io.Reader) (*answer, error) {
	var asked question
	if err := json.NewDecoder(in).Decode(&asked); err != nil {
		return nil, fmt.Errorf("reading the question: %w", err)
	}
	out := &answer{Refused: []refusal{}, Errors: []string{}, Statuses: []statusOf{}, Gateways: map[string]map[string]any{}}
	server, logged, err := serverOf(asked.EnvoyGateway)
	if err != nil {
		return nil, err
	}
	resources, err := reconcile(context.Background(), server, asked.Objects, out)
	if err != nil {
		return nil, err
	}
	for _, each := range resources {
		if err := nameKinds(each); err != nil {
			return nil, err
		}
		if err := out.translate(context.Background(), server, each); err != nil {
			return nil, err
		}
	}
	out.Logged = logged.String()
	if out.Bootstrap, err = bootstrapOf(); err != nil {
		return nil, err
	}
	return out, nil
}

// serverOf is what the controller knows of itself. The offline reconciler refuses the Kubernetes provider, and
// asks for it nowhere else.
func serverOf(spec map[string]any) (*config.Server, *complaints, error) {
	logged := &complaints{}
	server, err := config.New(io.Discard, io.Discard)
	if err != nil {
		return nil, nil, err
	}
	if len(spec) > 0 {
		text, err := json.Marshal(spec)
		if err != nil {
			return nil, nil, err
		}
		if err := yaml.UnmarshalStrict(text, &server.EnvoyGateway.EnvoyGatewaySpec); err != nil {
			return nil, nil, fmt.Errorf("the controller's configuration: %w", err)
		}
	}
	server.EnvoyGateway.SetEnvoyGatewayDefaults()
	server.Logger = logging.NewLogger(logged, server.EnvoyGateway.Logging)
	server.EnvoyGateway.Provider = &egv1a1.EnvoyGatewayProvider{Type: egv1a1.ProviderTypeCustom}
	return server, logged, nil
}

// reconcile answers one tree of resources for each GatewayClass of Envoy Gateway's.
func reconcile(ctx context.Context, server *config.Server, objects []map[string]any, out *answer) ([]*resource.Resources, error) {
	stored := &message.ProviderResources{}
	reconciler, err := kubernetes.NewOfflineGatewayAPIController(ctx, server, nil, stored)
	if err != nil {
		return nil, err
	}
	for _, object := range asStored(objects) {
		un := &unstructured.Unstructured{Object: object}
		admitted, err := admit(un)
		if err == nil {
			err = reconciler.Client.Create(ctx, admitted)
		}
		if err != nil {
			out.Refused = append(out.Refused, refusal{un.GetKind(), un.GetNamespace(), un.GetName(), err.Error()})
		}
	}
	if err := reconciler.Reconcile(ctx); err != nil {
		return nil, fmt.Errorf("reconciling: %w", err)
	}
	return stored.GetResources(), nil
}
