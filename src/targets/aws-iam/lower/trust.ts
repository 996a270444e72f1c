import { clusterArn, type Aws, type Workload } from '#ir';
import type { AwsArtifact, PolicyStatement } from '../../target.ts';
import { conditionsOf } from './conditions.ts';
import { iamArn } from './role-name.ts';

/** Who may take on a workload's role, and what hands it to them. */
export interface Trust {
  readonly statement: PolicyStatement;
  /** What it is pinned to, in words; two workloads that are pinned to the same are one to AWS. */
  readonly pinnedTo: string;
  /** Beside the role, the object that brings the two together. IRSA has none: the ServiceAccount carries an annotation. */
  readonly handout?: Pick<AwsArtifact, 'type' | 'properties'> & { readonly kind: 'PodIdentityAssociation' | 'Profile' };
}

/** Undefined where the workload has nothing to show: no ServiceAccount and no certificate that an anchor vouches for. */
export function trustOf(aws: Aws, { host, kubernetes }: Workload, role: { readonly name: string; readonly arn: string }): Trust | undefined {
  if (host !== undefined) {
    const anchor = aws.trustAnchors.find(({ name }) => name === host.trustAnchor);
    return anchor === undefined ? undefined : rolesAnywhere(anchor.arn, host.san, role);
  }
  if (kubernetes?.serviceAccount === undefined) return undefined;
  const { namespace, serviceAccount } = kubernetes;
  switch (aws.identity.kind) {
    case 'podIdentity': return podIdentity(aws, namespace, serviceAccount, role.arn);
    case 'irsa': return irsa(aws, aws.identity.issuer, namespace, serviceAccount);
    default: return aws.identity satisfies never;
  }
}

/**
 * The service that EKS speaks to STS as, for this cluster and this ServiceAccount alone: it tags every session with them
 * (Amazon EKS, "Grant Pods access to AWS resources based on tags"), and says which cluster it acts for (EKS Best Practices Guide,
 * "Identities and Credentials for EKS Pods", aws:SourceArn). Without conditions whoever may make associations could hand
 * the role to any pod (Amazon EKS, "Create IAM role with trust policy required by EKS Pod Identity").
 */
function podIdentity(aws: Aws, namespace: string, serviceAccount: string, roleArn: string): Trust {
  const cluster = clusterArn(aws);
  return {
    statement: {
      Sid: 'PodIdentity', Effect: 'Allow', Principal: { Service: ['pods.eks.amazonaws.com'] }, Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: conditionsOf([
        ['ArnEquals', 'aws:SourceArn', [cluster]], ['StringEquals', 'aws:SourceAccount', [aws.accountId]],
        ['StringEquals', 'aws:RequestTag/eks-cluster-arn', [cluster]], ['StringEquals', 'aws:RequestTag/kubernetes-namespace', [namespace]], ['StringEquals', 'aws:RequestTag/kubernetes-service-account', [serviceAccount]],
      ]),
    },
    pinnedTo: `the ServiceAccount \`${namespace}/${serviceAccount}\``,
    handout: { kind: 'PodIdentityAssociation', type: 'eks/podIdentityAssociation:PodIdentityAssociation', properties: { clusterName: aws.clusterName, namespace, serviceAccount, roleArn } },
  };
}

/** `sub` and `aud` in whole, never as patterns (Amazon EKS, "Assign IAM roles to Kubernetes service accounts"). */
function irsa(aws: Aws, issuer: string, namespace: string, serviceAccount: string): Trust {
  return {
    statement: {
      Sid: 'ServiceAccount', Effect: 'Allow', Action: ['sts:AssumeRoleWithWebIdentity'],
      Principal: { Federated: [iamArn(aws, `oidc-provider/${issuer}`)] },
      Condition: conditionsOf([['StringEquals', `${issuer}:aud`, [audience]], ['StringEquals', `${issuer}:sub`, [`system:serviceaccount:${namespace}:${serviceAccount}`]]]),
    },
    pinnedTo: `the ServiceAccount \`${namespace}/${serviceAccount}\``,
  };
}

/** What EKS has tokens made for, and STS takes (Amazon EKS, "Assign IAM roles to Kubernetes service accounts"). */
const audience = 'sts.amazonaws.com';

/**
 * The anchor, and the first URI of the certificate's subject alternative names: without the one any anchor of the account does, without
 * the other any certificate under that anchor (IAM Roles Anywhere, "The IAM Roles Anywhere trust model").
 */
function rolesAnywhere(anchor: string, san: string, role: { readonly name: string; readonly arn: string }): Trust {
  return {
    statement: {
      Sid: 'Certificate', Effect: 'Allow', Principal: { Service: ['rolesanywhere.amazonaws.com'] }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      Condition: conditionsOf([['ArnEquals', 'aws:SourceArn', [anchor]], ['StringEquals', 'aws:PrincipalTag/x509SAN/URI', [san]]]),
    },
    pinnedTo: `certificates of \`${san}\` under \`${anchor}\``,
    handout: { kind: 'Profile', type: 'rolesanywhere/profile:Profile', properties: { name: role.name, roleArns: [role.arn], enabled: true, durationSeconds: sessionSeconds } },
  };
}

/** Shortest that AWS hands out by default: an hour (IAM Roles Anywhere, "CreateProfile"). */
const sessionSeconds = 3_600;
