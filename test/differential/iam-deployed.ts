import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { arnText, fillTokens, isCloudApi, parseArn, partitionOf, partOf, type Aws, type CloudService, type Platform, type Policy } from '#ir';
import type { CloudFacts, CloudPrincipal } from '#spec';
import type { AwsArtifact, PolicyDocument } from '#targets/target';
import { agrees, keysOf } from './iam-simulator.ts';

interface Deployed { readonly arn: string; readonly name: string; readonly trust: PolicyDocument; readonly identity: readonly PolicyDocument[]; readonly boundary?: PolicyDocument }

/**
 * Compiled resources of AWS as they would be deployed: holes filled with ARNs, each object looked up by what it names. All
 * that is asked of them is asked of the simulator, first who gets which role and then what that role may.
 */
export class IamAccount {
  readonly #aws: Aws;
  readonly #partition: string;
  readonly #values: ReadonlyMap<string, string>;
  readonly #artifacts: readonly AwsArtifact[];
  readonly #roles: readonly Deployed[];
  readonly #admitted = new Map<string, readonly Deployed[]>();

  constructor(policy: Policy, { aws }: Platform, artifacts: readonly AwsArtifact[]) {
    if (aws === undefined) throw new Error('there is no account');
    this.#aws = aws;
    this.#partition = partitionOf(aws.region);
    this.#values = valuesOf(policy, aws);
    this.#artifacts = this.#filled(artifacts);
    this.#roles = this.#of('iam/role:Role').map(({ documents, properties }): Deployed => {
      const name = String(properties['name']), path = String(properties['path'] ?? '/'), boundary = this.#managed(String(properties['permissionsBoundary']));
      const attached = this.#of('iam/rolePolicyAttachment:RolePolicyAttachment').filter((one) => one.properties['role'] === name).map((one) => this.#managed(String(one.properties['policyArn'])));
      if (attached.includes(undefined)) throw new Error(`${name} has a policy attached that is not here`);
      return {
        name, arn: `arn:${this.#partition}:iam::${aws.accountId}:role${path}${name}`, trust: documents['assumeRolePolicy']!, ...(boundary === undefined ? {} : { boundary }),
        identity: [...this.#of('iam/rolePolicy:RolePolicy').filter((one) => one.properties['role'] === name).map((one) => one.documents['policy']!), ...attached as PolicyDocument[]],
      };
    });
  }

  #filled<T>(value: T): T { return JSON.parse(fillTokens(JSON.stringify(value), this.#values)) as T; }
  #of(type: string): readonly AwsArtifact[] { return this.#artifacts.filter((one) => one.type === type); }
  #managed(arn: string): PolicyDocument | undefined {
    return this.#of('iam/policy:Policy').find(({ properties }) => `arn:${this.#partition}:iam::${this.#aws.accountId}:policy${String(properties['path'] ?? '/')}${String(properties['name'])}` === arn)?.documents['policy'];
  }

  /** Whether the simulator lets the request through, as one of the roles that it lets the caller have. */
  async allows(facts: CloudFacts, time: string): Promise<boolean> {
    const cloud = this.#filled(facts), { principal } = cloud;
    if (principal.kind === 'principal') return this.#allowed(cloud, time, { arn: principal.arn, name: principal.arn.slice(principal.arn.lastIndexOf('/') + 1), identity: [allowsAll] }, {}); // whatever its own policies may be
    for (const role of await this.#rolesOf(principal)) if (await this.#allowed(cloud, time, role, tagsOf(principal, this.#aws))) return true;
    return false;
  }

  async #allowed(cloud: CloudFacts, time: string, { arn, boundary, identity, name }: Omit<Deployed, 'trust'>, tags: Readonly<Record<string, string>>): Promise<boolean> {
    const [, , , , account = ''] = arn.split(':'), principal = arn.includes(':role/') ? `arn:${this.#partition}:sts::${account}:assumed-role/${name}/session-1` : arn;
    const stated = parseArn(cloud.resource)?.account ?? '', owner = stated === '' ? this.#aws.accountId : stated;
    return this.#ask({
      request: { action: cloud.action, principal, resource: { resource: cloud.resource, accountId: owner }, contextVariables: keysOf(cloud, time, owner, { principal, principalArn: arn, tags }) },
      identityPolicies: identity.map((policy, index) => ({ name: `identity-${index}`, policy })), serviceControlPolicies: [], resourceControlPolicies: [],
      ...(boundary === undefined ? {} : { permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }] }), resourcePolicy: this.#resourcePolicy(cloud) ?? agrees(principal),
    });
  }

  async #ask(simulation: Simulation): Promise<boolean> {
    const result = await runSimulation(simulation, {});
    if (result.resultType === 'error') throw new Error(`${simulation.request.action} on ${simulation.request.resource.resource}: ${JSON.stringify(result.errors)}`);
    return result.overallResult === 'Allowed';
  }

  /** By the property that each kind of policy names its resource with, as the provider's pages say. */
  #resourcePolicy({ action, resource }: CloudFacts): PolicyDocument | undefined {
    const service = action.slice(0, action.indexOf(':')), whole = service === 's3' ? resource.replace(/\/.*$/, '') : resource.replace(/\/index\/.*$/, '');
    const of = (type: string, property: string, value: string): PolicyDocument | undefined => this.#of(type).find(({ properties }) => properties[property] === value)?.documents['policy'];
    switch (service) {
      case 'dynamodb': return of('dynamodb/resourcePolicy:ResourcePolicy', 'resourceArn', whole);
      case 's3': return of('s3/bucketPolicy:BucketPolicy', 'bucket', partOf(whole, 'name'));
      case 'secretsmanager': return of('secretsmanager/secretPolicy:SecretPolicy', 'secretArn', whole);
      case 'sns': return of('sns/topicPolicy:TopicPolicy', 'arn', whole);
      case 'sqs': return of('sqs/queuePolicy:QueuePolicy', 'queueUrl', partOf(whole, 'queueUrl'));
      case 'kms': return of('kms/keyPolicy:KeyPolicy', 'keyId', whole) ?? of('kms/keyPolicy:KeyPolicy', 'keyId', partOf(whole, 'name'))
        ?? this.#of('kms/key:Key').find(({ makes }) => makes !== undefined && this.#values.get(`made:${makes}`) === whole)?.documents['policy'];
      case 'sts': return this.#roles.find(({ arn }) => arn === whole)?.trust;
      default: return undefined;
    }
  }

  /** Which roles a pod or a certificate gets, asked once of each. */
  async #rolesOf(principal: Exclude<CloudPrincipal, { kind: 'principal' }>): Promise<readonly Deployed[]> {
    const key = JSON.stringify(principal), before = this.#admitted.get(key);
    if (before !== undefined) return before;
    const found: Deployed[] = [];
    for (const role of this.#roles) if (await this.#gets(principal, role)) found.push(role);
    this.#admitted.set(key, found);
    return found;
  }

  async #gets(principal: Exclude<CloudPrincipal, { kind: 'principal' }>, { arn, trust }: Deployed): Promise<boolean> {
    const { accountId, clusterName, identity, region } = this.#aws;
    const ask = async (who: string, actions: readonly string[], context: Readonly<Record<string, string | string[]>>, document: PolicyDocument): Promise<boolean> => {
      for (const action of actions) if (!await this.#ask({ request: { action, principal: who, resource: { resource: arn, accountId }, contextVariables: { ...context } }, identityPolicies: [], serviceControlPolicies: [], resourceControlPolicies: [], resourcePolicy: document })) return false;
      return true;
    };
    const service = (name: string, source: string): Record<string, string> => ({ 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': name, 'aws:SourceArn': source, 'aws:SourceAccount': accountId });
    if (principal.kind === 'certificate') {
      if (!this.#of('rolesanywhere/profile:Profile').some(({ properties }) => properties['enabled'] === true && (properties['roleArns'] as readonly string[]).includes(arn))) return false;
      return ask('rolesanywhere.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], { ...service('rolesanywhere.amazonaws.com', principal.trustAnchor), 'aws:PrincipalTag/x509SAN/URI': principal.san }, trust);
    }
    const { namespace, serviceAccount } = principal;
    if (identity.kind === 'irsa') {
      // Keys that are named for an issuer are in no table of the simulator's, which drops them; under another name it judges them.
      const known = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(`${identity.issuer}:`, 'aws:RequestTag/')) as T;
      return ask(`arn:${this.#partition}:iam::${accountId}:oidc-provider/${identity.issuer}`, ['sts:AssumeRoleWithWebIdentity'],
        known({ [`${identity.issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`, [`${identity.issuer}:aud`]: 'sts.amazonaws.com' }), known(trust));
    }
    const associated = this.#of('eks/podIdentityAssociation:PodIdentityAssociation').some(({ properties }) => properties['roleArn'] === arn && properties['namespace'] === namespace && properties['serviceAccount'] === serviceAccount
      && principal.cluster === arnText({ partition: this.#partition, service: 'eks', region, account: accountId, resource: `cluster/${String(properties['clusterName'])}` }));
    const tags = { ...tagsOf(principal, this.#aws), 'kubernetes-pod-name': 'pod-1', 'kubernetes-pod-uid': '1' };
    return associated && ask('pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession'],
      { ...service('pods.eks.amazonaws.com', `arn:${this.#partition}:eks:${region}:${accountId}:cluster/${clusterName}`), ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])), 'aws:TagKeys': Object.keys(tags) }, trust);
  }
}

const allowsAll = { Version: '2012-10-17', Statement: [{ Sid: 'All', Effect: 'Allow', Action: ['*'], Resource: ['*'] }] } as const satisfies PolicyDocument;

/** Tags of a session that EKS Pod Identity opens; web identities and certificates have others, which nothing here asks for. */
function tagsOf(principal: CloudPrincipal, { identity }: Aws): Readonly<Record<string, string>> {
  if (principal.kind !== 'pod' || identity.kind !== 'podIdentity') return {};
  return { 'kubernetes-namespace': principal.namespace, 'kubernetes-service-account': principal.serviceAccount, 'eks-cluster-arn': principal.cluster, 'eks-cluster-name': principal.cluster.slice(principal.cluster.lastIndexOf('/') + 1) };
}

/** An ARN of its kind for every hole and every key that is made, in the account and its region. */
function valuesOf({ apis, holes }: Policy, { accountId, region }: Aws): ReadonlyMap<string, string> {
  const partition = partitionOf(region);
  const arn = (service: CloudService, name: string): string => {
    const in_ = (resource: string, more: { readonly service?: string; readonly region?: string; readonly account?: string } = {}): string => arnText({ partition, service, region, account: accountId, resource, ...more });
    switch (service) {
      case 'dynamodb': return in_(`table/${name}`);
      case 'kms': return in_(`key/${name}`);
      case 'lambda': return in_(`function:${name}`);
      case 'rds-db': return in_(`dbuser:db-ABCDEFGHIJKL01234/${name}`);
      case 's3': return in_(`filled-${name.toLowerCase()}`, { region: '', account: '' });
      case 'secretsmanager': return in_(`secret:${name}-AbCdEf`);
      case 'sns': case 'sqs': return in_(name);
      case 'sts': return in_(`role/${name}`, { service: 'iam', region: '' });
      default: return service satisfies never;
    }
  };
  return new Map([
    ...holes.map(({ name, service }): [string, string] => [name, arn(service, `filled-${name}`)]),
    ...apis.filter(isCloudApi).filter(({ servedBy }) => servedBy.arn === undefined).map(({ name }): [string, string] => [`made:${name}`, arn('kms', `made-${name}`)]),
  ]);
}
