import { diagnose, type Diagnostic } from '#diagnostics';
import type { ObjectRef, PodsAt } from '#ir';
import type { PlatformContext } from '../../platform-context.ts';
import { labelNameProblem, subdomainProblem } from '../../syntax/kubernetes-name.ts';
import { quoted } from '../../wording.ts';
import { invalid, labelProblems } from '../kubernetes-names.ts';
import { numberProblem } from '../ports.ts';
import { malformedVersion } from './mesh-values.ts';

/** A certificate that is renewed after two thirds of an hour leaves 20 minutes; cert-manager takes no less ("Certificate resource", `duration`). */
const shortestLife = 3600;

/** CS1008, CS1013, CS1034, CS1053, CS1054 and CS1055: what a platform states of its gateways, scraper, bundles and issuer is well formed. */
export function gatewayValues({ platform }: PlatformContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [index, gateway] of platform.gateways.entries()) {
    const of = `the gateway ${quoted(gateway.name)}`, at = `/gateways/${index}`;
    found.push(
      ...malformedVersion(of, gateway.version, `${at}/version`),
      ...invalid(`the namespace of ${of}`, gateway.namespace, `${at}/namespace`, labelNameProblem(gateway.namespace)),
      ...invalid(`the namespace of the controller of ${of}`, gateway.controlNamespace, `${at}/controlNamespace`, labelNameProblem(gateway.controlNamespace)),
      ...podsProblems(`the proxies of ${of}`, gateway.pods, `${at}/pods`),
      ...numberProblem(`the port of ${of}`, gateway.port, `${at}/port`),
      ...(gateway.containerPort === gateway.port ? [] : numberProblem(`the container port of ${of}`, gateway.containerPort, `${at}/containerPort`)),
      ...secretProblems(`the certificate of ${of}`, gateway.certificate, `${at}/certificate`),
      ...(gateway.upstream.kind === 'tls' && gateway.upstream.clientCertificate !== undefined ? secretProblems(`the client certificate of ${of}`, gateway.upstream.clientCertificate, `${at}/upstream/clientCertificate`) : []),
    );
    if (gateway.clientAddress?.kind === 'xForwardedFor' && !(gateway.clientAddress.trustedHops >= 1)) {
      found.push(diagnose('CS1055', { message: `${of} trusts ${gateway.clientAddress.trustedHops} hops in front of it to say who the client is, and it takes at least 1`, pointer: `${at}/clientAddress/trustedHops`, help: 'state how many proxies in front of it append to `X-Forwarded-For`, or write `connectionAddress()` where there is none' }));
    }
  }
  if (platform.metricsScraper !== undefined) found.push(...podsProblems('the metrics scraper', platform.metricsScraper, '/metricsScraper'));
  for (const [index, { name, ref }] of platform.caBundles.entries()) found.push(...objectProblems(`the CA bundle ${quoted(name)}`, ref, `/caBundles/${index}/ref`));
  const { issuer } = platform;
  if (issuer !== undefined) {
    found.push(...invalid('the name of the issuer', issuer.name, '/issuer/name', subdomainProblem(issuer.name)));
    if (!(issuer.duration >= shortestLife)) found.push(diagnose('CS1055', { message: `certificates are to live for ${issuer.duration} seconds, and cert-manager issues none for less than an hour`, pointer: '/issuer/duration', help: 'write a life of at least `1h`, such as `90d`' }));
  }
  return found;
}

function podsProblems(of: string, { labels, namespace, serviceAccount }: PodsAt, pointer: string): readonly Diagnostic[] {
  return [
    ...invalid(`the namespace of ${of}`, namespace, `${pointer}/namespace`, labelNameProblem(namespace)),
    ...invalid(`the ServiceAccount of ${of}`, serviceAccount, `${pointer}/serviceAccount`, subdomainProblem(serviceAccount)),
    ...labelProblems(`the labels of ${of}`, labels, `${pointer}/labels`),
    ...(Object.keys(labels).length > 0 ? [] : [diagnose('CS1013', { message: `the labels of ${of} are empty, which means every pod of the namespace ${quoted(namespace)}`, pointer: `${pointer}/labels`, help: 'state the labels that those pods carry and no others' })]),
  ];
}

function objectProblems(of: string, { name, namespace }: ObjectRef, pointer: string): readonly Diagnostic[] {
  return [
    ...invalid(`the namespace of ${of}`, namespace, `${pointer}/namespace`, labelNameProblem(namespace)),
    ...invalid(`the name of ${of}`, name, `${pointer}/name`, subdomainProblem(name)),
  ];
}

/** A private key is in a Secret, or it is everybody's who may read ConfigMaps. */
function secretProblems(of: string, ref: ObjectRef, pointer: string): readonly Diagnostic[] {
  return [
    ...(ref.kind === 'Secret' ? [] : [diagnose('CS1054', { message: `${of} is a ${ref.kind}, and a certificate with its key is in a Secret`, pointer, help: `write \`secret('${ref.namespace}', '${ref.name}')\`, a Secret of type \`kubernetes.io/tls\`` })]),
    ...objectProblems(of, ref, pointer),
  ];
}
