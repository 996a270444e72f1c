import { diagnose, type Diagnostic } from '#diagnostics';
import type { PlatformContext } from '../../platform-context.ts';
import { vpcEndpointProblem } from '../../syntax/aws-fact.ts';
import { isOneAddress, rangesMeet } from '../../syntax/cidr-range.ts';
import { quoted } from '../../wording.ts';
import { rangeProblem } from '../addresses.ts';
import { malformedFact } from './aws-values.ts';

/** Where a node answers its own pods: metadata, credentials, time, DNS (Amazon EC2, "Use the Instance Metadata Service"; RFC 3927; RFC 4291, section 2.5.6). */
const linkLocal = [
  { cidr: '169.254.169.254/32', what: 'the instance metadata service' }, { cidr: 'fd00:ec2::/32', what: 'the instance metadata service' },
  { cidr: '169.254.0.0/16', what: 'link-local addresses, where a node answers its pods' }, { cidr: 'fe80::/10', what: 'link-local addresses, where a node answers its pods' },
] as const;

/** CS1002, CS1005, CS1041, CS1075 and CS1079: an endpoint has addresses, which are its own. That one is missing is for placement to say. */
export function awsEndpoints({ platform: { aws, nodeCidrs, podCidrs } }: PlatformContext): readonly Diagnostic[] {
  if (aws === undefined) return [];
  const found: Diagnostic[] = [];
  for (const [index, { cidrs, service, vpcEndpoint }] of aws.endpoints.entries()) {
    const pointer = `/aws/endpoints/${index}`, of = `the endpoint of ${quoted(service)}`;
    const first = aws.endpoints.findIndex((other) => other.service === service);
    if (first < index) found.push(diagnose('CS1002', { message: `${of} is stated twice`, pointer, related: [{ message: 'the first one is stated', pointer: `/aws/endpoints/${first}` }], help: 'state it once, with the ranges of both' }));
    if (vpcEndpoint !== undefined) found.push(...malformedFact(`the VPC endpoint of ${quoted(service)}`, vpcEndpoint, `${pointer}/vpcEndpoint`, vpcEndpointProblem(vpcEndpoint), 'write its ID, such as `vpce-0123456789abcdef0`'));
    if (vpcEndpoint !== undefined && aws.vpc === undefined) {
      found.push(diagnose('CS1024', {
        message: `${of} leads through the VPC endpoint ${quoted(vpcEndpoint)}, and the platform does not say of which VPC`, pointer: `${pointer}/vpcEndpoint`, help: 'state `vpc`, the VPC of the cluster, such as `vpc-0123456789abcdef0`',
      }));
    }
    if (vpcEndpoint !== undefined && service === 'rds-db') found.push(diagnose('CS1075', { message: 'a database answers in its own subnets, and no VPC endpoint leads there', pointer: `${pointer}/vpcEndpoint`, help: 'state the ranges of its subnets alone' }));
    if (cidrs.length === 0) found.push(diagnose('CS1041', { message: `${of} answers at no address`, pointer: `${pointer}/cidrs`, help: 'state the ranges that it answers at, or remove it' }));
    for (const [at, cidr] of cidrs.entries()) {
      const where = `${pointer}/cidrs/${at}`, malformed = rangeProblem(`a range of ${of}`, cidr, where);
      found.push(...malformed);
      if (malformed.length > 0) continue;
      const what = takenIn(cidr, podCidrs, nodeCidrs);
      if (what !== undefined) {
        found.push(diagnose('CS1079', {
          message: `the range ${quoted(cidr)} of ${of} takes in ${what}`, pointer: where,
          help: isOneAddress(cidr) ? 'state the address of the endpoint itself' : `state the addresses of the endpoint itself, such as those of its network interfaces (\`10.0.1.17/32\`), ${service === 'rds-db' ? 'those of the database\'s subnets' : 'or accept a weaker `endpoint`, which opens port 443 to everything else'}`,
        }));
      }
    }
  }
  return found;
}

/** A network interface of an endpoint is in some subnet, perhaps beside nodes and pods: as a single address it is that and nothing else. */
function takenIn(cidr: string, podCidrs: readonly string[], nodeCidrs: readonly string[]): string | undefined {
  const local = linkLocal.find((one) => rangesMeet(one.cidr, cidr));
  if (local !== undefined) return local.what;
  if (isOneAddress(cidr)) return undefined;
  const pods = podCidrs.find((one) => rangesMeet(one, cidr));
  if (pods !== undefined) return `addresses of pods (${quoted(pods)})`;
  const nodes = nodeCidrs.find((one) => rangesMeet(one, cidr));
  return nodes === undefined ? undefined : `addresses of nodes (${quoted(nodes)})`;
}

