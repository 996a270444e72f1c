import { diagnose, nearest, type Diagnostic, type Related } from '#diagnostics';
import { isCloudApi } from '#ir';
import type { PlatformContext } from '../../platform-context.ts';
import { listed, quoted } from '../../wording.ts';

/** CS1001 and CS1024: what this policy needs to know of the account of AWS that its workloads have roles in. */
export function awsFacts({ platform, estate }: PlatformContext): readonly Diagnostic[] {
  if (estate === undefined) return [];
  const { grants, inPolicy, policy } = estate, { aws } = platform;
  const found: Diagnostic[] = [];
  const missing = (message: string, pointer: string, because: Related, help: string): void => { found.push(diagnose('CS1024', { message, pointer, related: [because], help })); };

  const resource = policy.apis.findIndex(isCloudApi), host = policy.workloads.findIndex((workload) => workload.host !== undefined);
  if (aws === undefined) {
    const [what, because] = resource >= 0 ? [`${quoted(policy.apis[resource]!.name)} is a resource of the cloud`, () => inPolicy('it is declared', `/apis/${resource}`)]
      : host >= 0 ? [`${quoted(policy.workloads[host]!.name)} is known to IAM Roles Anywhere`, () => inPolicy('it is declared', `/workloads/${host}/host`)] : [undefined, undefined];
    if (what !== undefined) missing(`${quoted(platform.name)} does not say in which account of AWS its workloads have roles, and ${what}`, '/aws', because(), 'state `aws: { accountId, region, endpoints }`');
    return found;
  }

  const owned = policy.apis.findIndex((api) => isCloudApi(api) && api.servedBy.owned);
  if (owned >= 0 && aws.administrators === undefined) {
    missing(`${quoted(platform.name)} does not say who looks after owned resources, and ${quoted(policy.apis[owned]!.name)} is owned: its policy would lock everybody out`, '/aws/administrators',
      inPolicy('it is declared', `/apis/${owned}`), 'state `administrators: { deployer, breakGlass }`, the ARNs of two roles');
  }
  const calling = grants.find(({ api, from }) => isCloudApi(api) && from.kind === 'workload' && policy.workloads.some(({ kubernetes, name }) => name === from.name && kubernetes !== undefined));
  if (aws.identity.kind === 'irsa' && calling !== undefined && !aws.endpoints.some(({ service }) => service === 'sts')) {
    missing(`${quoted(platform.name)} does not say where STS answers, which pods fetch their credentials from, and ${quoted(calling.ref)} needs some`, '/aws/endpoints',
      inPolicy('it is asked for', `/asks/${policy.asks.findIndex((ask) => ask === calling.ask)}`), 'state `endpoints: { sts: […] }`: the addresses of the VPC endpoint of STS, or give pods their credentials by `podIdentity()`');
  }
  const said = new Set<string>(); // once for each anchor, whatever the number of hosts
  for (const [index, { host: outside, name }] of policy.workloads.entries()) {
    if (outside === undefined || said.has(outside.trustAnchor) || aws.trustAnchors.some((one) => one.name === outside.trustAnchor)) continue;
    said.add(outside.trustAnchor);
    const names = aws.trustAnchors.map((one) => one.name), meant = nearest(outside.trustAnchor, names);
    found.push(diagnose('CS1001', {
      message: `${quoted(outside.trustAnchor)} is not a trust anchor of the platform ${quoted(platform.name)}${names.length === 0 ? ', which has none' : ''}`, pointer: '/aws/trustAnchors',
      related: [inPolicy(`${quoted(name)} is known by a certificate of it`, `/workloads/${index}/host/trustAnchor`)],
      help: meant !== undefined ? `write ${quoted(meant)} there` : `${names.length === 0 ? '' : `write ${listed(names, 'or')} there, or `}state \`trustAnchors: { ${/^[a-z]\w*$/.test(outside.trustAnchor) ? outside.trustAnchor : `'${outside.trustAnchor}'`}: 'arn:…' }\``,
    }));
  }
  return found;
}
