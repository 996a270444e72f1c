import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloudServiceFacts, features, grants, isCloudApi, verbsOf, type CloudApi, type Feature, type Fidelity, type Policy, type Workload } from '#ir';
import { crossing, decide, type Destination, type Peer, type Request } from '#spec';
import { awsIam, kubernetes, type AwsArtifact, type KubernetesArtifact } from '#targets';
import { checkedEstate, type Estate, estates, profiles } from '#testing';

/**
 * For each feature, the requests that differ in that feature alone from ones that the policy decides by it, as IAM sees
 * them: what it lets through is compared with what the policy, without any acceptance, allows. A verdict of `unknown` is neither.
 */
const population: Partial<Record<Feature, (policy: Policy) => readonly Request[]>> = {
  /** Everybody at everything that is granted to somebody, and pods with the labels and another ServiceAccount, or of another namespace. */
  'identity.workload': (policy) => used(policy).flatMap(({ api, to }) => [
    ...policy.workloads.filter(canCall).flatMap((workload): readonly Peer[] => [{ kind: 'workload', name: workload.name }, ...forged(workload)]),
    ...(api.servedBy.owned ? [{ kind: 'principal', arn: 'arn:aws:iam::111122223333:role/somebody' } as const] : []),
  ].map((peer) => asked(peer, to))),
  /** Every caller at every action of the service, on every part that some operation names, and on one that none does. */
  'operation.cloud': (policy) => callers(policy).flatMap((peer) => cloud(policy).flatMap((api) => actions(api).flatMap((action) => parts(api).map((within) => asked(peer, { kind: 'action', api: api.name, action, ...(within === undefined ? {} : { within }) }))))),
  /** What is granted, from inside and outside of the ranges that are asked for. */
  'condition.from': (policy) => used(policy).filter(({ conditioned }) => conditioned).flatMap(({ callers: own, to }) => own.flatMap((peer) => ['10.244.1.1', '10.244.127.255', '10.244.128.0', '10.245.0.1', '192.168.0.9', '203.0.113.9'].map((sourceAddress) => asked(peer, to, { sourceAddress })))),
  /** What is granted, with TLS and without. */
  'transport.tls': (policy) => used(policy).flatMap(({ callers: own, to }) => own.flatMap((peer) => [false, true].map((inTheClear) => asked(peer, to, { inTheClear })))),
  /** What is granted, around its end: whoever was let in yesterday is judged anew. */
  'transport.lifetime': (policy) => used(policy).flatMap(({ callers: own, to }) => own.flatMap((peer) => ['2026-12-10T23:59:59Z', '2026-12-11T00:00:00Z', '2027-03-31T12:00:00Z', '2027-04-01T00:00:00Z', '2030-01-01T00:00:00Z'].map((time) => asked(peer, to, { time })))),
  /** What is written, encrypted as declared or otherwise; and each key, directly and by way of each service. */
  atRest: (policy) => [
    ...used(policy).filter(({ to }) => to.kind === 'action' && to.action === 's3:PutObject').flatMap(({ callers: own, to }) => own.flatMap((peer) => [false, true].map((weakerEncryption) => asked(peer, to, { weakerEncryption })))),
    ...cloud(policy).filter(({ servedBy }) => servedBy.service === 'kms').flatMap((key) => callers(policy).flatMap((peer) => ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:Encrypt'].flatMap((action) =>
      ([undefined, 'sqs', 's3', 'dynamodb', 'sns', 'secretsmanager'] as const).map((via) => asked(peer, { kind: 'action', api: key.name, action, ...(via === undefined ? {} : { via }) }))))),
  ],
};

const canCall = ({ host, kubernetes }: Workload): boolean => host !== undefined || kubernetes?.serviceAccount !== undefined;
const callers = (policy: Policy): readonly Peer[] => policy.workloads.filter(canCall).map(({ name }) => ({ kind: 'workload', name }));
const cloud = ({ apis }: Policy): readonly CloudApi[] => apis.filter(isCloudApi);
const asked = (peer: Peer, to: Destination, context: Partial<Request['context']> = {}): Request => ({ peer, throughExposure: false, to, context: { time: '2026-11-23T00:00:00Z', sourceAddress: '10.244.1.1', ...context } });
const forged = ({ kubernetes: facts }: Workload): readonly Peer[] => (facts === undefined ? [] : [
  { kind: 'pod', namespace: facts.namespace, labels: facts.selector, serviceAccount: 'somebody-else' }, { kind: 'pod', namespace: 'elsewhere', labels: facts.selector, ...(facts.serviceAccount === undefined ? {} : { serviceAccount: facts.serviceAccount }) },
]);
const actions = ({ servedBy: { service } }: CloudApi): readonly string[] => [...new Set([...verbsOf(service).flatMap((verb) => verb.actions.map(({ action }) => action)), ...cloudServiceFacts[service].management])];
const parts = ({ operations, servedBy: { service } }: CloudApi): readonly (string | undefined)[] => {
  const named = operations.flatMap((one) => (one.kind === 'cloud' && one.within !== undefined ? [one.within] : []));
  return service === 's3' ? [undefined, 'nowhere/7', ...new Set(named.flatMap((one) => [one, `${one}7`]))] : service === 'dynamodb' ? [undefined, 'byNobody', ...new Set(named)] : [undefined];
};
/** Each action of what is granted, on an example, and who is granted it. */
function used(policy: Policy): readonly { readonly api: CloudApi; readonly to: Destination; readonly callers: readonly Peer[]; readonly conditioned: boolean }[] {
  return grants(policy).flatMap((grant) => {
    const { api, from, operation } = grant;
    if (!isCloudApi(api) || operation.kind !== 'cloud' || from.kind !== 'workload') return [];
    return verbsOf(api.servedBy.service).filter(({ verb }) => verb === operation.verb).flatMap((verb) => verb.actions.map(({ action, on, prefixKey }) => ({
      api, callers: [{ kind: 'workload', name: from.name } as const], conditioned: grant.offer.when.length > 0,
      to: { kind: 'action', api: api.name, action, ...(on === 'object' ? { within: `${operation.within ?? ''}7` } : prefixKey !== undefined || on === 'index' ? (operation.within === undefined ? {} : { within: operation.within }) : {}) } as const,
    })));
  });
}

interface Observed { readonly both: number; readonly neither: number; readonly onlyPolicy: number; readonly onlyTarget: number; readonly unknown: number; readonly witness?: Request }

function observe(feature: Feature, worlds: readonly Estate[], change: (artifacts: readonly AwsArtifact[]) => readonly AwsArtifact[] = (artifacts) => artifacts): Observed {
  const count = { both: 0, neither: 0, onlyPolicy: 0, onlyTarget: 0, unknown: 0 };
  let witness: Request | undefined;
  for (const world of worlds) {
    const { platform, policy } = checkedEstate(world), decider = awsIam.interpret(change(awsIam.emit(awsIam.lower(policy, platform, { duties: [] }).plan) as readonly AwsArtifact[]), platform);
    for (const request of population[feature]!(policy)) {
      const hops = crossing(policy, platform, request).intended.filter(({ enforcer }) => enforcer === 'cloud');
      if (hops.length === 0) continue; // nobody can ask that
      const verdicts = hops.map(decider), allowed = decide(policy, request).decision === 'allow';
      const outcome = verdicts.includes('unknown') ? 'unknown' : verdicts.includes('deny') ? (allowed ? 'onlyPolicy' : 'neither') : allowed ? 'both' : 'onlyTarget';
      count[outcome]++;
      if (outcome !== 'both' && outcome !== 'neither') witness ??= request;
    }
  }
  return { ...count, ...(witness === undefined ? {} : { witness }) };
}

/** What a claim says of the two sets. */
const keeps: Readonly<Record<Fidelity, (seen: Observed) => boolean>> = {
  exact: ({ onlyPolicy, onlyTarget, unknown }) => onlyPolicy === 0 && onlyTarget === 0 && unknown === 0,
  narrower: ({ onlyPolicy, onlyTarget }) => onlyTarget === 0 && onlyPolicy > 0,
  wider: ({ onlyPolicy, onlyTarget }) => onlyPolicy === 0 && onlyTarget > 0,
  absent: ({ onlyPolicy, onlyTarget }) => onlyPolicy === 0 && onlyTarget > 0,
};

const worlds = fc.sample(estates(profiles.cloud), { numRuns: 40, seed: 41 });
const claims = awsIam.capabilities(worlds[0]!.platform);
const eachStatement = (change: (statement: AwsArtifact['documents'][string]['Statement'][number]) => object) => (artifacts: readonly AwsArtifact[]): readonly AwsArtifact[] =>
  artifacts.map((artifact) => ({ ...artifact, documents: Object.fromEntries(Object.entries(artifact.documents).map(([name, document]) => [name, { ...document, Statement: document.Statement.map((one) => change(one) as typeof one) }])) }));

/** Of each pod, declared or not, and each resource: the endpoint, past it, and the endpoint at another port. Where it may go is by service, and no finer. */
function observeEndpoints(estatesOf: readonly Estate[], change: (artifacts: readonly KubernetesArtifact[]) => readonly KubernetesArtifact[] = (artifacts) => artifacts): Observed {
  const count = { both: 0, neither: 0, onlyPolicy: 0, onlyTarget: 0, unknown: 0 };
  let witness: Request | undefined;
  for (const world of estatesOf) {
    const { platform, policy } = checkedEstate(world);
    if (platform.accept.some(({ feature }) => feature === 'endpoint')) continue;
    const decider = kubernetes.interpret(change(kubernetes.emit(kubernetes.lower(policy, platform, { duties: [] }).plan) as readonly KubernetesArtifact[]), platform);
    const pods = policy.workloads.flatMap(({ kubernetes: facts, name }): readonly { readonly peer: Peer; readonly name?: string }[] => (facts === undefined ? [] : [{ peer: { kind: 'workload', name }, name }, { peer: { kind: 'pod', namespace: facts.namespace, labels: { stray: 'pod' } } }]));
    for (const { name, peer } of pods) {
      // credentials by IRSA come from STS, so that whoever calls anything may go there
      const services = new Set(grants(policy).flatMap(({ api, from }) => (isCloudApi(api) && from.kind === 'workload' && from.name === name ? [api.servedBy.service, ...(platform.aws!.identity.kind === 'irsa' ? ['sts' as const] : [])] : [])));
      for (const api of cloud(policy)) {
        const request = asked(peer, { kind: 'operation', api: api.name, operation: api.operations[0]!.name }), { bypasses, intended } = crossing(policy, platform, request);
        const [there] = intended, [past] = bypasses.flat();
        for (const [hop, allowed] of [[there!, services.has(api.servedBy.service)], [past!, false], [{ ...there!, port: there!.port + 1 }, false]] as const) {
          const verdict = decider(hop);
          count[verdict === 'unknown' ? 'unknown' : verdict === 'deny' ? (allowed ? 'onlyPolicy' : 'neither') : allowed ? 'both' : 'onlyTarget']++;
          if ((verdict === 'allow') !== allowed) witness ??= request;
        }
      }
    }
  }
  return { ...count, ...(witness === undefined ? {} : { witness }) };
}

describe('law 2, of the network towards the cloud', () => {
  test('endpoint is what the target claims', () => {
    const seen = observeEndpoints(worlds), claim = kubernetes.capabilities(worlds[0]!.platform).endpoint;
    expect(seen.both, 'something is allowed').toBeGreaterThan(100);
    expect(seen.neither, 'something is denied').toBeGreaterThan(100);
    expect(keeps[claim](seen), `claimed ${claim}, seen ${JSON.stringify(seen)}`).toBe(true);
  });
  test('the law fails where any address is as good', () => {
    const open = (artifacts: readonly KubernetesArtifact[]): readonly KubernetesArtifact[] => artifacts.map((artifact) => JSON.parse(JSON.stringify(artifact).replaceAll(/"cidr":"(?:10\.100|52\.94)[^"]*"/g, '"cidr":"0.0.0.0/0"')) as KubernetesArtifact);
    expect(keeps.exact(observeEndpoints(worlds, open))).toBe(false);
  });
});

describe('law 2, of IAM', () => {
  test.each(Object.keys(population) as Feature[])('%s is what the target claims', (feature) => {
    const seen = observe(feature, worlds);
    expect(seen.both, 'something is allowed').toBeGreaterThan(30);
    expect(seen.neither, 'something is denied').toBeGreaterThan(30);
    expect(keeps[claims[feature]](seen), `claimed ${claims[feature]}, seen ${JSON.stringify(seen)}`).toBe(true);
  });

  test('invariant.deny is what the target claims: whatever else a role is allowed by others, it is not what must never be', () => {
    const everything = (role: AwsArtifact): AwsArtifact => ({
      kind: 'aws', id: `aws/iam/RolePolicy/${String(role.properties['name'])}/others`, stage: 3, type: 'iam/rolePolicy:RolePolicy', grants: [], properties: { role: String(role.properties['name']), name: 'others' },
      documents: { policy: { Version: '2012-10-17', Statement: [{ Sid: 'Others', Effect: 'Allow', Action: ['*'], Resource: ['*'] }] } },
    });
    let denied = 0, other = 0;
    for (const world of worlds) {
      const { platform, policy } = checkedEstate(world), own = (awsIam.emit(awsIam.lower(policy, platform, { duties: [] }).plan) as readonly AwsArtifact[]).filter(({ id }) => !id.includes('boundary'));
      const roles = own.filter(({ type }) => type === 'iam/role:Role').map((role) => { const { permissionsBoundary: _bounded, ...properties } = role.properties; return { ...role, properties }; });
      const decider = awsIam.interpret([...own.filter(({ type }) => type !== 'iam/role:Role'), ...roles, ...roles.map(everything)], { ...platform, aws: (({ permissionsBoundary: _all, ...aws }) => aws)(platform.aws!) });
      for (const { from, kind, to } of policy.never) {
        if (kind !== 'reach' || to.kind === 'segment') continue;
        const api = cloud(policy).find(({ name }) => name === (to.kind === 'api' ? to.name : to.api));
        if (api === undefined) continue;
        const subjects = from.kind === 'workload' ? [from.name] : from.kind === 'anyIdentity' ? policy.workloads.map(({ name }) => name).filter((name) => !from.except.some((one) => one.kind === 'workload' && one.name === name)) : [];
        for (const name of subjects) {
          for (const operation of api.operations.filter((one) => to.kind === 'api' || one.name === to.operation)) {
            for (const hop of crossing(policy, platform, asked({ kind: 'workload', name }, { kind: 'operation', api: api.name, operation: operation.name })).intended) {
              if (hop.enforcer !== 'cloud') continue;
              const verdict = decider(hop);
              if (verdict === 'deny') denied++; else other++;
              expect(verdict, `${world.policy.name}: ${name} at ${api.name}.${operation.name}`).toBe('deny');
            }
          }
        }
      }
    }
    expect([denied > 30, other]).toEqual([true, 0]);
  });

  test('and every other feature is claimed absent, or has a population here', () => {
    expect(features.filter((feature) => claims[feature] !== 'absent' && population[feature] === undefined)).toEqual(['invariant.deny']);
  });

  test.each<[Feature, (statement: AwsArtifact['documents'][string]['Statement'][number]) => object]>([
    ['operation.cloud', (statement) => (statement.Effect === 'Allow' && statement.Principal === undefined ? { ...statement, Action: statement.Action!.map((one) => one.replace(/:.*/, ':*')) } : statement)],
    ['condition.from', (statement) => ({ ...statement, ...(statement.Condition === undefined ? {} : { Condition: Object.fromEntries(Object.entries(statement.Condition).filter(([operator]) => operator !== 'IpAddress')) }) })],
    ['transport.tls', (statement) => ({ ...statement, ...(statement.Condition === undefined ? {} : { Condition: Object.fromEntries(Object.entries(statement.Condition).filter(([operator]) => operator !== 'Bool')) }) })],
    ['transport.lifetime', (statement) => ({ ...statement, ...(statement.Condition === undefined ? {} : { Condition: Object.fromEntries(Object.entries(statement.Condition).filter(([operator]) => operator !== 'DateLessThan')) }) })],
    ['atRest', (statement) => ({ ...statement, ...(statement.Effect === 'Deny' || statement.Condition === undefined ? {} : { Condition: Object.fromEntries(Object.entries(statement.Condition).filter(([operator, keys]) => operator !== 'StringEqualsIfExists' && !('kms:ViaService' in keys))) }) })],
    ['identity.workload', (statement) => (statement.Action?.some((one) => one.startsWith('sts:Assume')) === true && statement.Principal !== undefined ? { ...statement, Condition: Object.fromEntries(Object.entries(statement.Condition ?? {}).filter(([operator]) => operator !== 'StringEquals')) } : statement)],
  ])('the law fails where documents do less for %s than is claimed', (feature, change) => {
    expect(keeps.exact(observe(feature, worlds.slice(0, 15), eachStatement(change)))).toBe(false);
  });
});
