import { runSimulation } from '@cloud-copilot/iam-simulate';
import { arnOf, fillTokens, isCloudApi, type CloudApi, type Policy } from '#ir';
import { crossing, type Destination, type Request } from '#spec';
import { awsIam } from '../../../../src/targets/aws-iam/target.ts';
import type { AwsArtifact, PolicyDocument } from '../../../../src/targets/target.ts';
import { noPlacement } from '../../kubernetes/estate.ts';
import { account, onAws, roleOf } from './estate.ts';

export type Action = Extract<Destination, { kind: 'action' }>;
export const time = '2026-11-24T12:00:00Z';
interface Named { readonly name: string; readonly policy: PolicyDocument }
interface Side { readonly identity: readonly Named[]; readonly boundary: readonly Named[] }

/** Everything that was emitted for a policy, the roles' side and the resources', and two who say what it admits. */
export interface BothSides {
  readonly simulated: (workload: string, api: CloudApi, to: Action) => Promise<'allow' | 'deny'>;
  readonly interpreted: (request: Request) => string;
}

/** `values`: what tokens stand for. */
export function bothSides(policy: Policy, values: ReadonlyMap<string, string> = new Map()): BothSides {
  const platform = onAws(), artifacts = awsIam.emit(awsIam.lower(policy, platform, noPlacement).plan) as readonly AwsArtifact[], read = awsIam.interpret(artifacts, platform);
  const filled = ({ documents }: AwsArtifact): PolicyDocument => JSON.parse(fillTokens(JSON.stringify(documents['policy']), values).replaceAll('kms:EncryptionContext:', 'aws:RequestTag/')) as PolicyDocument;
  const ofResources = new Map(artifacts.filter(({ documents, stage, type }) => stage === 0 && documents['policy'] !== undefined && !type.startsWith('iam/')).map((one) => [one.id.split('/').at(-1)!, filled(one)]));
  const sides = new Map<string, Side>();
  const sideOf = (workload: string): Side => {
    const known = sides.get(workload);
    if (known !== undefined) return known;
    const role = artifacts.find(({ id }) => id === `aws/iam/Role/retail-${workload}`), of = (one: AwsArtifact): Named => ({ name: one.id, policy: filled(one) });
    const boundary = artifacts.filter(({ properties, type }) => type === 'iam/policy:Policy' && role?.properties['permissionsBoundary'] === `arn:aws:iam::${account}:policy/${String(properties['name'])}`);
    const side = { identity: artifacts.filter(({ properties, type }) => type === 'iam/rolePolicy:RolePolicy' && properties['role'] === `retail-${workload}`).map(of), boundary: boundary.map(of) };
    if (side.identity.length === 0 || side.boundary.length !== 1) throw new Error(`the role of ${workload} has ${side.identity.length} policies and ${side.boundary.length} boundaries`);
    sides.set(workload, side);
    return side;
  };
  return {
    async simulated(workload, api, to) {
      const { boundary, identity } = sideOf(workload), resourcePolicy = ofResources.get(api.name);
      if (resourcePolicy === undefined) throw new Error(`${api.name} has no policy`);
      const result = await runSimulation({
        request: {
          principal: `arn:aws:sts::${account}:assumed-role/retail-${workload}/session`, action: to.action, resource: { resource: resourceOf(fillTokens(arnOf(api), values), api, to), accountId: account },
          contextVariables: {
            'aws:SecureTransport': 'true', 'aws:PrincipalArn': roleOf(workload), 'aws:PrincipalAccount': account, 'aws:CurrentTime': time, 's3:TlsVersion': '1.3',
            ...(to.via === undefined ? {} : { 'kms:ViaService': `${to.via}.eu-west-1.amazonaws.com` }), ...(to.action === 's3:ListBucket' && to.within !== undefined ? { 's3:prefix': to.within } : {}),
          },
        },
        identityPolicies: [...identity], permissionBoundaryPolicies: [...boundary], serviceControlPolicies: [], resourceControlPolicies: [], resourcePolicy,
      }, {});
      if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
      return result.overallResult === 'Allowed' ? 'allow' : 'deny';
    },
    interpreted(request) {
      const hop = crossing(policy, platform, request).intended.find(({ enforcer }) => enforcer === 'cloud');
      return hop === undefined ? 'no hop' : read(hop);
    },
  };
}

function resourceOf(arn: string, { servedBy: { service } }: CloudApi, { action, within }: Action): string {
  if (within === undefined || action === 's3:ListBucket') return arn;
  return service === 's3' ? `${arn}/${within}` : `${arn}/index/${within}`;
}
export const cloudApis = (policy: Policy): readonly CloudApi[] => policy.apis.filter(isCloudApi);
