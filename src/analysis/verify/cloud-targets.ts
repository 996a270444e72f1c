import { actionsOf, cloudServiceFacts, cloudServices, isCloudApi, type CloudApi, type CloudService, type Policy } from '#ir';
import { formOf, type Destination } from '#spec';

export type ActionDestination = Extract<Destination, { kind: 'action' }>;

/** An action on a resource of the cloud, or on a part of it. */
export interface CloudTarget { readonly to: ActionDestination; readonly api: CloudApi; /** In the policy. */ readonly index: number }

/**
 * Of every resource: each action that some verb of its service has, and each that those who look after it have; about
 * each part that an operation names, what only begins like it, a part that none names, and the whole. Of a key also
 * each action by every service that encrypts something with it, and by one that does not. Linear in operations.
 */
export function cloudTargets(policy: Policy): readonly CloudTarget[] {
  const using = new Map<string, Set<CloudService>>();
  for (const { servedBy } of policy.apis.filter(isCloudApi)) {
    if (servedBy.encryptedBy === undefined) continue;
    const services = using.get(servedBy.encryptedBy);
    if (services === undefined) using.set(servedBy.encryptedBy, new Set([servedBy.service])); else services.add(servedBy.service);
  }
  return policy.apis.flatMap((api, index): readonly CloudTarget[] => {
    if (!isCloudApi(api)) return [];
    const target = (action: string, within?: string, via?: CloudService): CloudTarget =>
      ({ api, index, to: { kind: 'action', api: api.name, action, ...(within === undefined ? {} : { within }), ...(via === undefined ? {} : { via }) } });
    const { service } = api.servedBy, parts = partsOf(api), actions = actionsOf(service);
    return [
      ...actions.flatMap((action) => withins(action, parts).map((within) => target(action, within))),
      ...cloudServiceFacts[service].management.filter((action) => !actions.includes(action)).map((action) => target(action)),
      ...(service === 'kms' ? services(using.get(api.name)).flatMap((via) => actions.map((action) => target(action, undefined, via))) : []),
    ];
  });
}

const partsOf = ({ operations }: CloudApi): readonly string[] => [...new Set(operations.flatMap((operation) => (operation.kind === 'cloud' && operation.within !== undefined ? [operation.within] : [])))];

/** What an action is tried on: undefined is the resource itself, or a part that the meaning picks. */
function withins(action: string, parts: readonly string[]): readonly (string | undefined)[] {
  const form = formOf(action);
  switch (form) {
    case undefined: case 'resource': return [undefined];
    case 'listing': return [undefined, ...parts, ...parts.map(beginningLike), 'nobody-declared/'];
    case 'index': return [undefined, ...parts, 'nobody-declared'];
    case 'object': return [undefined, ...parts.flatMap((part) => [`${part}object-1`, `${beginningLike(part)}object-1`]), 'nobody-declared/object-1'];
    default: return form satisfies never;
  }
}

/** All of it but the last character. */
const beginningLike = (part: string): string => `${part.slice(0, -1)}-not/`;

/** Those that use a key, and the first that stores something and does not. */
function services(using: ReadonlySet<CloudService> = new Set()): readonly CloudService[] {
  const other = cloudServices.find((service) => cloudServiceFacts[service].stores && !using.has(service));
  return [...using, ...(other === undefined ? [] : [other])];
}
