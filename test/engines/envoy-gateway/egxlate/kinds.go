package main

import (
	"reflect"

	"github.com/envoyproxy/gateway/internal/gatewayapi/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// nameKinds gives each object its kind, as the cached client of a running controller does and an in-memory one
// does not: translators write kinds into names and metadata.
func nameKinds(resources *resource.Resources) error {
	fields := reflect.ValueOf(resources).Elem()
	for i := range fields.NumField() {
		field := fields.Field(i)
		if field.Kind() != reflect.Slice {
			if err := nameKind(field); err != nil {
				return err
			}
			continue
		}
		for j := range field.Len() {
			if err := nameKind(field.Index(j)); err != nil {
				return err
			}
		}
	}
	return nil
}

func nameKind(value reflect.Value) error {
	object, ok := value.Interface().(client.Object)
	if !ok || value.IsNil() {
		return nil
	}
	kinds, _, err := scheme.ObjectKinds(object)
	if err != nil {
		return err
	}
	object.GetObjectKind().SetGroupVersionKind(kinds[0])
	return nil
}
