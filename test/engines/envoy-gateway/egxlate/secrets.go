package main

import (
	"encoding/base64"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func encodeStringData(un *unstructured.Unstructured) {
	text, found, _ := unstructured.NestedStringMap(un.Object, "stringData")
	if !found {
		return
	}
	data, _, _ := unstructured.NestedStringMap(un.Object, "data")
	if data == nil {
		data = map[string]string{}
	}
	for key, value := range text {
		data[key] = base64.StdEncoding.EncodeToString([]byte(value))
	}
	_ = unstructured.SetNestedStringMap(un.Object, data, "data")
	unstructured.RemoveNestedField(un.Object, "stringData")
}
