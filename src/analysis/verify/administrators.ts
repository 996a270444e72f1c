import { diagnose, type Diagnostic } from '#diagnostics';
import { arnOf, cloudServiceFacts, isCloudApi, type Platform, type Policy } from '#ir';
import { someoneOutside, type Hop } from '#spec';
import { longAgo } from './cloud-attempts.ts';
import type { Enforcement } from './enforcement.ts';

/**
 * CS4003: whoever looks after a resource that is owned must still be able to, or nobody could mend its policy. For each
 * action of management, by the deployer and by the break-glass principal, over TLS, from anywhere: the artefacts
 * themselves must say that it passes, whatever other policies those principals have.
 */
export function lockedOut(policy: Policy, { aws }: Platform, enforced: Enforcement): readonly Diagnostic[] {
  if (aws?.administrators === undefined) return [];
  const { breakGlass, deployer } = aws.administrators;
  const people = [{ what: 'the deployer', arn: deployer }, { what: 'the break-glass principal', arn: breakGlass }] as const;
  return policy.apis.flatMap((api, index) => {
    if (!isCloudApi(api) || !api.servedBy.owned) return [];
    return people.flatMap(({ what, ...shown }): readonly Diagnostic[] => {
      const stops = cloudServiceFacts[api.servedBy.service].management.flatMap((action) => {
        const hop: Hop = {
          enforcer: 'cloud', direction: 'ingress', from: { ip: someoneOutside.ipv4 }, to: {}, port: 443, protocol: 'TCP', time: longAgo,
          cloud: { action, resource: arnOf(api), principal: { kind: 'principal', ...shown }, secureTransport: true, tlsVersion: '1.3', sourceAddress: someoneOutside.ipv4 },
        };
        const stop = enforced.stop([hop]);
        return stop === undefined ? [] : [{ action, ...stop }];
      });
      const [first, ...others] = stops;
      if (first === undefined) return [];
      return [diagnose('CS4003', {
        message: `${what} \`${shown.arn}\` ${first.verdict === 'deny' ? 'is' : 'may be'} locked out of \`${api.name}\`: nothing that was emitted is sure to let it ask \`${first.action}\`${others.length === 0 ? '' : `, nor ${others.length} more`}`,
        pointer: `/apis/${index}`, witness: { stops },
        help: 'apply nothing, and report it with the witness: the fault is in the compiler or in a target, not in the policy',
      })];
    });
  });
}
