// What both stand-ins share: how a Pulumi plugin process starts, ends, and writes down what it did.
// A plugin prints its port as the first line of stdout; the engine passes its own address as the last argument.
// Pulumi, "Plugin architecture": everything after that first line is shown to the user as output of the plugin.
'use strict';
const fs = require('node:fs');
const { createRequire } = require('node:module');

/** gRPC must be the SDK's own copy: a server of one copy does not take service definitions of another. */
const grpc = createRequire(require.resolve('@pulumi/pulumi/package.json'))('@grpc/grpc-js');

const engineAddress = process.argv.slice(2).filter(argument => !argument.startsWith('-')).at(-1);

/** Unary handlers are written as async functions; a thrown error is the answer of the call. */
function unary(handler) {
  return (call, callback) => {
    handler(call.request, call).then(
      response => callback(null, response),
      error => callback({ code: error.code ?? grpc.status.UNKNOWN, message: error.message, details: error.message }),
    );
  };
}

/** `onExit` must stop whatever this process started: the engine may be gone without having said goodbye. */
function serve(service, implementation, onExit = () => {}) {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  // Methods not implemented here answer UNIMPLEMENTED, which the engine takes for "older plugin" and lives with.
  const known = Object.fromEntries(Object.entries(implementation).filter(([method]) => method in service));
  server.addService(service, known);
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      console.error(error.message);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
  const end = () => {
    onExit();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end);
  // A killed engine closes nothing. An orphan is adopted by another process, and that shows in the parent's id.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 500).unref();
}

/**
 * Appends one JSON line to the file named by `CS_PULUMI_RECORD`. One write of one line with O_APPEND, so that several
 * plugin processes may share the file; times are the machine's monotonic clock in nanoseconds, comparable between them.
 */
function record(entry) {
  const file = process.env.CS_PULUMI_RECORD;
  if (file) fs.appendFileSync(file, `${JSON.stringify({ run: Number(process.env.CS_PULUMI_RUN ?? 0), ...entry })}\n`);
}

const now = () => Number(process.hrtime.bigint());

module.exports = { engineAddress, grpc, now, record, serve, unary };
