// What the AWS stand-in does with one resource: check, diff, create, update, read, delete, in an account of files. Inputs and outputs
// are plain JSON. Which arguments force a new resource, and what deleting does, is as in the Terraform provider that the
// package is generated from (`internal/service/…`: `ForceNew`, `RequiresReplace`).
'use strict';
const { randomUUID } = require('node:crypto');
const { faultsOf, schemaOf } = require('./aws-schema.cjs');
const { AwsWorld } = require('./aws-world.cjs');
const { documentFaults, printedByAws, sizeOf } = require('./iam-document.cjs');
const { UNKNOWN, differences, hasUnknowns, withoutNulls } = require('./manifest.cjs');

const isUnknown = value => value === UNKNOWN;
const named = (text, most, what) => {
  if (!new RegExp(`^[\\w+=,.@-]{1,${most}}$`).test(text)) throw new Error(`ValidationError: \`${text}\` is no name of a ${what}`);
};
const within = (number, least, most, what) => {
  if (number !== undefined && (number < least || number > most)) throw new Error(`ValidationException: ${what} is ${number}, and has to be between ${least} and ${most}`);
};
const last = arn => arn.split('/').at(-1);
const queueOfUrl = url => {
  const match = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(\d{12})\/([A-Za-z0-9_.-]+)$/.exec(url);
  if (!match) throw new Error(`InvalidAddress: ${url}`);
  return `arn:aws:sqs:${match[1]}:${match[2]}:${match[3]}`;
};
const iam = (world, kind, { path = '/', name }) => `arn:aws:iam::${world.settings.accountId}:${kind}${path}${name}`;

/**
 * For each type: `store`, the kind of thing in the account; `replaces`, the arguments of which another value needs another resource; `documents`, which
 * arguments are of which kind; `needs`, the arguments that can't be left to chance here; `make(world, inputs, region, old)`, which refuses or answers
 * the id and the outputs that AWS decides on; `unmake`, what stands against deleting, or what deleting does.
 */
const types = {
  'iam/role:Role': {
    store: 'role', replaces: ['name', 'namePrefix', 'path'], documents: { assumeRolePolicy: 'trust' }, needs: ['name'], decides: ['arn', 'createDate', 'uniqueId', 'managedPolicyArns', 'inlinePolicies'],
    make(world, inputs, _region, old) {
      named(inputs.name, 64, 'role');
      if (!old && world.get('role', inputs.name)) throw new Error(`EntityAlreadyExists: Role with name ${inputs.name} already exists.`);
      if (inputs.permissionsBoundary !== undefined && !world.exists(inputs.permissionsBoundary)) throw new Error(`NoSuchEntity: Scope ARN: ${inputs.permissionsBoundary} does not exist or is not attachable.`);
      return { id: inputs.name, arn: iam(world, 'role', inputs), createDate: '2026-11-24T00:00:00Z', uniqueId: `AROA${inputs.name.toUpperCase()}`, managedPolicyArns: [], inlinePolicies: [] };
    },
    unmake(world, name) {
      if (world.all('inline').some(({ role }) => role === name)) throw new Error('DeleteConflict: Cannot delete entity, must delete policies first.');
      if (world.all('attachment').some(({ role }) => role === name)) throw new Error('DeleteConflict: Cannot delete entity, must detach all policies first.');
    },
  },
  'iam/rolePolicy:RolePolicy': {
    store: 'inline', replaces: ['name', 'namePrefix', 'role'], documents: { policy: 'inline' }, needs: ['name'], decides: [],
    make(world, { name, policy, role }) {
      named(name, 128, 'policy');
      if (!world.get('role', role)) throw new Error(`NoSuchEntity: The role with name ${role} cannot be found.`);
      const others = world.all('inline').filter(other => other.role === role && other.id !== `${role}:${name}`);
      if (others.reduce((sum, { size }) => sum + size, sizeOf(policy)) > 10240) throw new Error(`LimitExceeded: Maximum policy size of 10240 bytes exceeded for role ${role}`);
      return { id: `${role}:${name}`, kept: { role, size: sizeOf(policy) } };
    },
  },
  'iam/policy:Policy': {
    store: 'policy', replaces: ['name', 'namePrefix', 'path', 'description'], documents: { policy: 'managed' }, needs: ['name'], decides: ['arn', 'policyId', 'attachmentCount'],
    make(world, inputs, _region, old) {
      named(inputs.name, 128, 'policy');
      const arn = iam(world, 'policy', inputs);
      if (!old && world.get('policy', arn)) throw new Error(`EntityAlreadyExists: A policy called ${inputs.name} already exists.`);
      return { id: arn, arn, policyId: `ANPA${inputs.name.toUpperCase()}`, attachmentCount: 0 };
    },
    unmake(world, arn) {
      if (world.all('attachment').some(({ policyArn }) => policyArn === arn)) throw new Error('DeleteConflict: Cannot delete a policy attached to entities.');
      if (world.all('role').some(({ boundary }) => boundary === arn)) throw new Error('DeleteConflict: Cannot delete a policy that is used as a permissions boundary.');
    },
  },
  'iam/rolePolicyAttachment:RolePolicyAttachment': {
    store: 'attachment', replaces: ['role', 'policyArn'], documents: {}, needs: [], decides: [],
    make(world, { policyArn, role }) {
      if (!world.get('role', role)) throw new Error(`NoSuchEntity: The role with name ${role} cannot be found.`);
      if (!world.exists(policyArn) && !policyArn.startsWith('arn:aws:iam::aws:policy/')) throw new Error(`NoSuchEntity: Policy ${policyArn} does not exist or is not attachable.`);
      const others = world.all('attachment').filter(other => other.role === role && other.policyArn !== policyArn);
      if (others.length >= world.settings.managedPoliciesPerRole) throw new Error(`LimitExceeded: Cannot exceed quota for PoliciesPerRole: ${world.settings.managedPoliciesPerRole}`);
      return { id: `${role}/${policyArn}`, kept: { role, policyArn } };
    },
  },
  'eks/podIdentityAssociation:PodIdentityAssociation': {
    store: 'association', regional: true, replaces: ['clusterName', 'namespace', 'serviceAccount', 'region'], documents: { policy: 'session' }, needs: [], decides: ['associationArn', 'associationId', 'externalId'],
    make(world, { clusterName, namespace, roleArn, serviceAccount }, region, old) {
      const key = [clusterName, namespace, serviceAccount].join('/');
      if (!old && world.all('association').some(other => other.key === key)) throw new Error(`ResourceInUseException: Association already exists: ${key}`);
      const role = world.get('role', last(roleArn));
      if (!role || role.arn !== roleArn) throw new Error(`InvalidParameterException: The role ${roleArn} does not exist.`);
      if (!role.trust.includes('pods.eks.amazonaws.com')) throw new Error(`InvalidParameterException: The role ${roleArn} does not trust pods.eks.amazonaws.com.`);
      const associationId = old?.associationId ?? `a-${randomUUID().replaceAll('-', '').slice(0, 17)}`;
      return { id: associationId, associationId, associationArn: `arn:aws:eks:${region}:${world.settings.accountId}:podidentityassociation/${clusterName}/${associationId}`, externalId: '', kept: { key } };
    },
  },
  'rolesanywhere/profile:Profile': {
    store: 'profile', regional: true, replaces: [], documents: { sessionPolicy: 'session' }, needs: ['name'], decides: ['arn'],
    make(world, { durationSeconds, name, roleArns = [] }, region, old) {
      if (!/^[ A-Za-z0-9_-]{1,255}$/.test(name)) throw new Error(`ValidationException: \`${name}\` is no name of a profile`);
      within(durationSeconds, 900, 43200, 'durationSeconds');
      for (const arn of roleArns) if (!world.exists(arn)) throw new Error(`ValidationException: The role ${arn} does not exist.`);
      const id = old?.id ?? randomUUID();
      return { id, arn: `arn:aws:rolesanywhere:${region}:${world.settings.accountId}:profile/${id}` };
    },
  },
  'kms/key:Key': {
    store: 'key', regional: true, replaces: ['customerMasterKeySpec', 'customKeyStoreId', 'keyUsage', 'multiRegion', 'xksKeyId', 'region'], documents: { policy: 'kms' }, needs: [], decides: ['arn', 'keyId', 'policy', 'description', 'multiRegion', 'rotationPeriodInDays', 'region'],
    make(world, { deletionWindowInDays, description = '', enableKeyRotation, multiRegion = false, policy, rotationPeriodInDays }, region, old) {
      within(rotationPeriodInDays, 90, 2560, 'rotationPeriodInDays');
      within(deletionWindowInDays, 7, 30, 'deletionWindowInDays');
      if (rotationPeriodInDays !== undefined && enableKeyRotation !== true) throw new Error('ValidationException: rotationPeriodInDays without enableKeyRotation');
      if (policy !== undefined) lockedOut(world, policy);
      const keyId = old?.keyId ?? randomUUID(), arn = `arn:aws:kms:${region}:${world.settings.accountId}:key/${keyId}`;
      world.put('resource-policy', arn, { policy: policy ?? 'default' });
      return { id: keyId, keyId, arn, description, multiRegion, rotationPeriodInDays: rotationPeriodInDays ?? 365, policy: policy ?? '{}' };
    },
    /** Nothing deletes a key: it waits for so many days. */
    unmake(world, id, { arn, deletionWindowInDays = 30 }) {
      world.put('pending-deletion', id, { arn, days: deletionWindowInDays });
    },
  },
  'kms/alias:Alias': {
    store: 'alias', regional: true, replaces: ['name', 'namePrefix', 'region'], documents: {}, needs: ['name'], decides: ['arn', 'targetKeyArn'],
    make(world, { name, targetKeyId }, region, old) {
      if (!/^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/.test(name)) throw new Error(`InvalidAliasNameException: ${name}`);
      if (!old && world.get('alias', name)) throw new Error(`AlreadyExistsException: An alias with the name ${name} already exists`);
      const targetKeyArn = `arn:aws:kms:${region}:${world.settings.accountId}:key/${targetKeyId}`;
      if (!world.exists(targetKeyArn)) throw new Error(`NotFoundException: Key '${targetKeyArn}' does not exist`);
      return { id: name, arn: `arn:aws:kms:${region}:${world.settings.accountId}:${name}`, targetKeyArn };
    },
  },
  'kms/keyPolicy:KeyPolicy': policyOf('kms', 'keyId', [], {
    target(world, keyId, region) {
      const arn = `arn:aws:kms:${region}:${world.settings.accountId}:key/${keyId}`;
      if (!world.get('key', keyId) && !world.settings.arns.includes(arn)) throw new Error(`NotFoundException: Key '${arn}' does not exist`);
      return arn;
    },
    refuse: (world, { policy }) => lockedOut(world, policy),
    /** No key is without a policy. */
    removed: 'default',
  }),
  'sqs/queuePolicy:QueuePolicy': policyOf('sqs', 'queueUrl', ['queueUrl', 'region'], { target: (_world, url) => queueOfUrl(url) }),
  's3/bucketPolicy:BucketPolicy': policyOf('s3', 'bucket', ['bucket', 'region'], { target: (_world, bucket) => `arn:aws:s3:::${bucket}` }),
  'sns/topicPolicy:TopicPolicy': policyOf('sns', 'arn', ['arn', 'region'], { target: (_world, arn) => arn, removed: 'default' }),
  'dynamodb/resourcePolicy:ResourcePolicy': policyOf('dynamodb', 'resourceArn', ['resourceArn', 'region'], { target: (_world, arn) => arn }),
  'secretsmanager/secretPolicy:SecretPolicy': policyOf('secretsmanager', 'secretArn', ['secretArn', 'region'], { target: (_world, arn) => arn }),

  // What a program makes beside, to fill holes with.
  'sqs/queue:Queue': resource('queue', ['name', 'namePrefix', 'fifoQueue', 'region'], (world, { name }, region) => ({ id: `https://sqs.${region}.amazonaws.com/${world.settings.accountId}/${name}`, arn: `arn:aws:sqs:${region}:${world.settings.accountId}:${name}`, url: `https://sqs.${region}.amazonaws.com/${world.settings.accountId}/${name}` }), ['arn', 'url']),
  'dynamodb/table:Table': resource('table', ['name', 'hashKey', 'rangeKey', 'region'], (world, { name }, region) => ({ id: name, arn: `arn:aws:dynamodb:${region}:${world.settings.accountId}:table/${name}` }), ['arn']),
  'sns/topic:Topic': resource('topic', ['name', 'namePrefix', 'fifoTopic', 'region'], (world, { name }, region) => ({ id: `arn:aws:sns:${region}:${world.settings.accountId}:${name}`, arn: `arn:aws:sns:${region}:${world.settings.accountId}:${name}` }), ['arn']),
  'secretsmanager/secret:Secret': resource('secret', ['name', 'namePrefix', 'region'], (world, { name }, region, old) => { const arn = old?.arn ?? `arn:aws:secretsmanager:${region}:${world.settings.accountId}:secret:${name}-${randomUUID().slice(0, 6)}`; return { id: arn, arn }; }, ['arn']),
};

/** AWS KMS refuses a policy by which nobody who asks now could change it again (`PutKeyPolicy`, "BypassPolicyLockoutSafetyCheck"). */
function lockedOut(world, policy) {
  const { caller } = world.settings;
  const mayChange = JSON.parse(policy).Statement.some(({ Action = [], Effect, Principal }) => Effect === 'Allow'
    && [Action].flat().some(action => ['*', 'kms:*', 'kms:PutKeyPolicy'].includes(action))
    && (Principal === '*' || [Principal?.AWS ?? []].flat().some(name => name === caller || name === '*' || /:root$/.test(name))));
  if (caller !== undefined && !mayChange) throw new Error('MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.');
}

/** The policy of a resource: one for each, whoever wrote it; deleting takes away what is there then. */
function policyOf(service, property, replaces, { target, refuse = () => {}, removed }) {
  return {
    store: 'resource-policy', regional: true, replaces, documents: { policy: service }, needs: [], decides: service === 'dynamodb' ? ['revisionId'] : [], service,
    make(world, inputs, region, old) {
      // The provider updates a key's policy by its id, whatever key is named by then.
      const arn = old !== undefined && service === 'kms' ? old.target : target(world, inputs[property], region);
      if (service !== 'kms' && !world.exists(arn)) throw new Error(`ResourceNotFoundException: ${arn} does not exist`);
      refuse(world, inputs);
      return { id: service === 'kms' ? arn.split('/').at(-1) : arn, ...(service === 'dynamodb' ? { revisionId: randomUUID() } : {}), kept: { target: arn, policy: inputs.policy }, at: arn };
    },
    removed,
  };
}

function resource(store, replaces, make, decides) {
  return {
    store, regional: true, replaces, documents: {}, needs: ['name'], decides,
    make(world, inputs, region, old) {
      const made = make(world, inputs, region, old);
      if (!old && world.get(store, made.id)) throw new Error(`AlreadyExists: ${made.id}`);
      return made;
    },
    unmake: (world, _id, { arn }) => world.remove('resource-policy', arn),
  };
}

const typeOf = type => type.replace(/^aws:/, '');

class AwsOperations {
  /** `config`: the provider's configuration, values as strings. `directory`: the account. */
  constructor(config, directory) {
    if (!directory) throw new Error('the harness was not given an account: `createWorkspace({ aws: … })`');
    this.config = config;
    this.world = new AwsWorld(directory);
  }

  /** Answers `{ inputs, failures }`. What the declarations allow, what can't be known of a name that is made up, and grammar. */
  async check(type, news) {
    const inputs = withoutNulls(news);
    const failures = faultsOf(type, inputs, isUnknown);
    const known = types[typeOf(type)];
    if (!known) failures.push({ property: '', reason: `this stand-in keeps no resources of the type \`${type}\`` });
    if (failures.length > 0) return { inputs, failures };
    // Stricter than the real provider, which invents a random name: ours must not depend on one.
    for (const property of known.needs) if (inputs[property] === undefined || inputs[property] === '') failures.push({ property, reason: 'missing: this stand-in invents no names' });
    // The provider answers the id, which would differ from an ARN at every update.
    for (const property of ['keyId', 'targetKeyId']) if (!isUnknown(inputs[property]) && inputs[property]?.startsWith('arn:')) failures.push({ property, reason: `\`${inputs[property]}\` is no id of a key` });
    for (const [property, kind] of Object.entries(known.documents)) {
      const text = inputs[property];
      if (text === undefined || isUnknown(text)) continue;
      for (const reason of documentFaults(text, kind, () => true)) failures.push({ property, reason });
    }
    return { inputs, failures };
  }

  /** Old inputs with new ones: the provider takes two documents for one where they mean the same, and ours are printed one way. */
  diff(oldInputs, _oldOutputs, news, { type }) {
    const { needs, replaces } = types[typeOf(type)];
    const found = differences(oldInputs, news).map(change => ({ ...change, replace: replaces.includes(/^[^.[]*/.exec(change.path)[0]) }));
    // A name that was given is taken: the generated provider then deletes first, unless it is told not to.
    const sameName = needs.every(name => oldInputs[name] === news[name]);
    return { changes: found, deleteBeforeReplace: found.some(({ replace }) => replace) && needs.length > 0 && sameName };
  }

  async create(inputs, { preview, type }) {
    return this.#write(inputs, { preview, type });
  }

  async update(oldOutputs, inputs, { id, preview, type }) {
    return this.#write(inputs, { preview, type, old: { ...oldOutputs, ...this.world.get(types[typeOf(type)].store, oldOutputs.target ?? id) } });
  }

  /** Undefined when it is gone. */
  async read(type, id, inputs, outputs) {
    const { store } = types[typeOf(type)];
    return this.world.all(store).some(thing => thing.id === id || thing.resource === id) ? { id, inputs, outputs } : undefined;
  }

  async delete(outputs, { id, type }) {
    const { removed, store, unmake } = types[typeOf(type)];
    unmake?.(this.world, id, outputs);
    if (store !== 'resource-policy') return this.world.remove(store, id);
    const { target } = this.world.all(store).find(thing => thing.resource === id) ?? {};
    if (target === undefined) return undefined;
    return removed === undefined ? this.world.remove(store, target) : this.world.put(store, target, { target, policy: removed });
  }

  #write(inputs, { old, preview, type }) {
    const known = types[typeOf(type)];
    const region = inputs.region ?? this.config.region ?? process.env.AWS_REGION;
    if (known.regional && region === undefined) throw new Error('Missing region configuration');
    const { outputs: declared } = schemaOf(type);
    const strange = known.decides.filter(name => !declared.includes(name));
    if (strange.length > 0) throw new Error(`@pulumi/aws declares no outputs ${strange} of ${type}`);
    if (preview) {
      const decided = Object.fromEntries(known.decides.filter(name => inputs[name] === undefined).map(name => [name, old?.[name] ?? UNKNOWN]));
      return { id: '', outputs: { ...inputs, ...decided }, note: hasUnknowns(inputs) ? 'inputs not all known' : undefined };
    }
    for (const [property, kind] of Object.entries(known.documents)) {
      if (inputs[property] === undefined) continue;
      const faults = documentFaults(inputs[property], kind, arn => this.world.exists(arn));
      if (faults.length > 0) throw new Error(`MalformedPolicyDocument: ${faults.join('; ')}`);
    }
    const { at, id, kept = {}, ...decided } = known.make(this.world, inputs, region, old);
    const thing = { ...kept, ...(decided.arn === undefined ? {} : { arn: decided.arn }), ...(known.store === 'role' ? { trust: inputs.assumeRolePolicy, boundary: inputs.permissionsBoundary } : {}), resource: id, inputs };
    this.world.put(known.store, at ?? id, { ...thing, ...Object.fromEntries(Object.entries(decided).filter(([name]) => name !== 'policy')) });
    const outputs = { ...inputs, ...decided, ...(known.regional && declared.includes('region') ? { region } : {}) };
    for (const property of Object.keys(known.documents)) if (inputs[property] !== undefined) outputs[property] = this.#answered(type, inputs[property]);
    return { id, outputs };
  }

  /** As AWS prints a document; or as a test wants it spoilt. */
  #answered(type, text) {
    if (this.world.settings.spoil[typeOf(type)] !== 'conditions') return printedByAws(text);
    const document = JSON.parse(text);
    return JSON.stringify({ ...document, Statement: document.Statement.map(({ Condition: _, ...rest }) => rest) });
  }
}

module.exports = { AwsOperations };
