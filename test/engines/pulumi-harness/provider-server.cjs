// What the provider stand-ins share: the gRPC side of a resource provider. Requests in, messages out, and every operation
// on the record. What is done to a resource is in the operations that `serveProvider` is given; there, all is plain JSON.
'use strict';
const { createRequire } = require('node:module');
const fromSdk = createRequire(require.resolve('@pulumi/pulumi/package.json'));
const { Empty } = fromSdk('google-protobuf/google/protobuf/empty_pb.js');
const { Struct } = fromSdk('google-protobuf/google/protobuf/struct_pb.js');
const engine = require('@pulumi/pulumi/proto/engine_pb.js');
const { EngineClient } = require('@pulumi/pulumi/proto/engine_grpc_pb.js');
const { PluginInfo } = require('@pulumi/pulumi/proto/plugin_pb.js');
const service = require('@pulumi/pulumi/proto/provider_grpc_pb.js').ResourceProviderService;
const messages = require('@pulumi/pulumi/proto/provider_pb.js');
const { engineAddress, grpc, now, record, serve, unary } = require('./grpc-plugin.cjs');

const { Kind } = messages.PropertyDiff;
const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
const DEFAULT_TIMEOUT_SECONDS = 60;
const DIFF_KINDS = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
};

const toObject = struct => struct?.toJavaScript() ?? {};
/** JSON drops `undefined`, of which `fromJavaScript` makes an invalid message. */
const toStruct = object => Struct.fromJavaScript(JSON.parse(JSON.stringify(object)));
const typeOf = request => request.getUrn().split('::')[2]?.split('$').at(-1) ?? '';
const options = request => ({
  type: typeOf(request),
  id: request.getId?.() ?? '',
  urn: request.getUrn(),
  preview: request.getPreview?.() ?? false,
  timeout: (request.getTimeout?.() || DEFAULT_TIMEOUT_SECONDS) * 1000,
});

/**
 * `name` and `version` are the package's; `describe(type, inputs)` what a line of the record says of the object;
 * `operations(config, warn)` makes what does the work, once `configure` has come; `replacesProvider(before, after)` names the
 * settings of which another value makes everything under the provider anew.
 */
function serveProvider({ name, version, description, describe, operations: make, replacesProvider }) {
  const log = engineAddress ? new EngineClient(engineAddress, grpc.credentials.createInsecure()) : undefined;
  /** One process serves one provider resource. */
  let operations;
  let providerUrn = '';

  function warn(urn, message) {
    const request = new engine.LogRequest();
    request.setSeverity(engine.LogSeverity.WARNING);
    request.setMessage(message);
    request.setUrn(urn);
    return new Promise(resolve => (log ? log.log(request, resolve) : resolve()));
  }

  /** Runs one operation and writes its line, whether it succeeds or not. Lines are in order of completion. */
  async function recorded(op, request, details, operate) {
    const urn = request.getUrn();
    const line = { op, type: typeOf(request), urn, name: urn.split('::').slice(3).join('::'), provider: providerUrn, ...details, started: now() };
    try {
      const result = await operate();
      const warnings = result?.warnings ?? [];
      for (const message of warnings) await warn(urn, message);
      record({ ...line, ended: now(), ok: !result?.failures?.length, warnings, note: result?.note, failures: result?.failures });
      return result;
    } catch (error) {
      record({ ...line, ended: now(), ok: false, warnings: [], error: error.message });
      throw error;
    }
  }

  async function configure(request) {
    const config = {};
    request.getVariablesMap().forEach((value, key) => {
      if (value !== '') config[key.replace(new RegExp(`^${name}:(config:)?`), '')] = value;
    });
    providerUrn = request.getUrn?.() ?? '';
    operations = make(config, message => void warn(providerUrn, message));
    const response = new messages.ConfigureResponse();
    // Secrets are taken as plain values: the engine then marks outputs secret where inputs were (`annotateSecrets`).
    response.setAcceptsecrets(false);
    response.setSupportspreview(true);
    return response;
  }

  async function diffConfig(request) {
    const [before, after] = [toObject(request.getOldInputs()), toObject(request.getNews())];
    const response = new messages.DiffResponse();
    response.setReplacesList(replacesProvider(before, after));
    response.setChanges(JSON.stringify(before) === JSON.stringify(after) ? DIFF_NONE : DIFF_SOME);
    return response;
  }

  async function check(request) {
    const news = toObject(request.getNews());
    const { inputs, failures } = await recorded('check', request, describe(typeOf(request), news), () => operations.check(request.getType() || typeOf(request), news));
    const response = new messages.CheckResponse();
    response.setInputs(toStruct(inputs));
    response.setFailuresList(failures.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }));
    return response;
  }

  async function diff(request) {
    const news = toObject(request.getNews());
    const { changes, deleteBeforeReplace } = operations.diff(toObject(request.getOldInputs()), toObject(request.getOlds()), news, options(request));
    const response = new messages.DiffResponse();
    response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
    response.setReplacesList(changes.filter(change => change.replace).map(change => change.path));
    response.setDeletebeforereplace(deleteBeforeReplace);
    response.setDiffsList([...new Set(changes.map(change => /^[^.[]*/.exec(change.path)[0]))]);
    response.setHasdetaileddiff(true);
    for (const { path, kind, replace } of changes) {
      const detail = new messages.PropertyDiff();
      detail.setKind(DIFF_KINDS[kind][replace ? 1 : 0]);
      detail.setInputdiff(true);
      response.getDetaileddiffMap().set(path, detail);
    }
    return response;
  }

  async function create(request) {
    const inputs = toObject(request.getProperties());
    const details = { ...describe(typeOf(request), inputs), preview: request.getPreview() };
    const result = await recorded('create', request, details, () => operations.create(inputs, options(request)));
    const response = new messages.CreateResponse();
    response.setId(result.id);
    response.setProperties(toStruct(result.outputs));
    return response;
  }

  async function update(request) {
    const inputs = toObject(request.getNews());
    const details = { ...describe(typeOf(request), inputs), preview: request.getPreview() };
    const result = await recorded('update', request, details, () => operations.update(toObject(request.getOlds()), inputs, options(request)));
    const response = new messages.UpdateResponse();
    response.setProperties(toStruct(result.outputs));
    return response;
  }

  async function read(request) {
    const [inputs, outputs] = [toObject(request.getInputs()), toObject(request.getProperties())];
    const result = await recorded('read', request, {}, () => operations.read(typeOf(request), request.getId(), inputs, outputs));
    const response = new messages.ReadResponse();
    if (result) {
      response.setId(result.id);
      response.setInputs(toStruct(result.inputs));
      response.setProperties(toStruct(result.outputs));
    }
    return response;
  }

  async function remove(request) {
    const outputs = toObject(request.getProperties());
    await recorded('delete', request, describe(typeOf(request), outputs), () => operations.delete(outputs, options(request)));
    return new Empty();
  }

  serve(service, {
    getPluginInfo: unary(async () => {
      const info = new PluginInfo();
      info.setVersion(`${version}+stand-in`);
      return info;
    }),
    getSchema: unary(async () => {
      const response = new messages.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name, version: `${version}+stand-in`, description, resources: {} }));
      return response;
    }),
    configure: unary(configure),
    diffConfig: unary(diffConfig),
    check: unary(check),
    diff: unary(diff),
    create: unary(create),
    update: unary(update),
    read: unary(read),
    delete: unary(remove),
    cancel: unary(async () => new Empty()),
  });
}

module.exports = { serveProvider };
