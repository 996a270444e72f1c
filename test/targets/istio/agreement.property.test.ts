import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossing, decide, type Hop, type Request } from '#spec';
import { istio } from '#targets';
import { requestsOf, worlds, type World } from './arbitrary.ts';
import { noPlacement } from './estate.ts';

/** Law 2, for everything that the mesh claims to do exactly: on the intended way it lets through what the policy allows, and nothing else. */
function disagreements(world: World): readonly object[] {
  const { policy, platform } = world;
  const { plan, losses } = istio.lower(policy, platform, noPlacement);
  const errors = losses.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ code, message }) => `${code} ${message}`).join('\n'));
  const decider = istio.interpret(istio.emit(plan), platform);
  const stopped = (way: readonly Hop[]): string | undefined => { const hop = way.find((each) => decider(each) !== 'allow' && each.enforcer === 'mesh'); return hop === undefined ? undefined : decider(hop); };
  return requestsOf(world).flatMap((request): readonly object[] => {
    const { bypasses, intended } = crossing(policy, platform, request);
    const allowed = decide(policy, request).decision === 'allow';
    if (!intended.some(({ enforcer }) => enforcer === 'mesh')) return [];
    const found: object[] = [];
    const stop = stopped(intended);
    if (allowed !== (stop === undefined)) found.push({ request, allowed, stop: stop ?? 'nothing' });
    const around = allowed ? undefined : bypasses.find((way) => way.some(({ enforcer }) => enforcer === 'mesh') && stopped(way) !== 'deny');
    if (around !== undefined) found.push({ request, allowed, around });
    return found;
  });
}

const run = (property: fc.IProperty<[World]>) => fc.assert(property, { numRuns: 25 });

describe.each(['ambient', 'sidecar'] as const)('for any policy of an %s mesh', (dataPlane) => {
  it('what is emitted lets through what the policy allows and nothing else, and nothing goes around it', () => {
    run(fc.property(worlds(dataPlane), (world) => { expect(disagreements(world)[0]).toBeUndefined(); }));
  }, 300_000);
});

export type { Request };
