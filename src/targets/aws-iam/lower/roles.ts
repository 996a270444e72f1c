import type { Diagnostic } from '#diagnostics';
import type { Aws, Platform, Policy, Workload } from '#ir';
import type { AwsArtifact, Evidence, PolicyStatement } from '../../target.ts';
import type { IamPlan } from '../plan.ts';
import { compare } from '../../compare.ts';
import { boundaryOf } from './boundary.ts';
import { acceptedBy, askedBy } from './conditions.ts';
import { denialsOf, joinedDenials } from './denials.ts';
import { allowStatement, documentOf, inlineAggregate, managedPolicy, sizeOf, split, trustPolicy, type Longest, type Split } from './documents.ts';
import type { CloudGrant } from './estate.ts';
import { allowedEvidence, trustEvidence } from './evidence.ts';
import { longestOf } from './longest.ts';
import { losingOf, type Losing } from './losses.ts';
import { merged } from './merge.ts';
import { permissionsOf, type Permission } from './permissions.ts';
import { policyArn, roleArn, roleName } from './role-name.ts';
import { trustOf, type Trust } from './trust.ts';

/** A workload that is granted something of the cloud, and its role. */
export interface Caller {
  readonly workload: Workload;
  readonly granted: readonly CloudGrant[];
  readonly role: string;
  readonly permissions: readonly Permission[];
}

/**
 * The callers' side: a role for each workload that is granted something of the cloud, which that workload alone is given;
 * what it may do; what it may never do, whatever others attach; and the most that it may ever do.
 *
 * Stages: boundaries before roles (0, 1); denials and what hands roles out (2) before what allows (3), of which managed
 * policies come before they are attached (4). Removal goes the other way.
 */
export function roles(policy: Policy, platform: Platform, aws: Aws, granted: readonly CloudGrant[]): { readonly plan: IamPlan; readonly losses: readonly Diagnostic[] } {
  const losing = losingOf(policy, platform), longest = longestOf(policy, aws), denials = denialsOf(policy);
  const callers = callersOf(policy, platform, aws, granted, losing);
  const parts = callers.map((caller) => partsOf(aws, caller, denials.filter(({ holds }) => holds(caller.workload)).map(({ statement }) => statement), longest, losing));
  losing.shared(parts.flatMap(({ trust }, index) => (trust === undefined ? [] : [{ workload: callers[index]!.workload, pinnedTo: trust.pinnedTo }])));
  losing.named(callers);
  losing.annotated(aws, callers);
  return {
    plan: {
      objects: parts.flatMap(({ objects }) => objects),
      evidence: { *[Symbol.iterator]() { for (const part of parts) yield* part.evidence(); } },
    },
    losses: losing.losses(),
  };
}

function callersOf(policy: Policy, platform: Platform, aws: Aws, granted: readonly CloudGrant[], losing: Losing): readonly Caller[] {
  const asked = askedBy({ policy, aws, accepts: acceptedBy(platform) }), permissions = permissionsOf(aws);
  const byWorkload = new Map<Workload, CloudGrant[]>();
  for (const given of granted) {
    const list = byWorkload.get(given.workload);
    if (list === undefined) byWorkload.set(given.workload, [given]); else list.push(given);
  }
  return [...byWorkload].sort(([a], [b]) => compare(a.name, b.name)).map(([workload, mine]) => ({
    workload, granted: mine, role: roleName(aws, workload.name),
    permissions: mine.flatMap((given) => {
      const what = asked(given);
      losing.unsayable(given, what.unsayable);
      return what.unsayable.some(({ kind }) => kind === 'noAddress') ? [] : permissions(given, what);
    }),
  }));
}

interface Parts { readonly objects: readonly AwsArtifact[]; readonly trust: Trust | undefined; readonly evidence: () => Iterable<Evidence> }

function partsOf(aws: Aws, caller: Caller, denied: readonly PolicyStatement[], longest: Longest, losing: Losing): Parts {
  const { granted, permissions, role, workload } = caller;
  const refs = [...new Set(granted.map(({ grant }) => grant.ref))].sort();
  const artifact = (kind: string, name: string, type: string, stage: number, properties: AwsArtifact['properties'], documents: AwsArtifact['documents'] = {}, serves: readonly string[] = refs): AwsArtifact =>
    ({ kind: 'aws', id: `aws/${kind}/${name}`, stage, type, properties, documents, grants: serves });
  const path = aws.rolePath;

  const trust = trustOf(aws, workload, { name: role, arn: roleArn(aws, workload.name) });
  if (trust === undefined) { losing.nothingToShow(caller); return { objects: [], trust, evidence: () => [] }; }
  const trusting = documentOf([trust.statement]);
  if (sizeOf(trusting, longest) > trustPolicy) losing.trustTooLarge(caller, sizeOf(trusting, longest));

  const boundaryName = roleName(aws, workload.name, '-boundary');
  const boundary = aws.permissionsBoundary === undefined
    ? artifact('iam/Policy', boundaryName, 'iam/policy:Policy', 0, { name: boundaryName, path, description: `The most that the role ${role} may ever do.` }, { policy: boundaryOf(aws, permissions, longest) }, [])
    : undefined;
  const main = artifact('iam/Role', role, 'iam/role:Role', 1, {
    name: role, path, description: `Given to the workload ${latin(workload.name)} alone.`, permissionsBoundary: aws.permissionsBoundary ?? policyArn(aws, boundaryName),
  }, { assumeRolePolicy: trusting });

  const handed = trust.handout === undefined ? [] : [artifact(handouts[trust.handout.kind], role, trust.handout.type, 2, trust.handout.properties)];
  const never = joinedDenials(denied), neverDocument = documentOf(never), neverSize = never.length === 0 ? 0 : sizeOf(neverDocument, longest);
  if (neverSize > inlineAggregate) losing.denialsTooLarge(caller, neverSize);
  const denials = never.length === 0 ? [] : [artifact('iam/RolePolicy', `${role}/never`, 'iam/rolePolicy:RolePolicy', 2, { name: 'never', role }, { policy: neverDocument }, [])];

  const rooms = [Math.max(0, inlineAggregate - neverSize), ...Array<number>(aws.managedPoliciesPerRole).fill(managedPolicy)];
  const fitted = split(merged(permissions), rooms, longest);
  if (fitted.left.length > 0) losing.tooLarge(caller, fitted, aws.managedPoliciesPerRole);
  const allowing = fitted.documents.map(({ room, shares }) => allowingObject(room, shares));
  const attached = allowing.flatMap(({ objects }) => objects);

  return {
    objects: [...(boundary === undefined ? [] : [boundary]), main, ...handed, ...denials, ...attached], trust,
    *evidence() {
      yield* trustEvidence(refs, main.id);
      for (const { id, shares } of allowing) yield* allowedEvidence(id, shares);
    },
  };

  function allowingObject(room: number, shares: Split['documents'][number]['shares']): { readonly id: string; readonly objects: readonly AwsArtifact[]; readonly shares: Split['documents'][number]['shares'] } {
    const document = documentOf(shares.map(({ resources, statement }) => allowStatement({ ...statement, resources: resources.map(({ resource }) => resource) })));
    const serves = [...new Set(shares.flatMap(({ resources }) => resources.flatMap((one) => one.serves.map(({ grant }) => grant))))].sort();
    if (room === 0) {
      const inline = artifact('iam/RolePolicy', `${role}/grants`, 'iam/rolePolicy:RolePolicy', 3, { name: 'grants', role }, { policy: document }, serves);
      return { id: inline.id, objects: [inline], shares };
    }
    const name = roleName(aws, workload.name, `-grants-${room}`);
    const managed = artifact('iam/Policy', name, 'iam/policy:Policy', 3, { name, path, description: `What the role ${role} may do, part ${room + 1}.` }, { policy: document }, serves);
    const attachment = artifact('iam/RolePolicyAttachment', `${role}/${name}`, 'iam/rolePolicyAttachment:RolePolicyAttachment', 4, { role, policyArn: policyArn(aws, name) }, {}, serves);
    return { id: managed.id, objects: [managed, attachment], shares };
  }
}

const handouts = { PodIdentityAssociation: 'eks/PodIdentityAssociation', Profile: 'rolesanywhere/Profile' } as const;

/** What a description of IAM may hold of a name (IAM, "CreateRole", Description). */
const latin = (text: string): string => text.replace(/[^\u0020-\u007e\u00a1-\u00ff]/g, '?').slice(0, 256);
