#!/usr/bin/env node
// STAND-IN for `pulumi-language-nodejs`: the engine's LanguageRuntime service for the runtime `nodejs`.
// The program itself runs under the SDK's real `cmd/run` (and `cmd/run-policy-pack`, `cmd/run-plugin`), taken from the
// program's own node_modules, as the original does. What is left out: version managers, package managers, debuggers,
// `pulumi package add`, and the list of required plugins, which are installed beforehand.
'use strict';
const { spawn } = require('node:child_process');
const { createRequire } = require('node:module');
const path = require('node:path');
const { Empty } = createRequire(require.resolve('@pulumi/pulumi/package.json'))('google-protobuf/google/protobuf/empty_pb.js');
const service = require('@pulumi/pulumi/proto/language_grpc_pb.js').LanguageRuntimeService;
const messages = require('@pulumi/pulumi/proto/language_pb.js');
const { PluginInfo } = require('@pulumi/pulumi/proto/plugin_pb.js');
const { version } = require('@pulumi/pulumi/package.json');
const { engineAddress, serve, unary } = require('./grpc-plugin.cjs');

/** `cmd/run` ends with this after it has told the user everything (`cmd/run/index.js`); the engine then adds nothing. */
const EXIT_ALREADY_REPORTED = 32;

const children = new Set();
const killChildren = () => children.forEach(child => child.kill('SIGKILL'));

/** Configuration reaches the SDK as JSON in PULUMI_CONFIG, keys spelt `namespace:config:name`; the secret keys are not. */
function configEnvironment(request) {
  const config = {};
  request.getConfigMap().forEach((value, key) => {
    config[key.replace(/^([^:]+):(?!config:)/, '$1:config:')] = value;
  });
  const secretKeys = JSON.stringify(request.getConfigsecretkeysList());
  return { PULUMI_CONFIG: JSON.stringify(config), PULUMI_CONFIG_SECRET_KEYS: secretKeys };
}

/** `runtime.options` of Pulumi.yaml, of which `typescript` (ts-node), `nodeargs` and `tsconfig` matter here. */
function nodeOptions(info) {
  const options = info?.getOptions()?.toJavaScript() ?? {};
  const environment = {};
  if (options.typescript !== false) environment.PULUMI_NODEJS_TYPESCRIPT = 'true';
  if (options.tsconfig) environment.PULUMI_NODEJS_TSCONFIG_PATH = String(options.tsconfig);
  return { args: options.nodeargs ? String(options.nodeargs).trim().split(/\s+/) : [], environment };
}

/** The SDK of the program, not ours: the two may be of different versions. */
const sdkCommand = (name, directory) => createRequire(path.join(directory, 'any.js')).resolve(`@pulumi/pulumi/cmd/${name}`);

/** Starts node and answers with its exit code; cancelling the call kills it. */
function runNode(call, args, { cwd, environment, onStdout, onStderr }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    child.stdout.on('data', onStdout);
    child.stderr.on('data', onStderr);
    call.on('cancelled', () => child.kill('SIGKILL'));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      children.delete(child);
      resolve(code ?? (signal ? 128 : 1));
    });
  });
}

async function run(request, call) {
  const info = request.getInfo();
  const directory = info.getProgramDirectory();
  const options = nodeOptions(info);
  const response = new messages.RunResponse();
  let command;
  try {
    command = sdkCommand('run', directory);
  } catch (error) {
    response.setError(`the program's node_modules hold no @pulumi/pulumi: ${error.message}`);
    return response;
  }
  const args = [
    ...options.args, command,
    '--monitor', request.getMonitorAddress(), '--engine', engineAddress,
    ...(request.getOrganization() ? ['--organization', request.getOrganization()] : []),
    '--project', request.getProject(), '--root-directory', info.getRootDirectory(), '--stack', request.getStack(),
    '--pwd', directory, ...(request.getDryrun() ? ['--dry-run'] : []), '--parallel', String(request.getParallel()),
    info.getEntryPoint(), ...request.getArgsList(),
  ];
  const code = await runNode(call, args, {
    cwd: directory,
    environment: { ...process.env, ...options.environment, ...configEnvironment(request) },
    onStdout: chunk => process.stdout.write(chunk),
    onStderr: chunk => process.stderr.write(chunk),
  });
  if (code === EXIT_ALREADY_REPORTED) response.setBail(true);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

/** Policy packs (`analyzer`) and component plugins: the plugin's own output, its port among it, goes to the engine. */
function runPlugin(call) {
  const request = call.request;
  const info = request.getInfo();
  const directory = info.getProgramDirectory();
  const analyzer = request.getKind() === 'analyzer';
  const options = nodeOptions(info);
  const write = (field, value) => {
    const response = new messages.RunPluginResponse();
    response[field](value);
    call.write(response);
  };
  let command;
  try {
    command = sdkCommand(analyzer ? 'run-policy-pack' : 'run-plugin', directory);
  } catch (error) {
    call.destroy(error);
    return;
  }
  const environment = { ...options.environment };
  for (const pair of request.getEnvList()) {
    const split = pair.indexOf('=');
    environment[pair.slice(0, split)] = pair.slice(split + 1);
  }
  const args = [...options.args, command, ...(analyzer ? [...request.getArgsList(), directory] : [directory, ...request.getArgsList()])];
  runNode(call, args, {
    cwd: analyzer ? directory : request.getPwd(),
    environment,
    onStdout: chunk => write('setStdout', chunk),
    onStderr: chunk => write('setStderr', chunk),
  }).then(
    code => {
      write('setExitcode', code);
      call.end();
    },
    error => call.destroy(error),
  );
}

serve(service, {
  handshake: unary(async () => new messages.LanguageHandshakeResponse()),
  getPluginInfo: unary(async () => {
    const info = new PluginInfo();
    info.setVersion(`${version}+stand-in`);
    return info;
  }),
  getRequiredPackages: unary(async () => new messages.GetRequiredPackagesResponse()),
  getRequiredPlugins: unary(async () => new messages.GetRequiredPluginsResponse()),
  getProgramDependencies: unary(async () => new messages.GetProgramDependenciesResponse()),
  runtimeOptionsPrompts: unary(async () => new messages.RuntimeOptionsResponse()),
  about: unary(async () => {
    const about = new messages.AboutResponse();
    about.setExecutable(process.execPath);
    about.setVersion(process.version);
    return about;
  }),
  installDependencies: call => call.end(),
  run: unary(run),
  runPlugin,
  cancel: unary(async () => {
    killChildren();
    return new Empty();
  }),
}, killChildren);
