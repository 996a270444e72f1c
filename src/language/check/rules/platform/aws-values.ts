import { diagnose, type Diagnostic } from '#diagnostics';
import type { Aws } from '#ir';
import type { PlatformContext } from '../../platform-context.ts';
import { accountProblem, iamPolicy, iamRole, regionProblem, trustAnchor } from '../../syntax/arn.ts';
import { clusterNameProblem, oidcIssuerProblem, rolePathProblem, rolePrefixProblem, vpcProblem } from '../../syntax/aws-fact.ts';
import { labelNameProblem } from '../../syntax/kubernetes-name.ts';
import type { Problem } from '../../syntax/problem.ts';
import { quoted } from '../../wording.ts';
import { malformedArn } from '../cloud-resources.ts';
import { invalidName } from '../names.ts';
import { reasonRequired } from '../reasons.ts';

/** Managed policies that a role can have: 10, and 20 by request (IAM, "IAM and AWS STS quotas"). */
const mostManagedPolicies = 20;

/** CS1002, CS1003, CS1019, CS1055, CS1060, CS1061 and CS1075: what a platform states of its account is well formed. */
export function awsValues({ platform: { aws } }: PlatformContext): readonly Diagnostic[] {
  if (aws === undefined) return [];
  const { accountId, administrators, clusterName, identity, managedPoliciesPerRole, permissionsBoundary, region, rolePath, rolePrefix, vpc } = aws;
  return [
    ...malformedFact('the account', accountId, '/aws/accountId', accountProblem(accountId), 'write the twelve digits of the account, such as `111122223333`'),
    ...malformedFact('the region', region, '/aws/region', regionProblem(region), 'write the name of a region, such as `eu-west-1`'),
    ...malformedFact('the name of the EKS cluster', clusterName, '/aws/clusterName', clusterNameProblem(clusterName), 'write it as `aws eks list-clusters` shows it'),
    ...malformedFact('the prefix of roles\' names', rolePrefix, '/aws/rolePrefix', rolePrefixProblem(rolePrefix), 'write a short `rolePrefix` that only this cluster has, such as `retail-`'),
    ...malformedFact('the path of roles', rolePath, '/aws/rolePath', rolePathProblem(rolePath), 'write `/`, or a path such as `/teams/retail/`'),
    ...(vpc === undefined ? [] : malformedFact('the VPC', vpc, '/aws/vpc', vpcProblem(vpc), 'write its ID, such as `vpc-0123456789abcdef0`')),
    ...(identity.kind === 'podIdentity' ? [] : malformedFact('the cluster\'s issuer', identity.issuer, '/aws/identity/issuer', oidcIssuerProblem(identity.issuer), 'write it as `aws eks describe-cluster --query cluster.identity.oidc.issuer` shows it, without `https://`')),
    ...(permissionsBoundary === undefined ? [] : malformedArn('the permissions boundary', permissionsBoundary.replace(/^(arn:[a-z-]+:iam::)aws(:policy\/)/, '$1000000000000$2'), '/aws/permissionsBoundary', iamPolicy, 'a managed policy of IAM')),
    ...(administrators === undefined ? [] : (['deployer', 'breakGlass'] as const).flatMap((who) => malformedArn(who === 'deployer' ? 'the deployer' : 'whoever breaks the glass', administrators[who], `/aws/administrators/${who}`, iamRole, 'a role of IAM'))),
    ...(managedPoliciesPerRole >= 1 && managedPoliciesPerRole <= mostManagedPolicies ? [] : [diagnose('CS1055', {
      message: `a role is said to take ${managedPoliciesPerRole} managed policies, and AWS lets one have 1 to ${mostManagedPolicies}`, pointer: '/aws/managedPoliciesPerRole', help: 'write what the account\'s quota says; it is 10 where nobody asked for more',
    })]),
    ...trustAnchorProblems(aws), ...otherAccountProblems(aws),
  ];
}

export function malformedFact(what: string, text: string, pointer: string, problem: Problem | undefined, help: string): readonly Diagnostic[] {
  return problem === undefined ? [] : [diagnose('CS1075', {
    message: text === '' ? `${what} ${problem.what}` : `${what}, ${quoted(text.length > 120 ? `${text.slice(0, 117)}…` : text)}, ${problem.what}`, pointer,
    help: problem.instead === undefined ? help : `write ${quoted(problem.instead)}`,
  })];
}

function trustAnchorProblems({ trustAnchors }: Aws): readonly Diagnostic[] {
  return trustAnchors.flatMap(({ arn, name }, index) => {
    const pointer = `/aws/trustAnchors/${index}`, problem = labelNameProblem(name);
    const [named, alike] = (['name', 'arn'] as const).map((field) => trustAnchors.findIndex((other) => other[field] === trustAnchors[index]![field]));
    return [
      ...(problem === undefined ? [] : [invalidName('trust anchor', name, `${pointer}/name`, problem)]),
      ...malformedArn(`the trust anchor ${quoted(name)}`, arn, `${pointer}/arn`, trustAnchor, 'a trust anchor of IAM Roles Anywhere'),
      ...(named! < index ? [twice(`two trust anchors are called ${quoted(name)}, and whatever names one would mean either`, pointer, `/aws/trustAnchors/${named}`)]
        : alike! < index ? [twice(`the trust anchors ${quoted(name)} and ${quoted(trustAnchors[alike!]!.name)} are one`, `${pointer}/arn`, `/aws/trustAnchors/${alike}`)] : []),
    ];
  });
}

function otherAccountProblems({ accountId: own, otherAccounts }: Aws): readonly Diagnostic[] {
  return otherAccounts.flatMap(({ accountId, because, owner }, index) => {
    const pointer = `/aws/otherAccounts/${index}`, of = `the account ${quoted(accountId)}`;
    const first = otherAccounts.findIndex((other) => other.accountId === accountId);
    return [
      ...malformedFact('another account', accountId, `${pointer}/accountId`, accountProblem(accountId), 'write the twelve digits of the account, such as `444455556666`'),
      ...(accountId === own ? [diagnose('CS1075', { message: `${of} is the platform's own, and no other`, pointer: `${pointer}/accountId`, help: 'remove it from `otherAccounts`' })] : []),
      ...(first < index ? [twice(`${of} is in \`otherAccounts\` twice`, pointer, `/aws/otherAccounts/${first}`)] : []),
      ...(because.trim() === '' ? [reasonRequired(`that ${of} lets our roles in has no reason`, `${pointer}/because`, 'the team of the queue has added us to its policy')] : []),
      ...(owner.trim() === '' ? [diagnose('CS1019', { message: `that ${of} lets our roles in has no owner`, pointer: `${pointer}/owner`, help: 'add `owner`: the team that answers for it' })] : []),
    ];
  });
}

const twice = (message: string, pointer: string, first: string): Diagnostic => diagnose('CS1002', { message, pointer, related: [{ message: 'the first one is declared', pointer: first }], help: 'keep one of the two' });
