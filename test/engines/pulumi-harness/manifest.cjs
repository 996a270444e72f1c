// What the provider stand-in knows about objects without asking an API server: unknowns, differences, rendered files.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { stringify } = require('yaml');

/** Stands for a value not known yet, at preview (`UnknownStringValue`, sdk/go/common/resource/plugin/rpc.go). */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
/** Marks a value as secret on the wire (`Key` and `Secret`, sdk/go/common/resource/sig/sig.go). */
const SECRET_SIGNATURE = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };

const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
const secret = value => ({ ...SECRET_SIGNATURE, value });

function hasUnknowns(value) {
  if (value === UNKNOWN) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasUnknowns);
}

/** Drops `null` members: the SDK sends none, but an explicit null in a manifest means "not set" to server-side apply. */
function withoutNulls(value) {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const set = Object.entries(value).filter(([, held]) => held !== null && held !== undefined);
  return Object.fromEntries(set.map(([key, held]) => [key, withoutNulls(held)]));
}

const member = (at, key) => (/^[A-Za-z_$][\w$]*$/.test(key) ? (at === '' ? key : `${at}.${key}`) : `${at}[${JSON.stringify(key)}]`);

/** Property paths that differ, in Pulumi's notation, each with `add`, `delete` or `update`. */
function differences(before, after, at = '', found = []) {
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      differences(before[key], after[key], member(at, key), found);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
      differences(before[index], after[index], `${at}[${index}]`, found);
    }
  } else if (before === undefined || after === undefined) {
    if (before !== after) found.push({ path: at, kind: before === undefined ? 'add' : 'delete' });
  } else if (!Object.is(before, after)) {
    found.push({ path: at, kind: 'update' });
  }
  return found;
}

/**
 * Which differences need a new object. Identity does; and the data of a ConfigMap or Secret does unless the provider
 * allows their mutation (`enableConfigMapMutable`, `enableSecretMutable`), as the real provider has it.
 */
function needsReplacement(changed, kind, config) {
  if (/^(apiVersion|kind|metadata\.name|metadata\.namespace)$/.test(changed)) return true;
  const data = /^(data|binaryData|stringData|type)\b/.test(changed);
  if (kind === 'ConfigMap') return data && config.enableConfigMapMutable !== 'true';
  return kind === 'Secret' && data && config.enableSecretMutable !== 'true';
}

/** `live` reduced to the shape of `inputs`: what a refresh may call drift, without the server's defaults. */
function project(live, inputs) {
  if (isObject(live) && isObject(inputs)) {
    const there = Object.keys(inputs).filter(key => live[key] !== undefined);
    return Object.fromEntries(there.map(key => [key, project(live[key], inputs[key])]));
  }
  const alike = Array.isArray(live) && Array.isArray(inputs) && live.length === inputs.length;
  return alike ? live.map((item, index) => project(item, inputs[index])) : live;
}

/** A live object as inputs for an import: without what only the server sets. */
function asInputs({ status: _status, metadata, ...rest }) {
  const { uid: _u, resourceVersion: _r, generation: _g, creationTimestamp: _c, managedFields: _m, ...chosen } = metadata;
  return { ...rest, metadata: chosen };
}

/**
 * Where `renderYamlToDirectory` puts an object, spelt as the real provider spells it:
 * `1-manifest/networking.k8s.io_v1-networkpolicy-<namespace or default>-<name>.yaml`, definitions under `0-crd`.
 */
function renderPath(directory, { apiVersion, kind, metadata }) {
  const clean = text => text.replace(/[/:]/g, '_');
  const file = `${clean(apiVersion)}-${kind.toLowerCase()}-${metadata.namespace ?? 'default'}-${clean(metadata.name)}.yaml`;
  return path.join(directory, kind === 'CustomResourceDefinition' ? '0-crd' : '1-manifest', file);
}

function render(directory, object) {
  for (const part of ['0-crd', '1-manifest']) fs.mkdirSync(path.join(directory, part), { recursive: true });
  // `compat` quotes what a YAML 1.1 reader (kubectl) would take for a boolean or a number: y, no, on, 1:30.
  fs.writeFileSync(renderPath(directory, object), stringify(object, { compat: 'yaml-1.1', aliasDuplicateObjects: false, lineWidth: 0 }));
}

module.exports = { UNKNOWN, asInputs, differences, hasUnknowns, isObject, needsReplacement, project, render, renderPath, secret, withoutNulls };
