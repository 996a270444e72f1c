import { expect, it } from 'vitest';
import { resolvePort, type Policy, type Probe } from '#ir';
import { describeWithRealFiles } from '../real-files.ts';
import { checkedEstate } from './checked-estate.ts';
import { estate, manifests, type Container, type Deployment, type Service } from './manifests.ts';

/** Facts of the manifests that the policy leaves out, each with its reason. One that is no longer needed is a failure. */
const excluded: Readonly<Record<string, string>> = {
  'address frontend → shoppingassistantservice:80': 'not deployed: the manifests have no such Service, and ENABLE_ASSISTANT is off',
};

/** One line for each Service, account, container port and probe; and for each address that a container is given. */
function factsOfManifests(): readonly string[] {
  const { deployments, services, accounts } = manifests();
  return [
    ...deployments.map(({ metadata, spec }) => `deployment ${metadata.name} runs as ${spec.template.spec.serviceAccountName ?? 'nobody'}`),
    ...accounts.map(({ metadata }) => `account ${metadata.name}`),
    ...services.flatMap((service) => selectedBy(service, deployments).flatMap(({ metadata }) =>
      service.spec.ports.map(({ port, targetPort, protocol = 'TCP' }) => `service ${service.metadata.name} (${service.spec.type}) ${port}/${protocol} → ${metadata.name} ${targetPort}`))),
    ...deployments.flatMap((deployment) => deployment.spec.template.spec.containers.flatMap((container) => factsOfContainer(deployment.metadata.name, container))),
    ...deployments.flatMap(({ metadata, spec }) =>
      [...spec.template.spec.containers, ...spec.template.spec.initContainers ?? []].flatMap(addressesOf).map((address) => `address ${metadata.name} → ${address}`)),
  ];
}

function selectedBy(service: Service, deployments: readonly Deployment[]): readonly Deployment[] {
  const selected = deployments.filter(({ spec }) => Object.entries(service.spec.selector).every(([key, value]) => spec.template.metadata.labels[key] === value));
  if (selected.length === 0) throw new Error(`the Service ${service.metadata.name} selects nothing`);
  return selected;
}

function factsOfContainer(deployment: string, { ports = [], livenessProbe, readinessProbe, startupProbe }: Container): readonly string[] {
  const probes = { liveness: livenessProbe, readiness: readinessProbe, startup: startupProbe };
  return [
    ...ports.map(({ containerPort, protocol = 'TCP', name }) => `port ${deployment} ${containerPort}/${protocol}${name === undefined ? '' : ` named ${name}`}`),
    ...Object.entries(probes).flatMap(([name, probe]) => {
      if (probe === undefined) return [];
      const how = probe.httpGet !== undefined ? `http ${probe.httpGet.port} ${probe.httpGet.path}` : probe.grpc !== undefined ? `grpc ${probe.grpc.port}` : `tcp ${probe.tcpSocket?.port}`;
      return [`probe ${deployment} ${name} ${how}`];
    }),
  ];
}

/** Whatever looks like `host:port` or a URL, under whatever name; and whatever is named like an address has to look so. */
function addressesOf({ env = [] }: Container): readonly string[] {
  return env.flatMap(({ name, value = '' }) => {
    const address = /^(?:[a-z]+:\/\/)?([a-z][-a-z0-9.]*:\d+)(?:\/.*)?$/.exec(value)?.[1];
    if (address === undefined && /_(ADDR|ADDRESS|HOST|URL|URI|ENDPOINT)$/.test(name)) throw new Error(`${name} is no address: \`${value}\``);
    return address === undefined ? [] : [address];
  });
}

/** The same lines as the policy has them. An address is what a granted call of the workload can be made at. */
function factsOfPolicy(policy: Policy): { readonly facts: readonly string[]; readonly addresses: readonly string[]; readonly calls: readonly (readonly string[])[] } {
  const facts: string[] = [];
  for (const { name, kubernetes } of policy.workloads) {
    if (kubernetes === undefined) throw new Error(`${name} has no place in a cluster`);
    facts.push(`deployment ${name} runs as ${kubernetes.serviceAccount ?? 'nobody'}`);
    if (kubernetes.serviceAccount !== undefined) facts.push(`account ${kubernetes.serviceAccount}`);
    for (const { name: service, type, port, protocol, targetPort } of kubernetes.services) facts.push(`service ${service} (${type}) ${port}/${protocol} → ${name} ${targetPort}`);
    for (const { name: probe, probe: how } of kubernetes.probes) facts.push(`probe ${name} ${probe} ${probeText(how)}`);
  }
  const served = policy.apis.map((api) => {
    const kubernetes = policy.workloads.find(({ name }) => api.servedBy.kind === 'workload' && name === api.servedBy.workload)?.kubernetes;
    const port = kubernetes === undefined || api.servedBy.kind !== 'workload' ? undefined : resolvePort(kubernetes, api.servedBy.port, 'TCP');
    if (kubernetes === undefined || port === undefined || api.servedBy.kind !== 'workload') throw new Error(`${api.name} is served nowhere`);
    facts.push(`port ${api.servedBy.workload} ${port.number}/${port.protocol}${port.name === undefined ? '' : ` named ${port.name}`}`);
    return { api: api.name, at: kubernetes.services.filter(({ targetPort }) => targetPort === port.number || targetPort === port.name).map((service) => `${service.name}:${service.port}`) };
  });
  const calls = policy.asks.map(({ from, to }) => {
    const caller = from.kind === 'workload' ? from.name : '';
    return (served.find(({ api }) => api === to.api)?.at ?? []).map((address) => `address ${caller} → ${address}`);
  });
  return { facts, addresses: [...new Set(calls.flat())], calls };
}

function probeText(probe: Probe): string {
  switch (probe.kind) {
    case 'http': return `http ${probe.port} ${probe.path}`;
    case 'grpc': case 'tcp': return `${probe.kind} ${probe.port}`;
    case 'exec': return 'exec';
    default: return probe satisfies never;
  }
}

describeWithRealFiles(estate, 'the Online Boutique', () => {
  const real = factsOfManifests();
  const { facts, addresses, calls } = factsOfPolicy(checkedEstate().policy);
  const given = new Set([...facts, ...addresses]);

  it('declares every Service, account, container port, probe and address of its manifests, or excludes it with a reason', () => {
    expect(real.filter((fact) => !given.has(fact) && excluded[fact] === undefined)).toEqual([]);
    // Counted in the manifests by eye, so that nothing was overlooked by a reader that reads too little.
    const counted = { deployment: 12, service: 12, account: 11, port: 11, probe: 22, address: 18 };
    expect(Object.keys(counted).map((kind) => [kind, real.filter((fact) => fact.startsWith(`${kind} `)).length])).toEqual(Object.entries(counted));
  });

  it('excludes nothing that is declared, or that the manifests do not have', () => {
    expect(Object.keys(excluded).filter((fact) => !real.includes(fact) || given.has(fact))).toEqual([]);
  });

  it('declares no Service, account, port or probe that the manifests do not have', () => {
    expect(facts.filter((fact) => !real.includes(fact))).toEqual([]);
  });

  it('asks for nothing whose address the caller was not given', () => {
    expect(calls.filter((ways) => !ways.some((way) => real.includes(way)))).toEqual([]);
  });
});
