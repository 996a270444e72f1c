// What the provider stand-in does with one object: check, diff, create, update, read, delete, against a real API server
// or into a directory of YAML. Inputs and outputs are plain JSON here; gRPC stays in `kubernetes-provider.cjs`.
'use strict';
const fs = require('node:fs');
const { ApiError, FIELD_MANAGER, KubernetesApi } = require('./kubernetes-api.cjs');
const { UNKNOWN, hasUnknowns, isObject, secret, withoutNulls } = require('./manifest.cjs');
const { asInputs, differences, needsReplacement, project, render, renderPath } = require('./manifest.cjs');

/** Groups the API server itself serves. A kind missing there is a mistake; elsewhere a definition may be still to come. */
const BUILT_IN_K8S_IO = [
  'admissionregistration', 'apiextensions', 'apiregistration', 'authentication', 'authorization', 'certificates', 'coordination', 'discovery',
  'events', 'flowcontrol.apiserver', 'networking', 'node', 'rbac.authorization', 'resource', 'scheduling', 'storage',
].map(name => `${name}.k8s.io`);
const isBuiltIn = group => !group.includes('.') || BUILT_IN_K8S_IO.includes(group);

const idOf = ({ metadata }) => (metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`);
const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** `kubernetes:networking.k8s.io/v1:NetworkPolicy` → apiVersion and kind; the core group is spelt `core/v1`. */
function parseType(type) {
  const match = /^kubernetes:((?:[a-z0-9.-]+\/)?v[a-z0-9]+):([A-Z][A-Za-z0-9]*)$/.exec(type);
  if (!match || /(List|Patch)$/.test(match[2])) return undefined;
  return { apiVersion: match[1].replace(/^core\//, ''), kind: match[2] };
}

/** A Secret's data is secret whatever the program said about it, as with the real provider. */
function markSecrets(outputs) {
  if (outputs.kind !== 'Secret') return outputs;
  const marked = { ...outputs };
  for (const key of ['data', 'stringData']) if (marked[key] !== undefined) marked[key] = secret(marked[key]);
  return marked;
}

class KubernetesOperations {
  /** `config`: the provider's configuration, values as strings. `warn(message)` tells the user. */
  constructor(config, warn) {
    this.config = config;
    this.warn = warn;
    this.renderTo = config.renderYamlToDirectory;
    const kubeconfig = config.kubeconfig ?? process.env.KUBECONFIG;
    this.api = this.renderTo === undefined && kubeconfig ? new KubernetesApi(kubeconfig, config.context) : undefined;
  }

  /** Answers `{ inputs, failures }`. Inputs get the default namespace, as the API server would give them. */
  async check(type, news) {
    const failures = [];
    const fail = (property, reason) => failures.push({ property, reason });
    const expected = parseType(type);
    const inputs = withoutNulls(news);
    if (!expected) fail('', `"${type}" is no kind that this stand-in applies (kubernetes:<group>/<version>:<Kind>)`);
    for (const key of ['apiVersion', 'kind']) {
      if (typeof inputs[key] !== 'string') fail(key, `missing required property "${key}"`);
      else if (expected && inputs[key] !== UNKNOWN && inputs[key] !== expected[key]) fail(key, `"${inputs[key]}" is not what "${type}" says`);
    }
    const metadata = inputs.metadata;
    if (metadata !== UNKNOWN && (!isObject(metadata) || typeof metadata.name !== 'string' || metadata.name === '')) {
      // Stricter than the real provider, which invents a random name: ours must not depend on one.
      fail('metadata.name', 'missing required property "metadata.name"');
    }
    if (failures.length > 0) return { inputs, failures };
    const known = await this.api?.discover(expected.apiVersion, expected.kind);
    const group = expected.apiVersion.includes('/') ? expected.apiVersion.split('/')[0] : '';
    if (this.api && !known && isBuiltIn(group)) {
      fail('kind', `the API server knows no kind "${expected.kind}" in "${expected.apiVersion}"`);
    }
    // Without a cluster (rendering, say) nobody knows what is namespaced; the manifest then stays as it was written.
    if (isObject(metadata) && metadata.namespace === undefined && known?.namespaced) {
      inputs.metadata = { ...metadata, namespace: this.config.namespace ?? this.api.config.namespace ?? 'default' };
    }
    return { inputs, failures };
  }

  /**
   * What the server answered last, reduced to the shape of the old inputs, with the new inputs: what the server added or
   * another manager owns is none of a diff's business, and what it drops from our inputs differs every time.
   */
  diff(oldInputs, oldOutputs, news) {
    // A Secret's `stringData` are never answered.
    const before = oldInputs.kind === 'Secret' ? oldInputs : project(oldOutputs, oldInputs);
    const found = differences(before, news).map(change => ({ ...change, replace: needsReplacement(change.path, news.kind, this.config) }));
    const replaces = found.some(change => change.replace);
    // The new object can't stand beside the old one under the same name.
    const sameName = differences(oldInputs.metadata?.name, news.metadata?.name).length === 0
      && differences(oldInputs.metadata?.namespace, news.metadata?.namespace).length === 0;
    return { changes: found, deleteBeforeReplace: replaces && sameName };
  }

  /**
   * Answers `{ id, outputs, warnings, note }`; `note` says why a preview was not validated by the API server. Objects are
   * created and only later applied, so that a name that is taken is an error; at preview it is none, as with the real provider.
   */
  async create(inputs, { preview, timeout }) {
    const write = dryRun => (this.config.upsertExistingObjects === 'true'
      ? this.#api().apply(inputs, { dryRun, force: dryRun || this.#force(inputs) })
      : this.#api().create(inputs, { dryRun }));
    if (preview) return this.#preview(inputs, inputs, write);
    const result = await this.#write(inputs, 'created', write);
    if (inputs.kind === 'CustomResourceDefinition' && this.api) await this.#established(inputs, timeout);
    return result;
  }

  async update(oldOutputs, inputs, { preview }) {
    const write = async dryRun => {
      const live = await this.#api().get(inputs);
      if (live && !dryRun) await this.api.adoptFields(live);
      const force = this.#force(inputs) || (dryRun && live?.metadata.managedFields?.some(entry => entry.manager === FIELD_MANAGER && entry.operation === 'Update'));
      return this.#api().apply(inputs, { dryRun, force: force === true });
    };
    if (preview) return this.#preview(inputs, { ...inputs, metadata: { uid: oldOutputs.metadata?.uid, ...inputs.metadata } }, write);
    return this.#write(inputs, 'updated', write);
  }

  /** Undefined when the object is gone. Without old inputs (an import) everything live becomes input. */
  async read(type, id, inputs, outputs) {
    if (this.renderTo !== undefined) return fs.existsSync(renderPath(this.renderTo, inputs)) ? { id, inputs, outputs } : undefined;
    const [namespace, name] = id.includes('/') ? id.split('/') : [undefined, id];
    const live = await this.#api().get({ ...parseType(type), metadata: { name, namespace } });
    if (!live) return undefined;
    return { id, inputs: inputs?.kind ? project(live, inputs) : asInputs(live), outputs: markSecrets(live) };
  }

  /** Returns when the object is gone, or when another one of its name has come. */
  async delete(outputs, { timeout }) {
    if (this.renderTo !== undefined) {
      fs.rmSync(renderPath(this.renderTo, outputs), { force: true });
      return;
    }
    const path = await this.#api().pathOf(outputs);
    try {
      await this.api.request('DELETE', path, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' });
    } catch (error) {
      if (error.status === 404) return;
      throw error;
    }
    for (const end = Date.now() + timeout; ; await sleep(50)) {
      const live = await this.api.get(outputs);
      if (!live || live.metadata.uid !== outputs.metadata.uid) return;
      // The API server runs without a controller manager, so that nobody else would take the finalizer off a namespace.
      if (live.kind === 'Namespace' && process.env.CS_KUBE_WITHOUT_CONTROLLERS === '1') {
        await this.api.request('PUT', `${path}/finalize`, { ...live, spec: { ...live.spec, finalizers: [] } });
      }
      if (Date.now() > end) {
        throw new Error(`resource ${idOf(outputs)} was deleted but is still there: finalizers ${JSON.stringify(live.metadata.finalizers ?? [])}`);
      }
    }
  }

  #api() {
    if (!this.api) throw new Error("no cluster: neither the provider's `kubeconfig` nor KUBECONFIG is set");
    return this.api;
  }

  #force(inputs) {
    return (inputs.metadata.annotations?.['pulumi.com/patchForce'] ?? this.config.enablePatchForce) === 'true';
  }

  async #write(inputs, verb, write) {
    if (this.renderTo !== undefined) {
      render(this.renderTo, inputs);
      if (inputs.kind === 'Secret') this.warn(`rendered file ${renderPath(this.renderTo, inputs)} contains a secret value in plaintext`);
      return { id: idOf(inputs), outputs: markSecrets(inputs), warnings: [] };
    }
    try {
      const { body, warnings } = await write(false);
      return { id: idOf(inputs), outputs: markSecrets(body), warnings };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new Error(`resource ${idOf(inputs)} was not successfully ${verb} by the Kubernetes API server: ${error.message}`);
    }
  }

  /**
   * The API server validates what is fully known by a dry run, and its answer is the preview's outputs; without one the
   * inputs are. What only a real write sets stays unknown.
   */
  async #preview(inputs, outputs, write) {
    const foreseen = (answer, more) => {
      const metadata = isObject(answer.metadata)
        ? { ...withoutNulls(answer.metadata), uid: outputs.metadata.uid ?? UNKNOWN, resourceVersion: UNKNOWN, generation: UNKNOWN, creationTimestamp: UNKNOWN, managedFields: UNKNOWN }
        : UNKNOWN;
      return { id: '', outputs: markSecrets({ ...answer, metadata }), warnings: [], ...more };
    };
    if (this.renderTo !== undefined) return foreseen(outputs, { note: 'rendered, not applied' });
    if (!this.api) return foreseen(outputs, { note: 'no cluster' });
    if (hasUnknowns(inputs)) return foreseen(outputs, { note: 'inputs not all known' });
    if (!await this.api.discover(inputs.apiVersion, inputs.kind)) return foreseen(outputs, { note: 'kind not served yet' });
    try {
      const { body: { status: _status, ...body }, warnings } = await write(true);
      return foreseen(body, { warnings });
    } catch (error) {
      // The namespace may be made by the same update, a little earlier.
      if (error.status === 404 && error.body?.details?.kind === 'namespaces') return foreseen(outputs, { note: 'namespace not there yet' });
      if (error.status === 409 && error.body?.reason === 'AlreadyExists') return foreseen(outputs, { note: 'already there' });
      throw new Error(`resource ${idOf(inputs)} would be refused by the Kubernetes API server: ${error.message}`);
    }
  }

  async #established(definition, timeout) {
    for (const end = Date.now() + timeout; Date.now() < end; await sleep(50)) {
      const live = await this.api.get(definition);
      if (live?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')) return;
    }
    throw new Error(`CustomResourceDefinition ${definition.metadata.name} was not established in time`);
  }
}

module.exports = { KubernetesOperations, parseType };
