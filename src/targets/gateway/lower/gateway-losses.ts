import { diagnose, nearest, type Diagnostic } from '#diagnostics';
import { conditionsOn, type Condition, type Gateway, type Platform, type Policy } from '#ir';
import { policyName } from '../../object-name.ts';
import type { Edge } from './exposures.ts';

/** Since when a field that every plan needs exists (Envoy Gateway, release notes): `authorization.rules[].cel`, `.operation.path`. */
const since: readonly [major: number, minor: number] = [1, 9];
const owner = 'gateway.envoyproxy.io/owning-gateway-name', ownerNamespace = 'gateway.envoyproxy.io/owning-gateway-namespace';

/** What is wrong with the gateways that are used, and with facts about them. */
export function gatewayLosses(policy: Policy, platform: Platform, edges: readonly Edge[]): readonly Diagnostic[] {
  const names = platform.gateways.map(({ name }) => name);
  const unknown = policy.apis.flatMap(({ exposedAt, name }, index): readonly Diagnostic[] => {
    if (exposedAt?.kind !== 'gateway' || names.includes(exposedAt.gateway)) return [];
    const near = nearest(exposedAt.gateway, names);
    return [diagnose('CS3201', {
      message: `\`${name}\` is exposed at the gateway \`${exposedAt.gateway}\`, which the platform \`${platform.name}\` does not have`,
      pointer: `/apis/${index}/exposedAt/gateway`, help: near === undefined ? 'declare it in `gateways`' : `write \`${near}\``,
    })];
  });
  return [...unknown, ...edges.flatMap((edge) => [...version(edge), ...facts(edge), ...addresses(policy, edge), ...servers(platform, edge), ...notices(edge)])];
}

function version({ gateway, pointer }: Edge): readonly Diagnostic[] {
  const [major = 0, minor = 0] = gateway.version.split('.').map(Number);
  if (major > since[0] || (major === since[0] && minor >= since[1])) return [];
  return [diagnose('CS3203', {
    message: `the gateway \`${gateway.name}\` is Envoy Gateway ${gateway.version}, whose authorization rules have neither paths nor expressions`,
    pointer: `${pointer}/version`, help: `use Envoy Gateway ${since.join('.')} or later`,
  })];
}

/** What the proxies are is stated twice: by the platform, which others rely on, and by the Gateway that is emitted. */
function facts({ gateway, pointer }: Edge): readonly Diagnostic[] {
  const said = (field: string, message: string, help: string): Diagnostic => diagnose('CS3219', { message: `the gateway \`${gateway.name}\` ${message}`, pointer: `${pointer}/${field}`, help });
  const shifted = gateway.port < 1024 ? gateway.port + 10_000 : gateway.port;
  const { [ownerNamespace]: inside } = gateway.pods.labels;
  return [
    ...(gateway.containerPort === shifted || gateway.containerPort === gateway.port ? [] : [said('containerPort', `is said to listen on the container port ${gateway.containerPort}, where Envoy Gateway uses ${shifted}`, `write ${shifted}`)]),
    ...(inside === undefined || inside === gateway.namespace ? [] : [said('pods', `is in \`${gateway.namespace}\`, and its pods are said to belong to a Gateway in \`${inside}\``, `write \`${gateway.namespace}\` for the label \`${ownerNamespace}\``)]),
    ...(gateway.pods.namespace === gateway.namespace || gateway.pods.namespace === gateway.controlNamespace ? [] : [said('pods', `has its pods in \`${gateway.pods.namespace}\`, which is neither its own namespace nor its controller's`, `Envoy Gateway runs them in \`${gateway.controlNamespace}\` or, in gateway namespace mode, in \`${gateway.namespace}\``)]),
    ...(gateway.pods.labels[owner] === undefined && Object.keys(gateway.pods.labels).length === 0 ? [said('pods', 'has pods without labels', `write the label \`${owner}\``)] : []),
  ];
}

/** CS3204: `from` asks for a client's address, and the gateway has not been told how it is known. */
function addresses(policy: Policy, { exposed, gateway }: Edge): readonly Diagnostic[] {
  if (gateway.clientAddress !== undefined) return [];
  return exposed.flatMap(({ api, grants, pointer, segment }) => {
    const grant = grants.find(({ from, offer }) => [
      ...conditionsOn(segment, offer, from),
      ...(from.kind === 'people' ? [policy.people.find(({ name }) => name === from.name)?.where ?? []].flat() : []),
    ].some(asksForAddress));
    return grant === undefined ? [] : [diagnose('CS3204', {
      message: `\`${grant.ref}\` asks where a client comes from, and the gateway \`${gateway.name}\` does not say how its address is known`,
      pointer: `${pointer}/offers/${api.offers.indexOf(grant.offer)}`, help: 'state `clientAddress` of the gateway: `connectionAddress()`, `xForwardedFor({ trustedHops })` or `proxyProtocol()`',
    })];
  });
}

const asksForAddress = (condition: Condition): boolean =>
  condition.kind === 'from' || ((condition.kind === 'all' || condition.kind === 'any') && condition.of.some(asksForAddress));

/** CS3220 and CS3222: what others have to do, since nothing of it can be emitted. */
function notices({ exposed, gateway }: Edge): readonly Diagnostic[] {
  return exposed.flatMap(({ api, backend, pointer, unmanaged, workload }): readonly Diagnostic[] => {
    if (backend === undefined) return [];
    const foreign = unmanaged && backend.namespace !== gateway.namespace ? [diagnose('CS3222', {
      message: `\`${api.name}\` is exposed at the gateway \`${gateway.name}\` and served from \`${backend.namespace}\`, where nothing is emitted`, pointer: `${pointer}/exposedAt`,
      help: `a ReferenceGrant in \`${backend.namespace}\` has to let HTTPRoutes and GRPCRoutes of \`${gateway.namespace}\` refer to the Service \`${backend.service}\``,
    })] : [];
    const serving = gateway.upstream.kind !== 'tls' ? [] : [diagnose('CS3220', {
      message: `\`${workload.name}\` has to serve TLS on the port behind the Service \`${backend.service}\`, with a certificate of the bundle \`${gateway.upstream.caBundle}\` for \`${backend.service}.${backend.namespace}.svc\``,
      pointer: `${pointer}/exposedAt`, help: `where the platform names an issuer, the Secret \`${policyName(`${backend.service}.tls`)}\` has one`,
    })];
    return [...foreign, ...serving];
  });
}

/** CS3207 and CS3218: the authorities that servers behind the gateway are judged by. */
function servers(platform: Platform, { exposed, gateway, pointer }: Edge): readonly Diagnostic[] {
  const { upstream } = gateway;
  if (upstream.kind !== 'tls') return [];
  const bundle = platform.caBundles.find(({ name }) => name === upstream.caBundle);
  if (bundle === undefined) return [unknownBundle(platform, upstream.caBundle, `the gateway \`${gateway.name}\``, `${pointer}/upstream/caBundle`)];
  const wrong = clientCertificateElsewhere(gateway, pointer);
  if (platform.issuer?.trustManager === true) return wrong;
  const far = exposed.find(({ backend, unmanaged }) => backend !== undefined && !unmanaged && backend.namespace !== bundle.ref.namespace);
  return far === undefined ? wrong : [...wrong, diagnose('CS3218', {
    message: `the bundle \`${bundle.name}\` is in \`${bundle.ref.namespace}\`, and a policy on the Service \`${far.backend!.service}\` can only refer to one in \`${far.backend!.namespace}\``,
    pointer: `${pointer}/upstream/caBundle`, related: [{ message: `\`${far.api.name}\` is served from there`, pointer: far.pointer }],
    help: 'let trust-manager copy it (`certManager({ …, trustManager: true })`), or keep servers behind this gateway in the bundle\'s namespace',
  })];
}

function clientCertificateElsewhere({ name, namespace, upstream }: Gateway, pointer: string): readonly Diagnostic[] {
  if (upstream.kind !== 'tls' || upstream.clientCertificate === undefined || upstream.clientCertificate.namespace === namespace) return [];
  return [diagnose('CS3218', {
    message: `the client certificate of the gateway \`${name}\` is in \`${upstream.clientCertificate.namespace}\`, and its proxies can only use one in \`${namespace}\``,
    pointer: `${pointer}/upstream/clientCertificate`, help: `keep the Secret in \`${namespace}\``,
  })];
}

export function unknownBundle({ caBundles, name }: Platform, asked: string, who: string, pointer: string): Diagnostic {
  const near = nearest(asked, caBundles.map((bundle) => bundle.name));
  return diagnose('CS3207', {
    message: `${who} relies on the bundle \`${asked}\`, which the platform \`${name}\` does not have`, pointer,
    help: near === undefined ? 'declare it in `caBundles`' : `write \`${near}\``,
  });
}
