package main

import (
	"fmt"

	egv1a1 "github.com/envoyproxy/gateway/api/v1alpha1"
	"github.com/envoyproxy/gateway/internal/envoygateway"
	"github.com/envoyproxy/gateway/internal/gatewayapi/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gwapiv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"
)

var scheme = envoygateway.GetScheme()

// admit validates and defaults by the schemas that Envoy Gateway ships, CEL rules among them.
func admit(un *unstructured.Unstructured) (client.Object, error) {
	kind := un.GroupVersionKind()
	if kind.Group == egv1a1.GroupName || kind.Group == gwapiv1.GroupName {
		text, err := yaml.Marshal(un.Object)
		if err != nil {
			return nil, err
		}
		if err := resource.GetDefaultValidator().Validate(text); err != nil {
			return nil, err
		}
		if un, err = resource.GetGatewaySchemaDefaulter().ApplyDefault(un); err != nil {
			return nil, err
		}
	}
	// The reconciler lists ReferenceGrants by their storage version; an API server converts, changing nothing.
	if kind.Group == gwapiv1.GroupName && kind.Kind == resource.KindReferenceGrant {
		un = un.DeepCopy()
		un.SetAPIVersion(gwapiv1.GroupName + "/v1beta1")
	}
	object, err := scheme.New(un.GroupVersionKind())
	if err != nil {
		return nil, err
	}
	if err := scheme.Convert(un, object, nil); err != nil {
		return nil, err
	}
	return object.(client.Object), nil
}

// asStored does what an API server does to core objects before anybody reads them: a namespace is there and bears
// its name as a label, a Service has an address, ports have their defaults, a Secret's text is data.
func asStored(objects []map[string]any) []map[string]any {
	var stored []map[string]any
	namespaces := map[string]bool{}
	needed := map[string]bool{}
	for _, object := range objects {
		un := (&unstructured.Unstructured{Object: object}).DeepCopy()
		switch {
		case un.GetKind() == "Namespace":
			namespaces[un.GetName()] = true
			un.SetLabels(withName(un.GetLabels(), un.GetName()))
		case un.GetKind() == resource.KindGatewayClass:
		default:
			if un.GetNamespace() == "" {
				un.SetNamespace("default")
			}
			needed[un.GetNamespace()] = true
		}
		switch un.GetKind() {
		case resource.KindService:
			defaultService(un, len(stored))
		case "EndpointSlice":
			defaultPorts(un, map[string]any{"name": "", "protocol": "TCP"}, "ports")
		case resource.KindSecret:
			encodeStringData(un)
		}
		stored = append(stored, un.Object)
	}
	for name := range needed {
		if !namespaces[name] {
			un := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Namespace"}}
			un.SetName(name)
			un.SetLabels(withName(nil, name))
			stored = append(stored, un.Object)
		}
	}
	return stored
}

func withName(labels map[string]string, name string) map[string]string {
	named := map[string]string{"kubernetes.io/metadata.name": name}
	for key, value := range labels {
		named[key] = value
	}
	return named
}

func defaultService(un *unstructured.Unstructured, index int) {
	address, found, _ := unstructured.NestedString(un.Object, "spec", "clusterIP")
	if !found {
		address = fmt.Sprintf("10.96.%d.%d", 1+index/250, 1+index%250)
		_ = unstructured.SetNestedField(un.Object, address, "spec", "clusterIP")
	}
	if _, found, _ := unstructured.NestedSlice(un.Object, "spec", "clusterIPs"); !found {
		_ = unstructured.SetNestedStringSlice(un.Object, []string{address}, "spec", "clusterIPs")
	}
	defaultPorts(un, map[string]any{"protocol": "TCP"}, "spec", "ports")
	ports, _, _ := unstructured.NestedSlice(un.Object, "spec", "ports")
	for _, each := range ports {
		if port, ok := each.(map[string]any); ok {
			setDefault(port, "targetPort", port["port"])
		}
	}
	_ = unstructured.SetNestedSlice(un.Object, ports, "spec", "ports")
}

// defaultPorts fills in fields that an API server would; the translator expects them to be there.
func defaultPorts(un *unstructured.Unstructured, defaults map[string]any, path ...string) {
	ports, found, _ := unstructured.NestedSlice(un.Object, path...)
	if !found {
		return
	}
	for _, each := range ports {
		if port, ok := each.(map[string]any); ok {
			for key, value := range defaults {
				setDefault(port, key, value)
			}
		}
	}
	_ = unstructured.SetNestedSlice(un.Object, ports, path...)
}

func setDefault(object map[string]any, key string, value any) {
	if _, has := object[key]; !has {
		object[key] = value
	}
}
