import type { Diagnostic, Related } from '#diagnostics';
import type { CloudService, Feature, Fidelity, Plane, Platform } from '#ir';
import type { Enforcer, Needing } from './place.ts';

/** Grants that need one feature which nobody on their way does exactly, and nobody has accepted. */
export interface Unplaced {
  readonly feature: Feature;
  /** Who stands on the way, the most faithful first. */
  readonly candidates: readonly Enforcer[];
  /** Never empty. */
  readonly grants: readonly Needing[];
}

/** As many grants are shown as a person reads before asking for the number. */
const examples = 3;

/** One CS3001 for each group. `all` is the number of grants in the policy. */
export function unplacedFeatures(groups: readonly Unplaced[], all: number): readonly Diagnostic[] {
  return groups.map(({ feature, candidates, grants }) => {
    const best = feature === 'port' ? undefined : candidates[0]; // nothing is left of a network policy that does not tell ports apart: no word can accept that
    return unplaced(feature, grants, shortfall(feature, candidates), best === undefined ? remedy[feature] : orAccept(feature, best.plane, remedy[feature], grants, all));
  });
}

/** One CS3001 for all that is granted in the cloud, where the platform has none. */
export const withoutAccount = ({ name }: Platform, grants: readonly Needing[]): readonly Diagnostic[] =>
  (grants.length === 0 ? [] : [unplaced('operation.cloud', grants, `\`${name}\` has no account of the cloud`, remedy['operation.cloud'])]);

/** One CS3001 for each service of the cloud that pods call and whose addresses nobody states. */
export function unstatedEndpoints({ name }: Platform, groups: readonly (readonly [CloudService, readonly Needing[]])[], all: number): readonly Diagnostic[] {
  return groups.map(([service, grants]) => {
    const remedied = `${remedy.endpoint}: \`{ ${/^\w+$/.test(service) ? service : `'${service}'`}: ['…'] }\``;
    return unplaced('endpoint', grants, `\`${name}\` does not say at which addresses \`${service}\` answers`,
      `${orAccept('endpoint', 'network', remedied, grants, all)}, which lets the callers out to every address but the cluster's and the instance's own`);
  });
}

function unplaced(feature: Feature, grants: readonly Needing[], because: string, help: string): Diagnostic {
  const shown = grants.slice(0, examples);
  const related: Related[] = shown.slice(1).map(({ ref, pointer }) => ({ message: `\`${ref}\` needs it too`, pointer: pointer() }));
  const [first] = shown as [Needing];
  const whose = grants.length === 1 ? `\`${first.ref}\`` : `${grants.length} grants, \`${first.ref}\` among them`;
  return {
    code: 'CS3001',
    severity: 'error',
    message: `\`${feature}\` (${meaning[feature]}) is not enforced exactly for ${whose}: ${because}`,
    pointer: first.pointer(),
    related, help,
    witness: { feature, grant: first.ref, grants: grants.length },
  };
}

function shortfall(feature: Feature, candidates: readonly Enforcer[]): string {
  if (candidates.length === 0) return 'no enforcer of this platform stands on their way';
  return candidates.map(({ id, plane, capabilities }) => `\`${id}\` on the ${plane} plane ${does[capabilities[feature]]}`).join(', ');
}

const does: Readonly<Record<Fidelity, string>> = {
  exact: 'enforces it',
  narrower: 'denies some of what the policy allows',
  wider: 'admits more than the policy allows',
  absent: 'cannot look at it',
};

function orAccept(feature: Feature, plane: Plane, instead: string, grants: readonly Needing[], all: number): string {
  const refs = grants.length === all || grants.length > examples ? `'all'` : `[${grants.map(({ ref }) => `'${ref.replaceAll('\'', '\\\'')}'`).join(', ')}]`;
  const snippet = `acceptWeaker({ grants: ${refs}, feature: '${feature}', plane: '${plane}', because: '…', owner: '…', until: 'YYYY-MM-DD' })`;
  return `${instead}, or accept it in writing in the platform's \`accept\`: \`${snippet}\``;
}

/** What a feature is, in the reader's words. */
const meaning: Readonly<Record<Feature, string>> = {
  'identity.workload': 'who calls, proved by more than a label',
  'identity.person': 'which person asks, proved by a token',
  'identity.partner': 'which partner asks, proved by a certificate',
  'operation.http': 'which method and path is asked for',
  'operation.grpc': 'which gRPC method is called',
  'operation.cloud': 'which verb of a cloud resource is asked for',
  port: 'which port is connected to',
  endpoint: 'which addresses a cloud service is reached at',
  exposure: 'clients from outside, told apart from pods',
  'transport.tls': 'encryption of the connection, at every hop',
  'transport.lifetime': 'how long a connection or stream may last',
  'condition.claim': 'what a token claims',
  'condition.mfa': 'a second factor',
  'condition.authenticatedWithin': 'how long ago a person authenticated',
  'condition.maxTokenAge': 'how old a token is',
  'condition.device': 'which device asks',
  'condition.from': 'which network asks',
  'condition.during': 'the time of the request',
  'condition.risk': 'a risk score',
  'condition.header': 'a header set by a trusted hop',
  'invariant.deny': 'a denial that outranks other people\'s allows',
  atRest: 'encryption of what is stored',
};

/** What brings an enforcer that can do it. */
const remedy: Readonly<Record<Feature, string>> = {
  'identity.workload': 'add a mesh to the platform',
  'identity.person': 'add a gateway or a mesh that checks tokens',
  'identity.partner': 'expose the API at a gateway that checks client certificates',
  'operation.http': 'add a mesh to the platform',
  'operation.grpc': 'add a mesh to the platform',
  'operation.cloud': 'add an account of the cloud to the platform: `aws`',
  port: 'use a CNI that enforces NetworkPolicy',
  endpoint: 'say where the service answers, in the platform\'s `aws.endpoints`',
  exposure: 'give pods and nodes ranges that do not overlap, on a CNI that enforces NetworkPolicy',
  'transport.tls': 'add a mesh to the platform, and let its lowest version of TLS be the one that is asked for',
  'transport.lifetime': 'add an enforcer that bounds the life of connections',
  'condition.claim': 'add a gateway or a mesh that checks tokens',
  'condition.mfa': 'add a gateway or a mesh that checks tokens',
  'condition.authenticatedWithin': 'add a gateway that checks the age of an authentication',
  'condition.maxTokenAge': 'add a gateway that checks the age of a token',
  'condition.device': 'add a gateway or a mesh that checks tokens',
  'condition.from': 'expose the API at a gateway that sees the client\'s address',
  'condition.during': 'add an enforcer that knows the time',
  'condition.risk': 'add an external decision point',
  'condition.header': 'add a gateway or a mesh that reads headers',
  'invariant.deny': 'add a target with admin-tier denials',
  atRest: 'add a target that owns the storage',
};
