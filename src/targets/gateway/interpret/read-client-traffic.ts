import type { ClientTraffic, ClientValidation, Named } from './objects.ts';
import { fields, flag, list, oneOf, optional, refuse, text, whole, type Fields } from '../../reading.ts';
import { reference, targets } from './read-reference.ts';

export function clientTraffic(spec: unknown, own: string): Omit<ClientTraffic, keyof Named> {
  const given = fields(spec, ['targetRefs', 'proxyProtocol', 'clientIPDetection', 'tls', 'path', 'headers', 'timeout', 'connection', 'http2']);
  const path = optional(given['path'], (value) => fields(value, ['escapedSlashesAction', 'disableMergeSlashes']));
  const headers = optional(given['headers'], (value) => fields(value, ['withUnderscoresAction', 'xForwardedClientCert', 'requestID', 'earlyRequestHeaders']));
  const early = optional(headers?.['earlyRequestHeaders'], (value) => fields(value, ['remove', 'removeOnMatch']));
  const removed = new Set(list(early?.['remove']).map((name) => text(name).toLowerCase()));
  const prefixes = list(early?.['removeOnMatch']).map((value) => { const match = fields(value, ['type', 'value']); oneOf(match['type'], ['Prefix']); return text(match['value']).toLowerCase(); });
  const tls = optional(given['tls'], (value) => fields(value, ['minVersion', 'maxVersion', 'alpnProtocols', 'ciphers', 'clientValidation']));
  return {
    targets: targets(given['targetRefs']),
    paths: {
      escapedSlashes: oneOf(path?.['escapedSlashesAction'] ?? 'UnescapeAndRedirect', ['KeepUnchanged', 'RejectRequest', 'UnescapeAndForward', 'UnescapeAndRedirect']),
      mergeSlashes: !(optional(path?.['disableMergeSlashes'], flag) ?? false),
    },
    underscores: oneOf(headers?.['withUnderscoresAction'] ?? 'RejectRequest', ['Allow', 'DropHeader', 'RejectRequest']),
    clientAddress: clientAddress(given),
    removed: (header) => removed.has(header) || prefixes.some((prefix) => header.startsWith(prefix)),
    clients: optional(tls?.['clientValidation'], (value) => clientValidation(value, own)),
  };
}

function clientAddress(given: Fields): string {
  const hops = optional(given['clientIPDetection'], (value) => whole(fields(fields(value, ['xForwardedFor'])['xForwardedFor'], ['numTrustedHops'])['numTrustedHops']));
  const proxied = optional(given['proxyProtocol'], (value) => (optional(fields(value, ['optional'])['optional'], flag) === true ? refuse('a header that may be missing') : true));
  if (hops !== undefined && proxied === true) refuse('two ways to know an address');
  return hops !== undefined ? `xForwardedFor ${hops}` : proxied === true ? 'proxyProtocol' : 'connection';
}

function clientValidation(value: unknown, own: string): ClientValidation {
  const given = fields(value, ['mode', 'caCertificateRefs', 'subjectAltNames']);
  const sans = optional(given['subjectAltNames'], (each) => fields(each, ['uris', 'dnsNames']));
  const names = (key: 'uris' | 'dnsNames', kind: string) => list(sans?.[key]).map((each) => { const match = fields(each, ['type', 'value']); oneOf(match['type'] ?? 'Exact', ['Exact']); return `${kind}:${text(match['value'])}`; });
  return {
    required: oneOf(given['mode'] ?? 'RequireAndVerify', ['RequireAndVerify', 'VerifyIfGiven']) === 'RequireAndVerify',
    authorities: list(given['caCertificateRefs']).map((each) => reference(each, own, 'Secret')),
    names: sans === undefined ? undefined : [...names('uris', 'uri'), ...names('dnsNames', 'dns')],
  };
}
