import { diagnose, type Diagnostic, type Related } from '#diagnostics';
import { offerPointer, type Aws, type Feature, type Platform, type Policy, type Workload } from '#ir';
import type { Unsayable } from './conditions.ts';
import { inlineAggregate, managedPolicy, trustPolicy, type Split } from './documents.ts';
import type { CloudGrant } from './estate.ts';
import { roleArn } from './role-name.ts';
import type { Caller } from './roles.ts';

/** Where what IAM can't say is reported; one diagnostic for each kind and service, however many grants it is about. */
export interface Losing {
  readonly unsayable: (given: CloudGrant, what: readonly Unsayable[]) => void;
  readonly nothingToShow: (caller: Caller) => void;
  readonly trustTooLarge: (caller: Caller, size: number) => void;
  readonly denialsTooLarge: (caller: Caller, size: number) => void;
  readonly tooLarge: (caller: Caller, fitted: Split, managed: number) => void;
  readonly shared: (trusted: readonly { readonly workload: Workload; readonly pinnedTo: string }[]) => void;
  readonly named: (callers: readonly Caller[]) => void;
  readonly annotated: (aws: Aws, callers: readonly Caller[]) => void;
  readonly losses: () => readonly Diagnostic[];
}

export function losingOf(policy: Policy, platform: Platform): Losing {
  const found: Diagnostic[] = [];
  const groups = new Map<string, { readonly kind: Unsayable['kind']; readonly given: CloudGrant[] }>();
  const at = (workload: Workload): string => `/workloads/${policy.workloads.indexOf(workload)}`;
  return {
    unsayable(given, what) {
      for (const { kind } of what) {
        const key = `${kind} ${given.api.servedBy.service} ${given.workload.host !== undefined}`, group = groups.get(key);
        if (group === undefined) groups.set(key, { kind, given: [given] }); else group.given.push(given);
      }
    },
    nothingToShow: ({ workload, granted }) => found.push(diagnose('CS3308', {
      message: `\`${workload.name}\` is granted \`${granted[0]!.grant.ref}\`, and has nothing to show to AWS: no ServiceAccount, and no certificate that a trust anchor of the platform vouches for`,
      pointer: at(workload), help: 'give it a ServiceAccount, or state its `trustAnchor` in the platform\'s `aws.trustAnchors`',
    })),
    trustTooLarge: ({ role, workload }, size) => found.push(diagnose('CS3305', {
      message: `the trust policy of \`${role}\` may take ${size} characters, and AWS takes ${trustPolicy}`, pointer: at(workload), help: 'shorten the names that it is pinned to',
    })),
    denialsTooLarge: ({ role, workload }, size) => found.push(diagnose('CS3306', {
      message: `what \`${workload.name}\` must never do may take ${size} characters in the role \`${role}\`, and its inline policies take ${inlineAggregate} together`, pointer: at(workload),
      help: 'say `never` of a segment\'s resources that are fewer, split the workload in two, or state shorter holes with `maxLength`',
    })),
    tooLarge({ role, workload, granted }, { left }, managed) {
      const alone = left.find(({ size }) => size > managedPolicy);
      if (alone !== undefined) {
        found.push(diagnose('CS3304', {
          message: `one statement of \`${role}\` may take ${alone.size} characters for \`${alone.resource.serves[0]!.grant}\` alone, and a managed policy takes ${managedPolicy}`, pointer: at(workload),
          help: 'ask for fewer ranges of addresses, or state how long the ARN may be with `maxLength`',
        }));
        return;
      }
      const total = left.reduce((sum, { size }) => sum + size, 0);
      found.push(diagnose('CS3303', {
        message: `what \`${workload.name}\` is granted does not fit into the role \`${role}\`: ${left.length} resources are left over, about ${total} characters, with the inline policies and ${managed} managed ones full`,
        pointer: at(workload), witness: { role, grants: granted.length, left: left.length, managedPolicies: managed },
        help: managed < 20 ? 'have AWS raise the quota of managed policies per role and state it as `aws.managedPoliciesPerRole`, state shorter holes with `maxLength`, or split the workload in two' : 'state shorter holes with `maxLength`, or split the workload in two',
      }));
    },
    shared(trusted) {
      const pins = new Map<string, Workload[]>();
      for (const { pinnedTo, workload } of trusted) pins.set(pinnedTo, [...pins.get(pinnedTo) ?? [], workload]);
      // A workload that is granted nothing of the cloud gets what the other one's ServiceAccount is given all the same.
      for (const workload of policy.workloads) {
        const account = workload.kubernetes?.serviceAccount;
        const list = account === undefined ? undefined : pins.get(`the ServiceAccount \`${workload.kubernetes!.namespace}/${account}\``);
        if (list !== undefined && !list.includes(workload)) list.push(workload);
      }
      for (const [pinnedTo, [first, ...rest]] of pins) {
        if (rest.length === 0) continue;
        found.push(diagnose('CS3307', {
          message: `\`${first!.name}\` and \`${rest[0]!.name}\` are one to AWS: both show ${pinnedTo}, and each would get the other's role`, pointer: at(first!),
          related: rest.slice(0, 3).map((other): Related => ({ message: 'the other one', pointer: at(other) })), help: 'give each workload an identity of its own',
        }));
      }
    },
    named(callers) {
      const names = new Map<string, Caller>();
      for (const caller of callers) {
        const key = caller.role.toLowerCase(), known = names.get(key);
        if (known === undefined) { names.set(key, caller); continue; }
        found.push(diagnose('CS3309', {
          message: `the roles of \`${known.workload.name}\` and \`${caller.workload.name}\` would both be named \`${caller.role}\`: AWS tells no upper from lower case`, pointer: `${at(caller.workload)}/name`,
          related: [{ message: 'the other one', pointer: `${at(known.workload)}/name` }], help: 'rename one of the two workloads',
        }));
      }
    },
    annotated(aws, callers) {
      const inside = callers.flatMap(({ workload }) => (workload.kubernetes?.serviceAccount === undefined ? [] : [{ name: workload.name, at: workload.kubernetes }]));
      if (aws.identity.kind !== 'irsa' || inside.length === 0) return;
      found.push(diagnose('CS3312', {
        message: `${inside.length === 1 ? 'a ServiceAccount has' : `${inside.length} ServiceAccounts have`} to carry the role that ${inside.length === 1 ? 'its' : 'their'} pods take on, which Countersign never touches`, pointer: '/aws/identity',
        help: inside.map(({ at: { namespace, serviceAccount }, name }) => `\`kubectl annotate serviceaccount -n ${namespace} ${serviceAccount} eks.amazonaws.com/role-arn=${roleArn(aws, name)}\``).join('; '),
      }));
    },
    losses: () => [...[...groups.values()].map((group) => unsaid(policy, platform, group)), ...found],
  };
}

function unsaid(policy: Policy, { name }: Platform, { given, kind }: { readonly kind: Unsayable['kind']; readonly given: readonly CloudGrant[] }): Diagnostic {
  const [first, ...rest] = given as [CloudGrant, ...CloudGrant[]], { service } = first.api.servedBy;
  const one = rest.length === 0, whose = one ? `\`${first.grant.ref}\`` : `${given.length} grants, \`${first.grant.ref}\` among them,`, from = one ? 'asks where it comes from' : 'ask where they come from';
  const place = { pointer: offerPointer(policy, first.grant), related: rest.slice(0, 2).map((one): Related => ({ message: `\`${one.grant.ref}\` asks it too`, pointer: offerPointer(policy, one.grant) })) };
  const accepting = (feature: Feature): string => `or accept it in writing: \`acceptWeaker({ grants: ['${first.grant.ref.replaceAll('\'', '\\\'')}'], feature: '${feature}', plane: 'cloud', because: '…', owner: '…', until: 'YYYY-MM-DD' })\``;
  switch (kind) {
    case 'tlsVersion': return diagnose('CS3301', {
      message: `a segment asks for TLS 1.3 of ${whose}${one ? ',' : ''} and \`${service}\` can't be held to a version: it also speaks 1.2`, ...place, help: `ask for TLS 1.2, ${accepting('transport.tls')}`,
    });
    case 'addressUnseen': return diagnose('CS3302', {
      message: service === 'rds-db' ? `${whose} ${from}, and a database's login is decided without that`
        : `${whose} ${from}, and on \`${name}\` \`${service}\` sees the address of whatever translates them on the way: no VPC endpoint leads there`, ...place,
      help: service === 'rds-db' ? `leave it to the network, ${accepting('condition.from')}` : `state the service's \`vpcEndpoint\` in \`aws.endpoints\`, ${accepting('condition.from')}`,
    });
    case 'noAddress': return diagnose('CS3310', {
      message: `no address meets what ${whose} ${one ? 'asks' : 'ask'}: the ranges of its conditions have none in common`, ...place, help: 'let the ranges overlap, or leave one of the conditions out',
    });
    case 'connectionOutlives': return diagnose('CS3311', {
      message: `a segment bounds how long ${whose} may last before it is authorised again, and a database asks IAM only when somebody logs in`, ...place,
      help: `bound the connection at the database, ${accepting('transport.lifetime')}`,
    });
    default: return kind satisfies never;
  }
}

