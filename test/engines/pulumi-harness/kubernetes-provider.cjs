#!/usr/bin/env node
// STAND-IN for `pulumi-resource-kubernetes`, whose releases no package registry serves. What it does is in
// `kubernetes-operations.cjs`, the gRPC side of it in `provider-server.cjs`.
// It does not: run Helm or Kustomize, apply `…Patch` or `…List` kinds, construct components, answer invokes, wait for
// Deployments or Pods to be ready (there is no kubelet), or invent names.
'use strict';
const { version } = require('@pulumi/kubernetes/package.json');
const { KubernetesOperations } = require('./kubernetes-operations.cjs');
const { readKubeconfig } = require('./kubernetes-api.cjs');
const { serveProvider } = require('./provider-server.cjs');

const server = config => {
  try {
    return readKubeconfig(config.kubeconfig ?? process.env.KUBECONFIG, config.context).url.href;
  } catch {
    return config.kubeconfig;
  }
};

serveProvider({
  name: 'kubernetes',
  version,
  description: 'A stand-in for the Kubernetes provider, for tests: server-side apply to a loopback API server. It has no schema.',
  describe: (_type, inputs) => ({ object: { apiVersion: inputs.apiVersion, kind: inputs.kind, namespace: inputs.metadata?.namespace, name: inputs.metadata?.name } }),
  operations: (config, warn) => new KubernetesOperations(config, warn),
  /** Another directory or another server holds other objects. */
  replacesProvider: (before, after) => [
    ...(before.renderYamlToDirectory === after.renderYamlToDirectory ? [] : ['renderYamlToDirectory']),
    ...(server(before) === server(after) ? [] : ['kubeconfig']),
  ],
});
