// xlate says what istiod would send to proxies: pilot's own registries, push context and config generator over an
// in-memory API server (its `pilot/test/xds` fake), for sidecars and waypoints; and, with `--ambient`, what its
// ambient index would send to ztunnel.
//
// It reads one JSON document from standard input and writes one to standard output.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"

	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/log"
)

type question struct {
	// Objects as the API server has them; a Pod needs its address in the status.
	Objects []map[string]any `json:"objects"`
	// Proxies to configure.
	Proxies []proxy `json:"proxies"`
	// MeshConfig, as in istiod's ConfigMap; what is absent has its default.
	MeshConfig map[string]any `json:"meshConfig"`
}

type answer struct {
	// Refused by Istio's own reading or validation.
	Refused []refusal `json:"refused"`
	// Configured, in the order of the proxies.
	Configured []any `json:"configured"`
	// Ztunnel is absent without `--ambient`.
	Ztunnel *ztunnel `json:"ztunnel,omitempty"`
}

func main() {
	ambient := slices.Contains(os.Args[1:], "--ambient")
	// Features are read from the environment before main begins.
	if ambient && !features.EnableAmbient {
		path, err := os.Executable()
		if err == nil {
			err = syscall.Exec(path, os.Args, append(os.Environ(), "PILOT_ENABLE_AMBIENT=true"))
		}
		fail(err)
	}
	options := log.DefaultOptions()
	options.OutputPaths = []string{"stderr"}
	if err := log.Configure(options); err != nil {
		fail(err)
	}
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.WarnLevel)
	}
	out, err := translate(os.Stdin, ambient)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(out)
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func translate(in io.Reader, ambient bool) (*answer, error) {
	var asked question
	if err := json.NewDecoder(in).Decode(&asked); err != nil {
		return nil, fmt.Errorf("reading the question: %w", err)
	}
	settings, err := json.Marshal(asked.MeshConfig)
	if err != nil {
		return nil, err
	}
	meshConfig, err := mesh.ApplyMeshConfigDefaults(string(settings))
	if err != nil {
		return nil, fmt.Errorf("the mesh config: %w", err)
	}
	out := &answer{Refused: []refusal{}, Configured: []any{}}
	objects, configs := out.read(asked.Objects)
	harness := &failer{}
	defer harness.clean()
	server := xds.NewFakeDiscoveryServer(harness, xds.FakeOptions{KubernetesObjects: objects, Configs: configs, MeshConfig: meshConfig})
	for _, each := range asked.Proxies {
		configured, err := configure(server, each, meshConfig.TrustDomain)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", each.Name, err)
		}
		out.Configured = append(out.Configured, configured)
	}
	if ambient {
		if out.Ztunnel, err = ztunnelOf(server.AmbientIndex); err != nil {
			return nil, err
		}
	}
	return out, nil
}
