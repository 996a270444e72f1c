import { diagnose, nearest, type Diagnostic, type Related } from '#diagnostics';
import type { PlatformContext } from '../../platform-context.ts';
import { listed, quoted } from '../../wording.ts';

/** CS1001: gateways and bundles of authorities that the policy or the platform itself names are the platform's. */
export function platformReferences({ platform, estate }: PlatformContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const want = (noun: string, list: 'gateways' | 'caBundles', name: string, pointer: string, where: () => readonly Related[], declare: string): void => {
    const names = platform[list].map((one) => one.name);
    if (names.includes(name)) return;
    const meant = nearest(name, names);
    found.push(diagnose('CS1001', {
      message: `${quoted(name)} is not a ${noun} of the platform ${quoted(platform.name)}${names.length === 0 ? ', which has none' : ''}`, pointer, related: where(),
      help: meant !== undefined ? `write ${quoted(meant)} there` : `${names.length === 0 ? '' : `write ${listed(names, 'or')} there, or `}state \`${list}: { ${/^[a-z]\w*$/.test(name) ? name : `'${name}'`}: ${declare} }\``,
    }));
  };
  for (const [index, gateway] of platform.gateways.entries()) {
    if (gateway.upstream.kind === 'tls') want('CA bundle', 'caBundles', gateway.upstream.caBundle, `/gateways/${index}/upstream/caBundle`, () => [], 'configMap(…)');
  }
  if (estate === undefined) return found;
  const { policy, inPolicy } = estate;
  const said = new Set<string>(); // once for each name, whatever the number of APIs
  for (const [index, { exposedAt, name }] of policy.apis.entries()) {
    if (exposedAt?.kind !== 'gateway' || said.has(exposedAt.gateway)) continue;
    said.add(exposedAt.gateway);
    want('gateway', 'gateways', exposedAt.gateway, '/gateways', () => [inPolicy(`${quoted(name)} is exposed there`, `/apis/${index}/exposedAt/gateway`)], 'envoyGateway(…)');
  }
  const bundles = new Set<string>();
  for (const [index, { certificate, name }] of policy.partners.entries()) {
    if (bundles.has(certificate.ca)) continue;
    bundles.add(certificate.ca);
    want('CA bundle', 'caBundles', certificate.ca, '/caBundles', () => [inPolicy(`the partner ${quoted(name)} has a certificate of it`, `/partners/${index}/certificate/ca`)], 'configMap(…)');
  }
  return found;
}
