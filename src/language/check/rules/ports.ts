import { diagnose, nearest, type Diagnostic } from '#diagnostics';
import { resolvePort, type KubernetesWorkload, type Protocol } from '#ir';
import type { PolicyContext } from '../policy-context.ts';
import { portNameProblem } from '../syntax/kubernetes-name.ts';
import { listed, quoted } from '../wording.ts';

/** CS1008 and CS1027: ports are ports, and what is referred to is declared. */
export function ports(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { value: workload, pointer } of context.workloads) {
    const facts = workload.kubernetes;
    if (facts === undefined) continue;
    const at = `${pointer}/kubernetes`;
    const of = quoted(workload.name);
    for (const [index, port] of facts.ports.entries()) {
      found.push(...numberProblem(`a container port of ${of}`, port.number, `${at}/ports/${index}/number`));
      const problem = port.name === undefined ? undefined : portNameProblem(port.name);
      if (problem !== undefined) {
        found.push(diagnose('CS1008', {
          message: `the name ${quoted(port.name ?? '')} of port ${port.number} of ${of} ${problem.what}`, pointer: `${at}/ports/${index}/name`,
          help: problem.instead === undefined ? 'write the name that the container declares, or leave it out' : `write ${quoted(problem.instead)}, if the container declares that`,
        }));
      }
    }
    for (const [index, service] of facts.services.entries()) {
      found.push(...numberProblem(`the port of the Service ${quoted(service.name)}`, service.port, `${at}/services/${index}/port`));
      if (service.nodePort !== undefined) found.push(...numberProblem(`the node port of the Service ${quoted(service.name)}`, service.nodePort, `${at}/services/${index}/nodePort`));
      found.push(...referred(`the Service ${quoted(service.name)}`, service.targetPort, facts, workload.name, `${at}/services/${index}/targetPort`, pointer, service.protocol));
    }
    for (const [index, { name, probe }] of facts.probes.entries()) {
      if (probe.kind !== 'exec') found.push(...referred(`the ${name} probe of ${of}`, probe.port, facts, workload.name, `${at}/probes/${index}/probe/port`, pointer, 'TCP'));
    }
    if (facts.metrics !== undefined) {
      const { port } = facts.metrics;
      const bad = referred(`the scraping of ${of}`, port, facts, workload.name, `${at}/metrics/port`, pointer, 'TCP');
      // a grant is derived from it, so that a number has to be declared as well
      found.push(...(bad.length > 0 || resolvePort(facts, port, 'TCP') !== undefined ? bad : [undeclared(`the metrics of ${of} are at`, port, facts, workload.name, `${at}/metrics/port`, pointer, 'TCP')]));
    }
  }
  for (const api of context.apis) {
    const { servedBy } = api.value;
    for (const { value: operation, pointer } of api.operations) {
      if (operation.kind === 'tcp') found.push(...numberProblem(`the port of ${quoted(`${api.value.name}.${operation.name}`)}`, operation.port, `${pointer}/port`));
    }
    if (servedBy.kind !== 'workload') continue;
    const at = `${api.pointer}/servedBy/port`;
    const bad = typeof servedBy.port === 'number' ? numberProblem(`the port of ${quoted(api.value.name)}`, servedBy.port, at) : [];
    found.push(...bad);
    const workload = context.workloadNamed.get(servedBy.workload);
    const facts = workload?.value.kubernetes;
    if (bad.length === 0 && workload !== undefined && facts !== undefined && resolvePort(facts, servedBy.port, 'TCP') === undefined) {
      found.push(undeclared(`${quoted(api.value.name)} is served at`, servedBy.port, facts, workload.value.name, at, workload.pointer, 'TCP'));
    }
  }
  return found;
}

/** A Service or a probe may use the number of a port that no container declares; a name only means something if one does. */
function referred(what: string, port: number | string, facts: KubernetesWorkload, workload: string, pointer: string, declaredAt: string, protocol: Protocol): readonly Diagnostic[] {
  if (typeof port === 'number') return numberProblem(`the port of ${what}`, port, pointer);
  return resolvePort(facts, port, protocol) === undefined ? [undeclared(`${what} refers to`, port, facts, workload, pointer, declaredAt, protocol)] : [];
}

function undeclared(what: string, port: number | string, facts: KubernetesWorkload, workload: string, pointer: string, declaredAt: string, protocol: Protocol): Diagnostic {
  const otherwise = resolvePort(facts, port);
  const usable = facts.ports.filter((declared) => declared.protocol === protocol);
  const meant = typeof port === 'string' ? nearest(port, usable.flatMap(({ name }) => name ?? []))
    : facts.services.filter((service) => service.port === port).map(({ targetPort }) => String(targetPort)).sort()[0];
  const all = usable.map(({ number, name }) => name ?? String(number));
  return diagnose('CS1027', {
    message: otherwise !== undefined
      ? `${what} the port ${quoted(String(port))}, which ${quoted(workload)} declares for ${otherwise.protocol} and not for ${protocol}`
      : `${what} the port ${quoted(String(port))}, which no container of ${quoted(workload)} declares`,
    pointer,
    related: [{ message: `${quoted(workload)} is declared`, pointer: declaredAt }],
    help: meant !== undefined && typeof port === 'number' ? `write ${quoted(meant)}: ${port} is the port of its Service, and the container listens on ${quoted(meant)}`
      : meant !== undefined ? `write ${quoted(meant)}`
        : all.length === 0 ? `declare the port in ${quoted(workload)}` : `write ${all.length === 1 ? listed(all) : `one of ${listed(all)}`}, or declare the port in ${quoted(workload)}`,
  });
}

export function numberProblem(what: string, port: number, pointer: string): readonly Diagnostic[] {
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? []
    : [diagnose('CS1008', { message: `${what}, ${quoted(String(port))}, is not a number from 1 to 65535`, pointer, help: 'write the number of the port that is meant' })];
}
