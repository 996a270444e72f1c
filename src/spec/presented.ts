import { claimPath, type Platform, type Policy } from '#ir';
import { claimsWith } from './claims-with.ts';
import type { CertificateFacts, HttpFacts, TokenFacts } from './hop.ts';
import { exampleOf } from './example.ts';
import type { Request } from './request.ts';
import type { Load } from './ways.ts';

/** What a request carries on the wire. Of an operation that is named, an example; of a port, nothing that is known. */
export function loadOf(policy: Policy, platform: Platform, request: Request): Load {
  const http = httpOf(policy, request), token = tokenOf(policy, request), certificate = certificateOf(policy, platform, request);
  return {
    time: request.context.time,
    ...(http === undefined ? {} : { http }), ...(token === undefined ? {} : { token }), ...(certificate === undefined ? {} : { certificate }),
  };
}

function httpOf(policy: Policy, { context, to }: Request): HttpFacts | undefined {
  const headers = context.headers === undefined ? {} : { headers: Object.fromEntries(Object.entries(context.headers).map(([name, value]) => [name.toLowerCase(), value])) };
  if (to.kind === 'http') return { method: to.method, path: to.path, ...headers, ...(to.upgrade === undefined ? {} : { upgrade: to.upgrade }) };
  if (to.kind !== 'operation') return undefined;
  const api = policy.apis.find(({ name }) => name === to.api);
  const operation = api?.operations.find(({ name }) => name === to.operation);
  const example = api === undefined || operation === undefined ? undefined : exampleOf(api, operation);
  return example === undefined ? undefined : { ...example, ...headers };
}

/** As its issuer would have written it: what the context states of a person is said the way the provider's `asserts` map it. */
function tokenOf(policy: Policy, { context, subject }: Request): TokenFacts | undefined {
  const provider = policy.identityProviders.find(({ name }) => name === subject?.provider);
  if (provider === undefined || subject === undefined) return undefined;
  const { asserts } = provider;
  const now = Date.parse(context.time) / 1000;
  let claims: Readonly<Record<string, unknown>> = { iss: provider.issuer, aud: provider.audiences, ...subject.claims };
  const say = (claim: string | undefined, value: unknown): void => { if (claim !== undefined && value !== undefined) claims = claimsWith(claims, claimPath(claim), value); };
  if (context.tokenAgeSeconds !== undefined) say('iat', now - context.tokenAgeSeconds);
  if (context.authenticationAgeSeconds !== undefined) say(asserts?.authenticatedAt?.claim, now - context.authenticationAgeSeconds);
  if (context.mfa !== undefined && asserts?.mfa !== undefined) say(asserts.mfa.claim, asserts.mfa.anyOf === undefined ? context.mfa : context.mfa ? [asserts.mfa.anyOf[0]] : []);
  say(asserts?.device?.claim, context.device);
  return { jwksUri: provider.jwksUri, claims };
}

function certificateOf(policy: Policy, platform: Platform, { client }: Request): CertificateFacts | undefined {
  const partner = policy.partners.find(({ name }) => name === client?.partner);
  const bundle = platform.caBundles.find(({ name }) => name === partner?.certificate.ca);
  return partner === undefined || bundle === undefined ? undefined : { caBundle: bundle.ref, sans: [partner.certificate.san] };
}
