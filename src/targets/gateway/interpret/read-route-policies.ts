import type { BackendTraffic, JwtProvider, Named, Rule, Security } from './objects.ts';
import { fields, flag, list, oneOf, optional, present, refuse, text } from '../../reading.ts';
import { targets } from './read-reference.ts';

export function backendTraffic(spec: unknown): Omit<BackendTraffic, keyof Named> {
  const given = fields(spec, ['targetRefs', 'httpUpgrade']);
  const upgrades = list(given['httpUpgrade']).map((value) => text(fields(value, ['type'])['type']).toLowerCase());
  return { targets: targets(given['targetRefs']), upgrades: upgrades.length === 0 ? undefined : upgrades };
}

export function security(spec: unknown): Omit<Security, keyof Named> {
  const given = fields(spec, ['targetRefs', 'cors', 'jwt', 'authorization']);
  const jwt = optional(given['jwt'], (value) => fields(value, ['optional', 'failOpen', 'providers']));
  const authorization = optional(given['authorization'], (value) => fields(value, ['defaultAction', 'rules']));
  return {
    targets: targets(given['targetRefs']), cors: present(given['cors']),
    jwt: jwt === undefined ? undefined : { mayBeMissing: optional(jwt['optional'], flag) ?? false, mayFail: optional(jwt['failOpen'], flag) ?? false, providers: list(jwt['providers']).map(jwtProvider) },
    authorization: authorization === undefined ? undefined : { byDefault: oneOf(authorization['defaultAction'] ?? 'Deny', ['Allow', 'Deny']), rules: list(authorization['rules']).map(rule) },
  };
}

function jwtProvider(value: unknown): JwtProvider {
  const given = fields(value, ['name', 'issuer', 'audiences', 'remoteJWKS', 'extractFrom']);
  const keys = fields(given['remoteJWKS'], ['uri', 'cacheDuration', 'failedRefetchDuration']);
  const places = optional(given['extractFrom'], (each) => fields(each, ['headers', 'cookies', 'params']));
  const bearer = (each: unknown): boolean => { const header = fields(each, ['name', 'valuePrefix']); return text(header['name']).toLowerCase() === 'authorization' && header['valuePrefix'] === 'Bearer '; };
  return {
    name: text(given['name']), issuer: optional(given['issuer'], text) ?? '', audiences: list(given['audiences']).map(text), keys: text(keys['uri']),
    readsBearer: places === undefined || list(places['headers']).some(bearer),
  };
}

function rule(value: unknown): Rule {
  const given = fields(value, ['name', 'action', 'operation', 'principal', 'cel']);
  const operation = optional(given['operation'], (each) => fields(each, ['methods', 'path']));
  const path = optional(operation?.['path'], (each) => fields(each, ['type', 'value', 'invert']));
  const principal = optional(given['principal'], (each) => fields(each, ['clientCIDRs']));
  if (principal === undefined && !present(given['cel'])) refuse('a rule about nobody');
  return {
    action: oneOf(given['action'], ['Allow', 'Deny']), methods: list(operation?.['methods']).map(text),
    path: path === undefined ? undefined : { type: oneOf(path['type'] ?? 'PathPrefix', ['Exact', 'PathPrefix', 'RegularExpression']), value: optional(path['value'], text) ?? '/', invert: optional(path['invert'], flag) ?? false },
    cidrs: list(principal?.['clientCIDRs']).map(text), cel: optional(given['cel'], text),
  };
}
