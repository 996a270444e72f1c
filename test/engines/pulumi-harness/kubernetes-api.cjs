// A small Kubernetes API client for the provider stand-in: kubeconfig, discovery, server-side apply, warnings.
// It talks to loopback and nothing else: a harness that could reach a real cluster by a stray KUBECONFIG is a hazard.
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const { parse } = require('yaml');

/** Written into `metadata.managedFields` of every object, so that nobody takes our writes for the real provider's. */
const FIELD_MANAGER = 'pulumi-kubernetes-stand-in';

class ApiError extends Error {
  /** `status` is the HTTP code; `body` the API server's `Status` object, whose `details` say what was missing. */
  constructor(status, body) {
    super(body?.message ?? `the API server answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** `kubeconfig` is a path or the contents, as for the real provider ("The contents of a kubeconfig file or the path"). */
function readKubeconfig(kubeconfig, contextName) {
  const text = /[\n{]/.test(kubeconfig) ? kubeconfig : fs.readFileSync(kubeconfig.split(':')[0], 'utf8');
  const file = parse(text);
  const pick = (list, name, what) => {
    const found = (list ?? []).find(entry => entry.name === name);
    if (!found) throw new Error(`the kubeconfig has no ${what} named "${name}"`);
    return found;
  };
  const { context } = pick(file.contexts, contextName ?? file['current-context'], 'context');
  const { cluster } = pick(file.clusters, context.cluster, 'cluster');
  const { user } = pick(file.users, context.user, 'user');
  const url = new URL(cluster.server);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw new Error(`this stand-in only talks to loopback, not to ${url.hostname}`);
  }
  const data = base64 => (base64 === undefined ? undefined : Buffer.from(base64, 'base64'));
  return {
    url,
    namespace: context.namespace,
    token: user.token,
    tls: {
      rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
      ca: data(cluster['certificate-authority-data']),
      cert: data(user['client-certificate-data']),
      key: data(user['client-key-data']),
    },
  };
}

/** `Warning: 299 - "text"` (RFC 7234, section 5.5); the API server joins several into one header, with `, `. */
function parseWarnings(header) {
  const lines = header === undefined ? [] : [header].flat();
  return lines.flatMap(line => [...line.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(match => match[1].replace(/\\(.)/g, '$1')));
}

class KubernetesApi {
  #discovered = new Map();

  constructor(kubeconfig, contextName) {
    this.config = readKubeconfig(kubeconfig, contextName);
    this.transport = this.config.url.protocol === 'http:' ? http : https;
    this.agent = new this.transport.Agent({ keepAlive: true, ...this.config.tls });
  }

  /** Answers `{ body, warnings }`; a refusal is an `ApiError`. A busy server (429, 503) is asked a few times more. */
  async request(method, path, body, contentType = 'application/json') {
    for (let attempt = 0; ; attempt += 1) {
      const { status, headers, text } = await this.#send(method, path, body, contentType);
      // A path that nothing serves is answered in plain text: `404 page not found`.
      const parsed = /json/.test(headers['content-type'] ?? '') && text !== '' ? JSON.parse(text) : { message: `${method} ${path}: ${text.trim()}` };
      if (status < 300) return { body: parsed, warnings: parseWarnings(headers.warning) };
      if ((status !== 429 && status !== 503) || attempt === 5) throw new ApiError(status, parsed);
      await new Promise(resolve => setTimeout(resolve, 200 * (attempt + 1)));
    }
  }

  #send(method, path, body, contentType) {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = { accept: 'application/json' };
    if (this.config.token) headers.authorization = `Bearer ${this.config.token}`;
    if (payload !== undefined) {
      headers['content-type'] = contentType;
      // Node frames the body of a DELETE by no means of its own; the rest would be read as the next request.
      headers['content-length'] = Buffer.byteLength(payload);
    }
    return new Promise((resolve, reject) => {
      const request = this.transport.request(new URL(path, this.config.url), { method, headers, agent: this.agent }, response => {
        const chunks = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') });
        });
      });
      request.on('error', error => reject(new Error(`the API server at ${this.config.url.host} is not to be reached: ${error.message}`)));
      request.end(payload);
    });
  }

  /** The kind's `{ name, namespaced }` as the API server lists it, or undefined. Only what was found is remembered. */
  async discover(apiVersion, kind) {
    const known = this.#discovered.get(`${apiVersion} ${kind}`);
    if (known) return known;
    let list;
    try {
      ({ body: list } = await this.request('GET', apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`));
    } catch (error) {
      if (error.status === 404) return undefined;
      throw error;
    }
    for (const resource of list.resources) {
      if (!resource.name.includes('/')) this.#discovered.set(`${apiVersion} ${resource.kind}`, resource);
    }
    return this.#discovered.get(`${apiVersion} ${kind}`);
  }

  /** The object's own path. A kind of a definition applied a moment ago is served a little later: ask again for 5 s. */
  async pathOf({ apiVersion, kind, metadata }) {
    for (let attempt = 0; ; attempt += 1) {
      const resource = await this.discover(apiVersion, kind);
      if (resource) {
        const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        const scope = resource.namespaced ? `/namespaces/${encodeURIComponent(metadata.namespace ?? 'default')}` : '';
        return `${root}${scope}/${resource.name}/${encodeURIComponent(metadata.name)}`;
      }
      if (attempt === 25) throw new ApiError(404, { message: `no matches for kind "${kind}" in version "${apiVersion}"` });
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }

  /** The live object, or undefined. */
  async get(object) {
    try {
      return (await this.request('GET', await this.pathOf(object))).body;
    } catch (error) {
      if (error.status === 404) return undefined;
      throw error;
    }
  }

  /** The collection that `object` is in, and its own path. */
  async #paths(object) {
    const own = await this.pathOf(object);
    return { own, collection: own.slice(0, own.lastIndexOf('/')) };
  }

  /** A new object, or a conflict when its name is taken. A field its schema does not declare is dropped, with a warning. */
  async create(object, { dryRun }) {
    const query = new URLSearchParams({ fieldManager: FIELD_MANAGER });
    if (dryRun) query.set('dryRun', 'All');
    return this.request('POST', `${(await this.#paths(object)).collection}?${query}`, object);
  }

  /** Server-side apply. A field its schema does not declare is refused here, whatever `fieldValidation` says. */
  async apply(object, { dryRun, force }) {
    const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, fieldValidation: 'Warn', force: String(force) });
    if (dryRun) query.set('dryRun', 'All');
    // A YAML body may be JSON, and the API server takes apply patches as `application/apply-patch+yaml` only.
    return this.request('PATCH', `${(await this.#paths(object)).own}?${query}`, object, 'application/apply-patch+yaml');
  }

  /**
   * What this provider created, and what `kubectl apply` wrote since, becomes what it applies: else it would conflict
   * with itself, and a field that it no longer sends would stay. (The provider's `fixCSAFieldManagers`.)
   */
  async adoptFields(live) {
    const adopted = adoptManagers(live.metadata.managedFields ?? []);
    if (adopted === undefined) return;
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: adopted },
      { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
    ];
    await this.request('PATCH', (await this.#paths(live)).own, patch, 'application/json-patch+json');
  }
}

const ADOPTED = [[FIELD_MANAGER, 'Update'], ['kubectl', 'Apply'], ['kubectl', 'Update'], ['kubectl-client-side-apply', 'Update'], ['before-first-apply', 'Update']];
const merge = (a, b) => Object.fromEntries([...new Set([...Object.keys(a), ...Object.keys(b)])].map(key => [key, merge(a[key] ?? {}, b[key] ?? {})]));

/** The managers of an object with those that this provider takes over joined into its own; undefined if there are none. */
function adoptManagers(managedFields) {
  const taken = managedFields.filter(({ manager, operation, subresource }) => !subresource && ADOPTED.some(([m, o]) => m === manager && o === operation));
  if (taken.length === 0) return undefined;
  const own = managedFields.filter(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply');
  const rest = managedFields.filter(entry => !taken.includes(entry) && !own.includes(entry));
  const fieldsV1 = [...own, ...taken].map(entry => entry.fieldsV1).reduce(merge, {});
  return [...rest, { ...taken[0], manager: FIELD_MANAGER, operation: 'Apply', fieldsV1 }];
}

module.exports = { ApiError, FIELD_MANAGER, adoptManagers, KubernetesApi, parseWarnings, readKubeconfig };
