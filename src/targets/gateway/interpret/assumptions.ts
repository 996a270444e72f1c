import type { Assumption, Hop } from '#spec';

/** Nothing that a hop shows tells whether the assumption is needed, so no hop is left out on its account. */
const nowhere = (): boolean => false;

/** What reading a gateway's objects relies on, and none of them shows. */
export const assumptions: readonly Assumption[] = Object.freeze([
  {
    name: 'gateway-alone',
    sentence: 'Nobody else writes into a gateway\'s namespace: a route or a policy there would attach like one of ours.',
    covers: nowhere,
  },
  {
    name: 'gateway-programmed',
    sentence: 'The proxies have what the objects say, and the Secrets and ConfigMaps that they refer to are there.',
    covers: nowhere,
  },
  {
    name: 'keys-from-provider',
    sentence: 'A provider\'s keys come from the provider: Envoy Gateway fetches them over TLS from whoever answers there with a certificate of any public authority.',
    covers: nowhere,
  },
  {
    name: 'client-address',
    sentence: 'Clients reach a gateway in no other way than its platform says, so that the address it sees is theirs.',
    covers: nowhere,
  },
  {
    name: 'time-zones',
    sentence: 'The proxies\' image has the time zone database; without it, whatever asks for a local time is denied.',
    covers: nowhere,
  },
  {
    name: 'first-name',
    sentence: 'A partner\'s certificate has the name that the partner is known by as the first of its kind.',
    covers: ({ certificate }: Hop) => certificate !== undefined && ['uri:', 'dns:'].some((kind) => certificate.sans.filter((san) => san.startsWith(kind)).length > 1),
  },
].map((assumption) => Object.freeze(assumption)));
