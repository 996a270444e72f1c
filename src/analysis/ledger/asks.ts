import {
  conditionFeature, conditionText, conditionsOn, durationText, operationText, resolvePort,
  type AtomicConditionKind, type Condition, type Exposure, type Feature, type Grant, type People, type Policy, type Workload,
} from '#ir';

/** What a grant asks of enforcers, feature by feature, in the words of the policy. */
export type Asks = (grant: Grant) => (feature: Feature) => string;

/** Linear: what is looked up by name is found once. */
export function asksOf(policy: Policy): Asks {
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const people = new Map(policy.people.map((one) => [one.name, one]));
  const sans = new Map(policy.partners.map(({ certificate, name }) => [name, certificate.san]));
  const segments = new Map(policy.segments.map((segment) => [segment.name, segment]));
  return (grant) => {
    const { api, from, offer, operation } = grant;
    const server = api.servedBy.kind === 'workload' ? workloads.get(api.servedBy.workload) : undefined;
    const of = api.servedBy.kind === 'cloud' ? api.servedBy.segment : server?.segment;
    const segment = of === undefined ? undefined : segments.get(of);
    const conditions = conditionTexts(conditionsOn(segment, offer, from));
    return (feature) => {
      switch (feature) {
        case 'identity.workload': return from.kind === 'builtin' ? `identity of ${from.name}` : 'identity';
        case 'identity.person': return tokenText(people.get(from.kind === 'people' ? from.name : from.kind === 'workload' ? from.actingFor ?? '' : ''));
        case 'identity.partner': return `certificate ${from.kind === 'partner' ? sans.get(from.name) ?? '' : ''}`.trimEnd();
        case 'operation.http': case 'operation.grpc': case 'operation.cloud': return operationText(operation);
        case 'endpoint': return api.servedBy.kind === 'cloud' ? `the endpoint of ${api.servedBy.service}` : 'the endpoint';
        case 'port': return portText(server, api.servedBy.kind === 'workload' ? api.servedBy.port : undefined);
        case 'exposure': return exposureText(api.exposedAt);
        case 'transport.tls': return `TLS ${segment?.requires.transport?.tls ?? ''}`.trimEnd();
        case 'transport.lifetime': return `authorised again within ${durationText(segment?.requires.reauthenticateEvery ?? 0)}`;
        case 'invariant.deny': return 'a denial that outranks';
        case 'atRest': return api.servedBy.kind === 'cloud' && api.servedBy.encryptedBy !== undefined ? `encrypted with ${api.servedBy.encryptedBy}` : 'encryption at rest';
        default: return conditions.get(feature)?.join(', ') ?? feature satisfies `condition.${AtomicConditionKind}`;
      }
    };
  };
}

function tokenText(people: People | undefined): string {
  if (people === undefined) return 'token';
  return `token of ${people.via}${people.where === undefined ? '' : `, ${conditionText(people.where)}`}`;
}

function portText(server: Workload | undefined, port: number | string | undefined): string {
  const resolved = server?.kubernetes === undefined || port === undefined ? undefined : resolvePort(server.kubernetes, port, 'TCP');
  return `port ${resolved?.number ?? port ?? ''}`.trimEnd();
}

function exposureText(exposure: Exposure | undefined): string {
  if (exposure === undefined) return 'from outside';
  switch (exposure.kind) {
    case 'service': return `from outside, by Service ${exposure.service}`;
    case 'gateway': return `from outside, at ${exposure.host}`;
    default: return exposure satisfies never;
  }
}

/** By feature. A condition that holds where one of several does is shown within them. */
function conditionTexts(conditions: readonly Condition[]): ReadonlyMap<Feature, readonly string[]> {
  const found = new Map<Feature, string[]>();
  const say = (feature: Feature, text: string): void => {
    const texts = found.get(feature) ?? [];
    if (!texts.includes(text)) texts.push(text);
    found.set(feature, texts);
  };
  const visit = (condition: Condition, within: string | undefined): void => {
    if (condition.kind === 'all') { for (const part of condition.of) visit(part, within); return; }
    if (condition.kind === 'any') { for (const part of condition.of) visit(part, within ?? conditionText(condition)); return; }
    const text = within ?? conditionText(condition);
    if (condition.kind !== 'mfa' || condition.within === undefined) { say(conditionFeature(condition.kind), text); return; }
    say('condition.mfa', `${text}: a factor`);
    say('condition.authenticatedWithin', `${text}: its age`);
  };
  for (const condition of conditions) visit(condition, undefined);
  return found;
}
