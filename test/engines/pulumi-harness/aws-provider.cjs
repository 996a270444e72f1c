#!/usr/bin/env node
// STAND-IN for `pulumi-resource-aws`, whose releases no package registry serves. It talks to no AWS and to no network at all: it
// keeps an account in files (`aws-world.cjs`), takes what the package's own declarations allow and nothing else (`aws-schema.cjs`), and refuses
// what AWS refuses of names, documents, references and quotas (`aws-operations.cjs`, `iam-document.cjs`).
'use strict';
const { version } = require('@pulumi/aws/package.json');
const { AwsOperations } = require('./aws-operations.cjs');
const { serveProvider } = require('./provider-server.cjs');

serveProvider({
  name: 'aws',
  version,
  description: 'A stand-in for the AWS provider, for tests: an account in files. It has no schema.',
  describe: (type, inputs) => ({ object: { kind: type.replace(/^aws:/, ''), name: inputs.name } }),
  operations: config => new AwsOperations(config, process.env.CS_AWS_WORLD),
  replacesProvider: (before, after) => (before.region === after.region ? [] : ['region']),
});
