// Nothing is built from these modules: they carry CustomResourceDefinitions.
module countersign.test/engines/crds

go 1.26.0

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/cert-manager/trust-manager v0.25.0
	github.com/envoyproxy/gateway v1.9.1
	istio.io/api v1.31.4
	sigs.k8s.io/gateway-api v1.6.3
)
