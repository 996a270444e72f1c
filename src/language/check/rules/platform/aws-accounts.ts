import { diagnose, type Diagnostic } from '#diagnostics';
import { cloudServiceFacts, domainOf, isCloudApi, parseArn, partitionOf, type Aws, type CloudApi } from '#ir';
import type { PlatformContext } from '../../platform-context.ts';
import { accountProblem, regionProblem } from '../../syntax/arn.ts';
import { quoted } from '../../wording.ts';

/** CS1068, CS1076, CS1077 and CS1078: what the policy and the platform name is in the platform's partition, account and region, or somebody has said why not. */
export function awsAccounts({ platform: { aws }, estate }: PlatformContext): readonly Diagnostic[] {
  if (aws === undefined || accountProblem(aws.accountId) !== undefined || regionProblem(aws.region) !== undefined) return []; // said by `awsValues`
  return [...ofPlatform(aws), ...(estate === undefined ? [] : ofPolicy(aws, estate))];
}

/** Problems of resources are the platform's: another one may be where they are. */
function ofPolicy(aws: Aws, estate: NonNullable<PlatformContext['estate']>): readonly Diagnostic[] {
  const { inPolicy, policy } = estate;
  return policy.apis.flatMap((api, index) => {
    if (!isCloudApi(api)) return [];
    const arn = typeof api.servedBy.arn === 'string' ? parseArn(api.servedBy.arn) : undefined, ofBucket = bucketKeyProblem(aws, estate, api, index);
    if (arn === undefined) return ofBucket;
    const related = () => [inPolicy(`${quoted(api.name)} is declared`, `/apis/${index}/servedBy/arn`)];
    const { noun } = cloudServiceFacts[api.servedBy.service];
    const foreign = partitionProblem(aws, `the ${noun} ${quoted(api.name)}`, arn.partition, '/aws/region', related);
    if (foreign.length > 0) return foreign;
    const found: Diagnostic[] = [...ofBucket];
    if (arn.account !== '' && arn.account !== aws.accountId) {
      if (api.servedBy.owned) {
        found.push(diagnose('CS1077', {
          message: `the ${noun} ${quoted(api.name)} is owned and in the account ${quoted(arn.account)}, and what this platform deploys is in ${quoted(aws.accountId)}`, pointer: '/aws/accountId', related: related(),
          help: 'leave `owned` out, or deploy its policy from a platform of that account',
        }));
      } else if (!aws.otherAccounts.some(({ accountId }) => accountId === arn.account)) {
        found.push(diagnose('CS1077', {
          message: `the ${noun} ${quoted(api.name)} is in the account ${quoted(arn.account)}, and nobody says that it lets roles of ${quoted(aws.accountId)} in`, pointer: '/aws/otherAccounts', related: related(),
          help: `state \`otherAccounts: [{ accountId: '${arn.account}', because, owner }]\`: that its own policy admits our roles is an assumption`,
        }));
      }
    }
    if (arn.region !== '' && arn.region !== aws.region) {
      found.push(diagnose('CS1078', {
        message: `the ${noun} ${quoted(api.name)} is in ${quoted(arn.region)}, and the platform in ${quoted(aws.region)}: its service is asked at \`${api.servedBy.service === 'rds-db' ? 'rds' : api.servedBy.service}.${arn.region}.${domainOf(arn.partition)}\`, which is not where the declared endpoint leads`,
        pointer: '/aws/region', related: related(), help: `use a ${noun} of ${quoted(aws.region)}, or a platform of ${quoted(arn.region)}`,
      }));
    }
    return found;
  });
}

/** A bucket's ARN has no account: it is in the platform's, and so has its key to be. Of others, `encryption` says it. */
function bucketKeyProblem(aws: Aws, { inPolicy, policy: { apis } }: NonNullable<PlatformContext['estate']>, { name, servedBy: { encryptedBy, service } }: CloudApi, index: number): readonly Diagnostic[] {
  const key = service !== 's3' || encryptedBy === undefined ? undefined : apis.find((one) => one.name === encryptedBy)?.servedBy;
  const account = key?.kind !== 'cloud' || key.service !== 'kms' || typeof key.arn !== 'string' ? undefined : parseArn(key.arn)?.account;
  return account === undefined || account === aws.accountId || accountProblem(account) !== undefined ? [] : [diagnose('CS1068', {
    message: `the bucket ${quoted(name)} is in the account ${quoted(aws.accountId)} and its key ${quoted(encryptedBy!)} in ${quoted(account)}, whose key policy nobody here writes or sees`, pointer: '/aws/accountId',
    related: [inPolicy(`${quoted(name)} is encrypted by it`, `/apis/${index}/servedBy/encryptedBy`)], help: `name a key of the account ${quoted(aws.accountId)}`,
  })];
}

/** What the platform itself names. A boundary that AWS manages is in every account. */
function ofPlatform(aws: Aws): readonly Diagnostic[] {
  const { administrators, permissionsBoundary, trustAnchors } = aws;
  const named = [
    ...(administrators === undefined ? [] : [{ what: 'the deployer', text: administrators.deployer, pointer: '/aws/administrators/deployer' }, { what: 'whoever breaks the glass', text: administrators.breakGlass, pointer: '/aws/administrators/breakGlass' }]),
    ...(permissionsBoundary === undefined ? [] : [{ what: 'the permissions boundary', text: permissionsBoundary, pointer: '/aws/permissionsBoundary' }]),
    ...trustAnchors.map(({ arn, name }, index) => ({ what: `the trust anchor ${quoted(name)}`, text: arn, pointer: `/aws/trustAnchors/${index}/arn` })),
  ];
  return named.flatMap(({ pointer, text, what }) => {
    const arn = parseArn(text);
    if (arn === undefined) return [];
    const foreign = partitionProblem(aws, what, arn.partition, pointer, () => []);
    if (foreign.length > 0) return foreign;
    const found: Diagnostic[] = [];
    if (arn.account !== aws.accountId && accountProblem(arn.account) === undefined) {
      found.push(diagnose('CS1077', {
        message: `${what} is in the account ${quoted(arn.account)}, and the platform's is ${quoted(aws.accountId)}`, pointer,
        help: pointer.startsWith('/aws/administrators') ? 'name a role of the platform\'s own account: another account could be closed, and with it the way in' : 'name one of the platform\'s own account',
      }));
    }
    if (arn.region !== '' && arn.region !== aws.region && regionProblem(arn.region) === undefined) {
      found.push(diagnose('CS1078', { message: `${what} is in ${quoted(arn.region)}, and the platform in ${quoted(aws.region)}, where its hosts ask for credentials`, pointer, help: `create one in ${quoted(aws.region)}, for the same authority` }));
    }
    return found;
  });
}

function partitionProblem({ region }: Aws, what: string, partition: string, pointer: string, related: () => Diagnostic['related']): readonly Diagnostic[] {
  const own = partitionOf(region);
  return partition === own || !['aws', 'aws-cn', 'aws-us-gov'].includes(partition) ? [] : [diagnose('CS1076', {
    message: `${what} is of the partition ${quoted(partition)}, and ${quoted(region)} is in ${quoted(own)}, whose credentials are none there`, pointer, related: related(),
    help: `write an ARN of ${quoted(own)}, or a hole where each environment has its own`,
  })];
}
