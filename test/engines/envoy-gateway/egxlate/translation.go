package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/envoyproxy/gateway/internal/envoygateway/config"
	"github.com/envoyproxy/gateway/internal/gatewayapi"
	"github.com/envoyproxy/gateway/internal/gatewayapi/resource"
	"github.com/envoyproxy/gateway/internal/infrastructure/kubernetes/ratelimit"
	"github.com/envoyproxy/gateway/internal/xds/bootstrap"
	"github.com/envoyproxy/gateway/internal/xds/translator"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	gwapiv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"
)

// The parts of a proxy's configuration, and under which name the answer has them.
var kinds = map[string]string{
	resourcev3.ListenerType: "listeners",
	resourcev3.RouteType:    "routes",
	resourcev3.ClusterType:  "clusters",
	resourcev3.EndpointType: "endpoints",
	resourcev3.SecretType:   "secrets",
}

// The options are those that Envoy Gateway's own runners set when it runs on Kubernetes.
func (out *answer) translate(ctx context.Context, server *config.Server, resources *resource.Resources) error {
	settings := server.EnvoyGateway
	extensions := settings.ExtensionAPIs
	gateways := &gatewayapi.Translator{
		GatewayControllerName:           settings.Gateway.ControllerName,
		GatewayClassName:                gwapiv1.ObjectName(resources.GatewayClass.Name),
		GlobalRateLimitEnabled:          settings.RateLimit != nil,
		EnvoyPatchPolicyEnabled:         extensions != nil && extensions.EnableEnvoyPatchPolicy,
		BackendEnabled:                  extensions != nil && extensions.EnableBackend,
		SDSSecretRefEnabled:             extensions != nil && extensions.EnableSDSSecretRef,
		ControllerNamespace:             server.ControllerNamespace,
		MergeGateways:                   gatewayapi.IsMergeGatewaysEnabled(resources),
		MergeBackends:                   gatewayapi.ResolveMergeBackendsConfig(resources),
		LuaEnvoyExtensionPolicyDisabled: extensions.LuaDisabled(),
		Logger:                          server.Logger,
	}
	result, err := gateways.Translate(ctx, resources)
	if err != nil {
		out.Errors = append(out.Errors, err.Error())
	}
	out.Statuses = append(out.Statuses, statusesOf(&result.Resources)...)
	for key, ir := range result.XdsIR {
		if err := ir.Validate(); err != nil {
			out.Errors = append(out.Errors, fmt.Sprintf("%s: %v", key, err))
			continue
		}
		proxies := &translator.Translator{
			ControllerNamespace: server.ControllerNamespace,
			FilterOrder:         ir.FilterOrder,
			RuntimeFlags:        settings.RuntimeFlags,
			Logger:              server.Logger,
		}
		if settings.RateLimit != nil {
			proxies.GlobalRateLimit = &translator.GlobalRateLimitSettings{
				ServiceURL: ratelimit.GetServiceURL(server.ControllerNamespace, server.DNSDomain),
				FailClosed: settings.RateLimit.FailClosed,
			}
		}
		table, err := proxies.Translate(ctx, ir)
		if err != nil {
			out.Errors = append(out.Errors, fmt.Sprintf("%s: %v", key, err))
		}
		if table == nil {
			continue
		}
		parts := map[string]any{}
		for kind, name := range kinds {
			printed := []json.RawMessage{}
			for _, each := range table.XdsResources[kind] {
				text, err := protojson.Marshal(each.(proto.Message))
				if err != nil {
					return err
				}
				printed = append(printed, text)
			}
			parts[name] = printed
		}
		out.Gateways[key] = parts
	}
	return nil
}

// bootstrapOf is what every proxy of Envoy Gateway's starts with: runtime flags and overload limits among it.
func bootstrapOf() (any, error) {
	text, err := bootstrap.GetRenderedBootstrapConfig(nil)
	if err != nil {
		return nil, err
	}
	var parsed any
	return parsed, yaml.Unmarshal([]byte(text), &parsed)
}
