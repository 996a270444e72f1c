import { parseArn, type Platform } from '#ir';
import type { CloudPrincipal } from '#spec';
import { both, every, no, not, perhaps, some, yes, type Truth } from '../../truth.ts';
import { absent, is, present, unknown, type Context, type Fact } from './context.ts';
import { anyApplies, type Document, type Statement } from './document.ts';
import type { Association, Estate, Role } from './estate.ts';
import { named, namedAtAll, type Caller } from './principal.ts';
import type { Session } from './request-context.ts';

/** Somebody whom the one who asks may be, and what limits that session beside its role. */
export interface Actor {
  readonly session: Session;
  /** Whether the role is theirs to take. */
  readonly admitted: Truth;
  readonly role?: Role;
  /** Nothing but what is shown here narrows it: see the assumption `administrators-unbounded`. */
  readonly unbounded?: true;
  readonly sessionPolicies: readonly Document[];
}

/** Everybody whom a holder of these proofs can become. Nobody: no role admits them, so that they have no credentials to sign with. */
export function callersOf(principal: CloudPrincipal, estate: Estate, platform: Platform): readonly Actor[] {
  switch (principal.kind) {
    case 'pod': return [...byPodIdentity(principal, estate), ...byToken(principal, estate, platform)];
    case 'certificate': return byCertificate(principal, estate);
    case 'principal': return [{ ...otherwise(principal, estate), ...(Object.values(platform.aws?.administrators ?? {}).includes(principal.arn) ? { unbounded: true } : {}) }];
    default: return principal satisfies never;
  }
}

type Pod = Extract<CloudPrincipal, { kind: 'pod' }>;

/** Amazon EKS, "Learn how EKS Pod Identity grants pods access to AWS services": the association says which role, and the role has to trust the service. */
function byPodIdentity(pod: Pod, estate: Estate): readonly Actor[] {
  const found = estate.associations.filter(({ clusterName, namespace, serviceAccount }) => clusterArn(estate, clusterName) === pod.cluster && namespace === pod.namespace && serviceAccount === pod.serviceAccount);
  return found.flatMap((association): readonly Actor[] => {
    const role = estate.roleOf(association.roleArn);
    if (role === undefined) return [nobodyKnown(estate, association.roleArn)];
    const tags = association.tagged ? podTags(pod) : new Map<string, Fact>();
    // One ServiceAccount has one association; of two, one would have been refused.
    const admitted = both(found.length > 1 ? perhaps : yes, trusts(role, { kind: 'service', name: 'pods.eks.amazonaws.com' }, association.tagged ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole'], podContext(pod, tags)));
    const { sessionPolicy, targetRoleArn } = association;
    const sessionPolicies = sessionPolicy === undefined ? [] : [sessionPolicy];
    if (targetRoleArn === undefined) return [{ session: sessionOf(role, tags), admitted, role, sessionPolicies }];
    // The pod gets the target's credentials, which the associated role assumes with the same tags and an external id.
    const target = estate.roleOf(targetRoleArn);
    return target === undefined ? [nobodyKnown(estate, targetRoleArn)] : [{ session: sessionOf(target, tags), admitted: both(admitted, perhaps), role: target, sessionPolicies }];
  });
}

const clusterArn = ({ account, partition, region }: Estate, name: Association['clusterName']): string => `arn:${partition}:eks:${region}:${account}:cluster/${name}`;

/** "List of session tags added by EKS Pod Identity" (Amazon EKS, "Grant Pods access to AWS resources based on tags"). */
const podTags = ({ cluster, namespace, serviceAccount }: Pod): ReadonlyMap<string, Fact> => new Map([
  ['eks-cluster-arn', is(cluster)], ['eks-cluster-name', is(cluster.slice(cluster.lastIndexOf('/') + 1))],
  ['kubernetes-namespace', is(namespace)], ['kubernetes-service-account', is(serviceAccount)],
  ['kubernetes-pod-name', present], ['kubernetes-pod-uid', present],
]);

/** What the service's own request to STS holds ("Create IAM role with trust policy required by EKS Pod Identity", setting conditions; EKS Best Practices Guide, "Identities and Credentials for EKS Pods", `aws:SourceArn`). */
function podContext({ cluster }: Pod, tags: ReadonlyMap<string, Fact>): Context {
  return byService('pods.eks.amazonaws.com', cluster, (key) => {
    if (key.startsWith('aws:requesttag/')) return tags.get(key.slice('aws:requesttag/'.length)) ?? absent;
    if (key === 'aws:tagkeys') return tags.size === 0 ? absent : { kind: 'is', multivalued: true, values: [...tags.keys()] };
    return key.startsWith('aws:principaltag/') || key === 'sts:externalid' || key === 'sts:sourceidentity' ? absent : unknown;
  });
}

/** Of a request that a service makes for the sake of a resource. When and from where is the service's business. */
function byService(service: string, source: string, more: Context): Context {
  return (key) => {
    switch (key) {
      case 'aws:sourcearn': return is(source);
      case 'aws:sourceaccount': return is(parseArn(source)?.account ?? '');
      case 'aws:principalisawsservice': return is('true');
      case 'aws:principalservicename': return is(service);
      case 'aws:securetransport': return is('true');
      case 'aws:currenttime': case 'aws:epochtime': case 'sts:rolesessionname': return present;
      default: return more(key);
    }
  };
}

/**
 * IRSA (Amazon EKS, "Assign IAM roles to Kubernetes service accounts"): whoever shows STS a token of the cluster's issuer gets
 * any role that trusts it. A pod may ask the cluster for a token for any audience, and STS's is the one that is always there.
 */
function byToken({ cluster, namespace, serviceAccount }: Pod, estate: Estate, { aws }: Platform): readonly Actor[] {
  const ours = aws?.identity.kind === 'irsa' && clusterArn(estate, aws.clusterName) === cluster ? aws.identity.issuer : undefined;
  return [...estate.roles.values()].flatMap((role): readonly Actor[] => {
    const admitted = some(issuersOf(role, ours), (issuer) => {
      const fits = some([is('sts.amazonaws.com'), present], (audience) => trusts(role, { kind: 'federated', provider: `arn:${estate.partition}:iam::${estate.account}:oidc-provider/${issuer}` }, ['sts:AssumeRoleWithWebIdentity'], (key) => {
        switch (key) {
          case `${issuer.toLowerCase()}:sub`: return is(`system:serviceaccount:${namespace}:${serviceAccount}`);
          case `${issuer.toLowerCase()}:aud`: return audience;
          case 'aws:federatedprovider': case 'aws:currenttime': case 'aws:epochtime': case 'sts:rolesessionname': return present;
          case 'aws:principalisawsservice': return is('false');
          default: return key.startsWith('aws:requesttag/') || key.startsWith('aws:principaltag/') ? absent : unknown;
        }
      }));
      return issuer === ours ? fits : both(fits, perhaps); // whether another issuer is this cluster's is not known
    });
    return admitted === no ? [] : [{ session: { ...sessionOf(role, new Map()), federatedProvider: present }, admitted, role, sessionPolicies: [] }];
  });
}

/** Whose tokens the role may take: of the cluster's issuer, where it is known; else of each that the role names. */
function issuersOf(role: Role, ours: string | undefined): readonly string[] {
  if (ours !== undefined) return [ours];
  const statements = role.trust.statements('sts:AssumeRoleWithWebIdentity');
  if (statements === undefined) return ['unknown.invalid'];
  const named = statements.flatMap(({ principals }) => (principals?.listed ?? []).flatMap((one) => (one.kind === 'federated' ? [one.name] : one.kind === 'everybody' ? ['oidc-provider/unknown.invalid'] : [])));
  return [...new Set(named.map((provider) => provider.slice(provider.indexOf('oidc-provider/') + 'oidc-provider/'.length)))];
}

/** IAM Roles Anywhere, "Trust model" and "Attribute mapping and trust policy": any role of any profile whose trust admits the anchor and the certificate. */
function byCertificate({ san, trustAnchor }: Extract<CloudPrincipal, { kind: 'certificate' }>, estate: Estate): readonly Actor[] {
  // By default the subject, the issuer and the first DNS name, directory name and URI are mapped.
  const tag = (key: string): Fact => (key === 'x509san/uri' ? is(san) : key.startsWith('x509') ? unknown : absent);
  return estate.profiles.flatMap(({ enabled, roleArns, sessionPolicies }) => (enabled === false ? [] : roleArns.map((arn): Actor => {
    const role = estate.roleOf(arn);
    if (role === undefined) return nobodyKnown(estate, arn);
    const trusted = trusts(role, { kind: 'service', name: 'rolesanywhere.amazonaws.com' }, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], byService('rolesanywhere.amazonaws.com', trustAnchor, (key) => {
      if (key.startsWith('aws:principaltag/')) return tag(key.slice('aws:principaltag/'.length));
      return key === 'sts:sourceidentity' ? present : unknown;
    }));
    const session = sessionOf(role, new Map());
    return { session: { ...session, tag: (key) => (key.startsWith('x509') ? tag(key) : session.tag(key)), sourceIdentity: present }, admitted: both(enabled === true ? yes : perhaps, trusted), role, sessionPolicies };
  })));
}

/** Somebody who has signed in otherwise. What their identity policies say is known of our own roles alone. */
function otherwise({ arn, mfa }: Extract<CloudPrincipal, { kind: 'principal' }>, estate: Estate): Actor {
  const parsed = parseArn(arn), [kind = '', ...path] = (parsed?.resource ?? '').split('/');
  // Without MFA the key is absent, or it is there and false; which, depends on how they have signed in ("aws:MultiFactorAuthPresent"). What
  // AssumeRole returns has nothing of MFA in its context, whatever was shown for it (IAM, "Secure API access with MFA").
  const shown: Fact = mfa === true && parsed?.service === 'iam' && kind !== 'role' ? is('true') : { kind: 'either', of: [absent, is('false')] };
  const as = (caller: Caller, principalArn: string | undefined, role?: Role): Actor => ({
    session: { caller, ...(principalArn === undefined ? {} : { principalArn }), tag: () => unknown, mfa: shown, federatedProvider: unknown, sourceIdentity: unknown },
    admitted: yes, sessionPolicies: [], ...(role === undefined ? {} : { role }),
  });
  if (parsed === undefined) return nobodyKnown(estate, arn);
  const { account, partition, service } = parsed;
  if (service === 'iam' && kind === 'role') return as({ kind: 'role', account, partition, name: path.at(-1) ?? '', arn }, arn, estate.roles.get(arn));
  if (service === 'iam' && kind === 'user') return as({ kind: 'user', account, partition, arn }, arn);
  if (service === 'iam' && kind === 'root') return as({ kind: 'root', account, partition }, arn);
  if (service === 'sts' && kind === 'assumed-role') {
    const role = account === estate.account ? [...estate.roles.values()].find(({ name }) => name === path[0]) : undefined;
    return as({ kind: 'role', account, partition, name: path[0] ?? '', ...(role === undefined ? {} : { arn: role.arn }) }, role?.arn, role);
  }
  return nobodyKnown(estate, arn);
}

/** Of whom nothing can be said: an ARN that is none, or of no kind that signs requests. */
const nobodyKnown = ({ account, partition }: Estate, arn: string): Actor => ({
  session: { caller: { kind: 'role', account, partition, name: arn }, tag: () => unknown, mfa: unknown, federatedProvider: unknown, sourceIdentity: unknown },
  admitted: perhaps, sessionPolicies: [],
});

/** A session of a workload: never signed in with MFA. Its tags are the session's and the role's, and the session's go first ("Pass session tags in AWS STS"). */
function sessionOf({ account, arn, name, partition, tags }: Role, sessionTags: ReadonlyMap<string, Fact>): Session {
  return {
    caller: { kind: 'role', account, partition, name, arn }, principalArn: arn,
    tag: (key) => sessionTags.get(key) ?? (tags === undefined ? unknown : tags.has(key) ? is(tags.get(key)!) : absent),
    mfa: { kind: 'either', of: [absent, is('false')] }, federatedProvider: absent, sourceIdentity: absent,
  };
}

/** Does the role's trust policy admit that caller to all of these actions? */
function trusts({ arn, trust }: Role, caller: Caller, actions: readonly string[], context: Context): Truth {
  const names = (statement: Statement): Truth => (statement.principals === undefined ? no : namedAtAll(named(statement.principals, caller, no)));
  return every(actions, (action) => {
    const asked = { action, resource: arn, context };
    return both(not(anyApplies([trust], 'Deny', asked, names)), anyApplies([trust], 'Allow', asked, names));
  });
}
