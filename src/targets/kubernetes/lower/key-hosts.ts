import { conditionsOn, segmentOf, type Condition, type ExternalHost, type Grant, type IdentityProvider, type Platform, type Policy } from '#ir';
import type { Flow } from './flows.ts';
import type { GatewayPods } from './proxies.ts';

/** Where a gateway's proxies fetch the keys that a provider signs tokens with. */
export interface KeyHost {
  readonly gateway: GatewayPods;
  readonly provider: IdentityProvider;
  readonly name: string;
  readonly port: number;
  /** Undefined: the platform does not say where it answers. */
  readonly host: ExternalHost | undefined;
}

/** For each gateway the providers whose tokens it has to judge, each once: in the order of flows and providers. */
export function keyHosts(policy: Policy, { hosts }: Platform, flows: readonly Flow[]): readonly KeyHost[] {
  const found = new Map<string, KeyHost>();
  for (const { from, grant } of flows) {
    if (from.kind !== 'outside' || from.gateway === undefined || grant === undefined) continue;
    for (const provider of providersOf(policy, grant)) {
      const key = `${from.gateway.name} ${provider.name}`;
      if (found.has(key)) continue;
      const { hostname, port, protocol } = new URL(provider.jwksUri); // `check` lets no other text pass
      found.set(key, {
        gateway: from.gateway, provider, name: hostname, port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
        host: hosts.find(({ cidrs, name }) => name.toLowerCase() === hostname && cidrs.length > 0),
      });
    }
  }
  return [...found.values()];
}

/** People come from one; whoever else has to show a token may come from any. */
function providersOf(policy: Policy, { api, from, offer }: Grant): readonly IdentityProvider[] {
  if (from.kind === 'people') {
    const via = policy.people.find(({ name }) => name === from.name)?.via;
    return policy.identityProviders.filter(({ name }) => name === via);
  }
  return conditionsOn(segmentOf(policy, api), offer, from).some(readsToken) ? policy.identityProviders : [];
}

function readsToken(condition: Condition): boolean {
  switch (condition.kind) {
    case 'all': case 'any': return condition.of.some(readsToken);
    case 'claim': case 'mfa': case 'authenticatedWithin': case 'maxTokenAge': case 'device': return true;
    case 'from': case 'during': case 'risk': case 'header': return false;
    default: return condition satisfies never;
  }
}
