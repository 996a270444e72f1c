import { diagnose, type Diagnostic } from '#diagnostics';
import { isCloudApi, parseArn } from '#ir';
import type { PlatformContext } from '../../platform-context.ts';
import { longestRoleName } from '../../syntax/aws-fact.ts';
import { quoted } from '../../wording.ts';

/** CS1080: those who are never locked out are two, and no workload is one of them or can become one. */
export function administrators({ platform: { aws }, estate }: PlatformContext): readonly Diagnostic[] {
  if (aws?.administrators === undefined) return [];
  const found: Diagnostic[] = [];
  const { breakGlass, deployer } = aws.administrators;
  if (deployer !== '' && roleIn(deployer).toLowerCase() === roleIn(breakGlass).toLowerCase()) {
    found.push(diagnose('CS1080', {
      message: `whoever breaks the glass is the deployer, ${quoted(deployer)}: what locks one out locks the other out`, pointer: '/aws/administrators/breakGlass',
      related: [{ message: 'the deployer is stated', pointer: '/aws/administrators/deployer' }], help: 'name a second role, one that is used for nothing else and alarmed',
    }));
  }
  for (const who of ['deployer', 'breakGlass'] as const) {
    const taken = estate?.policy.apis.findIndex((api) => isCloudApi(api) && api.servedBy.service === 'sts' && api.servedBy.arn === aws.administrators![who]) ?? -1;
    if (estate !== undefined && taken >= 0) {
      found.push(diagnose('CS1080', {
        message: `${who === 'deployer' ? 'the deployer' : 'whoever breaks the glass'} is ${quoted(aws.administrators[who])}, which workloads can take on as ${quoted(estate.policy.apis[taken]!.name)}`, pointer: `/aws/administrators/${who}`,
        related: [estate.inPolicy(`${quoted(estate.policy.apis[taken]!.name)} is declared`, `/apis/${taken}`)], help: 'name a role that nothing in the cluster can take on',
      }));
    }
    const made = estate?.policy.workloads.find(({ name }) => isRoleOf(roleIn(aws.administrators![who]), aws.rolePrefix, name));
    if (made === undefined || estate === undefined) continue;
    found.push(diagnose('CS1080', {
      message: `${who === 'deployer' ? 'the deployer' : 'whoever breaks the glass'} is ${quoted(aws.administrators[who])}, the role of the workload ${quoted(made.name)}, which could write the policies of what it calls`, pointer: `/aws/administrators/${who}`,
      related: [estate.inPolicy(`${quoted(made.name)} is declared`, `/workloads/${estate.policy.workloads.indexOf(made)}`)], help: 'name a role that nothing in the cluster can take on, or choose another `rolePrefix`',
    }));
  }
  return found;
}

/** Its name without its path: names of roles are unique in an account, in whatever path and case (IAM, "IAM identifiers"). */
const roleIn = (arn: string): string => (parseArn(arn)?.resource ?? arn).split('/').at(-1) ?? '';

/** Roles are called by prefix and workload; where that is too long for a name, by a beginning of it and eight digits. */
function isRoleOf(role: string, prefix: string, workload: string): boolean {
  const [name, whole] = [role.toLowerCase(), `${prefix}${workload}`.toLowerCase()];
  if (name === whole) return true;
  const shortened = /^(.*)-[0-9a-f]{8}$/.exec(name)?.[1];
  return shortened !== undefined && (whole.length > longestRoleName || /-[0-9a-f]{8}$/.test(workload)) && whole.startsWith(shortened);
}
