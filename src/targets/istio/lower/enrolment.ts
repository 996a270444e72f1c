import { diagnose, type Diagnostic } from '#diagnostics';
import { servicePortsTo, type Estate } from './estate.ts';

/**
 * CS3118: what Countersign does not own and has to be in the mesh, with the words that put it there. Until then its
 * callers are refused: a ztunnel that is not there opens no tunnel, and a Service without a waypoint leads to pods
 * that admit the waypoint only.
 */
export function enrolment(estate: Estate): readonly Diagnostic[] {
  const { mesh, platform, policy, servers } = estate;
  const callers = policy.workloads.flatMap(({ kubernetes }) => (kubernetes === undefined ? [] : [kubernetes.namespace]));
  const gateways = platform.gateways.filter(({ upstream }) => upstream.kind === 'mesh').map(({ pods }) => pods.namespace);
  const scrapers = platform.metricsScraper !== undefined && servers.some(({ facts }) => facts.metrics !== undefined) ? [platform.metricsScraper.namespace] : [];
  const namespaces = [...new Set([...callers, ...gateways, ...scrapers])].sort();
  if (namespaces.length === 0) return [];
  const label = mesh.dataPlane === 'ambient' ? 'istio.io/dataplane-mode=ambient' : 'istio-injection=enabled';
  const services = servers.flatMap(({ apis, facts, waypoint }) => (waypoint === undefined ? [] : [...new Set(apis.flatMap(({ port }) => [...servicePortsTo(facts, port).keys()]))].sort().map((service) => [facts.namespace, service] as const)));
  const commands = [
    `kubectl label namespace ${namespaces.join(' ')} ${label}`,
    ...[...new Set(services.map(([namespace]) => namespace))].sort().map((namespace) =>
      `kubectl label service -n ${namespace} ${services.filter(([where]) => where === namespace).map(([, service]) => service).join(' ')} istio.io/use-waypoint=${mesh.waypoint}`),
  ];
  return [diagnose('CS3118', {
    message: `${namespaces.length === 1 ? 'one namespace has' : `${namespaces.length} namespaces have`}${services.length === 0 ? '' : ` and ${services.length === 1 ? 'one Service has' : `${services.length} Services have`}`} to carry the mesh's labels, which Countersign never touches`,
    pointer: '/mesh', help: commands.map((command) => `\`${command}\``).join('; '),
  })];
}
